"""``notes.tsv``: what a person told about a session: twitches felt, triggers, notes, protocol parts, treatments."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from twitchcam.errors import OutputError, SessionError
from twitchcam.session.tsv import MISSING, format_number, parse_number, read_table

NOTES_NAME = "notes.tsv"
NOTE_COLUMNS: tuple[str, ...] = ("onset", "time", "kind", "name", "value", "text")

_TIME_DECIMALS = 4


class NoteKind(StrEnum):
    """What a note is about."""

    FELT = "felt"
    TRIGGER = "trigger"
    NOTE = "note"
    PROTOCOL = "protocol"
    TREATMENT = "treatment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One row of ``notes.tsv``.

    Attributes:
        onset_s: Seconds from the first frame; None where it belongs to the whole session.
        time: Wall time, with offset, or None.
        kind: What it is about.
        name: Of a trigger (``caffeine``), a treatment or a part of the protocol; empty where it has none.
        value: What was told of it (``2``, ``5h``, ``high``); empty where nothing was.
        text: Free text; empty where there is none.

    Raises:
        ValueError: a time without offset.
    """

    onset_s: float | None = None
    time: datetime | None = None
    kind: NoteKind
    name: str = ""
    value: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        if self.time is not None and self.time.tzinfo is None:
            raise ValueError(f"expected a time with its offset, got {self.time}")


def append_notes(path: Path, notes: Iterable[Note]) -> None:
    """Adds notes to a file, which is made if it is missing; they are on the disk when this returns.

    Raises:
        OutputError: the file cannot be written.
    """
    rows = "".join("\t".join(_cells(note)) + "\n" for note in notes)
    try:
        torn = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
        with path.open("a", encoding="utf-8", newline="\n") as file:
            if file.tell() == 0:
                file.write("\t".join(NOTE_COLUMNS) + "\n")
            # A row that a crash cut short must not run into the next one.
            file.write(("\n" if torn else "") + rows)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror}") from None


def read_notes(path: Path) -> list[Note]:
    """The notes of a file, in its order; none where there is no such file.

    Raises:
        SessionError: the file cannot be read or a value is not what the column holds; the message names the line.
    """
    if not path.exists():
        return []
    notes = []
    for number, row in read_table(path, NOTE_COLUMNS):
        try:
            notes.append(
                Note(
                    onset_s=parse_number(row["onset"]),
                    time=None if row["time"] == MISSING else datetime.fromisoformat(row["time"]),
                    kind=NoteKind(row["kind"]),
                    **{key: "" if row[key] == MISSING else row[key] for key in ("name", "value", "text")},
                )
            )
        except ValueError as error:
            raise SessionError(f"{path}: line {number}: {error}") from None
    return notes


def _cells(note: Note) -> tuple[str, ...]:
    texts = (" ".join(text.split()) or MISSING for text in (note.name, note.value, note.text))
    time = MISSING if note.time is None else note.time.isoformat(timespec="milliseconds")
    return (format_number(note.onset_s, _TIME_DECIMALS), time, note.kind.value, *texts)
