"""``events.tsv``: a row per event, flushed as it becomes certain; ``events.json`` says what the columns mean."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from twitchcam.errors import OutputError, SessionError
from twitchcam.events.model import Context, EventType, Lip, Side, Spread, Twitch
from twitchcam.session.clock_file import Anchor, anchor_at
from twitchcam.session.tsv import MISSING, TableWriter, format_number, parse_number, read_table, words_of

T = TypeVar("T")

TIME_DECIMALS = 4
AMPLITUDE_DECIMALS = 3
SNR_DECIMALS = 2
CONFIDENCE_DECIMALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the table as the sidecar describes it; ``levels`` where the values are a closed list."""

    name: str
    description: str
    units: str | None = None
    levels: dict[str, str] | None = None


_SUBJECT = "the subject's own left and right, not the viewer's"

COLUMNS: tuple[Column, ...] = (
    Column(
        name="onset",
        units="s",
        description="When the skin starts to leave its place (the foot of the pulse), from the first frame.",
    ),
    Column(name="duration", units="s", description="From the onset to the return of the skin to its place."),
    Column(
        name="trial_type",
        description="Kind of event.",
        levels={"twitch": "one short contraction", "spasm": "a contraction held for at least 1 s"},
    ),
    Column(name="time", description="Wall time of the onset, ISO 8601 with offset; n/a where it is not known."),
    Column(name="peak", units="s", description="Time of the largest displacement, from the first frame."),
    Column(
        name="lip",
        description="Which lip moved.",
        levels={"upper": "upper lip", "lower": "lower lip", "both": "both lips"},
    ),
    Column(
        name="side",
        description=f"Which side moved; {_SUBJECT}.",
        levels={"left": "the subject's left", "right": "the subject's right", "both": "both sides"},
    ),
    Column(
        name="amplitude_pct_iod",
        units="%",
        description="Largest displacement of the skin at the lip site, in per cent of the distance of the outer "
        "corners of the eyes (IOD).",
    ),
    Column(
        name="amplitude_mm",
        units="mm",
        description="The same in millimetres, with the scale taken from the iris (11.7 mm across).",
    ),
    Column(name="snr", units="1", description="Peak of the matched signal over its running noise level."),
    Column(
        name="confidence",
        units="1",
        description="0 to 1: the share of such detections that were twitches where the truth was known.",
    ),
    Column(
        name="context",
        description="What the face was doing.",
        levels={context.value: context.value.replace("_", " ") for context in Context},
    ),
    Column(
        name="spread",
        description="What else moved with it: place, side and lag in seconds, as in eye_right+0.03;cheek_right+0.00.",
    ),
    Column(name="burst", description="Number of the burst, from 1; twitches less than 2 s apart share one."),
)

EVENT_COLUMNS: tuple[str, ...] = tuple(column.name for column in COLUMNS)

_KIND, _LIP, _SIDE, _CONTEXT = words_of(EventType), words_of(Lip), words_of(Side), words_of(Context)
_SPREAD = re.compile(r"(?P<place>.+?)(?P<lag>[+-]\d+(?:\.\d+)?)")


