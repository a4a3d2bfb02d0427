from __future__ import annotations

import numpy as np
import pytest

from tests.face.texture import POSE, Bump, brightness, picture
from twitchcam.face.similarity import Similarity
from twitchcam.magnify.warp import Crop

CENTRE = np.array([0.0, 0.9])
STRAIGHT = np.zeros((6, 2))
PLACE = np.array([0.15, 0.85])
CROP = Crop(CENTRE, 0.5, 160)


def rgb(bump: Bump | None = None, pose: Similarity = POSE) -> np.ndarray:
    return np.repeat(picture(pose, bump)[:, :, None], 3, axis=2)


def patch(direction: tuple[float, float] = (0.0, -1.0)) -> np.ndarray:
    return Bump(complex(*PLACE), complex(*direction)).moves(CROP.points)


def expected(bump: Bump | None = None) -> np.ndarray:
    """The skin as it is seen with the bump, computed and not drawn."""
    axis = (np.arange(160) - 79.5) / 160
    x, y = np.meshgrid(axis + CENTRE[0], axis + CENTRE[1])
    place = x + 1j * y
    skin = place
    if bump is not None:
        for _ in range(60):
            skin = place - bump.by * np.exp(-(np.abs(skin - bump.at) ** 2) / (2 * bump.width_iod**2))
    return brightness(skin)


def off(drawn: np.ndarray, wanted: np.ndarray) -> float:
    inside = (slice(8, -8), slice(8, -8))
    return float(np.abs(drawn[..., 0].astype(float) - wanted)[inside].max())


@pytest.mark.parametrize("pose", [POSE, Similarity(80 + 20j, 170 + 60j)])
def test_the_crop_is_in_the_faces_own_frame(pose: Similarity) -> None:
    assert off(CROP.draw(rgb(pose=pose), pose, STRAIGHT), expected()) < 4


def test_motion_is_magnified_ten_times() -> None:
    small, large = (Bump(complex(*PLACE), complex(0, -size)) for size in (0.005, 0.05))
    drawn = CROP.draw(rgb(small), POSE, STRAIGHT, pattern=patch(), present=0.005, wanted=0.05)
    assert off(drawn, expected(large)) < 5
    assert off(drawn, expected(small)) > 15


def test_motion_is_taken_away() -> None:
    small = Bump(complex(*PLACE), complex(0, -0.03))
    drawn = CROP.draw(rgb(small), POSE, STRAIGHT, pattern=patch(), present=0.03, wanted=0.0)
    assert off(drawn, expected()) < 5


def test_without_motion_nothing_changes() -> None:
    plain = CROP.draw(rgb(), POSE, STRAIGHT)
    np.testing.assert_array_equal(CROP.draw(rgb(), POSE, STRAIGHT, pattern=patch(), present=0.0, wanted=0.0), plain)


def test_strain_is_that_of_the_pattern() -> None:
    # Of a Gaussian the steepest place is one standard deviation off: exp(-1/2) / sigma.
    assert CROP.strain(0.02 * patch()) == pytest.approx(0.02 * np.exp(-0.5) / 0.13, rel=0.03)
    assert CROP.strain(np.zeros_like(patch())) == 0


def test_places_in_the_drawn_square() -> None:
    np.testing.assert_allclose(CROP.place_px(CENTRE[None]), [[79.5, 79.5]])
    np.testing.assert_allclose(CROP.place_px(CENTRE[None] + (0.25, -0.5)), [[119.5, -0.5]])
