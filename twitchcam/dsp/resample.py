"""From frames at their own times to an even grid, as samples arrive."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class EvenGrid:
    """Cubic interpolation of a multi-channel signal onto ``start_s + k / rate_hz``.

    Frames that already lie on the grid pass unchanged. A grid point between two frames uses the two on either side
    (Catmull-Rom tangents for uneven knots), so the output is one frame behind the input.

    Args:
        start_s: Time of grid point 0.
        rate_hz: Grid rate.
    """

    def __init__(self, start_s: float, rate_hz: float) -> None:
        self._start_s = start_s
        self._rate_hz = rate_hz
        self._next = 0
        self._knots: list[tuple[float, FloatArray]] = []
        # The tangent at the knot where the next stretch begins; None at the first one.
        self._slope: FloatArray | None = None

    def push(self, t_s: float, values: FloatArray) -> list[tuple[float, FloatArray]]:
        """Takes ``(n,)`` values at a time later than the last; returns the grid points that became certain."""
        self._knots.append((t_s, values))
        if len(self._knots) < 3:
            return []
        made = self._between(1 if len(self._knots) > 3 else 0)
        if len(self._knots) > 3:
            del self._knots[0]
        return made

    def push_many(self, times_s: Sequence[float], values: FloatArray) -> tuple[FloatArray, list[int]]:
        """Takes ``(m, n)`` values at once; the grid points that became certain and how many with each, as by push."""
        if len(self._knots) < 3 or not len(times_s):
            each = [self.push(t_s, row) for t_s, row in zip(times_s, values, strict=True)]
            points = [point for ones in each for _, point in ones]
            return np.array(points).reshape(-1, values.shape[1]), [len(ones) for ones in each]
        knots_s = [*(t_s for t_s, _ in self._knots[1:]), *times_s]
        x = np.concatenate([[row for _, row in self._knots[1:]], values])
        t = np.array(knots_s)[:, None]
        before, after = t[1:-1] - t[:-2], t[2:] - t[1:-1]
        slopes = _parabola((x[1:-1] - x[:-2]) / before, (x[2:] - x[1:-1]) / after, before, after)
        slopes = np.concatenate([[self._slope], slopes])
        slack = 1e-6 / self._rate_hz
        numbers: list[int] = []
        shares: list[float] = []
        counts: list[int] = []
        for i, (t0, t1) in enumerate(pairwise(knots_s[:-1])):
            known = len(numbers)
            while (point_s := self._start_s + self._next / self._rate_hz) < t1 - slack:
                numbers.append(i)
                shares.append(min(max((point_s - t0) / (t1 - t0), 0.0), 1.0))
                self._next += 1
            counts.append(len(numbers) - known)
        self._knots = [(knots_s[k], x[k].copy()) for k in (-3, -2, -1)]
        self._slope = slopes[-1].copy()
        at, h = np.array(numbers, dtype=np.int64), np.diff(t, axis=0)
        made = _hermite(np.array(shares)[:, None], x[at], x[at + 1], slopes[at] * h[at], slopes[at + 1] * h[at])
        return made, counts

    def close(self) -> list[tuple[float, FloatArray]]:
        """The grid points up to the last frame."""
        if not self._knots:
            return []
        if len(self._knots) == 1:
            return [(self._knots[0][0], self._knots[0][1])] if self._next == 0 else []
        made = self._between(len(self._knots) - 2)
        self._knots.clear()
        return made

    def _between(self, i: int) -> list[tuple[float, FloatArray]]:
        """Grid points from knot ``i`` to knot ``i + 1``, the last one excluded while more knots follow."""
        (t0, x0), (t1, x1) = self._knots[i], self._knots[i + 1]
        last = i + 2 == len(self._knots)
        h = t1 - t0
        m0 = (x1 - x0) if self._slope is None else self._slope * h
        self._slope = None if last else _tangent((t0, x0), (t1, x1), self._knots[i + 2])
        m1 = (x1 - x0) if self._slope is None else self._slope * h
        # A grid point that misses its frame by rounding alone must not fall between two steps.
        slack = 1e-6 / self._rate_hz
        made = []
        while (t := self._start_s + self._next / self._rate_hz) < (t1 + slack if last else t1 - slack):
            u = min(max((t - t0) / h, 0.0), 1.0)
            made.append((t, _hermite(u, x0, x1, m0, m1)))
            self._next += 1
        return made


def _tangent(a: tuple[float, FloatArray], b: tuple[float, FloatArray], c: tuple[float, FloatArray]) -> FloatArray:
    """Derivative at ``b`` of the parabola through three knots."""
    before, after = b[0] - a[0], c[0] - b[0]
    return _parabola((b[1] - a[1]) / before, (c[1] - b[1]) / after, before, after)


def _parabola(
    slope_before: FloatArray, slope_after: FloatArray, before: FloatArray | float, after: FloatArray | float
) -> FloatArray:
    return (slope_before * after + slope_after * before) / (before + after)


def _hermite(u: FloatArray | float, x0: FloatArray, x1: FloatArray, m0: FloatArray, m1: FloatArray) -> FloatArray:
    u2, u3 = u * u, u * u * u
    return (2 * u3 - 3 * u2 + 1) * x0 + (u3 - 2 * u2 + u) * m0 + (3 * u2 - 2 * u3) * x1 + (u3 - u2) * m1


def frame_rate_hz(times_s: FloatArray) -> float:
    """Rate of a run of frames in spite of dropped ones and rounded time stamps.

    The median interval says which intervals are single steps; their mean is the step. Where frames come in pairs, no
    interval is near the median, and the mean of all is the step.

    Args:
        times_s: ``(n,)`` increasing, n >= 2.
    """
    steps = np.diff(times_s)
    typical = np.median(steps)
    single = steps[np.abs(steps - typical) < 0.3 * typical]
    rate_hz = float(1 / (single if single.size else steps).mean())
    # Lengths in samples follow from the rate; the last digits, in which the same frames at a later time differ, must
    # not decide on which side of a half they are rounded.
    return round(rate_hz, 6)
