from __future__ import annotations

import cv2
import numpy as np
import pytest

from twitchcam.capture.frame import Image
from twitchcam.face.familiarity import Familiarity
from twitchcam.face.similarity import Similarity

POSE = Similarity(100 + 0j, 160 + 60j)
MIDDLE = np.array([0.0, 0.95])


def soft(seed: int) -> Image:
    noise = np.random.default_rng(seed).normal(size=(240, 320)).astype(np.float32)
    blurred = cv2.GaussianBlur(noise, (0, 0), 8)
    return np.asarray(np.clip(128 + 40 * blurred / blurred.std(), 0, 255), np.uint8)


FACE, HAND = soft(1), soft(2)


def looked(pictures: list[Image], pose: Similarity = POSE) -> list[float]:
    memory = Familiarity(MIDDLE)
    return [memory.look(picture, pose, 0.1 * k) for k, picture in enumerate(pictures)]


def test_the_same_face_in_another_light_is_familiar() -> None:
    slope = np.linspace(0.5, 0.9, 320)[None, :]
    darker = np.asarray(FACE * 0.5 + 20, np.uint8)
    assert looked([FACE, FACE, darker]) == pytest.approx([1, 1, 1], abs=0.02)
    assert looked([FACE, np.asarray(FACE * slope, np.uint8)])[1] > 0.8


def test_a_hand_is_not_and_stays_strange_while_it_is_there() -> None:
    seen = looked([FACE] * 5 + [HAND] * 20 + [FACE] * 5)
    assert max(seen[5:25]) < 0.3
    assert min(seen[25:]) > 0.95


def test_what_changes_bit_by_bit_stays_familiar() -> None:
    steps = [np.asarray((1 - w) * FACE + w * HAND, np.uint8) for w in np.linspace(0, 1, 30)]
    assert min(looked(steps)) > 0.6


def test_what_stays_for_longer_than_a_hand_would_is_the_new_look() -> None:
    memory = Familiarity(MIDDLE)
    memory.look(FACE, POSE, 0.0)
    assert memory.look(HAND, POSE, 59.0) < 0.3
    assert memory.look(HAND, POSE, 61.0) == pytest.approx(1.0)


def test_the_size_of_the_face_does_not_matter() -> None:
    half = np.asarray(cv2.resize(FACE, (160, 120), interpolation=cv2.INTER_AREA), np.uint8)
    memory = Familiarity(MIDDLE)
    memory.look(FACE, POSE, 0.0)
    assert memory.look(half, Similarity(50 + 0j, 79.75 + 29.75j), 0.1) > 0.97


def test_a_face_at_the_border_of_the_picture_is_no_error() -> None:
    assert len(looked([FACE, FACE], Similarity(100 + 0j, 300 + 230j))) == 2
    assert len(looked([FACE, FACE], Similarity(100 + 0j, 900 + 830j))) == 2
