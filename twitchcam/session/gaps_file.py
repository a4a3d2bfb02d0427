"""``gaps.tsv``: where a live session has no measurement, and why. Time goes on in a gap; nothing is shifted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from twitchcam.errors import SessionError
from twitchcam.session.tsv import TableWriter, format_number, parse_number, read_table

GAPS_NAME = "gaps.tsv"
GAP_COLUMNS: tuple[str, ...] = ("onset", "duration", "trial_type", "frames")

_TIME_DECIMALS = 4


class GapKind(StrEnum):
    """Why there was nothing to measure."""

    PAUSED = "paused"
    CAMERA_LOST = "camera_lost"
    FRAMES_DROPPED = "frames_dropped"
    STALLED = "stalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One row of ``gaps.tsv``.

    Attributes:
        onset_s: Time of the last frame before it, seconds from the first frame.
        duration_s: From there to the first frame after it. Of dropped frames that follow one another closely, from the
            first to the last of them: some frames between were measured.
        kind: Why.
        frames: How many frames were dropped; 0 where that is not known.
    """

    onset_s: float
    duration_s: float
    kind: GapKind
    frames: int = 0

    @property
    def end_s(self) -> float:
        """End of the gap in seconds."""
        return self.onset_s + self.duration_s


class GapsWriter:
    """Writes ``gaps.tsv``; each gap is flushed when :meth:`write` returns.

    Args:
        path: The file; one that exists is replaced.

    Raises:
        OutputError: the file cannot be written (also from :meth:`write`).
    """

    def __init__(self, path: Path) -> None:
        self._table = TableWriter(path, GAP_COLUMNS)

    def write(self, gap: Gap) -> None:
        """Appends one gap."""
        times = (format_number(gap.onset_s, _TIME_DECIMALS), format_number(gap.duration_s, _TIME_DECIMALS))
        self._table.write((*times, gap.kind.value, str(gap.frames)))

    def close(self) -> None:
        """Closes the file."""
        self._table.close()


def read_gaps(path: Path) -> list[Gap]:
    """The gaps of a file, in its order; none where there is no such file.

    Raises:
        SessionError: the file cannot be read or a value is not what the column holds; the message names the line.
    """
    if not path.exists():
        return []
    gaps = []
    for number, row in read_table(path, GAP_COLUMNS):
        try:
            onset_s, duration_s = parse_number(row["onset"]), parse_number(row["duration"])
            if onset_s is None or duration_s is None:
                raise ValueError("onset or duration is missing")
            kind = GapKind(row["trial_type"])
            gaps.append(Gap(onset_s=onset_s, duration_s=duration_s, kind=kind, frames=int(row["frames"])))
        except ValueError as error:
            raise SessionError(f"{path}: line {number}: {error}") from None
    return gaps