class EventsWriter:
    """Writes ``events.tsv``; each event is flushed when :meth:`write` returns.

    Args:
        path: The file; one that exists is replaced.
        started_at: Wall time of the first frame, with offset; None where it is not known.

    Raises:
        OutputError: the file cannot be written (also from :meth:`write`).
        ValueError: ``started_at`` has no offset.
    """

    def __init__(self, path: Path, started_at: datetime | None) -> None:
        if started_at is not None and started_at.utcoffset() is None:
            raise ValueError(f"expected a time with offset, got {started_at}")
        self._anchors = [] if started_at is None else [Anchor(t_s=0.0, time=started_at)]
        self._table = TableWriter(path, EVENT_COLUMNS)

    def anchor(self, anchor: Anchor) -> None:
        """From this moment on wall time runs anew: the clock was set."""
        self._anchors.append(anchor)

    def write(self, twitch: Twitch) -> None:
        """Appends one event."""
        self._table.write(
            (
                format_number(twitch.onset_s, TIME_DECIMALS),
                # A duration is never zero, however short.
                format_number(max(twitch.duration_s, 10**-TIME_DECIMALS), TIME_DECIMALS),
                twitch.trial_type.value,
                wall_time(anchor_at(self._anchors, twitch.onset_s), twitch.onset_s),
                format_number(twitch.peak_s, TIME_DECIMALS),
                twitch.lip.value,
                twitch.side.value,
                format_number(twitch.amplitude_pct_iod, AMPLITUDE_DECIMALS),
                format_number(twitch.amplitude_mm, AMPLITUDE_DECIMALS),
                format_number(twitch.snr, SNR_DECIMALS),
                format_number(twitch.confidence, CONFIDENCE_DECIMALS),
                MISSING if twitch.context is None else twitch.context.value,
                ";".join(str(spread) for spread in twitch.spread) or MISSING,
                str(twitch.burst) if twitch.burst else MISSING,
            )
        )

    def close(self) -> None:
        """Closes the file."""
        self._table.close()

    def __enter__(self) -> EventsWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def wall_time(anchor: Anchor | None, onset_s: float) -> str:
    """ISO 8601 with offset and milliseconds, or ``n/a``."""
    if anchor is None:
        return MISSING
    later = timedelta(milliseconds=round((onset_s - anchor.t_s) * 1000))
    return (anchor.time + later).isoformat(timespec="milliseconds")


def read_events(path: Path) -> list[Twitch]:
    """The events of a file that :class:`EventsWriter` wrote, in its order.

    Columns may stand in any order and others may be there as well, so a table that a person edited is read too.

    Raises:
        SessionError: the file cannot be read or a value is not what the column holds; the message names the line.
    """
    events = []
    for number, row in read_table(path, EVENT_COLUMNS):
        try:
            events.append(_twitch(row))
        except ValueError as error:
            raise SessionError(f"{path}: line {number}: {error}") from None
    return events


def _twitch(row: dict[str, str]) -> Twitch:
    return Twitch(
        onset_s=_required(row, "onset"),
        duration_s=_required(row, "duration"),
        trial_type=_KIND(row["trial_type"]),
        peak_s=_required(row, "peak"),
        lip=_LIP(row["lip"]),
        side=_SIDE(row["side"]),
        amplitude_pct_iod=_required(row, "amplitude_pct_iod"),
        amplitude_mm=parse_number(row["amplitude_mm"]),
        snr=parse_number(row["snr"]),
        confidence=parse_number(row["confidence"]),
        context=_optional(row["context"], _CONTEXT),
        spread=_spread(row["spread"]),
        burst=_optional(row["burst"], int) or 0,
    )


def _required(row: dict[str, str], column: str) -> float:
    value = parse_number(row[column])
    if value is None:
        raise ValueError(f"{column} is missing")
    return value


def _optional(text: str, make: Callable[[str], T]) -> T | None:
    return None if text == MISSING else make(text)


@lru_cache(maxsize=4096)
def _spread(text: str) -> tuple[Spread, ...]:
    if text == MISSING:
        return ()
    found = []
    for part in text.split(";"):
        match = _SPREAD.fullmatch(part)
        if match is None:
            raise ValueError(f"expected place and lag in seconds in spread, as in eye_right+0.03, got {part}")
        found.append(Spread(place=match["place"], lag_s=float(match["lag"])))
    return tuple(found)


def sidecar() -> dict[str, Any]:
    """What ``events.json`` holds: the meaning of each column of ``events.tsv``, in the form of a BIDS sidecar."""
    described: dict[str, Any] = {}
    for column in COLUMNS:
        entry: dict[str, Any] = {"Description": column.description}
        if column.units is not None:
            entry["Units"] = column.units
        if column.levels is not None:
            entry["Levels"] = column.levels
        described[column.name] = entry
    return described


def write_sidecar(path: Path) -> None:
    """Writes ``events.json``.

    Raises:
        OutputError: the file cannot be written.
    """
    try:
        path.write_text(json.dumps(sidecar(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror}") from None
