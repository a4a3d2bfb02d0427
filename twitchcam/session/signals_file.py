"""``signals.csv``: a row per frame with everything the detector saw, exactly."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import numpy as np

from twitchcam.errors import OutputError, SessionError
from twitchcam.motion.channels import CHANNEL_NAMES, CHANNELS, Sample
from twitchcam.session.tsv import MISSING

SIGNAL_COLUMNS: tuple[str, ...] = ("t", "face", "quality", "restart", *CHANNEL_NAMES)

#: Times are kept to 10 microseconds, the quality to a hundredth; each channel has its own decimals.
_TIME_DECIMALS = 5
_QUALITY_DECIMALS = 2

#: What a crash may lose, in time of the recording.
FLUSH_INTERVAL_S = 1.0

_FIRST_CHANNEL = 4
#: Room for several rows.
_TAIL_BYTES = 4096


class SignalsWriter:
    """Writes ``signals.csv``. Rows reach the disk about once a second of the recording.

    Args:
        path: The file; one that exists is replaced.

    Raises:
        OutputError: the file cannot be written (also from :meth:`write` and :meth:`close`).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file: TextIO = path.open("w", encoding="utf-8", newline="\n", buffering=1 << 18)
        except OSError as error:
            raise OutputError(f"{path}: cannot write: {error.strerror}") from None
        self._flushed_s = -math.inf
        self._put(",".join(SIGNAL_COLUMNS))

    def write(self, sample: Sample) -> None:
        """Appends the row of one frame; its values must have no more decimals than their channels keep."""
        cells = [
            _short(sample.t_s, _TIME_DECIMALS),
            "1" if sample.face else "0",
            _short(sample.quality, _QUALITY_DECIMALS),
            "1" if sample.restart else "0",
        ]
        values = sample.values.tolist()
        cells.extend(_short(value, channel.decimals) for value, channel in zip(values, CHANNELS, strict=True))
        self._put(",".join(cells))
        if sample.t_s - self._flushed_s >= FLUSH_INTERVAL_S:
            self._flushed_s = sample.t_s
            self.flush()

    def flush(self) -> None:
        """Sends to the disk what was written."""
        try:
            self._file.flush()
        except OSError as error:
            raise OutputError(f"{self._path}: cannot write: {error.strerror}") from None

    def _put(self, line: str) -> None:
        try:
            self._file.write(line + "\n")
        except OSError as error:
            raise OutputError(f"{self._path}: cannot write: {error.strerror}") from None

    def close(self) -> None:
        """Writes the rest and closes the file; closing twice does no harm."""
        try:
            self._file.close()
        except OSError as error:
            raise OutputError(f"{self._path}: cannot write: {error.strerror}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def read_signals(path: Path) -> Iterator[Sample]:
    """The rows of a file, one at a time; a last row that a crash cut short is left out.

    Raises:
        SessionError: the file cannot be read, has other columns, or a value is not a number; the message names the
            line.
    """
    for number, _, line in _lines(path):
        yield _whole(path, number, line)


def read_signal_windows(path: Path, spans_s: Sequence[tuple[float, float]]) -> list[list[Sample]]:
    """The rows within each of some spans, which may overlap; quick, since only those rows are looked at whole.

    Args:
        path: The file.
        spans_s: Begin and end of each span, seconds.

    Raises:
        SessionError: as :func:`read_signals` does.
    """
    windows: list[list[Sample]] = [[] for _ in spans_s]
    order = sorted(range(len(spans_s)), key=lambda index: spans_s[index][0])
    waiting = iter(order)
    upcoming = next(waiting, None)
    current: list[int] = []
    for number, t_s, line in _lines(path):
        while upcoming is not None and spans_s[upcoming][0] <= t_s:
            current.append(upcoming)
            upcoming = next(waiting, None)
        current = [index for index in current if t_s <= spans_s[index][1]]
        if current:
            sample = _whole(path, number, line)
            for index in current:
                windows[index].append(sample)
        elif upcoming is None:
            break
    return windows


def last_time_s(path: Path) -> float | None:
    """Time of the last whole row, seconds, without reading the file; None where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(file.tell() - _TAIL_BYTES, 0))
            lines = file.read().split(b"\n")
    except OSError:
        return None
    # What stands before the first line break may be the middle of a row, what stands after the last one its beginning.
    for line in reversed(lines[1:-1]):
        try:
            return float(line.partition(b",")[0])
        except ValueError:
            continue
    return None


def _lines(path: Path) -> Iterator[tuple[int, float, str]]:
    """Number, time and text of each whole row."""
    try:
        file = path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise SessionError(f"{path}: cannot read: {error.strerror}") from None
    with file:
        try:
            header = file.readline().rstrip("\r\n").split(",")
            if tuple(header) != SIGNAL_COLUMNS:
                raise SessionError(f"{path}: the columns are not those of this version: {_difference(header)}")
            for number, line in enumerate(file, start=2):
                if not line.endswith("\n"):
                    return
                try:
                    yield number, float(line.partition(",")[0]), line
                except ValueError as error:
                    raise SessionError(f"{path}: line {number}: {error}") from None
        except UnicodeDecodeError:
            raise SessionError(f"{path}: not a text file in UTF-8") from None


def _whole(path: Path, number: int, line: str) -> Sample:
    try:
        return parse_row(line.rstrip("\r\n").split(","))
    except ValueError as error:
        raise SessionError(f"{path}: line {number}: {error}") from None


def _short(value: float, decimals: int) -> str:
    """The number without needless zeros, as in -.25: it reads back as the same number."""
    if not math.isfinite(value):
        return MISSING
    text = f"{value:.{decimals}f}"
    if not decimals:
        return text
    return text.rstrip("0").rstrip(".").replace("0.", ".", 1) if abs(value) < 1 else text.rstrip("0").rstrip(".")


def _difference(header: list[str]) -> str:
    absent = [name for name in SIGNAL_COLUMNS if name not in header]
    unknown = [name for name in header if name not in SIGNAL_COLUMNS]
    parts = [f"{', '.join(names)} {what}" for names, what in ((absent, "missing"), (unknown, "unknown")) if names]
    return "; ".join(parts) or "another order"


def parse_row(cells: list[str]) -> Sample:
    """The sample of one row.

    Raises:
        ValueError: the cells are not those of a row.
    """
    if len(cells) != len(SIGNAL_COLUMNS):
        raise ValueError(f"expected {len(SIGNAL_COLUMNS)} cells, got {len(cells)}")
    values = np.array([math.nan if cell == MISSING else float(cell) for cell in cells[_FIRST_CHANNEL:]])
    if np.isinf(values).any():
        raise ValueError("a value is infinite")
    return Sample(
        t_s=float(cells[0]),
        face=_flag(cells[1]),
        quality=float(cells[2]),
        restart=_flag(cells[3]),
        values=values,
    )


def _flag(cell: str) -> bool:
    if cell not in ("0", "1"):
        raise ValueError(f"expected 0 or 1, got {cell}")
    return cell == "1"
