from __future__ import annotations

import pytest

from tests.benchmarks.methods import ANCHOR, FUSED, Detections
from tests.benchmarks.outcomes import outcome, outcomes, summary
from twitchcam.events.model import Lip, Side, Twitch


def twitch(
    onset_s: float, *, amplitude: float = 1.0, side: Side = Side.LEFT, confidence: float | None = None
) -> Twitch:
    return Twitch(
        onset_s=onset_s,
        duration_s=0.1,
        peak_s=onset_s + 0.04,
        lip=Lip.UPPER,
        side=side,
        amplitude_pct_iod=amplitude,
        snr=10 * amplitude,
        confidence=confidence,
    )


def found(*twitches: Twitch, seconds: float = 60.0, rate_hz: float = 30.0) -> Detections:
    return Detections(twitches=twitches, valid_s=seconds, duration_s=seconds, rate_hz=rate_hz)


def test_errors_of_what_was_found():
    result = outcome([twitch(1), twitch(3)], found(twitch(1.05, amplitude=1.2), twitch(9, side=Side.RIGHT)))
    (pair,) = result.pairs
    assert (result.truths, result.events, result.f1) == (2, 2, pytest.approx(0.5))
    assert (pair.onset_error_s, pair.amplitude_error) == (pytest.approx(0.05), pytest.approx(0.2))
    assert pair.side_right
    assert pair.lip_right


def test_confidence_goes_with_whether_the_event_is_true():
    result = outcome([twitch(1)], found(twitch(5, confidence=0.6), twitch(1, confidence=0.9)))
    assert dict(zip(result.confidences, result.right, strict=True)) == {0.6: False, 0.9: True}


def test_a_cell_averages_f1_over_videos_and_the_rest_over_events():
    results = [
        outcome([twitch(1), twitch(3)], found(twitch(1.02), twitch(3.04))),
        outcome([twitch(1)], found(twitch(1.01, side=Side.RIGHT), twitch(7), twitch(9), rate_hz=90.0)),
    ]
    cell = summary(results)
    assert (cell.videos, cell.twitches) == (2, 3)
    assert cell.f1 == pytest.approx((1 + 0.5) / 2)
    assert cell.interval.low <= cell.f1 <= cell.interval.high
    assert (cell.precision, cell.recall) == (pytest.approx(3 / 5), 1.0)
    assert cell.side == pytest.approx(2 / 3)
    assert cell.false_per_min == pytest.approx(1.0)
    assert cell.onset_abs_s == pytest.approx(0.02)
    assert cell.onset_abs_frames == pytest.approx(0.9)


def test_a_cell_in_which_nothing_was_found():
    cell = summary([outcome([twitch(1)], found())])
    assert (cell.f1, cell.recall, cell.precision, cell.side, cell.onset_abs_s) == (0.0, 0.0, None, None, None)


def test_the_anchor_gets_the_best_threshold_of_its_cell():
    truths = [[twitch(1), twitch(3)], [twitch(2)]]
    seen = [
        found(twitch(1, amplitude=0.9), twitch(3, amplitude=0.8), twitch(6, amplitude=0.3)),
        found(twitch(2, amplitude=0.7), twitch(8, amplitude=0.5)),
    ]
    results, threshold = outcomes(ANCHOR, truths, seen)
    assert threshold is not None
    assert 5 < threshold <= 7
    assert [r.f1 for r in results] == [1.0, 1.0]


def test_twitchcam_gets_no_threshold():
    results, threshold = outcomes(FUSED, [[twitch(1)]], [found(twitch(1), twitch(8, amplitude=0.1))])
    assert threshold is None
    assert results[0].events == 2
