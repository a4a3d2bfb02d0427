"""``clock.tsv``: which wall time belongs to which moment of a live session; a row more when the clock was set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from twitchcam.errors import SessionError
from twitchcam.session.tsv import TableWriter, format_number, parse_number, read_table

CLOCK_NAME = "clock.tsv"
CLOCK_COLUMNS: tuple[str, ...] = ("t", "time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """From ``t_s`` seconds after the first frame on, wall time runs from ``time``."""

    t_s: float
    time: datetime

    def time_at(self, t_s: float) -> datetime:
        """Wall time at a moment of the session."""
        return self.time + timedelta(seconds=t_s - self.t_s)


def anchor_at(anchors: Sequence[Anchor], t_s: float) -> Anchor | None:
    """The anchor in force at a moment: the last one before it, else the first; None where there is none."""
    before = [anchor for anchor in anchors if anchor.t_s <= t_s]
    return before[-1] if before else next(iter(anchors), None)


class ClockWriter:
    """Writes ``clock.tsv``; each row is flushed when :meth:`write` returns.

    Args:
        path: The file; one that exists is replaced.

    Raises:
        OutputError: the file cannot be written (also from :meth:`write`).
    """

    def __init__(self, path: Path) -> None:
        self._table = TableWriter(path, CLOCK_COLUMNS)

    def write(self, anchor: Anchor) -> None:
        """Appends one anchor."""
        self._table.write((format_number(anchor.t_s, 4), anchor.time.isoformat(timespec="microseconds")))

    def close(self) -> None:
        """Closes the file."""
        self._table.close()


def read_anchors(path: Path) -> list[Anchor]:
    """The anchors of a file, in its order; none where there is no such file.

    Raises:
        SessionError: the file cannot be read or a value is not what the column holds; the message names the line.
    """
    if not path.exists():
        return []
    anchors = []
    for number, row in read_table(path, CLOCK_COLUMNS):
        try:
            t_s, time = parse_number(row["t"]), datetime.fromisoformat(row["time"])
            if t_s is None or time.utcoffset() is None:
                raise ValueError("a time is missing or has no offset")
            anchors.append(Anchor(t_s=t_s, time=time))
        except ValueError as error:
            raise SessionError(f"{path}: line {number}: {error}") from None
    return anchors
