"""Tables as text: tab between columns, one header line, ``n/a`` for what is missing, each row flushed when written."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TextIO, TypeVar

from twitchcam.errors import OutputError, SessionError

E = TypeVar("E", bound=StrEnum)

MISSING = "n/a"


def format_number(value: float | None, decimals: int) -> str:
    """The number with a fixed count of decimals; ``n/a`` for None and for what is not finite."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def parse_number(text: str) -> float | None:
    """What :func:`format_number` wrote; None for ``n/a``.

    Raises:
        ValueError: neither a finite number nor ``n/a``.
    """
    if text == MISSING:
        return None
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"expected a number or {MISSING}, got {text}")
    return value


def words_of(kind: type[E]) -> Callable[[str], E]:
    """Reads words of one kind; the same few stand in every row, and an enumeration takes long to find its member."""
    return lru_cache(maxsize=32)(kind)


class TableWriter:
    """Writes one table; a row is on its way to the disk when :meth:`write` returns.

    Args:
        path: The file; one that exists is replaced.
        columns: Names of the columns, in order.

    Raises:
        OutputError: the file cannot be written (also from :meth:`write` and :meth:`close`).
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._path = path
        self._columns = tuple(columns)
        try:
            self._file: TextIO = path.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise OutputError(f"{path}: cannot write: {error.strerror}") from None
        self._put(self._columns)

    def write(self, cells: Sequence[str]) -> None:
        """Appends a row; as many cells as columns, without tabs and line breaks.

        Raises:
            ValueError: another number of cells, or a cell that would break the table.
        """
        if len(cells) != len(self._columns):
            raise ValueError(f"expected {len(self._columns)} cells, got {len(cells)}")
        if any(character in cell for cell in cells for character in "\t\r\n"):
            raise ValueError(f"expected cells without tabs and line breaks, got {cells!r}")
        self._put(cells)

    def _put(self, cells: Sequence[str]) -> None:
        try:
            self._file.write("\t".join(cells) + "\n")
            self._file.flush()
        except OSError as error:
            raise OutputError(f"{self._path}: cannot write: {error.strerror}") from None

    def close(self) -> None:
        """Closes the file; closing twice does no harm."""
        try:
            self._file.close()
        except OSError as error:
            raise OutputError(f"{self._path}: cannot write: {error.strerror}") from None

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def read_table(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their line numbers; columns may stand in any order and others may be there as well.

    A last line that a crash or a full disk cut short is left out.

    Raises:
        SessionError: the file cannot be read, lacks a column, or has a row of another length.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SessionError(f"{path}: cannot read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SessionError(f"{path}: not a text file in UTF-8") from None
    lines = text.split("\n")
    header = lines[0].split("\t")
    absent = [name for name in columns if name not in header]
    if absent:
        raise SessionError(f"{path}: the table has no column {', '.join(absent)}")
    last = len(lines)
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if not line.strip():
            continue
        if len(cells) != len(header):
            if number == last:
                return
            raise SessionError(f"{path}: line {number}: expected {len(header)} cells, got {len(cells)}")
        yield number, dict(zip(header, cells, strict=True))
