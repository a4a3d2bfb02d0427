"""What a format is made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from twitchcam.events.model import Segment, Twitch
from twitchcam.session.reader import Session

Lasting: TypeAlias = Twitch | Segment

#: Stands in every file that a person may read alone.
NOTICE = "Made by twitchcam: a monitor, never a diagnosis. Left and right are the subject's own."


class Table(StrEnum):
    """Which table of a session goes into a format that holds one."""

    EVENTS = "events"
    SEGMENTS = "segments"
    SIGNALS = "signals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A session and what of it is wanted.

    Attributes:
        session: What was analysed.
        events: Its events in order of onset, perhaps as a person left them.
        reviewed: Whether they are as a person left them.
        hold_s: How long a subtitle stands at least, seconds.
        table: Which table, for formats that hold one.
    """

    session: Session
    events: tuple[Twitch, ...]
    reviewed: bool = False
    hold_s: float = 0.0
    table: Table = Table.EVENTS

    @property
    def source_name(self) -> str:
        """The recording's file name, without what no file format can hold."""
        return printable(str(self.session.document["source"]["name"])) or "recording"

    @property
    def subject(self) -> str | None:
        """Who is seen, without what no file format can hold."""
        return None if self.session.subject is None else printable(self.session.subject) or None

    @property
    def software(self) -> str:
        """What the session was made with, as in ``twitchcam 0.1.0``."""
        return printable(f"twitchcam {self.session.document['versions']['twitchcam']}")


def printable(text: str) -> str:
    """The text without control characters and the like, blanks at its ends left out."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def lanes(things: Iterable[Lasting]) -> list[list[Lasting]]:
    """Things in as few rows as they fit into without overlapping, in order of onset; at least one row."""
    rows: list[list[Lasting]] = [[]]
    for thing in sorted(things, key=lambda thing: (thing.onset_s, thing.end_s)):
        for row in rows:
            if not row or row[-1].end_s <= thing.onset_s:
                row.append(thing)
                break
        else:
            rows.append([thing])
    return rows


def milliseconds(start_s: float, end_s: float) -> tuple[int, int]:
    """An interval in whole milliseconds, at least one long and not before zero."""
    start = max(round(1000 * start_s), 0)
    return start, max(round(1000 * end_s), start + 1)


def apart(rows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Intervals in order, each begun where the one before has ended: rounding must not let neighbours overlap."""
    made: list[tuple[int, int]] = []
    for start, end in rows:
        begin = max(start, made[-1][1]) if made else start
        made.append((begin, max(end, begin + 1)))
    return made
