"""``segments.tsv``: what the face was doing when, and every blink, closed eye and gaze shift."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from twitchcam.errors import SessionError
from twitchcam.events.model import Context, Segment, Side
from twitchcam.session.tsv import MISSING, TableWriter, format_number, parse_number, read_table, words_of

#: What a row must have; ``frequency_hz`` of a rhythm may follow.
SEGMENT_COLUMNS: tuple[str, ...] = ("onset", "duration", "trial_type", "side")
FREQUENCY_COLUMN = "frequency_hz"

_TIME_DECIMALS = 4
_KIND, _SIDE = words_of(Context), words_of(Side)
_FREQUENCY_DECIMALS = 2


class SegmentsWriter:
    """Writes ``segments.tsv``; each segment is flushed when :meth:`write` returns.

    Args:
        path: The file; one that exists is replaced.

    Raises:
        OutputError: the file cannot be written (also from :meth:`write`).
    """

    def __init__(self, path: Path) -> None:
        self._table = TableWriter(path, (*SEGMENT_COLUMNS, FREQUENCY_COLUMN))

    def write(self, segment: Segment) -> None:
        """Appends one segment."""
        self._table.write(
            (
                format_number(segment.onset_s, _TIME_DECIMALS),
                format_number(segment.duration_s, _TIME_DECIMALS),
                segment.kind.value,
                MISSING if segment.side is None else segment.side.value,
                format_number(segment.frequency_hz, _FREQUENCY_DECIMALS),
            )
        )

    def close(self) -> None:
        """Closes the file."""
        self._table.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def read_segments(path: Path) -> list[Segment]:
    """The segments of a file, in its order.

    Raises:
        SessionError: the file cannot be read or a value is not what the column holds; the message names the line.
    """
    segments = []
    for number, row in read_table(path, SEGMENT_COLUMNS):
        try:
            onset_s, duration_s = parse_number(row["onset"]), parse_number(row["duration"])
            if onset_s is None or duration_s is None:
                raise ValueError("onset or duration is missing")
            if duration_s < 0:
                raise ValueError(f"expected a duration of 0 or more, got {row['duration']}")
            side = None if row["side"] == MISSING else _SIDE(row["side"])
            segments.append(
                Segment(
                    onset_s=onset_s,
                    duration_s=duration_s,
                    kind=_KIND(row["trial_type"]),
                    side=side,
                    frequency_hz=parse_number(row.get(FREQUENCY_COLUMN, MISSING)),
                )
            )
        except ValueError as error:
            raise SessionError(f"{path}: line {number}: {error}") from None
    return segments
