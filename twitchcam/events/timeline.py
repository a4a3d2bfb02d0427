"""Segments from a stream of contexts."""

from __future__ import annotations

from collections import deque

from twitchcam.events.model import Context, Segment

#: Contexts that hold from their first frame, however short.
_AT_ONCE = frozenset({Context.NO_FACE, Context.LOW_RATE})
#: Ended segments whose kind can still be asked for; twitches are labelled about a second late.
_REMEMBERED = 16


class Timeline:
    """Joins equal neighbours and lets stretches that are too short belong to what was before.

    Args:
        min_segment_s: Shortest segment, except where there is no face or too low a rate.
    """

    def __init__(self, min_segment_s: float) -> None:
        self._min_s = min_segment_s
        self._current: tuple[float, Context] | None = None
        self._next: tuple[float, Context] | None = None
        self._done: list[Segment] = []
        self._recent: deque[Segment] = deque(maxlen=_REMEMBERED)
        self._seen_s = 0.0
        self._totals_s: dict[Context, float] = {}

    def add(self, t_s: float, kind: Context) -> None:
        """From ``t_s`` on the context is ``kind``; times must not decrease."""
        self._seen_s = t_s
        if self._current is None:
            self._current = (t_s, kind)
            return
        if kind is self._current[1]:
            self._next = None
            return
        if self._next is None:
            self._next = (t_s, kind)
        elif self._next[1] is not kind:
            self._next = (self._next[0], kind) if kind not in _AT_ONCE else (t_s, kind)
        if t_s - self._next[0] >= self._min_s or kind in _AT_ONCE or self._current[1] in _AT_ONCE:
            self._end(self._next[0])
            self._current, self._next = self._next, None

    def kind_at(self, t_s: float) -> Context | None:
        """The context at a recent time, as far as it is known."""
        if self._next is not None and t_s >= self._next[0]:
            return self._next[1]
        if self._current is not None and t_s >= self._current[0]:
            return self._current[1]
        return next((s.kind for s in reversed(self._recent) if s.onset_s <= t_s), None)

    def close(self, end_s: float) -> None:
        """Ends the last segment."""
        self._next = None
        if self._current is not None:
            self._end(end_s)
            self._current = None

    def take(self) -> list[Segment]:
        """The segments that ended since the last call."""
        done, self._done = self._done, []
        return done

    def total_s(self, kind: Context) -> float:
        """Seconds in a context so far, up to the last time that was added."""
        going_on_s = 0.0
        if self._current is not None and self._current[1] is kind:
            going_on_s = (self._seen_s if self._next is None else self._next[0]) - self._current[0]
        return self._totals_s.get(kind, 0.0) + going_on_s

    def _end(self, end_s: float) -> None:
        assert self._current is not None
        onset_s, kind = self._current
        if end_s > onset_s:
            self._done.append(Segment(onset_s=onset_s, duration_s=end_s - onset_s, kind=kind))
            self._recent.append(self._done[-1])
            self._totals_s[kind] = self._totals_s.get(kind, 0.0) + end_s - onset_s
