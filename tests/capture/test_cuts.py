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
