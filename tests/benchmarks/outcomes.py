"""From events and truth to the numbers of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Any

import numpy as np

from tests.benchmarks import anchor
from tests.benchmarks.methods import ANCHOR, Detections
from tests.benchmarks.statistics import Interval, bootstrap_mean
from twitchcam.events.model import Twitch
from twitchcam.score import score

#: The anchor's threshold is looked for among so many strengths of its own peaks.
_THRESHOLDS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A twitch that was found: errors of the found one (late is positive), and whether its labels are right."""

    onset_error_s: float
    amplitude_error: float
    side_right: bool
    lip_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a method did on one video.

    Attributes:
        truths: Twitches in the video.
        events: Events of the method.
        f1: As :mod:`twitchcam.score` has it.
        pairs: The twitches found.
        confidences: Confidence of every event, where the method gives one.
        right: For the same events, whether each belongs to a twitch.
        duration_s: Length of the video.
        rate_hz: Its frame rate.
    """

    truths: int
    events: int
    f1: float
    pairs: tuple[Pair, ...]
    confidences: tuple[float, ...]
    right: tuple[bool, ...]
    duration_s: float
    rate_hz: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; a pair is a list in the order of :class:`Pair`."""
        return {**asdict(self), "pairs": [list(asdict(pair).values()) for pair in self.pairs]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How a method did on the videos of a cell of the table. None: there is nothing to average.

    Attributes:
        videos: How many videos.
        twitches: How many twitches in them.
        f1: Mean over videos.
        interval: Of that mean, by bootstrap over videos.
        precision: Over all events; None where there are none, rather than perfect.
        recall: Over all twitches.
        false_per_min: Events without a twitch, per minute of video.
        side: Share of the found ones with the right side.
        lip: Share of the found ones with the right lip.
        onset_abs_frames: Median absolute error of the onset in frames.
        onset_abs_s: The same in seconds.
        onset_s: Median signed error of the onset; positive is late.
        amplitude: Median relative error of the amplitude.
        amplitude_abs: Median of its absolute value.
        threshold: Of the anchor, chosen afterwards: height of a peak over the recording's median.
    """

    videos: int
    twitches: int
    f1: float
    interval: Interval
    precision: float | None
    recall: float
    false_per_min: float
    side: float | None
    lip: float | None
    onset_abs_frames: float | None
    onset_abs_s: float | None
    onset_s: float | None
    amplitude: float | None
    amplitude_abs: float | None
    threshold: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def outcome(truth: Sequence[Twitch], found: Detections, events: Sequence[Twitch] | None = None) -> Outcome:
    """Compares a video's events with its truth.

    Args:
        truth: The twitches.
        found: What the method found.
        events: The part of that which counts; None is all.
    """
    events = found.twitches if events is None else events
    result = score(truth, events)
    matched = {m.event for m in result.matches}
    sure = [(e.confidence, i in matched) for i, e in enumerate(events) if e.confidence is not None]
    return Outcome(
        truths=result.truths,
        events=result.events,
        f1=result.f1,
        pairs=tuple(_pair(truth[m.truth], events[m.event]) for m in result.matches),
        confidences=tuple(confidence for confidence, _ in sure),
        right=tuple(right for _, right in sure),
        duration_s=found.duration_s,
        rate_hz=found.rate_hz,
    )


def outcomes(
    method: str, truths: Sequence[Sequence[Twitch]], found: Sequence[Detections]
) -> tuple[list[Outcome], float | None]:
    """Outcomes of the videos of a cell, and of the anchor the threshold with the best mean F1 over just these."""
    if method != ANCHOR:
        return [outcome(t, f) for t, f in zip(truths, found, strict=True)], None
    threshold = best_threshold(truths, found)
    return [outcome(t, f, anchor.above(f.twitches, threshold)) for t, f in zip(truths, found, strict=True)], threshold


def best_threshold(truths: Sequence[Sequence[Twitch]], found: Sequence[Detections]) -> float:
    """The threshold on the strength of peaks that gives the largest mean F1 over videos."""
    heights = [event.snr for f in found for event in f.twitches if event.snr is not None]
    if not heights:
        return 0.0
    tried = np.unique(np.quantile(heights, np.linspace(0, 1, _THRESHOLDS)))

    def mean_f1(threshold: float) -> float:
        return fmean(score(t, anchor.above(f.twitches, threshold)).f1 for t, f in zip(truths, found, strict=True))

    return float(max(tried, key=mean_f1))


def summary(results: Sequence[Outcome], threshold: float | None = None) -> Summary:
    """Averages over the videos of a cell.

    Raises:
        ValueError: no videos.
    """
    f1 = [r.f1 for r in results]
    pairs = [pair for r in results for pair in r.pairs]
    frames = [abs(pair.onset_error_s) * r.rate_hz for r in results for pair in r.pairs]
    truths, events = sum(r.truths for r in results), sum(r.events for r in results)
    minutes = sum(r.duration_s for r in results) / 60
    return Summary(
        videos=len(results),
        twitches=truths,
        f1=fmean(f1),
        interval=bootstrap_mean(f1),
        precision=len(pairs) / events if events else None,
        recall=len(pairs) / truths if truths else 1.0,
        false_per_min=(events - len(pairs)) / minutes if minutes else 0.0,
        side=fmean(p.side_right for p in pairs) if pairs else None,
        lip=fmean(p.lip_right for p in pairs) if pairs else None,
        onset_abs_frames=median(frames) if frames else None,
        onset_abs_s=median(abs(p.onset_error_s) for p in pairs) if pairs else None,
        onset_s=median(p.onset_error_s for p in pairs) if pairs else None,
        amplitude=median(p.amplitude_error for p in pairs) if pairs else None,
        amplitude_abs=median(abs(p.amplitude_error) for p in pairs) if pairs else None,
        threshold=threshold,
    )


def _pair(true: Twitch, found: Twitch) -> Pair:
    return Pair(
        onset_error_s=round(found.onset_s - true.onset_s, 4),
        amplitude_error=round(found.amplitude_pct_iod / true.amplitude_pct_iod - 1, 4),
        side_right=found.side is true.side,
        lip_right=found.lip is true.lip,
    )
