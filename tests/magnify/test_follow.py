from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tests.face.faces import mesh_of
from tests.face.texture import POSE, Bump, frame, picture
from twitchcam.capture.frame import Frame
from twitchcam.config import RegistrationConfig
from twitchcam.face.similarity import Similarity
from twitchcam.face.template import bump_basis
from twitchcam.magnify.follow import Piece, follow

CONFIG = RegistrationConfig()
PLACE = 0.17 + 0.84j


def followed(frames: Iterable[Frame], poses: dict[float, Similarity | None] | None = None) -> tuple[Piece, ...]:
    """The mesh finder is told where the face is."""

    def find(rgb: np.ndarray, t_s: float):
        pose = POSE if poses is None else poses[t_s]
        return None if pose is None else mesh_of(pose)

    return follow(frames, find, CONFIG)


def test_the_field_shows_the_bump_where_it_is() -> None:
    still = [frame(i / 30, picture(noise_seed=i)) for i in range(6)]
    moved = frame(0.2, picture(bump=Bump(PLACE, -0.02j), noise_seed=6))
    (piece,) = followed([*still, moved])
    assert piece.times_s.tolist() == [*(i / 30 for i in range(6)), 0.2]
    places = np.array([[PLACE.real, PLACE.imag], [-PLACE.real, PLACE.imag]])
    here, there = bump_basis(places, piece.nodes, piece.width_iod) @ piece.fields[-1]
    assert -0.022 < here[1] < -0.012
    assert abs(there[1]) < 0.004


def test_the_pose_follows_the_head() -> None:
    poses = [Similarity(POSE.scale, POSE.origin + i) for i in range(5)]
    (piece,) = followed([frame(i / 30, picture(pose)) for i, pose in enumerate(poses)])
    np.testing.assert_allclose([p.origin for p in piece.poses], [p.origin for p in poses], atol=0.15)


def test_frames_without_a_face_belong_to_nothing() -> None:
    empty = np.full((240, 320), 120, np.uint8)
    frames = [frame(0.0, empty), frame(0.1, picture()), frame(0.2, picture()), frame(0.3, empty), frame(0.4, picture())]
    pieces = followed(frames, {0.0: None, 0.1: POSE, 0.3: None, 0.4: POSE})
    assert [piece.times_s.tolist() for piece in pieces] == [[0.1, 0.2], [0.4]]
    assert followed([], {}) == ()


def test_a_cut_begins_a_new_piece() -> None:
    elsewhere = Similarity(70 + 5j, 200 + 60j)
    frames = [*(frame(i / 30, picture()) for i in range(3)), *(frame(i / 30, picture(elsewhere)) for i in range(3, 6))]
    pieces = followed(frames, {0.0: POSE, 3 / 30: elsewhere})
    assert [len(piece.times_s) for piece in pieces] == [3, 3]
    assert abs(pieces[1].poses[-1].origin - elsewhere.origin) < 0.3
