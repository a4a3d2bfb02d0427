"""How far each lip site is from its place around the present moment: what scrolls under an annotated picture.

A displacement is taken against its running median, so that a slow shift of the lips does not push a trace out of its
row. The median looks ahead as well, which is right for a picture and would be wrong for finding events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.motion.channels import INDEX, LIP_SITES, Sample

FloatArray = NDArray[np.float64]

_MEDIAN_REACH_S = 1.0
_OUT = [INDEX[f"{site}_out"] for site in LIP_SITES]
_UP = [INDEX[f"{site}_up"] for site in LIP_SITES]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    t_s: float
    piece: int
    values: FloatArray


class SlidingTraces:
    """Follows the samples of a recording and keeps only what is shown.

    Args:
        samples: The samples in the order of their times.
        past_s: How long before the present moment traces are shown, seconds.
        future_s: How long after it.
    """

    def __init__(self, samples: Iterable[Sample], *, past_s: float, future_s: float) -> None:
        self._samples = iter(samples)
        self._past_s = past_s
        self._future_s = future_s
        self._raw: deque[_Row] = deque()
        self._measured: deque[tuple[float, FloatArray]] = deque()
        self._piece = 0
        self._measured_until_s = -np.inf

    def around(self, t_s: float) -> tuple[FloatArray, FloatArray]:
        """The stretch of traces around a moment; moments must not decrease from call to call.

        Returns:
            ``(n,)`` times in seconds and ``(n, 4)`` displacements in % IOD in the order of ``LIP_SITES``; NaN is
            missing.
        """
        while self._measured_until_s < t_s + self._future_s and self._measure_one():
            pass
        while self._measured and self._measured[0][0] < t_s - self._past_s:
            self._measured.popleft()
        shown = [row for row in self._measured if row[0] <= t_s + self._future_s]
        times_s = np.array([row[0] for row in shown])
        return times_s, np.array([row[1] for row in shown]).reshape(-1, len(LIP_SITES))

    def _measure_one(self) -> bool:
        """Takes the next sample against the median around it; False when there is none left."""
        current = next((row for row in self._raw if row.t_s > self._measured_until_s), None) or self._read()
        if current is None:
            return False
        while self._raw[-1].t_s <= current.t_s + _MEDIAN_REACH_S and self._read() is not None:
            pass
        while self._raw[0].t_s < current.t_s - _MEDIAN_REACH_S:
            self._raw.popleft()
        near = [
            row.values
            for row in self._raw
            if row.piece == current.piece and abs(row.t_s - current.t_s) <= _MEDIAN_REACH_S
        ]
        known = [values for values in near if not np.isnan(values).any()]
        moved = current.values - (np.median(known, axis=0) if known else np.nan)
        count = len(LIP_SITES)
        self._measured_until_s = current.t_s
        self._measured.append((current.t_s, np.hypot(moved[:count], moved[count:])))
        return True

    def _read(self) -> _Row | None:
        sample = next(self._samples, None)
        if sample is None:
            return None
        # After a restart the displacement has no relation to the one before.
        self._piece += sample.restart
        row = _Row(t_s=sample.t_s, piece=self._piece, values=sample.values[_OUT + _UP])
        self._raw.append(row)
        return row
