from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.face.faces import canonical_face, face_frame, mesh_of, mirrored
from tests.synthetic import other_side
from twitchcam.face import anatomy
from twitchcam.face.similarity import Similarity
from twitchcam.motion.channels import AROUND, CHANNEL_NAMES, INDEX, SITES
from twitchcam.motion.measure import measure, mouth_opening_pct_iod

POSE = Similarity(100 + 0j, 320 + 200j)


def moved(site: str, x: float, y: float) -> np.ndarray:
    displacement = np.zeros((6, 2))
    displacement[SITES.index(site)] = (x, y)
    return displacement


@pytest.mark.parametrize("site", SITES)
def test_outwards_and_upwards_are_positive_on_either_side(site: str) -> None:
    towards_left, down = 0.02, 0.01
    sample = measure(1.0, face_frame(moved(site, towards_left, down)))
    assert sample[f"{site}_out"] == (2.0 if site.endswith("left") else -2.0)
    assert sample[f"{site}_up"] == -1.0
    others = [n for n in CHANNEL_NAMES[:12] if not n.startswith(site)]
    assert all(sample[name] == 0 for name in others)


def test_a_flipped_picture_swaps_the_names_and_changes_no_number() -> None:
    displacement = np.random.default_rng(0).normal(0, 0.02, (6, 2))
    around = np.random.default_rng(1).normal(0, 0.02, (len(AROUND), 2))
    frame = replace(face_frame(displacement), around=around, lids=(0.2, 0.9))
    straight, flipped = measure(0.0, frame), measure(0.0, mirrored(frame, 640))
    for name in (*CHANNEL_NAMES[:12], *(f"{place}_up" for place in AROUND), "lid_left", "lid_right"):
        assert straight[name] == flipped[other_side(name)] != 0
    assert straight["iod"] == flipped["iod"]


def test_the_place_and_the_tilt_of_the_head() -> None:
    pose = Similarity(80 * np.exp(0.1j), 160 + 100j)
    sample = measure(0.0, face_frame(pose=pose, mesh=mesh_of(pose, yaw_deg=12.3, pitch_deg=-4.5)))
    assert sample["head_x"] == pytest.approx(200, abs=0.05)
    assert sample["head_y"] == pytest.approx(-125, abs=0.05)
    assert sample["head_roll"] == 6
    assert (sample["head_yaw"], sample["head_pitch"]) == (12, -4)
    assert sample["iod"] == pytest.approx(80, abs=0.05)


def test_millimetres_follow_from_the_iris() -> None:
    # The iris of this face is 0.13 IOD across, and 11.7 mm.
    assert measure(0.0, face_frame())["iod_mm"] == round(11.7 / 0.13)
    without = canonical_face()
    without[[*anatomy.IRIS_LEFT, *anatomy.IRIS_RIGHT]] = 0.0
    assert np.isnan(measure(0.0, face_frame(mesh=mesh_of(POSE, without)))["iod_mm"])


def test_smile_lids_and_gaze_are_the_subjects_own() -> None:
    shapes = {
        "mouthSmileLeft": 0.1,
        "mouthSmileRight": 0.2,
        "eyeBlinkLeft": 0.3,
        "eyeBlinkRight": 0.4,
        "eyeLookOutLeft": 0.6,
        "eyeLookInRight": 0.4,
    }
    sample = measure(0.0, face_frame(mesh=mesh_of(POSE, **shapes)))
    assert (sample["smile_left"], sample["smile_right"]) == (0.1, 0.2)
    assert (sample["lid_left"], sample["lid_right"]) == (0.3, 0.4)
    assert sample["gaze_x"] == 0.5
    to_right = measure(0.0, face_frame(mesh=mesh_of(POSE, eyeLookOutRight=0.6, eyeLookInLeft=0.4)))
    assert to_right["gaze_x"] == -0.5


def test_lids_are_the_trackers_own_where_it_has_them() -> None:
    frame = replace(face_frame(mesh=mesh_of(POSE, eyeBlinkLeft=0.3, eyeBlinkRight=0.4)), lids=(0.75, 0.0))
    assert (measure(0.0, frame)["lid_left"], measure(0.0, frame)["lid_right"]) == (0.75, 0.0)


@pytest.mark.parametrize("roll", [0.0, 0.3])
def test_the_tilt_of_the_mouth_is_the_faces_not_the_heads(roll: float) -> None:
    face = canonical_face()
    face[anatomy.SITE_POINTS["corner_left"][0]] -= (0.0, 0.02)
    pose = Similarity(100 * np.exp(1j * roll), 320 + 200j)
    assert measure(0.0, face_frame(pose=pose, mesh=mesh_of(pose, face)))["mouth_tilt"] == 2.0


@pytest.mark.parametrize("turn", [1, np.exp(0.5j)])
def test_the_gap_between_the_lips_in_any_pose(turn: complex) -> None:
    open_mouth = canonical_face()
    open_mouth[anatomy.LIPS_INNER[15]] += (0.0, 0.1)
    mesh = mesh_of(Similarity(150 * turn, 300 + 200j), open_mouth)
    assert mouth_opening_pct_iod(mesh) == pytest.approx(16.0)
    assert measure(0.0, face_frame(mesh=mesh))["mouth_open"] == 16.0


def test_no_face_is_missing_and_still_a_row() -> None:
    sample = measure(1.23456789, None, key=True)
    assert (sample.t_s, sample.face, sample.quality, sample.restart) == (1.23457, False, 0.0, False)
    assert np.isnan(sample.values).all()


def test_what_else_a_sample_carries() -> None:
    frame = replace(face_frame(), restart=True, quality=0.87654, residual=0.12345)
    sample = measure(2.000004, frame, key=True)
    assert (sample.t_s, sample.face, sample.quality, sample.restart) == (2.0, True, 0.88, True)
    assert (sample["misfit"], sample["key_frame"]) == (0.123, 1.0)
    assert measure(2.0, frame)["key_frame"] == 0.0
    assert sample.values.shape == (len(INDEX),)
