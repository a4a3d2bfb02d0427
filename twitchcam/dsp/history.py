"""The last stretch of a growing signal, addressed by its absolute sample number."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


class History:
    """Keeps at least the newest ``keep`` rows of ``shape``, and at most twice as many; memory does not grow.

    Args:
        keep: Rows that can always be looked back at.
        shape: Shape of a row.
    """

    def __init__(self, keep: int, shape: tuple[int, ...]) -> None:
        self._keep = keep
        self._rows = np.full((4 * keep, *shape), np.nan)
        # Places in the table: the oldest row held, the end of those that are there, and of those that wait behind them.
        self._low = self._used = self._ahead = 0
        self._first = 0

    def append(self, row: ArrayLike) -> None:
        """Adds the next row; none may be waiting."""
        if self._used == len(self._rows):
            self._make_room()
        self._rows[self._used] = row
        self._ahead += 1
        self.show()

    def prepare(self, rows: FloatArray) -> None:
        """Takes ``(n, ...)`` rows that follow; they are not there until they are shown, and at most ``keep`` wait."""
        if self._ahead + len(rows) > len(self._rows):
            self._make_room()
        self._rows[self._ahead : self._ahead + len(rows)] = rows
        self._ahead += len(rows)

    def show(self, number: int = 1) -> None:
        """Adds the next of the prepared rows, at most ``keep`` of them."""
        self._used += number
        # What is held depends on how many rows there are and not on how they came.
        if self._used - self._low > 2 * self._keep:
            self._low += self._keep

    def _make_room(self) -> None:
        """Copying what is held once in a while is cheaper than a ring that every reader must unwrap."""
        low, number = self._low, self._ahead - self._low
        self._rows[:number] = self._rows[low : self._ahead].copy()
        self._first += low
        self._low = 0
        self._used -= low
        self._ahead -= low

    def __len__(self) -> int:
        """Rows ever added."""
        return self._first + self._used

    def rows(self, start: int, stop: int) -> FloatArray:
        """Rows ``start`` to ``stop`` (absolute, stop excluded), cut to what there is."""
        low, high = start - self._first, stop - self._first
        # Plain comparisons: this is asked ten times a frame.
        if low < self._low:
            low = self._low
        if high > self._used:
            high = self._used
        return self._rows[low : high if high > low else low]

    @property
    def oldest(self) -> int:
        """Absolute number of the oldest row still held."""
        return self._first + self._low
