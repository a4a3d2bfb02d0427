"""The last seconds of the four lip sites, as they come."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from twitchcam.motion.channels import INDEX, LIP_SITES, Sample

FloatArray = NDArray[np.float64]

#: A displacement is shown against the median of so long before it: a slow shift does not push a trace out of its row.
_MEDIAN_S = 1.5
_OUT = [INDEX[f"{site}_out"] for site in LIP_SITES]
_UP = [INDEX[f"{site}_up"] for site in LIP_SITES]


class LiveTraces:
    """How far each lip site is from its usual place.

    Args:
        past_s: How long traces are kept.
    """

    def __init__(self, past_s: float) -> None:
        self._past_s = past_s
        self._raw: deque[tuple[float, FloatArray]] = deque()
        self._shown: deque[tuple[float, FloatArray]] = deque()

    def add(self, sample: Sample) -> FloatArray:
        """Takes the next sample; returns its ``(4,)`` displacements in % IOD in the order of ``LIP_SITES``."""
        if self._shown and sample.t_s <= self._shown[-1][0]:
            self._raw.clear()
            self._shown.clear()
        if sample.restart or not sample.face:
            # What comes has no relation to what was before.
            self._raw.clear()
        moved = np.full(len(LIP_SITES), np.nan)
        if sample.face:
            values = sample.values[_OUT + _UP]
            self._raw.append((sample.t_s, values))
            while self._raw[0][0] < sample.t_s - _MEDIAN_S:
                self._raw.popleft()
            away = values - np.median([row for _, row in self._raw], axis=0)
            moved = np.hypot(away[: len(LIP_SITES)], away[len(LIP_SITES) :])
        self._shown.append((sample.t_s, moved))
        while self._shown[0][0] < sample.t_s - self._past_s:
            self._shown.popleft()
        return moved

    def shown(self) -> tuple[FloatArray, FloatArray]:
        """``(n,)`` times in seconds and ``(n, 4)`` displacements in % IOD; NaN is missing."""
        times_s = np.array([t_s for t_s, _ in self._shown])
        return times_s, np.array([row for _, row in self._shown]).reshape(-1, len(LIP_SITES))
