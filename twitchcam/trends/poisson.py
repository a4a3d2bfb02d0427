"""Exact intervals of counts and of rates.

F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936), 437-442: the limits are quantiles of
gamma distributions, and cover the true rate at least as often as they say.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

#: How often an interval covers the truth.
LEVEL = 0.95


def count_interval(counts: ArrayLike, level: float = LEVEL) -> tuple[FloatArray, FloatArray]:
    """The interval of the expected count behind each count.

    Args:
        counts: Whole numbers, any shape.
        level: How often the interval shall cover the truth.

    Returns:
        Its lower and upper ends, of the shape of ``counts``.

    >>> low, high = count_interval([0, 10])
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.0, 4.8], [3.69, 18.39])
    """
    from scipy.special import gammaincinv

    given = np.asarray(counts, dtype=np.float64)
    tail = (1 - level) / 2
    low = np.where(given > 0, gammaincinv(np.maximum(given, 1), tail), 0.0)
    return low, np.asarray(gammaincinv(given + 1, 1 - tail), dtype=np.float64)


def rate_interval(count: int, exposure: float, level: float = LEVEL) -> tuple[float, float]:
    """The interval of the rate behind a count.

    Args:
        count: How many there were.
        exposure: In how much time, > 0; the rate is per unit of it.
        level: How often the interval shall cover the truth.
    """
    low, high = count_interval(count, level)
    return float(low) / exposure, float(high) / exposure
