from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from twitchcam.motion.channels import CHANNELS, INDEX, LIP_SITES, Sample, missing
from twitchcam.views.traces import SlidingTraces


def samples(count: int, rate_hz: float = 30.0, **channels: np.ndarray) -> Iterator[Sample]:
    for index in range(count):
        values = np.zeros(len(CHANNELS))
        for name, series in channels.items():
            values[INDEX[name]] = series[index]
        yield Sample(t_s=index / rate_hz, face=True, quality=1.0, values=values)


def bump(count: int, at: int, height: float, level: float = 0.0) -> np.ndarray:
    series = np.full(count, level)
    series[at : at + 3] += height
    return series


def test_a_displacement_is_taken_against_the_place_around_it() -> None:
    traces = SlidingTraces(
        samples(300, lower_right_up=bump(300, 150, 3.0, level=20.0), lower_right_out=bump(300, 150, 4.0, level=-7.0)),
        past_s=4.0,
        future_s=1.0,
    )
    times_s, moved = traces.around(6.0)
    assert times_s[0] >= 2.0
    assert times_s[-1] == pytest.approx(7.0)
    column = moved[:, LIP_SITES.index("lower_right")]
    assert column.max() == pytest.approx(5.0)
    assert times_s[column.argmax()] == pytest.approx(5.0)
    assert np.count_nonzero(column) == 3
    assert np.count_nonzero(np.delete(moved, LIP_SITES.index("lower_right"), axis=1)) == 0


def test_moments_asked_far_apart_and_past_the_end() -> None:
    traces = SlidingTraces(samples(300), past_s=4.0, future_s=1.0)
    assert len(traces.around(0.0)[0]) == 31
    assert traces.around(9.0)[0] == pytest.approx(np.arange(150, 300) / 30)
    times_s, moved = traces.around(60.0)
    assert times_s.shape == (0,)
    assert moved.shape == (0, 4)


def test_no_more_is_read_than_is_needed() -> None:
    taken = []

    def watched() -> Iterator[Sample]:
        for sample in samples(3000):
            taken.append(sample.t_s)
            yield sample

    SlidingTraces(watched(), past_s=4.0, future_s=1.0).around(10.0)
    assert taken[-1] < 10.0 + 1.0 + 1.0 + 0.1


def test_a_missing_face_is_missing_and_a_restart_begins_anew() -> None:
    made = list(samples(120, upper_left_up=np.repeat([0.0, 50.0], 60)))
    made[60] = Sample(t_s=2.0, face=True, quality=1.0, values=made[60].values, restart=True)
    made[30] = Sample(t_s=1.0, face=False, quality=0.0, values=missing())
    times_s, moved = SlidingTraces(made, past_s=4.0, future_s=1.0).around(3.0)
    assert np.isnan(moved[30]).all()
    assert np.nanmax(moved) == 0
    assert len(times_s) == 120


def test_without_any_face_everything_is_missing() -> None:
    made = [Sample(t_s=i / 30, face=False, quality=0.0, values=missing()) for i in range(10)]
    assert np.isnan(SlidingTraces(made, past_s=1.0, future_s=1.0).around(0.2)[1]).all()
