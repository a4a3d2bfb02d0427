"""Exact tests and permutation tests of the screening; scipy where scipy has them.

- Exact binomial test and interval: Clopper and Pearson, Biometrika 26 (1934) 404-413, doi:10.1093/biomet/26.4.404.
- Circular shifts: one train of events is moved as a whole around the circle of valid time, which keeps its own rhythm
  and breaks its relation to the other. p counts the observed arrangement among the shifts (Phipson and Smyth 2010,
  doi:10.2202/1544-6115.1585), so it is never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.screening.criteria import CONFIDENCE, MIN_SHIFT_S, SHIFTS

FloatArray = NDArray[np.float64]

#: Time is counted in these steps when trains are shifted.
_STEP_S = 0.025
#: Shifts are worked off in pieces of at most this many numbers.
_PIECE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``count`` of ``total`` with its exact interval; with a total of 0 the share is None and the interval is 0-1."""

    count: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """The share itself."""
        return self.count / self.total if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftTest:
    """How many groups of events meet a train of targets, and how many do when it is shifted.

    Attributes:
        met: Groups that meet a target.
        groups: All groups.
        expected: Mean over the shifts of the groups that meet one.
        p: Share of the arrangements in which at least as many do, the observed one included; None where there is
            nothing to test.
        targets: Targets in valid time.
    """

    met: int
    groups: int
    expected: float
    p: float | None
    targets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Train:
    """Windows and targets of one recording on the axis of its valid time.

    Attributes:
        length_s: Valid time.
        starts_s: ``(n,)`` where each window begins.
        ends_s: ``(n,)`` where it ends.
        groups: ``(n,)`` number of the group each window belongs to, not falling.
        targets_s: ``(m,)`` times.
    """

    length_s: float
    starts_s: FloatArray
    ends_s: FloatArray
    groups: NDArray[np.int64]
    targets_s: FloatArray


def share_of(count: int, total: int) -> Share:
    """A share with its Clopper-Pearson interval.

    Raises:
        ValueError: a count outside 0 to total.
    """
    if not 0 <= count <= total:
        raise ValueError(f"expected a count of 0 to {total}, got {count}")
    if total == 0:
        return Share(count=0, total=0, low=0.0, high=1.0)
    from scipy.special import betaincinv

    tail = (1 - CONFIDENCE) / 2
    low = betaincinv(count, total - count + 1, tail) if count else 0.0
    high = betaincinv(count + 1, total - count, 1 - tail) if count < total else 1.0
    return Share(count=count, total=total, low=float(low), high=float(high))


def binomial_p(count: int, total: int) -> float | None:
    """Two-sided exact p of ``count`` of ``total`` where both sides are as likely; None for a total of 0."""
    if total == 0:
        return None
    from scipy.special import bdtr

    # Where both are as likely the distribution is symmetric, and both tails weigh the same.
    return min(1.0, 2 * float(bdtr(min(count, total - count), total, 0.5)))


def shift_test(trains: Sequence[Train], *, shifts: int = SHIFTS) -> ShiftTest:
    """Whether groups of windows meet targets more often than when the targets are shifted.

    The targets of every recording are shifted around its own valid time, all by the same share of it; shifts are evenly
    spaced, so the result is the same every time.

    Args:
        trains: One a recording.
        shifts: Number of shifts.
    """
    observed, groups, targets = 0, 0, 0
    counts = np.zeros(shifts, dtype=np.int64)
    for train in trains:
        targets += len(train.targets_s)
        groups += len(np.unique(train.groups))
        if not len(train.starts_s) or not len(train.targets_s):
            continue
        here, shifted = _counts(train, shifts)
        observed += here
        counts += shifted
    testable = groups > 0 and targets > 0
    return ShiftTest(
        met=observed,
        groups=groups,
        expected=float(counts.mean()) if testable else 0.0,
        p=(1 + int((counts >= observed).sum())) / (1 + shifts) if testable else None,
        targets=targets,
    )


def _counts(train: Train, shifts: int) -> tuple[int, NDArray[np.int64]]:
    """Groups that meet a target as it is, and at every shift."""
    steps = max(1, int(np.ceil(train.length_s / _STEP_S)))
    places = np.clip((train.targets_s / _STEP_S).astype(np.int64), 0, steps - 1)
    marks = np.bincount(places, minlength=steps)
    # Three times around: no window that is moved and crosses the end of the circle leaves the table.
    once = np.cumsum(marks, dtype=np.int32)
    until = np.concatenate([[np.int32(0)], once, once + once[-1], once + 2 * once[-1]], dtype=np.int32)
    first = np.clip(np.floor(train.starts_s / _STEP_S).astype(np.int32), -steps, steps - 1) % steps
    width = np.ceil((train.ends_s - train.starts_s) / _STEP_S).astype(np.int32) + 1
    width = np.minimum(width, steps)
    bounds = np.flatnonzero(np.diff(train.groups, prepend=train.groups[0] - 1))
    least = min(round(MIN_SHIFT_S / _STEP_S), steps // 4)
    moves = np.concatenate([[0], np.linspace(least, steps - least, shifts)]).astype(np.int32)
    found = np.empty(len(moves), dtype=np.int64)
    piece = max(1, _PIECE // len(first))
    for begin in range(0, len(moves), piece):
        at = first + moves[begin : begin + piece, None]
        hit = until[at + width] > until[at]
        if len(bounds) < len(first):
            hit = np.logical_or.reduceat(hit, bounds, axis=1)
        found[begin : begin + piece] = np.count_nonzero(hit, axis=1)
    return int(found[0]), found[1:]
