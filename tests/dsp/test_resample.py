from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.strategies import cuts, seeds, uneven_times
from twitchcam.dsp.resample import EvenGrid, frame_rate_hz

FloatArray = NDArray[np.float64]


def resampled(t_s: FloatArray, x: FloatArray, *, rate_hz: float, start_s: float) -> tuple[FloatArray, FloatArray]:
    grid = EvenGrid(start_s, rate_hz)
    made = [point for t, row in zip(t_s.tolist(), x, strict=True) for point in grid.push(t, row)] + grid.close()
    return np.array([t for t, _ in made]), np.array([row for _, row in made]).reshape(len(made), x.shape[1])


@given(rate_hz=st.sampled_from((24.0, 29.97, 30.0, 60.0)), start_s=st.floats(0, 1e4), n=st.integers(1, 50), seed=seeds)
def test_frames_on_the_grid_pass_unchanged(rate_hz: float, start_s: float, n: int, seed: int) -> None:
    t_s = start_s + np.arange(n) / rate_hz
    x = np.random.default_rng(seed).standard_normal((n, 3))
    times, values = resampled(t_s, x, rate_hz=rate_hz, start_s=start_s)
    assert times == pytest.approx(t_s, abs=1e-9)
    assert values == pytest.approx(x, abs=1e-6)


@given(data=st.data(), t_s=uneven_times(), rate_hz=st.floats(10, 130), seed=seeds)
def test_many_frames_at_once_give_what_they_give_one_by_one(
    data: st.DataObject, t_s: FloatArray, rate_hz: float, seed: int
) -> None:
    x = np.random.default_rng(seed).standard_normal((len(t_s), 3))
    one, many, first = EvenGrid(t_s[0], rate_hz), EvenGrid(t_s[0], rate_hz), 0
    for number in data.draw(cuts(len(t_s))):
        piece = slice(first, first + number)
        first += number
        wanted = [one.push(t, row) for t, row in zip(t_s[piece].tolist(), x[piece], strict=True)]
        points, counts = many.push_many(t_s[piece].tolist(), x[piece])
        assert counts == [len(points) for points in wanted]
        assert points.tolist() == [row.tolist() for points in wanted for _, row in points]
    assert [row.tolist() for _, row in many.close()] == [row.tolist() for _, row in one.close()]


@given(t_s=uneven_times(), rate_hz=st.floats(10, 130))
def test_every_grid_point_up_to_the_last_frame_comes_once(t_s: FloatArray, rate_hz: float) -> None:
    times, _ = resampled(t_s, t_s[:, None], rate_hz=rate_hz, start_s=t_s[0])
    assert times == pytest.approx(t_s[0] + np.arange(len(times)) / rate_hz, abs=1e-9)
    assert t_s[-1] - 1 / rate_hz - 1e-6 < times[-1] < t_s[-1] + 1e-6


@given(
    t_s=uneven_times(least=8), rate_hz=st.floats(10, 130), a=st.floats(-1, 1), b=st.floats(-1, 1), c=st.floats(-1, 1)
)
def test_a_parabola_is_followed_exactly(t_s: FloatArray, rate_hz: float, a: float, b: float, c: float) -> None:
    def parabola(t: FloatArray) -> FloatArray:
        u = t - t_s[0]
        return a + b * u + c * u * u

    times, values = resampled(t_s, parabola(t_s)[:, None], rate_hz=rate_hz, start_s=t_s[0])
    # The first and the last step have a neighbour on one side only.
    inner = (times > t_s[1]) & (times < t_s[-2])
    assert values[inner, 0] == pytest.approx(parabola(times[inner]), abs=1e-8)


