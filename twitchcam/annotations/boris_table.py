"""Tables that BORIS exports as text: its *tabular* and its *aggregated* events."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from twitchcam.annotations.labels import Label, event_from, label_of
from twitchcam.errors import SessionError
from twitchcam.events.model import Twitch

_AGGREGATED = ("Behavior", "Start (s)", "Stop (s)")
_TABULAR = ("Behavior", "Time")
_STATUS = ("Status", "Behavior type")

#: A table of the tabular form begins with lines about the observation.
_MAX_LINES_BEFORE = 200

_OBSERVATION = "Observation id"


def is_boris_table(text: str) -> bool:
    """True where a text is such a table."""
    return _header(text) is not None


def read_boris_table(path: Path, text: str, left_out: list[str]) -> list[Twitch]:
    """The twitches and spasms of a table; the behaviours of other rows are added to ``left_out``.

    Raises:
        SessionError: a value is not what its column holds, there are several observations, or a state that begins
            does not end.
    """
    header = _header(text)
    assert header is not None
    first, delimiter = header
    try:
        rows = list(_rows(text, first, delimiter))
        observations = {row[_OBSERVATION] for row in rows if row.get(_OBSERVATION)}
        if len(observations) > 1:
            raise ValueError(f"expected one observation, got {len(observations)} ({', '.join(sorted(observations))})")
        events = list(_aggregated(rows) if not rows or _AGGREGATED[1] in rows[0] else _tabular(rows))
        left_out += [row["Behavior"] for row in rows if label_of(row["Behavior"]) is None and _status(row) != "STOP"]
        return events
    except (ValueError, csv.Error) as error:
        raise SessionError(f"{path}: {error}") from None


def _header(text: str) -> tuple[int, str] | None:
    """Which line has the names of the columns, and what is between them."""
    for number, line in enumerate(text.split("\n", _MAX_LINES_BEFORE)[:_MAX_LINES_BEFORE]):
        for delimiter in ("\t", ",", ";"):
            names = {name.strip().strip('"') for name in line.split(delimiter)}
            if names.issuperset(_AGGREGATED) or (names.issuperset(_TABULAR) and names.intersection(_STATUS)):
                return number, delimiter
    return None


def _rows(text: str, first: int, delimiter: str) -> Iterator[dict[str, str]]:
    lines = csv.reader(text.splitlines()[first:], delimiter=delimiter)
    names = [name.strip() for name in next(lines)]
    for number, cells in enumerate(lines, start=first + 2):
        if not any(cells):
            continue
        if len(cells) != len(names):
            raise ValueError(f"line {number}: expected {len(names)} cells, got {len(cells)}")
        yield dict(zip(names, cells, strict=True))


def _label(row: dict[str, str]) -> Label | None:
    if label_of(row["Behavior"]) is None:
        return None
    more = [cell for name, cell in row.items() if name.startswith(("Modifier", "Comment"))]
    return label_of(row["Behavior"], *more)


def _aggregated(rows: list[dict[str, str]]) -> Iterator[Twitch]:
    for row in rows:
        if label := _label(row):
            yield event_from(label, _seconds(row["Start (s)"]), _seconds(row["Stop (s)"]))


def _tabular(rows: list[dict[str, str]]) -> Iterator[Twitch]:
    began: dict[tuple[str, ...], tuple[float, Label]] = {}
    for row in sorted(rows, key=lambda row: _seconds(row["Time"])):
        label = _label(row)
        if label is None:
            continue
        time_s = _seconds(row["Time"])
        status = _status(row)
        key = (
            row.get("Subject", ""),
            row["Behavior"],
            *(row[name] for name in sorted(row) if name.startswith("Modifier")),
        )
        if status == "START":
            if key in began:
                raise ValueError(f"{row['Behavior']} begins at {time_s:g} s before it ended")
            began[key] = (time_s, label)
        elif status == "STOP":
            if key not in began:
                raise ValueError(f"{row['Behavior']} ends at {time_s:g} s but does not begin")
            start_s, first = began.pop(key)
            yield event_from(first, start_s, time_s)
        else:
            yield event_from(label, time_s, time_s)
    for key, (start_s, _) in began.items():
        raise ValueError(f"{key[1]} begins at {start_s:g} s and does not end")


def _status(row: dict[str, str]) -> str:
    return next((row[name] for name in _STATUS if name in row), "").strip().upper()


def _seconds(text: str) -> float:
    """Seconds, or ``hh:mm:ss.mmm``.

    Raises:
        ValueError: it is neither.
    """
    total = 0.0
    for part in text.strip().split(":"):
        total = 60 * total + float(part)
    return total
