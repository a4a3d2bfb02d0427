"""Bursts and twitches per minute of valid time, in bins, with exact intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twitchcam.errors import UsageError
from twitchcam.events.model import OVERLAID, Context, Segment, Side, Twitch
from twitchcam.trends.poisson import count_interval

FloatArray = NDArray[np.float64]
#: Begin and end in seconds.
Span = tuple[float, float]

#: Lengths of a bin to choose from, seconds; the shortest that gives few enough bins is taken.
BIN_LENGTHS_S = (5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600)
MAX_BINS = 40
#: Bins that somebody asks for; more could not be told apart on any paper.
MAX_ASKED_BINS = 1500
#: A bin with a smaller share of valid time gets no rate: dividing by next to nothing would invent one.
MIN_VALID_SHARE = 0.25
#: What is not valid time; the rest of a recording is.
NOT_VALID = frozenset(Context) - {Context.REST} - OVERLAID

#: A recording of nothing still has a length, seconds.
SHORTEST_S = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Bursts and twitches per minute of valid time, in bins. NaN where too little of a bin is valid.

    Attributes:
        edges_s: ``(bins + 1,)`` seconds.
        valid_s: ``(bins,)`` seconds of valid time in each bin.
        twitches: ``(bins,)`` twitches of valid time that begin in each bin.
        per_minute: Side to ``(bins,)`` twitches per minute of valid time.
        bursts: ``(bins,)`` bursts that begin in each bin, of the twitches that count.
        bursts_per_minute: ``(bins,)`` the same per minute of valid time.
        bursts_interval: ``(2, bins)`` exact 95 % Poisson interval of it. Twitches of a burst are not independent,
            so an interval of twitches would be too narrow.
    """

    edges_s: FloatArray
    valid_s: FloatArray
    twitches: NDArray[np.int64]
    per_minute: dict[Side, FloatArray]
    bursts: NDArray[np.int64]
    bursts_per_minute: FloatArray
    bursts_interval: FloatArray

    @property
    def total(self) -> FloatArray:
        """``(bins,)`` twitches per minute of valid time, all sides together."""
        return sum((self.per_minute[side] for side in Side), start=np.zeros(len(self.valid_s)))


def binned_rates(
    twitches: Sequence[Twitch], segments: Sequence[Segment], span_s: Span, per_s: float | None = None
) -> Rates:
    """Rates in bins of the given length, or of one that is chosen for the length of the recording.

    Twitches outside the span enter the bin next to them.

    Raises:
        UsageError: the bins would be too many.
    """
    edges_s = bin_edges(span_s, per_s)
    valid_s = np.diff(edges_s)
    for begin_s, end_s in not_valid_spans(segments, span_s):
        valid_s -= np.clip(np.minimum(edges_s[1:], end_s) - np.maximum(edges_s[:-1], begin_s), 0, None)
    valid_s = np.clip(valid_s, 0, None)
    rated = valid_s >= MIN_VALID_SHARE * np.diff(edges_s)
    minutes = np.where(rated, valid_s, np.nan) / 60
    counted = [t for t in twitches if is_counted(t)]

    def count(onsets_s: Iterable[float]) -> NDArray[np.int64]:
        clipped: ArrayLike = np.clip(np.array(list(onsets_s), dtype=np.float64), *span_s)
        return np.histogram(clipped, bins=edges_s)[0].astype(np.int64)

    bursts = count(first.onset_s for first in first_of_bursts(counted))
    low, high = count_interval(bursts)
    return Rates(
        edges_s=edges_s,
        valid_s=valid_s,
        twitches=count(t.onset_s for t in counted),
        per_minute={side: count(t.onset_s for t in counted if t.side is side) / minutes for side in Side},
        bursts=bursts,
        bursts_per_minute=bursts / minutes,
        bursts_interval=np.stack((low / minutes, high / minutes)),
    )


def is_counted(twitch: Twitch) -> bool:
    """Whether a twitch belongs to valid time and so enters a rate."""
    return twitch.context not in NOT_VALID


def first_of_bursts(twitches: Iterable[Twitch]) -> list[Twitch]:
    """The first twitch of every burst, in the order of time; one that belongs to no burst is one of its own."""
    firsts: list[Twitch] = []
    seen: set[int] = set()
    for twitch in sorted(twitches, key=lambda t: t.onset_s):
        if twitch.burst == 0 or twitch.burst not in seen:
            firsts.append(twitch)
            seen.add(twitch.burst)
    return firsts


def bin_edges(span_s: Span, per_s: float | None = None) -> FloatArray:
    """Edges of the bins, seconds; a remainder shorter than half a bin belongs to the last one.

    Raises:
        UsageError: the bins would be too many.
    """
    begin_s, duration_s = span_s[0], max(span_s[1] - span_s[0], SHORTEST_S)
    length_s = per_s or next((b for b in BIN_LENGTHS_S if duration_s / b <= MAX_BINS), BIN_LENGTHS_S[-1])
    if per_s and duration_s / per_s > MAX_ASKED_BINS:
        least_s = math.ceil(duration_s / MAX_ASKED_BINS)
        raise UsageError(f"bins of {per_s:g} s are too many for {duration_s:.0f} s; take {least_s} s or more")
    edges_s = begin_s + np.arange(0, max(math.floor(duration_s / length_s + 0.5), 1) + 1, dtype=np.float64) * length_s
    edges_s[-1] = begin_s + duration_s
    return edges_s


def not_valid_spans(segments: Sequence[Segment], span_s: Span) -> list[Span]:
    """The time that was not valid, as disjoint spans in order, seconds."""
    spans: list[Span] = []
    for segment in sorted((s for s in segments if s.kind in NOT_VALID), key=lambda s: s.onset_s):
        begin_s, end_s = max(segment.onset_s, span_s[0]), min(segment.end_s, span_s[1])
        if spans and begin_s <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end_s))
        elif end_s > begin_s:
            spans.append((begin_s, end_s))
    return spans


def valid_in(segments: Sequence[Segment], span_s: Span) -> float:
    """Seconds of a span that no segment says were not valid."""
    return span_s[1] - span_s[0] - sum(end_s - begin_s for begin_s, end_s in not_valid_spans(segments, span_s))