@pytest.mark.parametrize("frequency_hz", [1.0, 3.0])
def test_the_error_falls_with_the_cube_of_the_step(frequency_hz: float) -> None:
    def error(rate_hz: float) -> float:
        even = np.arange(round(4 * rate_hz)) / rate_hz
        t_s = even + 0.2 / rate_hz * np.sin(17 * np.arange(len(even)))
        x = np.sin(2 * np.pi * frequency_hz * t_s)[:, None]
        times, values = resampled(t_s, x, rate_hz=rate_hz, start_s=t_s[0])
        inner = slice(2, -2)
        return float(np.abs(values[inner, 0] - np.sin(2 * np.pi * frequency_hz * times[inner])).max())

    assert error(60.0) < error(30.0) / 6
    assert error(120.0) < error(30.0) / 40


@given(t_s=uneven_times(least=3), seed=seeds)
def test_a_point_is_certain_one_frame_after_it(t_s: FloatArray, seed: int) -> None:
    x = np.random.default_rng(seed).standard_normal((len(t_s), 1))
    grid = EvenGrid(t_s[0], 60.0)
    for k, (t, row) in enumerate(zip(t_s.tolist(), x, strict=True)):
        made = grid.push(t, row)
        assert all(point <= t_s[max(k - 1, 0)] for point, _ in made)
        if k >= 2 and made:
            assert made[-1][0] > t_s[k - 1] - 1 / 60 - 1e-6


def test_the_shortest_recordings() -> None:
    assert EvenGrid(0.0, 30.0).close() == []
    times, values = resampled(np.array([2.0]), np.array([[5.0]]), rate_hz=30.0, start_s=2.0)
    assert (times.tolist(), values.tolist()) == ([2.0], [[5.0]])
    times, values = resampled(np.array([2.0, 2.1]), np.array([[5.0], [6.0]]), rate_hz=20.0, start_s=2.0)
    assert times == pytest.approx([2.0, 2.05, 2.1])
    assert values[:, 0] == pytest.approx([5.0, 5.5, 6.0])


def test_a_missing_value_stays_near_its_place() -> None:
    t_s = np.arange(20) / 30 + 0.001
    x = np.ones((20, 2))
    x[10, 1] = np.nan
    _, values = resampled(t_s, x, rate_hz=30.0, start_s=0.0)
    assert np.isfinite(values[:, 0]).all()
    assert 1 <= np.isnan(values[:, 1]).sum() <= 4


class TestFrameRate:
    @pytest.mark.parametrize("rate_hz", [24.0, 29.97, 30.0, 59.94, 120.0])
    def test_even_frames(self, rate_hz: float) -> None:
        assert frame_rate_hz(np.arange(20) / rate_hz) == pytest.approx(rate_hz)

    def test_dropped_frames_do_not_slow_it(self) -> None:
        t_s = np.delete(np.arange(40) / 30, [3, 4, 11, 20, 21, 22, 30])
        assert frame_rate_hz(t_s) == pytest.approx(30.0)

    @pytest.mark.parametrize("rate_hz", [24.0, 29.97, 30.0, 60.0])
    def test_times_in_whole_milliseconds(self, rate_hz: float) -> None:
        t_s = np.round(np.arange(32) / rate_hz, 3)
        assert frame_rate_hz(t_s) == pytest.approx(rate_hz, rel=2e-3)

    @given(seed=seeds)
    def test_jitter(self, seed: int) -> None:
        shift = np.random.default_rng(seed).uniform(-0.1, 0.1, 31)
        assert frame_rate_hz((np.arange(31) + shift) / 30) == pytest.approx(30.0, rel=0.03)

    def test_two_frames(self) -> None:
        assert frame_rate_hz(np.array([1.0, 1.05])) == pytest.approx(20.0)

    @pytest.mark.parametrize("steps_s", [(0.02, 0.06), (0.005, 0.061), (0.05, 0.21)])
    def test_frames_that_come_in_pairs_have_their_mean_rate(self, steps_s: tuple[float, float]) -> None:
        t_s = np.concatenate([[0.0], np.cumsum(np.tile(steps_s, 4))])
        assert frame_rate_hz(t_s) == pytest.approx(2 / sum(steps_s))
