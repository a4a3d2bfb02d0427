from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.capture.capture_clock import CaptureClock

PERIOD_S = 1 / 30


def placed(arrivals_s: list[float], stamps_s: list[float | None], after_s: float | None = None) -> list[float | None]:
    clock = CaptureClock(after_s)
    return [clock.place(arrival, stamp) for arrival, stamp in zip(arrivals_s, stamps_s, strict=True)]


def test_stamps_take_the_jitter_of_the_arrivals_away() -> None:
    rng = np.random.default_rng(1)
    stamps = [5000 + i * PERIOD_S for i in range(300)]
    arrivals = np.sort([stamp - 4900 + 0.02 + abs(rng.normal(0, 0.015)) for stamp in stamps]).tolist()
    times = [t for t in placed(arrivals, stamps) if t is not None][30:]
    assert np.abs(np.diff(times) - PERIOD_S).max() < 0.003
    assert np.diff(arrivals).std() > 0.01


@pytest.mark.parametrize("stamp", [None, 0.0])
def test_without_stamps_the_arrival_is_the_time(stamp: float | None) -> None:
    arrivals = [10.0, 10.034, 10.066]
    times = placed(arrivals, [stamp] * 3)
    assert times[1:] == arrivals[1:]


def test_what_a_stream_had_stored_is_left_out() -> None:
    stamps = [i * PERIOD_S for i in range(90)]
    stored = [7 + 0.001 * i for i in range(40)]
    arrivals = [*stored, *(stored[-1] + (i + 1) * PERIOD_S for i in range(50))]
    times = placed(arrivals, stamps)
    assert times[:40] == [None] * 40
    assert times[40:] == pytest.approx(arrivals[40:])


def test_frames_behind_one_that_was_held_up_are_left_out_until_they_are_of_the_present() -> None:
    stamps = [i * PERIOD_S for i in range(200)]
    # The network stands still for two seconds, then sends everything at once.
    arrivals = [max(stamp, 3.0 + 0.001 * i) if 1.0 < stamp < 3.0 else stamp for i, stamp in enumerate(stamps)]
    arrivals = np.maximum.accumulate(arrivals).tolist()
    times = placed(arrivals, stamps)
    late = [i for i, (t, a, s) in enumerate(zip(times, arrivals, stamps, strict=True)) if a - s > 0.3]
    assert len(late) > 40
    assert all(times[i] is None for i in late)
    assert times[-1] == pytest.approx(arrivals[-1], abs=0.02)


def test_a_source_whose_clock_was_set_is_believed_after_a_while() -> None:
    stamps = [i * PERIOD_S if i < 60 else i * PERIOD_S - 100 for i in range(400)]
    arrivals = [50 + i * PERIOD_S for i in range(400)]
    times = placed(arrivals, stamps)
    assert times[-1] == pytest.approx(arrivals[-1], abs=0.02)


@pytest.mark.parametrize("rate_hz", [15.0, 24.0, 30.0])
def test_made_up_stamps_are_found_out(rate_hz: float) -> None:
    # Pictures without times are numbered at 25 a second, whatever comes.
    stamps = [i / 25 for i in range(2000)]
    arrivals = [i / rate_hz for i in range(2000)]
    times = placed(arrivals, stamps)
    assert times[-100:] == pytest.approx(arrivals[-100:], abs=1e-3)
    assert times.count(None) < 60


def test_another_connection_goes_on_after_the_last_frame_of_the_one_before() -> None:
    assert placed([10.0], [None], after_s=11.0)[0] > 11.0


@given(
    steps=st.lists(st.floats(0, 2), min_size=1, max_size=60),
    stamps=st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=60, max_size=60),
)
def test_times_increase_and_are_never_in_the_future(steps: list[float], stamps: list[float | None]) -> None:
    arrivals = np.cumsum(steps).tolist()
    times = placed(arrivals, stamps[: len(arrivals)])
    known = [t for t in times if t is not None]
    assert all(b > a for a, b in itertools.pairwise(known))
    # Where frames come at the same moment, each is a little later than the one before.
    assert all(t <= a + 1e-4 * len(arrivals) + 1e-9 for t, a in zip(times, arrivals, strict=True) if t is not None)
