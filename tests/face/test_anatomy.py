from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import twitchcam
from tests.face.faces import canonical_face
from twitchcam.face import anatomy
from twitchcam.face.mesh import Mesh
from twitchcam.face.similarity import Similarity
from twitchcam.motion.channels import SITES

GROUPS = {
    name: np.ravel(list(value)).tolist()
    for name, value in vars(anatomy).items()
    if name.isupper() and isinstance(value, tuple)
}
PAIRS = [(name, name.replace("LEFT", "RIGHT")) for name in GROUPS if name.endswith("LEFT")]


@pytest.fixture(scope="module")
def face(portrait_mesh: Mesh) -> np.ndarray:
    """``(478, 2)`` landmarks of the portrait in face coordinates: x to the subject's left, y down."""
    return Similarity.from_mesh(portrait_mesh.points_px).to_face(portrait_mesh.points_px)


def test_numbers_are_those_of_the_mesh() -> None:
    assert GROUPS
    for name, numbers in GROUPS.items():
        assert len(set(numbers)) == len(numbers), name
        assert all(0 <= number < anatomy.N_LANDMARKS for number in numbers), name


def test_the_points_that_are_published_are_these() -> None:
    assert (anatomy.EYE_OUTER_RIGHT, anatomy.EYE_OUTER_LEFT) == (33, 263)
    assert (anatomy.SITE_POINTS["corner_right"], anatomy.SITE_POINTS["corner_left"]) == ((61,), (291,))


def test_sites_are_the_ones_that_are_measured() -> None:
    positions = anatomy.site_positions(np.arange(2 * anatomy.N_LANDMARKS).reshape(-1, 2))
    assert tuple(positions) == SITES
    assert positions["corner_left"].tolist() == [2 * 291, 2 * 291 + 1]


def test_the_distance_of_the_eyes() -> None:
    assert anatomy.iod(canonical_face() * (50, 50)) == pytest.approx(50)


class TestPortrait:
    """The portrait is not mirrored: the subject's left is on the right of the picture."""

    def test_the_left_is_on_the_right_of_the_picture(self, portrait_mesh: Mesh) -> None:
        points = portrait_mesh.points_px
        assert points[anatomy.EYE_OUTER_LEFT, 0] > points[anatomy.EYE_OUTER_RIGHT, 0]
        for part in ("upper", "lower", "corner"):
            positions = anatomy.site_positions(points)
            assert positions[f"{part}_left"][0] > positions[f"{part}_right"][0]

    def test_named_parts_are_on_their_side(self, face: np.ndarray) -> None:
        assert len(PAIRS) >= 4
        for left, right in PAIRS:
            assert face[GROUPS[left], 0].min() > 0, left
            assert face[GROUPS[right], 0].max() < 0, right
            assert len(GROUPS[left]) == len(GROUPS[right])

    def test_lips_surround_the_mouth(self, face: np.ndarray) -> None:
        sites = {name: place[1] for name, place in anatomy.site_positions(face).items()}
        for side in ("left", "right"):
            assert sites[f"upper_{side}"] < sites[f"corner_{side}"] < sites[f"lower_{side}"]
        outer, inner = (face[list(ring)] for ring in (anatomy.LIPS_OUTER, anatomy.LIPS_INNER))
        assert np.ptp(outer[:, 0]) > np.ptp(inner[:, 0])
        assert np.ptp(outer[:, 1]) > np.ptp(inner[:, 1])
        # From the right corner over the upper lip: x grows, and the way goes once around.
        assert (np.diff(outer[:11, 0]) > 0).all()
        assert (np.diff(outer[10:, 0]) < 0).all()

    def test_eyes_brows_nose_and_chin_are_in_order(self, face: np.ndarray) -> None:
        height = {
            "brow": face[[*anatomy.BROW_LEFT, *anatomy.BROW_RIGHT], 1].mean(),
            "eye": face[[*anatomy.EYE_REGION_LEFT, *anatomy.EYE_REGION_RIGHT], 1].mean(),
            "nose": face[anatomy.NOSE_BASE, 1],
            "mouth": face[list(anatomy.LIPS_OUTER), 1].mean(),
            "chin": face[anatomy.CHIN, 1],
        }
        assert sorted(height, key=lambda part: height[part]) == list(height)
        for upper, lower in (*anatomy.LIDS_LEFT, *anatomy.LIDS_RIGHT):
            assert face[upper, 1] < face[lower, 1]
        assert face[anatomy.CHIN, 1] == pytest.approx(face[list(anatomy.FACE_OVAL), 1].max(), abs=0.02)

    def test_an_adults_face_has_its_size(self, portrait_mesh: Mesh) -> None:
        assert portrait_mesh.iod_px == pytest.approx(60, abs=6)
        assert 75 < portrait_mesh.iod_mm < 110


def test_landmark_numbers_are_nowhere_else() -> None:
    """Elsewhere the names are used: no list of mesh points outside the anatomy."""
    package = Path(twitchcam.__file__).parent
    for path in package.rglob("*.py"):
        if path.name == "anatomy.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and isinstance(node.slice, (ast.Tuple, ast.List)):
                numbers = [n.value for n in ast.walk(node.slice) if isinstance(n, ast.Constant)]
                assert not any(isinstance(n, int) and 30 < n < 478 for n in numbers), f"{path}:{node.lineno}"
