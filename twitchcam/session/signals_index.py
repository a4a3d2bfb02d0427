"""Stretches of ``signals.csv`` without reading all of it: where in the file each second begins."""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

from twitchcam.errors import SessionError
from twitchcam.motion.channels import Sample
from twitchcam.session.signals_file import SIGNAL_COLUMNS, parse_row

#: A place in the file is kept this often, seconds of the recording.
_STEP_S = 1.0


class SignalsIndex:
    """Looks once through a file, at the times alone; then any stretch is read quickly.

    Args:
        path: The file.

    Raises:
        SessionError: the file cannot be read or is not one of signals.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._times_s: list[float] = []
        self._offsets: list[int] = []
        try:
            with path.open("rb") as file:
                header = file.readline()
                if tuple(header.decode("utf-8", "replace").rstrip("\r\n").split(",")) != SIGNAL_COLUMNS:
                    raise SessionError(f"{path}: the columns are not those of this version")
                offset = len(header)
                for number, line in enumerate(file, start=2):
                    self._look_at(line, offset, number)
                    offset += len(line)
        except OSError as error:
            raise SessionError(f"{path}: cannot read: {error.strerror}") from None

    def between(self, start_s: float, end_s: float) -> list[Sample]:
        """The samples of a stretch, both ends included.

        Raises:
            SessionError: the file cannot be read any more, or a value in the stretch is not a number.
        """
        first = max(bisect_right(self._times_s, start_s) - 1, 0)
        found: list[Sample] = []
        if not self._offsets:
            return found
        try:
            with self._path.open("rb") as file:
                file.seek(self._offsets[first])
                for line in file:
                    # A last row that a crash cut short is left out.
                    if not line.endswith(b"\n"):
                        break
                    sample = parse_row(line.decode("utf-8").rstrip("\r\n").split(","))
                    if sample.t_s > end_s:
                        break
                    if sample.t_s >= start_s:
                        found.append(sample)
        except OSError as error:
            raise SessionError(f"{self._path}: cannot read: {error.strerror}") from None
        except ValueError as error:
            raise SessionError(f"{self._path}: near {start_s:.1f} s: {error}") from None
        return found

    def _look_at(self, line: bytes, offset: int, number: int) -> None:
        if not line.endswith(b"\n"):
            return
        try:
            t_s = float(line[: line.find(b",")])
        except ValueError:
            raise SessionError(f"{self._path}: line {number}: expected a time") from None
        if not self._times_s or t_s - self._times_s[-1] >= _STEP_S:
            self._times_s.append(t_s)
            self._offsets.append(offset)
