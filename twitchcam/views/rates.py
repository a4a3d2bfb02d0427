"""Twitches per minute of valid time, in bins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.events.model import OVERLAID, Context, Segment, Side, Twitch

FloatArray = NDArray[np.float64]
#: Begin and end in seconds.
Span = tuple[float, float]

#: Lengths of a bin to choose from, seconds; the shortest that gives few enough bins is taken.
BIN_LENGTHS_S = (5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600)
MAX_BINS = 40
#: A bin with a smaller share of valid time gets no rate: dividing by next to nothing would invent one.
MIN_VALID_SHARE = 0.25
#: What is not valid time; the rest of a recording is.
NOT_VALID = frozenset(Context) - {Context.REST} - OVERLAID

#: A recording of nothing still has a length, seconds.
SHORTEST_S = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Twitches per minute of valid time, in bins.

    Attributes:
        edges_s: ``(bins + 1,)`` seconds.
        valid_s: ``(bins,)`` seconds of valid time in each bin.
        per_minute: Side to ``(bins,)`` twitches per minute of valid time; NaN where too little of the bin is valid.
    """

    edges_s: FloatArray
    valid_s: FloatArray
    per_minute: dict[Side, FloatArray]

    @property
    def total(self) -> FloatArray:
        """``(bins,)`` twitches per minute of valid time, all sides together."""
        return sum((self.per_minute[side] for side in Side), start=np.zeros(len(self.valid_s)))


def binned_rates(twitches: Sequence[Twitch], segments: Sequence[Segment], span_s: Span) -> Rates:
    """Twitches of valid time per minute of valid time, by side, in bins chosen for the length of the recording."""
    edges_s = bin_edges(span_s)
    valid_s = np.diff(edges_s)
    for begin_s, end_s in not_valid_spans(segments, span_s):
        valid_s -= np.clip(np.minimum(edges_s[1:], end_s) - np.maximum(edges_s[:-1], begin_s), 0, None)
    rated = valid_s >= MIN_VALID_SHARE * np.diff(edges_s)
    minutes = np.where(rated, valid_s, np.nan) / 60
    per_minute = {}
    for side in Side:
        onsets_s = np.array([t.onset_s for t in twitches if t.side is side and is_counted(t)])
        per_minute[side] = np.histogram(np.clip(onsets_s, *span_s), bins=edges_s)[0] / minutes
    return Rates(edges_s=edges_s, valid_s=valid_s, per_minute=per_minute)


def is_counted(twitch: Twitch) -> bool:
    """Whether a twitch belongs to valid time and so enters a rate."""
    return twitch.context not in NOT_VALID


def bin_edges(span_s: Span) -> FloatArray:
    """Edges of the bins, seconds; a remainder shorter than half a bin belongs to the last one."""
    begin_s, duration_s = span_s[0], max(span_s[1] - span_s[0], SHORTEST_S)
    length_s = next((b for b in BIN_LENGTHS_S if duration_s / b <= MAX_BINS), BIN_LENGTHS_S[-1])
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
