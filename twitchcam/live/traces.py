"""How far each lip site is from where it was: the scrolling traces of a live display.

A displacement is taken against its running median over the time before, so that a slow shift of the lips does not push
a trace away. It looks ahead by nothing; events are found from other numbers.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from twitchcam.motion.channels import INDEX, LIP_SITES, Sample

FloatArray = NDArray[np.float64]

#: The median's reach back, seconds; many times longer than a twitch.
MEDIAN_S = 2.0

_COLUMNS = [INDEX[f"{site}_{axis}"] for axis in ("out", "up") for site in LIP_SITES]


class RecentTraces:
    """Follows the samples of a session; keeps no more than the median needs."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, FloatArray]] = deque()

    def push(self, sample: Sample) -> FloatArray:
        """Takes the next sample.

        Returns:
            ``(4,)`` displacements in % IOD, in the order of ``LIP_SITES``; NaN where there is no face.
        """
        if sample.restart or not sample.face:
            # After a restart the displacement has no relation to the one before.
            self._recent.clear()
        values = sample.values[_COLUMNS]
        if not sample.face or np.isnan(values).any():
            return np.full(len(LIP_SITES), np.nan)
        self._recent.append((sample.t_s, values))
        while self._recent[0][0] < sample.t_s - MEDIAN_S:
            self._recent.popleft()
        moved = values - np.median([row for _, row in self._recent], axis=0)
        count = len(LIP_SITES)
        return np.asarray(np.hypot(moved[:count], moved[count:]))
