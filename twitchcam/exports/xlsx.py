"""A workbook: the events, the segments, what the session says of itself, and what the columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from twitchcam.exports.library import library
from twitchcam.exports.material import NOTICE, Material, Table, printable
from twitchcam.exports.records import Value, columns, event_records, segment_records
from twitchcam.session.events_file import COLUMNS
from twitchcam.session.tally import Tally


def write(material: Material, path: Path) -> None:
    """Writes the workbook; what is missing is an empty cell."""
    openpyxl = library("openpyxl")
    book = openpyxl.Workbook(write_only=True)
    _sheet(openpyxl, book, "events", columns(Table.EVENTS), event_records(material))
    _sheet(openpyxl, book, "segments", columns(Table.SEGMENTS), segment_records(material))
    _sheet(openpyxl, book, "session", ("what", "value"), _session(material))
    meanings = ((column.name, column.units, column.description) for column in COLUMNS)
    _sheet(openpyxl, book, "columns", ("column of events", "unit", "meaning"), meanings)
    book.save(path)


def _sheet(openpyxl: Any, book: Any, name: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:  # noqa: ANN401
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for row in (head, *rows):
        sheet.append([_cell(openpyxl, sheet, value) for value in row])


def _cell(openpyxl: Any, sheet: Any, value: Value) -> Any:  # noqa: ANN401
    if not isinstance(value, str):
        return value
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=printable(value))
    # Text stays text, also where it begins like a formula.
    cell.data_type = "s"
    return cell


def _session(material: Material) -> Iterator[tuple[str, Value]]:
    session, tally = material.session, Tally()
    for event in material.events:
        tally.add(event)
    started_at = session.started_at
    yield "notice", NOTICE
    yield "recording", material.source_name
    yield "subject", material.subject
    yield "first frame", None if started_at is None else started_at.isoformat()
    yield "made with", material.software
    yield "events reviewed by a person", "yes" if material.reviewed else "no"
    yield "duration, s", session.duration_s
    yield "valid time, min", session.valid_s / 60
    counts, rates = tally.counts(), tally.rates_per_min(session.valid_s)
    for key in ("twitch", "spasm", "bursts"):
        yield f"{key}, count", counts[key]
        yield f"{key}, per valid minute", rates[key]
    for place, count in counts["by_lip_and_side"].items():
        yield f"{place.replace('_', ' ')}, count", count
    for warning in session.document.get("warnings", ()):
        yield "warning", str(warning)
