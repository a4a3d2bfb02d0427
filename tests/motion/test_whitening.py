from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.motion.views import MOUTH
from twitchcam.motion.whitening import Whitener

VALUES = 6
#: A mouth that opens by so much: everything goes one way.
WAY = np.ones(VALUES) / np.sqrt(VALUES)
#: What is remembered of oneself, against what everybody does, in size.
OWN = np.sqrt(240 / (240 + 120))


def after(steps: np.ndarray, usual: np.ndarray | None = None) -> np.ndarray:
    whitener = Whitener(0.01 * np.eye(steps.shape[1]) if usual is None else usual)
    for step in steps:
        whitener.push(step)
    return whitener.matrix


def speech(n: int, size: float, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 1)) * size * WAY + rng.normal(scale=0.05, size=(n, VALUES))


def test_the_usual_way_shrinks_and_another_one_does_not() -> None:
    matrix = after(speech(900, 4.0))
    other = np.array([1, -1, 0, 0, 0, 0]) / np.sqrt(2)
    usual, unusual = np.linalg.norm(WAY @ matrix), np.linalg.norm(other @ matrix)
    assert unusual / usual == pytest.approx(OWN * 4.0 / 0.14, rel=0.25)
    assert other @ matrix == pytest.approx(5 * other, rel=0.15, abs=0.1)


@given(st.floats(1.0, 8.0))
def test_speech_of_any_size_becomes_one_of_the_same_size(size: float) -> None:
    moved = speech(900, size)
    assert np.std(moved @ after(moved) @ WAY) == pytest.approx(0.7 / OWN, rel=0.15)


def test_everybodys_movement_counts_until_ones_own_is_known() -> None:
    usual = 16.0 * np.outer(WAY, WAY)
    first = after(np.zeros((0, VALUES)), usual)
    assert np.linalg.norm(WAY @ first) == pytest.approx(5 * 0.14 / 4.0, rel=0.01)
    # Of somebody who moves little, everybody's share stays.
    known = after(speech(900, 0.1), usual)
    assert np.linalg.norm(WAY @ known) == pytest.approx(np.linalg.norm(WAY @ first) / np.sqrt(1 - OWN**2), rel=0.1)


def test_what_was_long_ago_is_forgotten() -> None:
    way = np.array([1, -1, 1, -1, 1, -1]) / np.sqrt(VALUES)
    changed = np.concatenate([speech(300, 4.0), np.random.default_rng(1).normal(size=(1500, 1)) * 4.0 * way])
    matrix = after(changed)
    assert np.linalg.norm(way @ matrix) < 0.1 * np.linalg.norm(WAY @ matrix)


def test_it_is_renewed_every_half_second_from_what_was_before() -> None:
    whitener = Whitener(np.eye(VALUES))
    seen = []
    for step in speech(60, 2.0):
        seen.append(whitener.matrix)
        whitener.push(step)
    assert [i for i in range(1, 60) if seen[i] is not seen[i - 1]] == [15, 30, 45]


def test_a_flipped_face_is_whitened_to_the_flipped_one() -> None:
    rng = np.random.default_rng(0)
    n = len(MOUTH.mirror)
    moved = rng.normal(size=(60, 4)) @ rng.normal(size=(4, n))
    straight, flipped = after(moved, np.eye(n)), after(MOUTH.flipped(moved), np.eye(n))
    one = rng.normal(size=n)
    assert MOUTH.flipped(one) @ flipped == pytest.approx(MOUTH.flipped(one @ straight), abs=1e-8)
