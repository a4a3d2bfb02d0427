"""What the live page is told: plain data, made from what the loop says.

A tab gets everything that matters now when it comes (:meth:`PageState.snapshot`), and then what is new
(:meth:`PageState.take`). Nothing here knows of sockets.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from twitchcam.events.model import Context, Lip, Mark, Side, Twitch
from twitchcam.live.feed import AddNote, LiveUpdate, ProtocolStep, Status
from twitchcam.live.traces import RecentTraces
from twitchcam.live.words import sentence
from twitchcam.motion.channels import LIP_SITES

Message = dict[str, Any]

#: What the traces show, seconds.
SHOWN_S = 12.0
#: How many events and notes a tab that comes late is told.
REMEMBERED = 200

#: Now the person is ...
_CONTEXTS: dict[Context, str] = {
    Context.REST: "at rest",
    Context.TALKING: "talking",
    Context.SMILING: "smiling",
    Context.CHEWING: "chewing",
    Context.MOUTH_MOVEMENT: "moving the mouth",
    Context.HEAD_MOTION: "moving the head",
    Context.OCCLUDED: "covered",
    Context.NO_FACE: "not seen",
    Context.LOW_RATE: "seen too seldom",
    Context.BLINK: "blinking",
    Context.EYE_CLOSED: "closing an eye",
    Context.GAZE_SHIFT: "looking aside",
}

_VALUE_DECIMALS = 3
_TIME_DECIMALS = 4


class PageState:
    """The session as the page shows it.

    Args:
        title: What is watched, for the page's heading.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._traces = RecentTraces()
        self._times: deque[float] = deque()
        self._values: deque[list[float | None]] = deque()
        self._noise: list[float | None] = [None] * len(LIP_SITES)
        self._events: deque[Message] = deque(maxlen=REMEMBERED)
        self._notes: deque[Message] = deque(maxlen=REMEMBERED)
        self._status: Status | None = None

    def take(self, updates: Iterable[LiveUpdate | AddNote]) -> Message:
        """Takes what came since the last call, and says what is new in it."""
        times: list[float] = []
        values: list[list[float | None]] = []
        events: list[Message] = []
        marks: list[Message] = []
        notes: list[Message] = []
        for update in updates:
            if isinstance(update, AddNote):
                notes.append(_note(update, self._status))
                continue
            if self._status is not None and update.status.t_s < self._status.t_s:
                # The log goes on in a new folder, and its time begins anew.
                for kept in (self._times, self._values, self._events, self._notes, times, values, events, marks, notes):
                    kept.clear()
                self._traces = RecentTraces()
            self._status = update.status
            for sample in update.update.samples:
                times.append(round(sample.t_s, _TIME_DECIMALS))
                values.append([_number(value) for value in self._traces.push(sample)])
            if update.noise_pct_iod:
                self._noise = [_number(update.noise_pct_iod.get(site, math.nan)) for site in LIP_SITES]
            events.extend(_event(twitch, update.status) for twitch in update.update.twitches)
            marks.extend(_mark(mark) for mark in update.marks)
        self._remember(times, values, events, notes)
        return {
            "kind": "news",
            "t": times,
            "traces": values,
            "noise": self._noise,
            "events": events,
            "marks": marks,
            "notes": notes,
            "status": None if self._status is None else _status(self._status),
        }

    def snapshot(self) -> Message:
        """Everything that a tab needs to begin with."""
        return {
            "kind": "all",
            "title": self._title,
            "sites": list(LIP_SITES),
            "shown_s": SHOWN_S,
            "t": list(self._times),
            "traces": list(self._values),
            "noise": self._noise,
            "events": list(self._events),
            "marks": [],
            "notes": list(self._notes),
            "status": None if self._status is None else _status(self._status),
        }

    def _remember(
        self, times: list[float], values: list[list[float | None]], events: list[Message], notes: list[Message]
    ) -> None:
        self._times.extend(times)
        self._values.extend(values)
        while self._times and self._times[0] < self._times[-1] - SHOWN_S:
            self._times.popleft()
            self._values.popleft()
        self._events.extend(events)
        self._notes.extend(notes)


def place(lip: Lip, side: Side) -> str:
    """Where a twitch is; the subject's own left and right."""
    where = "both lips" if lip is Lip.BOTH else f"{lip} lip"
    return f"{where}, both sides" if side is Side.BOTH else f"{where}, {side}"


def _event(twitch: Twitch, status: Status) -> Message:
    time = status.time + timedelta(milliseconds=round(1000 * (twitch.onset_s - status.t_s)))
    return {
        "onset": round(twitch.onset_s, _TIME_DECIMALS),
        "duration": round(twitch.duration_s, _TIME_DECIMALS),
        "peak": round(twitch.peak_s, _TIME_DECIMALS),
        "time": time.isoformat(timespec="milliseconds"),
        "type": twitch.trial_type.value,
        "lip": twitch.lip.value,
        "side": twitch.side.value,
        "place": place(twitch.lip, twitch.side),
        "amplitude_pct_iod": _number(twitch.amplitude_pct_iod),
        "amplitude_mm": _number(twitch.amplitude_mm),
        "confidence": _number(twitch.confidence),
    }


def _mark(mark: Mark) -> Message:
    return {
        "peak": round(mark.peak_s, _TIME_DECIMALS),
        "lip": mark.lip.value,
        "side": mark.side.value,
        "place": place(mark.lip, mark.side),
    }


def _note(note: AddNote, status: Status | None) -> Message:
    return {
        "time": None if status is None else status.time.isoformat(timespec="milliseconds"),
        "t": None if status is None else round(status.t_s, _TIME_DECIMALS),
        "kind": note.kind.value,
        "name": note.name,
        "value": note.value,
        "text": note.text,
    }


def _status(status: Status) -> Message:
    return {
        "t": round(status.t_s, _TIME_DECIMALS),
        "time": status.time.isoformat(timespec="milliseconds"),
        "valid_s": round(status.valid_s, 2),
        "counts": {f"{lip}_{side}": count for (lip, side), count in status.counts.items()},
        "total": sum(status.counts.values()),
        "per_min": _number(status.per_min),
        "rate_hz": _number(status.rate_hz),
        "dropped": status.dropped,
        "context": None if status.context is None else _CONTEXTS[status.context],
        "limits": [{"name": limit.value, "words": sentence(limit)} for limit in status.limits],
        "paused": status.paused,
        "keeps_images": status.keeps_images,
        "protocol": None if status.protocol is None else _step(status.protocol),
        "ended": status.ended,
    }


def _step(step: ProtocolStep) -> Message:
    return {
        "name": step.name,
        "instruction": step.instruction,
        "left_s": round(step.left_s, 1),
        "number": step.number,
        "total": step.total,
    }


def _number(value: float | None) -> float | None:
    """A number that JSON can hold; None for what is missing."""
    return round(float(value), _VALUE_DECIMALS) if value is not None and math.isfinite(value) else None
