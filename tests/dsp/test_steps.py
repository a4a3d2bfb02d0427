from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.synthetic import even_times
from twitchcam.dsp.steps import LEAST_STEP_S, StepClock


def steps(times_s: np.ndarray) -> list[float]:
    clock = StepClock()
    return [float(t_s) for t_s in times_s if clock.push(float(t_s), restart=False)]


@pytest.mark.parametrize(
    ("rate_hz", "frames"), [(24, 1), (25, 1), (30, 1), (30000 / 1001, 1), (50, 2), (60, 2), (120, 4)]
)
def test_a_step_is_about_a_thirtieth_of_a_second_at_every_rate(rate_hz: float, frames: int) -> None:
    times = even_times(4, rate_hz)
    assert steps(times) == times[::frames].tolist()


def test_a_restart_ends_a_step_and_begins_the_next() -> None:
    clock = StepClock()
    frames = [(0.0, True), (0.01, False), (0.02, True), (0.03, False), (0.047, False)]
    assert [clock.push(t_s, restart=restart) for t_s, restart in frames] == [True, False, True, False, True]


def test_times_count_as_the_file_keeps_them() -> None:
    clock = StepClock()
    assert clock.push(0.0, restart=True)
    assert clock.push(LEAST_STEP_S - 1e-9, restart=False)


@given(gaps=st.lists(st.floats(0.002, 0.3), min_size=1, max_size=60))
def test_no_step_is_shorter_and_none_waits_longer_than_it_must(gaps: list[float]) -> None:
    times = np.round(np.cumsum([0.0, *gaps]), 5)
    found = steps(times)
    assert all(b - a >= LEAST_STEP_S - 1e-9 for a, b in itertools.pairwise(found))
    for t_s in times:
        last = max(one for one in found if one <= t_s)
        assert t_s - last < LEAST_STEP_S
