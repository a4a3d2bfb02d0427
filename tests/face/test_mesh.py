from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from tests.face.faces import canonical_face, mesh_of
from twitchcam.capture.frame import Image
from twitchcam.errors import DependencyError
from twitchcam.face import anatomy, mesh
from twitchcam.face.mesh import IRIS_MM, Mesh, MeshFinder
from twitchcam.face.similarity import Similarity

BLACK = np.zeros((120, 160, 3), dtype=np.uint8)


class TestMesh:
    def test_sizes(self) -> None:
        made = mesh_of(Similarity(120 * np.exp(0.3j), 50 + 60j))
        assert made.iod_px == pytest.approx(120)
        assert made.iod_mm == pytest.approx(IRIS_MM / 0.13)

    def test_without_an_iris_there_are_no_millimetres(self) -> None:
        face = canonical_face()
        face[[*anatomy.IRIS_LEFT, *anatomy.IRIS_RIGHT]] = 0
        assert np.isnan(mesh_of(Similarity(100 + 0j, 0j), face).iod_mm)


class TestFinder:
    def test_it_finds_the_face_of_the_portrait(self, portrait_mesh: Mesh) -> None:
        assert portrait_mesh.points_px.shape == (anatomy.N_LANDMARKS, 3)
        assert portrait_mesh.points_px.dtype == np.float64
        # The face is in the upper half of the picture, a little left of the middle, and looks into the camera.
        assert portrait_mesh.points_px[anatomy.NOSE_BASE, :2] == pytest.approx([220, 125], abs=20)
        assert abs(portrait_mesh.yaw_deg) < 25
        assert abs(portrait_mesh.pitch_deg) < 20
        assert {"mouthSmileLeft", "eyeBlinkRight", "eyeLookOutLeft"} <= set(portrait_mesh.blendshapes)
        assert all(0 <= share <= 1 for share in portrait_mesh.blendshapes.values())

    def test_a_flipped_portrait_looks_the_other_way(
        self, portrait: Image, portrait_mesh: Mesh, image_finder: MeshFinder
    ) -> None:
        flipped = image_finder.find(np.ascontiguousarray(portrait[:, ::-1]), 0.0)
        assert flipped is not None
        assert flipped.yaw_deg == pytest.approx(-portrait_mesh.yaw_deg, abs=3)
        assert flipped.pitch_deg == pytest.approx(portrait_mesh.pitch_deg, abs=3)
        assert flipped.blendshapes["mouthSmileLeft"] == pytest.approx(
            portrait_mesh.blendshapes["mouthSmileRight"], abs=0.15
        )

    def test_a_tilt_is_no_turn(self, portrait: Image, portrait_mesh: Mesh, image_finder: MeshFinder) -> None:
        import cv2

        matrix = cv2.getRotationMatrix2D((220, 125), 15, 1.0)
        tilted = image_finder.find(np.asarray(cv2.warpAffine(portrait, matrix, (512, 512)), dtype=np.uint8), 0.0)
        assert tilted is not None
        roll_deg = np.degrees(Similarity.from_mesh(tilted.points_px).roll_rad)
        straight_deg = np.degrees(Similarity.from_mesh(portrait_mesh.points_px).roll_rad)
        # OpenCV turns anticlockwise on the screen.
        assert roll_deg == pytest.approx(straight_deg - 15, abs=3)

    @pytest.mark.parametrize("picture", [BLACK, BLACK + 255, BLACK[:8, :8]])
    def test_there_is_none(self, picture: Image, image_finder: MeshFinder) -> None:
        assert image_finder.find(picture, 0.0) is None

    def test_a_part_of_the_picture_of_another_shape(
        self, portrait: Image, portrait_mesh: Mesh, image_finder: MeshFinder
    ) -> None:
        part = image_finder.find(portrait[:250, 50:450], 0.0)
        assert part is not None
        inside = portrait_mesh.points_px[:, :2] - (50, 0)
        assert part.points_px[:, :2] == pytest.approx(inside, abs=4)

    def test_a_video_may_repeat_a_time(self, portrait: Image) -> None:
        with MeshFinder("video") as finder:
            found = [finder.find(portrait, t_s) for t_s in (0.0, 0.0, 0.0001, 0.033)]
        assert all(found)

    def test_closing_twice_is_closing(self) -> None:
        finder = MeshFinder("image")
        finder.close()
        finder.close()

    def test_nothing_is_said_on_stderr(self, portrait: Image, capfd: pytest.CaptureFixture[str]) -> None:
        with MeshFinder("video") as finder:
            finder.find(portrait, 0.0)
        assert capfd.readouterr() == ("", "")


def test_a_library_that_cannot_be_loaded_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(DependencyError, match="mediapipe") as caught:
        MeshFinder()
    assert "\n" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_what_native_libraries_write_goes_nowhere_and_what_follows_does_not(capfd: pytest.CaptureFixture[str]) -> None:
    os.write(2, b"before\n")
    with mesh._quiet():
        os.write(2, b"hidden\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "before\nafter\n"


def test_an_error_within_the_quiet_is_not_hidden(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="told"), mesh._quiet():
        raise RuntimeError("told")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"
