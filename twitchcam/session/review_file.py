"""``review.tsv``: a person's verdict on events; ``events.tsv`` stays as it was.

A row is a verdict, in the order they were given; of several on one event the last one counts. An event is known by its
onset and type, so verdicts outlive the session's being analysed anew, as long as its onset moves by less than
:data:`SAME_EVENT_S`.
"""

from __future__ import annotations

import math
import os
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from twitchcam.errors import OutputError, SessionError
from twitchcam.events.model import BURST_GAP_S, Context, EventType, Lip, Side, Twitch
from twitchcam.session.tsv import MISSING, format_number, parse_number, read_table

REVIEW_NAME = "review.tsv"
REVIEW_COLUMNS: tuple[str, ...] = (
    *("event", "trial_type", "verdict", "lip", "side", "onset", "duration", "peak", "amplitude_pct_iod", "context"),
    *("time", "reviewer"),
)

#: Onsets closer than this are the same event's, in seconds; two twitches are never this close.
SAME_EVENT_S = 0.1

_TIME_DECIMALS = 4
_AMPLITUDE_DECIMALS = 3


class VerdictKind(StrEnum):
    """What a person says of an event."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    RELABELLED = "relabelled"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One row of ``review.tsv``.

    Attributes:
        event_s: Onset of the event that is meant, as it stands in ``events.tsv``; of an added one, its own.
        trial_type: Type of that event.
        kind: The verdict.
        lip: Which lip it is, as the person says.
        side: The subject's side, as the person says.
        onset_s: Onset, seconds from the first frame.
        duration_s: Seconds; > 0.
        peak_s: Time of the largest displacement.
        amplitude_pct_iod: Largest displacement in % IOD, measured from ``signals.csv`` for an added event.
        context: What the face was doing.
        time: When the verdict was given, with offset, or None.
        reviewer: Who gave it; empty where that was not told.

    Raises:
        ValueError: times that are not finite, a duration or amplitude that is not positive, a time without offset.
    """

    event_s: float
    trial_type: EventType = EventType.TWITCH
    kind: VerdictKind
    lip: Lip
    side: Side
    onset_s: float
    duration_s: float
    peak_s: float
    amplitude_pct_iod: float
    context: Context | None = None
    time: datetime | None = None
    reviewer: str = ""

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.event_s, self.onset_s, self.duration_s, self.peak_s)):
            raise ValueError("expected finite times")
        if self.duration_s <= 0:
            raise ValueError(f"expected a positive duration, got {self.duration_s}")
        if not self.amplitude_pct_iod >= 0:
            raise ValueError(f"expected an amplitude >= 0, got {self.amplitude_pct_iod}")
        if self.time is not None and self.time.tzinfo is None:
            raise ValueError(f"expected a time with its offset, got {self.time}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """An event with what a person said of it.

    Attributes:
        event: The event; lip and side are the person's where it was relabelled.
        found: The same as it was found; None where a person added it.
        verdict: The last verdict on it, or None.
    """

    event: Twitch
    found: Twitch | None
    verdict: Verdict | None

    @property
    def holds(self) -> bool:
        """False where the person rejected it."""
        return self.verdict is None or self.verdict.kind is not VerdictKind.REJECTED


def verdict_on(
    event: Twitch, kind: VerdictKind, *, lip: Lip | None = None, side: Side | None = None, event_s: float | None = None
) -> Verdict:
    """A verdict on an event, without time and reviewer; lip and side are the event's unless told.

    Args:
        event: The event.
        kind: The verdict.
        lip: Which lip it really was.
        side: Which side it really was.
        event_s: Onset that it is known by, where that is another one than the event's.
    """
    return Verdict(
        event_s=event.onset_s if event_s is None else event_s,
        trial_type=event.trial_type,
        kind=kind,
        lip=lip or event.lip,
        side=side or event.side,
        onset_s=event.onset_s,
        duration_s=event.duration_s,
        peak_s=event.peak_s,
        amplitude_pct_iod=event.amplitude_pct_iod,
        context=event.context,
    )


def with_verdicts(events: Sequence[Twitch], verdicts: Iterable[Verdict]) -> list[Reviewed]:
    """The events, rejected ones as well, each with the last verdict on it, and those that were added.

    A verdict on an event that is found no more changes nothing. The result is in the order of onsets.
    """
    items = [Reviewed(event=event, found=event, verdict=None) for event in events]
    # Where each event stands, by its onset: a session of a day has thousands, and a review as many verdicts.
    places = sorted((event.onset_s, place) for place, event in enumerate(events))
    for verdict in verdicts:
        place = _place(items, places, verdict)
        if place is not None:
            known = items[place]
            event = replace(known.found or known.event, lip=verdict.lip, side=verdict.side)
            items[place] = Reviewed(event=event, found=known.found, verdict=verdict)
        elif verdict.kind is VerdictKind.ADDED:
            insort(places, (verdict.onset_s, len(items)))
            items.append(Reviewed(event=_added(verdict), found=None, verdict=verdict))
    return sorted(items, key=lambda item: item.event.onset_s)


def reviewed(
    events: Sequence[Twitch], verdicts: Iterable[Verdict], *, burst_gap_s: float = BURST_GAP_S
) -> list[Twitch]:
    """The events as a person left them: without the rejected, with the added, relabelled; bursts counted anew.

    Events without a verdict stay.

    Args:
        events: Events as they were found, in the order of onsets.
        verdicts: Verdicts in the order they were given.
        burst_gap_s: Twitches less than this apart share a burst.
    """
    kept = [item.event for item in with_verdicts(events, verdicts) if item.holds]
    numbered = []
    burst, last_end_s = 0, -math.inf
    for event in kept:
        if event.onset_s - last_end_s >= burst_gap_s:
            burst += 1
        last_end_s = max(last_end_s, event.end_s)
        numbered.append(replace(event, burst=burst))
    return numbered


def write_verdicts(path: Path, verdicts: Iterable[Verdict]) -> None:
    """Writes all verdicts: whole or not at all; they are on the disk when this returns.

    Raises:
        OutputError: the file cannot be written.
    """
    text = "".join("\t".join(cells) + "\n" for cells in (REVIEW_COLUMNS, *map(_cells, verdicts)))
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror}") from None


def read_verdicts(path: Path) -> list[Verdict]:
    """The verdicts of a file, in its order; none where there is no such file.

    Raises:
        SessionError: the file cannot be read or a value is not what the column holds; the message names the line.
    """
    if not path.exists():
        return []
    verdicts = []
    for number, row in read_table(path, REVIEW_COLUMNS):
        try:
            verdicts.append(_verdict(row))
        except ValueError as error:
            raise SessionError(f"{path}: line {number}: {error}") from None
    return verdicts


def _place(items: Sequence[Reviewed], places: Sequence[tuple[float, int]], verdict: Verdict) -> int | None:
    """Which item a verdict is about: the nearest of its type, known by its onset; ``places`` are sorted by onset."""
    best, nearest_s = None, SAME_EVENT_S
    for index in range(bisect_left(places, (verdict.event_s - SAME_EVENT_S, -1)), len(places)):
        onset_s, place = places[index]
        if onset_s > verdict.event_s + SAME_EVENT_S:
            break
        distance_s = abs(onset_s - verdict.event_s)
        if items[place].event.trial_type is verdict.trial_type and distance_s < nearest_s:
            best, nearest_s = place, distance_s
    return best


def _added(verdict: Verdict) -> Twitch:
    return Twitch(
        onset_s=verdict.onset_s,
        duration_s=verdict.duration_s,
        peak_s=verdict.peak_s,
        lip=verdict.lip,
        side=verdict.side,
        amplitude_pct_iod=verdict.amplitude_pct_iod,
        context=verdict.context,
        trial_type=verdict.trial_type,
    )


def _cells(verdict: Verdict) -> tuple[str, ...]:
    return (
        format_number(verdict.event_s, _TIME_DECIMALS),
        verdict.trial_type.value,
        verdict.kind.value,
        verdict.lip.value,
        verdict.side.value,
        format_number(verdict.onset_s, _TIME_DECIMALS),
        format_number(max(verdict.duration_s, 10**-_TIME_DECIMALS), _TIME_DECIMALS),
        format_number(verdict.peak_s, _TIME_DECIMALS),
        format_number(verdict.amplitude_pct_iod, _AMPLITUDE_DECIMALS),
        MISSING if verdict.context is None else verdict.context.value,
        MISSING if verdict.time is None else verdict.time.isoformat(timespec="milliseconds"),
        " ".join(verdict.reviewer.split()) or MISSING,
    )


def _verdict(row: dict[str, str]) -> Verdict:
    numbers = {name: parse_number(row[name]) for name in ("event", "onset", "duration", "peak", "amplitude_pct_iod")}
    known = {name: value for name, value in numbers.items() if value is not None}
    if absent := [name for name in numbers if name not in known]:
        raise ValueError(f"{', '.join(absent)} is missing")
    return Verdict(
        event_s=known["event"],
        trial_type=EventType(row["trial_type"]),
        kind=VerdictKind(row["verdict"]),
        lip=Lip(row["lip"]),
        side=Side(row["side"]),
        onset_s=known["onset"],
        duration_s=known["duration"],
        peak_s=known["peak"],
        amplitude_pct_iod=known["amplitude_pct_iod"],
        context=None if row["context"] == MISSING else Context(row["context"]),
        time=None if row["time"] == MISSING else datetime.fromisoformat(row["time"]),
        reviewer="" if row["reviewer"] == MISSING else row["reviewer"],
    )
