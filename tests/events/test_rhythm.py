from __future__ import annotations

import numpy as np
import pytest

from tests.synthetic import Motion, detect, even_times, flipped, on_both_sides, place_pattern, stream, twitch
from twitchcam.events.model import Context, Lip, Segment, Side

TIMES = even_times(12.0)


def shaking(
    hz: float, side: Side = Side.LEFT, *, begin_s: float = 3.0, end_s: float = 9.0, size: float = 1.5
) -> Motion:
    def course(t_s: np.ndarray) -> np.ndarray:
        return np.sin(2 * np.pi * hz * t_s) * ((t_s >= begin_s) & (t_s < end_s))

    return Motion(course, place_pattern(Lip.LOWER, side, size))


def rhythms(samples) -> list[Segment]:
    return [s for s in detect(samples).segments if s.kind is Context.RHYTHM]


@pytest.mark.parametrize("hz", [1.5, 2.5, 5.0, 8.0])
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_one_side_that_moves_evenly(hz: float, side: Side) -> None:
    (found,) = rhythms(stream(TIMES, [shaking(hz, side)]))
    assert found.side is side
    assert found.frequency_hz == pytest.approx(hz, rel=0.05)
    assert found.onset_s == pytest.approx(3.0, abs=0.6)
    assert found.end_s == pytest.approx(9.0, abs=0.6)


@pytest.mark.parametrize("hz", [9.8, 10.0, 10.5])
def test_faster_than_any_tremor_is_no_rhythm(hz: float) -> None:
    assert rhythms(stream(TIMES, [on_both_sides(shaking(hz))])) == []


def test_both_sides_together() -> None:
    (found,) = rhythms(stream(TIMES, [on_both_sides(shaking(5.0))]))
    assert (found.side, found.frequency_hz) == (Side.BOTH, pytest.approx(5.0, rel=0.03))


def test_one_side_after_the_other_is_not_both() -> None:
    samples = stream(even_times(19.0), [shaking(5.0), shaking(5.0, Side.RIGHT, begin_s=10.0, end_s=16.0)])
    left, right = rhythms(samples)
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    assert left.end_s <= right.onset_s
    assert left.end_s == pytest.approx(9.0, abs=1.1)
    assert right.onset_s == pytest.approx(10.0, abs=0.6)


@pytest.mark.parametrize("seed", range(6))
def test_noise_does_not_make_both_sides_of_one(seed: int) -> None:
    samples = stream(TIMES, [shaking(5.0, size=0.5)], seed=seed, noise_pct_iod=0.12)
    assert {s.side for s in rhythms(samples)} <= {Side.LEFT}


def test_even_jerks_are_a_rhythm_and_uneven_twitches_are_none() -> None:
    even = [twitch(2.0 + 0.5 * i) for i in range(16)]
    (found,) = rhythms(stream(TIMES, even))
    assert found.frequency_hz == pytest.approx(2.0, rel=0.05)
    rng = np.random.default_rng(3)
    uneven = np.cumsum(rng.uniform(0.25, 0.9, 14)) + 2
    assert rhythms(stream(TIMES, [twitch(float(t)) for t in uneven])) == []


@pytest.mark.parametrize("seed", range(5))
def test_jerks_are_not_quite_even(seed: int) -> None:
    """Intervals that vary by 7 %, sizes that vary by a third."""
    rng = np.random.default_rng(seed)
    onsets_s = 3 + np.cumsum(0.55 * np.exp(rng.normal(0, 0.07, 24)))
    sizes = 3 * np.exp(rng.normal(0, 0.3, len(onsets_s)))
    jerks = [twitch(t, side=Side.RIGHT, amplitude_pct_iod=size) for t, size in zip(onsets_s, sizes, strict=True)]
    found = rhythms(stream(even_times(20.0), jerks))
    assert {s.side for s in found} == {Side.RIGHT}
    assert sum(s.duration_s for s in found) > 5
    assert all(s.frequency_hz == pytest.approx(1.8, rel=0.15) for s in found)


@pytest.mark.parametrize("seed", range(5))
def test_a_long_burst_of_uneven_twitches_is_no_rhythm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    onsets_s = 3 + np.cumsum(0.4 * np.exp(rng.normal(-0.13, 0.5, 24)))
    assert rhythms(stream(even_times(20.0), [twitch(float(t)) for t in onsets_s])) == []


def test_rest_and_what_is_too_short_have_none() -> None:
    assert rhythms(stream(TIMES)) == []
    assert rhythms(stream(TIMES, [shaking(5.0, end_s=4.0)])) == []


def test_a_mouth_that_opens_and_closes_talks() -> None:
    opening = 5 * np.sin(2 * np.pi * 4 * TIMES)
    assert rhythms(stream(TIMES, [on_both_sides(shaking(4.0))], mouth_open=opening)) == []


def test_a_rhythm_takes_nothing_from_valid_time_and_flips() -> None:
    samples = stream(TIMES, [shaking(3.0, Side.RIGHT, size=0.8)])
    found = detect(samples)
    assert found.valid_s == pytest.approx(12.0, abs=0.1)
    assert [s.side for s in rhythms(flipped(samples))] == [Side.LEFT]
