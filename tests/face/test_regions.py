from __future__ import annotations

import numpy as np
import pytest

from tests.face.faces import canonical_face
from twitchcam.face import anatomy
from twitchcam.face.regions import Raster, mouth_raster, rigid_raster

FACE = canonical_face()


def used_near(raster: Raster, x: float, y: float) -> bool:
    """Whether the grid point nearest to a place is looked at."""
    distance = np.hypot(raster.points[:, 0] - x, raster.points[:, 1] - y)
    nearest = int(distance.argmin())
    return bool(raster.used[nearest]) and distance[nearest] < 1.0 / raster.px_per_iod


@pytest.mark.parametrize("px_per_iod", [24.0, 72.0])
class TestRigid:
    def test_bone_is_looked_at(self, px_per_iod: float) -> None:
        raster = rigid_raster(FACE, px_per_iod)
        for x, y in ((0.0, -0.4), (0.0, 0.3), (0.5, 0.3), (-0.5, 0.3), (0.62, 0.5), (-0.62, 0.5)):
            assert used_near(raster, x, y), (x, y)

    def test_what_expression_moves_is_not(self, px_per_iod: float) -> None:
        raster = rigid_raster(FACE, px_per_iod)
        eyes = [(side * 0.34, y) for side in (-1, 1) for y in (0.0, -0.2, -0.1)]
        mouth = [(0.0, 0.9), (0.3, 0.9), (-0.3, 0.9), (0.0, 0.7), (0.35, 0.75), (0.0, 1.3), (0.2, 1.2)]
        for x, y in (*eyes, *mouth, (0.9, 0.4), (0.0, -0.8)):
            assert not used_near(raster, x, y), (x, y)

    def test_a_mirrored_face_gets_the_mirrored_skin(self, px_per_iod: float) -> None:
        face = FACE.copy()
        face[:, 0] += 0.05 * face[:, 1]
        straight, mirrored = (rigid_raster(f, px_per_iod) for f in (face, face * (-1, 1)))
        assert straight.shape == mirrored.shape
        flipped = mirrored.points.reshape(*mirrored.shape, 2)[:, ::-1] * (-1, 1)
        assert flipped.reshape(-1, 2) == pytest.approx(straight.points, abs=1e-5)
        used = mirrored.used.reshape(mirrored.shape)[:, ::-1].ravel()
        # The border of the masks falls between grid points, on one side or the other.
        assert np.mean(used != straight.used) < 0.03


def test_the_mouths_raster_holds_the_lips_and_what_a_twitch_of_them_moves() -> None:
    raster = mouth_raster(FACE, 96.0)
    lips = FACE[list(anatomy.LIPS_OUTER)]
    low, high = raster.points.min(axis=0), raster.points.max(axis=0)
    assert (low < lips.min(axis=0) - 0.15).all()
    assert (high > lips.max(axis=0) + 0.15).all()
    assert raster.used.all()


def test_the_mouths_raster_is_mirrored_exactly() -> None:
    face = FACE + np.array([0.013, 0.0])
    straight, mirrored = mouth_raster(face, 96.0), mouth_raster(face * (-1, 1), 96.0)
    flipped = mirrored.points.reshape(*mirrored.shape, 2)[:, ::-1] * (-1, 1)
    assert flipped.reshape(-1, 2) == pytest.approx(straight.points, abs=1e-6)


@pytest.mark.parametrize("px_per_iod", [24.0, 96.0])
def test_the_grid_is_row_by_row_at_its_resolution(px_per_iod: float) -> None:
    raster = mouth_raster(FACE, px_per_iod)
    rows, columns = raster.shape
    sheet = raster.points.reshape(rows, columns, 2)
    assert np.diff(sheet[:, :, 0], axis=1) == pytest.approx(1 / px_per_iod, abs=1e-5)
    assert np.diff(sheet[:, :, 1], axis=0) == pytest.approx(1 / px_per_iod, abs=1e-5)
    assert np.ptp(sheet[:, 0, 0]) == 0
    assert raster.px_per_iod == px_per_iod
