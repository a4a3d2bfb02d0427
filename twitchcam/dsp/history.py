"""The last stretch of a growing signal, addressed by its absolute sample number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class History:
    """Keeps at least the newest ``keep`` rows of ``shape``; memory does not grow.

    Args:
        keep: Rows that can always be looked back at.
        shape: Shape of a row.
    """

    def __init__(self, keep: int, shape: tuple[int, ...]) -> None:
        self._keep = keep
        self._rows = np.full((2 * keep, *shape), np.nan)
        self._first = 0
        self._used = 0

    def append(self, row: FloatArray | float) -> None:
        """Adds the next row."""
        if self._used == len(self._rows):
            # Copying half the buffer once in `keep` rows is cheaper than a ring that every reader must unwrap.
            self._rows[: self._keep] = self._rows[self._keep :]
            self._first += self._keep
            self._used = self._keep
        self._rows[self._used] = row
        self._used += 1

    def __len__(self) -> int:
        """Rows ever added."""
        return self._first + self._used

    def rows(self, start: int, stop: int) -> FloatArray:
        """Rows ``start`` to ``stop`` (absolute, stop excluded), cut to what there is."""
        low, high = start - self._first, stop - self._first
        # Plain comparisons: this is asked ten times a frame.
        if low < 0:
            low = 0
        if high > self._used:
            high = self._used
        return self._rows[low : high if high > low else low]

    @property
    def oldest(self) -> int:
        """Absolute number of the oldest row still held."""
        return self._first
