from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.capture.media_clock import MediaClock

PERIOD_S = 0.04


def placed(*stamps_s: float | None, **options: float) -> tuple[list[float | None], MediaClock]:
    clock = MediaClock(PERIOD_S, **options)
    return [clock.place(stamp) for stamp in stamps_s], clock


def test_time_begins_with_the_first_stamp() -> None:
    times, clock = placed(10.0, 10.5, 10.7)
    assert times == pytest.approx([0.0, 0.5, 0.7])
    assert (clock.refused, clock.guessed, clock.rejoined_s) == (0, 0, [])


def test_a_first_stamp_below_zero_is_time_zero_too() -> None:
    assert placed(-0.5, 0.0)[0] == [0.0, 0.5]


def test_equal_and_earlier_stamps_are_refused_and_counted() -> None:
    times, clock = placed(0.0, 0.1, 0.1, 0.05, 0.2)
    assert times == [0.0, 0.1, None, None, 0.2]
    assert clock.refused == 2


def test_stamps_that_begin_anew_go_on_one_period_later() -> None:
    times, clock = placed(100.0, 105.0, 3.0, 3.5)
    assert times == pytest.approx([0.0, 5.0, 5.04, 5.54])
    assert clock.rejoined_s == pytest.approx([5.04])


def test_missing_stamps_follow_the_period() -> None:
    times, clock = placed(None, None, None)
    assert times == pytest.approx([0.0, 0.04, 0.08])
    assert clock.guessed == 3
    times, clock = placed(5.0, None, 5.08)
    assert times == pytest.approx([0.0, 0.04, 0.08])
    assert clock.guessed == 1


def test_stamps_that_come_late_do_not_move_the_time_back() -> None:
    assert placed(None, None, 7.0, 7.1)[0] == pytest.approx([0.0, 0.04, 0.08, 0.18])


def test_reading_from_further_on_keeps_the_zero_of_the_file() -> None:
    times, clock = placed(None, 60.0, 60.5, zero_s=10.0)
    assert times == pytest.approx([None, 50.0, 50.5])
    assert (clock.refused, clock.guessed) == (1, 0)


@given(st.lists(st.none() | st.floats(-1e6, 1e6), max_size=30))
def test_times_increase_whatever_the_stamps(stamps: list[float | None]) -> None:
    times, clock = placed(*stamps)
    kept = [time for time in times if time is not None]
    assert all(later > earlier for earlier, later in itertools.pairwise(kept))
    assert kept[:1] in ([], [0.0])
    assert len(kept) + clock.refused == len(stamps)
