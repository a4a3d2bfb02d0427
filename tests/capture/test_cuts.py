from __future__ import annotations

import cv2
import numpy as np
import pytest

from twitchcam.capture.cuts import is_cut
from twitchcam.capture.frame import Image

HEIGHT, WIDTH = 240, 320


def room(seed: int) -> Image:
    """A wall with large things before it."""
    rng = np.random.default_rng(seed)
    picture = cv2.resize(rng.uniform(30, 220, (6, 8)).astype(np.float32), (WIDTH, HEIGHT))
    return np.clip(picture + rng.normal(0, 3, (HEIGHT, WIDTH)), 0, 255).astype(np.uint8)


def with_head(picture: Image, x: int) -> Image:
    return cv2.ellipse(picture.copy(), (x, 130), (55, 80), 0, 0, 360, 190, -1)


def test_another_room_is_a_cut() -> None:
    assert is_cut(room(1), room(2))


def test_a_picture_of_another_size_is_compared_as_well() -> None:
    assert not is_cut(room(1), cv2.resize(room(1), None, fx=2, fy=2))
    assert is_cut(room(1), cv2.resize(room(2), None, fx=0.5, fy=0.5))


@pytest.mark.parametrize("far", [3, 40, 120])
def test_a_head_that_moves_is_none(far: int) -> None:
    wall = room(1)
    assert not is_cut(with_head(wall, 100), with_head(wall, 100 + far))


def test_noise_exposure_and_a_nudge_of_the_camera_are_none() -> None:
    picture = room(1)
    noise = np.random.default_rng(0).normal(0, 15, picture.shape)
    assert not is_cut(picture, np.clip(picture + noise + 6, 0, 255).astype(np.uint8))
    assert not is_cut(picture, np.roll(picture, (3, 4), (0, 1)))


@pytest.mark.parametrize("phase", [0.0, 2.0])
@pytest.mark.parametrize("rotated", [False, True])
def test_bands_of_a_flickering_lamp_are_none_and_hide_none(rotated: bool, phase: float) -> None:
    rows = np.arange(HEIGHT)[:, None] / HEIGHT

    def lit(picture: Image, moved: float) -> Image:
        light = 1 + 0.12 * np.sin(2 * np.pi * 2.5 * rows + phase + moved)
        banded = np.clip(picture * light, 0, 255).astype(np.uint8)
        return np.rot90(banded).copy() if rotated else banded

    bright = np.clip(room(1).astype(float) + 60, 0, 255).astype(np.uint8)
    other = np.clip(room(2).astype(float) + 60, 0, 255).astype(np.uint8)
    assert np.mean(np.abs(lit(bright, 2.1).astype(float) - lit(bright, 0)) > 12) > 0.5
    assert not is_cut(lit(bright, 0), lit(bright, 2.1))
    assert is_cut(lit(bright, 0), lit(other, 2.1))
