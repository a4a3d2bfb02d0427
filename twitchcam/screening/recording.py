"""What the screening is given of one session, and its valid time as an axis of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from twitchcam.events.model import Context, Segment, Twitch

FloatArray = NDArray[np.float64]
Stretch = tuple[float, float]


class Part(StrEnum):
    """A part of the guided protocol."""

    REST = "rest"
    LIPS_PURSED = "lips_pursed"
    EYES_SHUT = "eyes_shut"
    SMILE = "smile"
    GAZE = "gaze"
    READING = "reading"
    OTHER = "other"


#: Words in the name of a part that tell which it is; the first that is found counts.
_WORDS: tuple[tuple[Part, tuple[str, ...]], ...] = (
    (Part.REST, ("rest", "pause", "relax", "end", "done", "stop")),
    (Part.LIPS_PURSED, ("purse", "pucker", "lips")),
    (Part.EYES_SHUT, ("shut", "close", "eyes")),
    (Part.SMILE, ("smile",)),
    (Part.GAZE, ("gaze", "look", "left", "right")),
    (Part.READING, ("read", "talk", "speak", "speech", "aloud")),
)


def part_of(name: str) -> Part:
    """Which part of the protocol a name in ``notes.tsv`` means."""
    words = name.casefold()
    return next((part for part, known in _WORDS if any(word in words for word in known)), Part.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolPart:
    """A part of the protocol as it was done; seconds from the first frame."""

    part: Part
    onset_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One session, as far as the screening looks at it.

    Attributes:
        name: What it is called.
        twitches: What was found.
        segments: What the face was doing.
        start_s: Begin of what was analysed, seconds from the first frame.
        end_s: Its end.
        face_share: Share of its frames with a face.
        parts: Parts of the protocol, in order.
        subject: Who is seen, or None where that was not told.
        started_at: Wall time of the first frame, with offset, or None.
        source: What tells the recording from others (a checksum), or None.
        asymmetry_pct_iod: How much the left corner of the mouth is higher at rest than the right one, or None.
        left_out: Stretches that another recording shows as well and that count there.
    """

    name: str
    twitches: tuple[Twitch, ...]
    segments: tuple[Segment, ...]
    start_s: float = 0.0
    end_s: float
    face_share: float = 1.0
    parts: tuple[ProtocolPart, ...] = ()
    subject: str | None = None
    started_at: datetime | None = None
    source: str | None = None
    asymmetry_pct_iod: float | None = None
    left_out: tuple[Stretch, ...] = ()

    def rest(self) -> list[Stretch]:
        """Valid time: rest that is no part of the protocol in which something is done on purpose."""
        rest = [(segment.onset_s, segment.end_s) for segment in self.segments if segment.kind is Context.REST]
        done = [(part.onset_s, part.end_s) for part in self.parts if part.part is not Part.REST]
        return without(joined(rest), joined([*done, *self.left_out]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidTime:
    """Valid time of a recording with all other time taken out.

    Attributes:
        begins_s: ``(n,)`` begins of the stretches.
        ends_s: ``(n,)`` their ends.
        before_s: ``(n,)`` valid time before each.
        length_s: Valid time in all.
    """

    begins_s: FloatArray
    ends_s: FloatArray
    before_s: FloatArray
    length_s: float

    @classmethod
    def of(cls, stretches: list[Stretch]) -> ValidTime:
        """The axis of stretches that are in order and do not overlap."""
        table = np.array(stretches, dtype=np.float64).reshape(-1, 2)
        lengths = table[:, 1] - table[:, 0]
        before = np.concatenate([[0.0], np.cumsum(lengths)])
        return cls(begins_s=table[:, 0], ends_s=table[:, 1], before_s=before[:-1], length_s=float(before[-1]))

    def on_axis(self, times_s: Iterable[float]) -> FloatArray:
        """Where times lie on the axis; a time between two stretches lies where they meet."""
        times = np.fromiter(times_s, dtype=np.float64)
        if not len(self.begins_s):
            return np.zeros(len(times))
        number = np.searchsorted(self.begins_s, times, side="right") - 1
        number = np.maximum(number, 0)
        inside = np.clip(times - self.begins_s[number], 0.0, self.ends_s[number] - self.begins_s[number])
        return np.asarray(self.before_s[number] + inside)

    def holds(self, times_s: Iterable[float]) -> NDArray[np.bool_]:
        """Which times are valid."""
        times = np.fromiter(times_s, dtype=np.float64)
        if not len(self.begins_s):
            return np.zeros(len(times), dtype=np.bool_)
        number = np.searchsorted(self.begins_s, times, side="right") - 1
        return np.asarray((number >= 0) & (times < self.ends_s[np.maximum(number, 0)]))


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order, each stretch once."""
    made: list[Stretch] = []
    for begin_s, end_s in sorted(stretches):
        if end_s <= begin_s:
            continue
        if made and begin_s <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end_s))
        else:
            made.append((begin_s, end_s))
    return made


def without(stretches: list[Stretch], taken: list[Stretch]) -> list[Stretch]:
    """What is left of stretches; both are in order and do not overlap."""
    left = stretches
    for begin_s, end_s in taken:
        cut: list[Stretch] = []
        for first_s, last_s in left:
            if last_s <= begin_s or end_s <= first_s:
                cut.append((first_s, last_s))
                continue
            if first_s < begin_s:
                cut.append((first_s, begin_s))
            if end_s < last_s:
                cut.append((end_s, last_s))
        left = cut
    return left


def counted_once(recordings: Iterable[Recording]) -> list[Recording]:
    """The recordings in order of time, with what two of them show left out of one of them.

    The same time of the clock, or the same part of the same file, counts in the longer recording.
    """
    kept: list[Recording] = []
    for recording in sorted(recordings, key=lambda r: (r.start_s - r.end_s, r.name)):
        shared = joined([*recording.left_out, *(s for other in kept for s in _shared(recording, other))])
        kept.append(replace(recording, left_out=tuple(shared)))
    return sorted(kept, key=lambda r: (r.started_at is None, _moment(r), r.name))


def _moment(recording: Recording) -> float:
    return 0.0 if recording.started_at is None else recording.started_at.timestamp() + recording.start_s


def _shared(recording: Recording, other: Recording) -> list[Stretch]:
    """Where ``recording`` shows what ``other`` shows, in its own seconds."""
    if recording.source is not None and recording.source == other.source:
        late_s = 0.0
    elif recording.started_at is not None and other.started_at is not None:
        late_s = (other.started_at - recording.started_at) / timedelta(seconds=1)
    else:
        return []
    begin_s, end_s = max(recording.start_s, other.start_s + late_s), min(recording.end_s, other.end_s + late_s)
    return [(begin_s, end_s)] if begin_s < end_s else []
