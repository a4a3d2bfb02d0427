"""Twitches while the mouth moves: from odds in the samples to events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import cuts
from tests.synthetic import (
    Findings,
    Motion,
    detect,
    even_times,
    flipped,
    later,
    on_both_sides,
    place_pattern,
    stream,
    twitch,
)
from twitchcam.config import Config, from_dict
from twitchcam.events.detector import Detector, joined
from twitchcam.events.model import Context, Lip, Side
from twitchcam.events.moving import ODDS_LAG_STEPS, log_odds_of
from twitchcam.events.places import N_DISPLACEMENTS
from twitchcam.motion.channels import INDEX, Sample, missing

FloatArray = np.ndarray
TIMES_S = even_times(10)
LIMIT = Config().moving.min_log_odds


def speech(times_s: FloatArray = TIMES_S, *, until_s: float = np.inf, seed: int = 0) -> list[Sample]:
    """Both sides of both lips go up and down, and the mouth opens and closes."""
    course = lambda t: np.where(t < until_s, 3 * np.sin(2 * np.pi * 3.1 * t) + 2 * np.sin(2 * np.pi * 4.7 * t), 0.0)  # noqa: E731
    both = [on_both_sides(Motion(course, place_pattern(lip, Side.LEFT))) for lip in (Lip.UPPER, Lip.LOWER)]
    opening = 4 + np.where(times_s < until_s, 4 * np.sin(2 * np.pi * 2.3 * times_s), 0.0)
    return stream(times_s, both, mouth_open=opening, seed=seed)


def with_odds(
    samples: list[Sample], *peaks: tuple[float, str, float], step: int = 1, size_pct_iod: float = 4.0
) -> list[Sample]:
    """Twitches (time of the peak, place, log odds), and the odds where they are known; half as high beside."""
    rows = [sample.values.copy() for sample in samples]
    times = np.array([sample.t_s for sample in samples[::step]])
    for t_s, name, height in peaks:
        at = int(np.argmin(np.abs(times - t_s)))
        motion = twitch(t_s - 0.06, duration_s=0.15, lip=Lip(name.split("_")[0]), side=Side(name.split("_")[1]))
        for sample, row in zip(samples, rows, strict=True):
            size = size_pct_iod / 3 * float(motion.course(np.array([sample.t_s]))[0])
            row[:N_DISPLACEMENTS] += size * motion.pattern
        for beside, share in ((-1, 0.5), (0, 1.0), (1, 0.5)):
            lip, side = name.split("_")
            rows[(at + beside + ODDS_LAG_STEPS) * step][INDEX[f"odds_{lip}"]] = (
                height * share * (1 if side == "left" else -1)
            )
    return [replace(sample, values=row) for sample, row in zip(samples, rows, strict=True)]


def places(found: Findings, *times_s: float) -> list[tuple[Lip, Side]]:
    """Of the twitches, which must peak at these times; the pulse is fitted to what speech leaves of it."""
    assert [t.peak_s for t in found.twitches] == pytest.approx(times_s, abs=0.09)
    return [(t.lip, t.side) for t in found.twitches]


def test_a_peak_of_the_odds_is_a_twitch_of_that_place_and_context() -> None:
    found = detect(with_odds(speech(), (4.0, "lower_left", LIMIT + 2), (6.0, "upper_right", LIMIT + 1)))
    assert places(found, 4.0, 6.0) == [(Lip.LOWER, Side.LEFT), (Lip.UPPER, Side.RIGHT)]
    for event, odds in zip(found.twitches, (LIMIT + 2, LIMIT + 1), strict=True):
        assert event.context is Context.TALKING
        assert event.confidence is not None
        assert log_odds_of(event.confidence) == pytest.approx(odds, abs=1e-6)
        assert event.onset_s < event.peak_s < event.end_s
        assert event.amplitude_pct_iod > 0
    # Talking is no valid time, whatever is found in it.
    assert found.valid_s < 1


@pytest.mark.parametrize("name", ["upper_left", "upper_right", "lower_left", "lower_right"])
def test_each_of_the_odds_is_of_its_place(name: str) -> None:
    (event,) = detect(with_odds(speech(), (5.0, name, LIMIT + 1))).twitches
    lip, side = name.split("_")
    assert (event.lip, event.side) == (Lip(lip), Side(side))


def test_what_is_too_low_is_a_rejection_that_says_by_how_much() -> None:
    found = detect(with_odds(speech(), (5.0, "upper_left", LIMIT - 0.1)))
    assert found.twitches == []
    (rejection,) = [one for one in found.rejections if one.gate == "min_log_odds"]
    assert rejection.t_s == pytest.approx(5.0, abs=0.02)
    assert (rejection.value, rejection.limit) == (pytest.approx(LIMIT - 0.1), LIMIT)


def test_what_is_smaller_than_can_be_told_from_speech_is_a_rejection() -> None:
    peak = (5.0, "upper_left", LIMIT + 5)
    small, large = (detect(with_odds(speech(), peak, size_pct_iod=size)) for size in (0.5, 4.0))
    assert len(large.twitches) == 1
    assert small.twitches == []
    assert [one.gate for one in small.rejections if abs(one.t_s - 5.0) < 0.02] == ["min_amplitude_pct_iod"]


AT_REST = Config().moving.min_log_odds_at_rest


def rising_lips(*peaks: tuple[float, str, float], familiar: float = 1.0) -> Findings:
    """A twitch at the upper left at rest, while the lips part once by more than a gate allows."""
    opening = 1 + 5 * (np.abs(TIMES_S - 6.2) < 0.1)
    samples = stream(TIMES_S, [twitch(6.0)], mouth_open=opening)
    rows = [sample.values.copy() for sample in with_odds(samples, *peaks, size_pct_iod=0)]
    for sample, row in zip(samples, rows, strict=True):
        if abs(sample.t_s - 6.0) < 0.2:
            row[INDEX["familiar"]] = familiar
    return detect([replace(sample, values=row) for sample, row in zip(samples, rows, strict=True)])


def test_at_rest_the_odds_speak_up_for_a_peak_that_what_moves_around_it_speaks_against() -> None:
    (alone,) = [one for one in rising_lips().rejections if abs(one.t_s - 6.06) < 0.05]
    assert alone.gate == "max_opening_pct_iod"
    found = rising_lips((6.06, "upper_left", AT_REST + 1))
    (event,) = found.twitches
    assert (event.lip, event.side, event.context) == (Lip.UPPER, Side.LEFT, Context.REST)
    assert event.confidence is not None
    assert log_odds_of(event.confidence) == pytest.approx(AT_REST + 1, abs=1e-6)
    assert found.valid_s == pytest.approx(10.0)


DEAF = from_dict({"detection": {"min_snr": 1e6}})


def test_at_rest_they_speak_up_where_the_matched_output_has_no_peak() -> None:
    peak = (5.0, "lower_right", AT_REST + 1)
    found = detect(with_odds(stream(TIMES_S), peak), config=DEAF)
    assert places(found, 5.0) == [(Lip.LOWER, Side.RIGHT)]
    assert found.twitches[0].context is Context.REST
    assert len(detect(with_odds(stream(TIMES_S), peak)).twitches) == 1
    low = detect(with_odds(stream(TIMES_S), (5.0, "lower_right", AT_REST - 0.2)), config=DEAF)
    assert low.twitches == []
    assert [one.gate for one in low.rejections] == ["min_log_odds_at_rest"]


def test_both_sides_at_once_are_no_twitch_whatever_the_odds() -> None:
    both = stream(TIMES_S, [on_both_sides(twitch(4.94))])
    found = detect(with_odds(both, (5.0, "upper_left", AT_REST + 5), size_pct_iod=0))
    assert found.twitches == []


def test_they_speak_up_only_where_they_are_high_of_this_place_and_at_this_time() -> None:
    said = [(6.06, "upper_left", AT_REST - 0.2), (6.06, "upper_right", AT_REST + 5), (6.3, "upper_left", AT_REST + 5)]
    for one in said:
        assert rising_lips(one).twitches == []


def test_a_hand_is_a_hand_whatever_the_odds() -> None:
    assert rising_lips((6.06, "upper_left", AT_REST + 5), familiar=0.1).twitches == []


def test_two_peaks_too_near_to_each_other_are_one_the_higher() -> None:
    near = (5.0, "upper_left", LIMIT + 1), (5.17, "lower_right", LIMIT + 3)
    assert places(detect(with_odds(speech(), *near)), 5.17) == [(Lip.LOWER, Side.RIGHT)]
    apart = (5.0, "upper_left", LIMIT + 1), (5.3, "lower_right", LIMIT + 3)
    assert len(detect(with_odds(speech(), *apart)).twitches) == 2


def test_a_hand_before_the_mouth_is_not_believed() -> None:
    samples = with_odds(speech(), (5.0, "upper_left", LIMIT + 5))
    rows = [sample.values.copy() for sample in samples]
    for sample, row in zip(samples, rows, strict=True):
        if abs(sample.t_s - 5.0) < 0.1:
            row[INDEX["familiar"]] = 0.1
    found = detect([replace(sample, values=row) for sample, row in zip(samples, rows, strict=True)])
    assert found.twitches == []
    assert {one.gate for one in found.rejections if abs(one.t_s - 5.0) < 0.02} == {"min_familiar"}


def test_at_60_hz_the_odds_are_of_as_many_steps_before() -> None:
    samples = speech(even_times(10, 60.0))
    found = detect(with_odds(samples, (5.0, "upper_left", LIMIT + 1), step=2))
    assert places(found, 5.0) == [(Lip.UPPER, Side.LEFT)]


def restarted(samples: list[Sample], *, face: bool) -> list[Sample]:
    """The measurement starts anew at 5.1 s, with the face seen all the time or away for a while before."""
    away = [not face and 5.0 < sample.t_s < 5.1 for sample in samples]
    anew = [replace(s, restart=True) if abs(s.t_s - 5.1) < 1e-3 else s for s in samples]
    return [
        replace(s, face=False, quality=0.0, values=missing()) if gone else s for s, gone in zip(anew, away, strict=True)
    ]


ACROSS = (4.9, "upper_left", LIMIT + 5), (7.0, "upper_left", LIMIT + 5)


def test_a_face_that_was_away_has_no_odds_of_before() -> None:
    # Those of 4.9 s would be known at 5.3 s.
    found = detect(restarted(with_odds(speech(), *ACROSS), face=False))
    assert [round(t.peak_s, 1) for t in found.twitches] == [7.0]


def test_a_head_that_was_too_fast_for_a_moment_has() -> None:
    found = detect(restarted(with_odds(speech(), *ACROSS), face=True))
    assert places(found, 4.9, 7.0) == [(Lip.UPPER, Side.LEFT)] * 2
    assert [one.context for one in found.twitches] == [Context.TALKING] * 2


PEAKS = (3.0, "lower_left", LIMIT + 2), (5.0, "upper_right", LIMIT + 1), (7.1, "upper_left", LIMIT + 3)


def test_a_flipped_recording_gives_flipped_twitches() -> None:
    samples = with_odds(speech(), *PEAKS)
    straight, mirrored = detect(samples).twitches, detect(flipped(samples)).twitches
    assert len(straight) == 3
    for one, other in zip(straight, mirrored, strict=True):
        assert (other.lip, other.side, other.confidence) == (one.lip, one.side.mirrored, one.confidence)
        assert (other.onset_s, other.end_s) == pytest.approx((one.onset_s, one.end_s))
        assert other.amplitude_pct_iod == pytest.approx(one.amplitude_pct_iod)


@given(by_s=st.integers(0, 10**6).map(lambda k: k / 30))
@settings(max_examples=10, deadline=None)
def test_the_same_recorded_later_gives_the_same_later(by_s: float) -> None:
    samples = with_odds(speech(), *PEAKS)
    first = [(t.peak_s, t.lip, t.side, t.confidence) for t in detect(samples).twitches]
    assert len(first) == 3
    shifted = [(t.peak_s - by_s, t.lip, t.side, t.confidence) for t in detect(later(samples, by_s)).twitches]
    for one, other in zip(first, shifted, strict=True):
        assert other[0] == pytest.approx(one[0], abs=1e-3)
        assert other[1:] == one[1:]


@given(lengths=cuts(len(TIMES_S)))
@settings(max_examples=20, deadline=None)
def test_it_does_not_matter_how_the_samples_come(lengths: list[int]) -> None:
    samples = with_odds(speech(), *PEAKS)
    detector = Detector(Config())
    found, first = [], 0
    for length in lengths:
        found.append(detector.push_many(samples[first : first + length]))
        first += length
    found += [detector.push_many(samples[first:]), detector.close()]
    assert list(joined(found).twitches) == detect(samples).twitches


def test_the_threshold_is_a_setting() -> None:
    samples = with_odds(speech(), (5.0, "upper_left", LIMIT + 0.5))
    assert len(detect(samples).twitches) == 1
    assert detect(samples, from_dict({"moving": {"min_log_odds": LIMIT + 0.6}})).twitches == []
