"""Compares the rates of two groups of days. The day is the unit: twitches of one day are not independent.

Rates of groups and their ratio have quasi-Poisson intervals: the variance of a count is its mean times a dispersion
that is estimated from how much the days of a group differ, and is no less than 1 (P. McCullagh and J. A. Nelder,
"Generalized Linear Models", 2nd ed., Chapman and Hall 1989, sections 6.2 and 9.2). The p value comes from giving the
days to the groups anew (E. S. Edgington, "Randomization Tests"): in all ways where they are few, else in random ones,
counted with the one that was seen so that p is never 0 (B. Phipson and G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 9
(2010), 39). Several p values are corrected after S. Holm, Scand. J. Stat. 6 (1979), 65-70.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from twitchcam.trends.days import Day, Tally, total
from twitchcam.trends.poisson import LEVEL

FloatArray = NDArray[np.float64]

#: Fewer days in a group say nothing about how much days differ.
FEWEST_DAYS = 5
#: A day with less valid time says next to nothing, minutes.
LEAST_VALID_MIN = 1.0
#: All ways of giving days to groups are tried up to this many; beyond, so many random ones.
MOST_WAYS = 20_000
RANDOM_WAYS = 9_999
#: A count of 0 has no logarithm; this is added to both sides of a ratio (J. B. S. Haldane, Ann. Hum. Genet. 20 (1956)).
_HALF = 0.5
_SEED = 20_260_101
#: Rounding must not decide which ways are as far from even as the one that was seen.
_SLACK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The rate of some days against that of others.

    Attributes:
        with_it: Days of the first group.
        without: Days of the second group.
        rate_with: Bursts per minute of the first group, with its interval: ``(rate, low, high)``.
        rate_without: The same of the second group.
        ratio: Rate of the first group over that of the second, with its interval.
        p: Two-sided permutation p over days.
    """

    with_it: int
    without: int
    rate_with: tuple[float, float, float]
    rate_without: tuple[float, float, float]
    ratio: tuple[float, float, float]
    p: float


def usable(days: Sequence[Day]) -> list[Day]:
    """The days with valid time enough."""
    return [day for day in days if day.tally.valid_min >= LEAST_VALID_MIN]


def enough(with_it: Sequence[Day], without: Sequence[Day]) -> bool:
    """Whether there are days enough in both groups."""
    return min(len(with_it), len(without)) >= FEWEST_DAYS


def compare(with_it: Sequence[Day], without: Sequence[Day]) -> Comparison:
    """Compares two groups of days, each of at least two.

    Raises:
        ValueError: a group is too small.
    """
    if min(len(with_it), len(without)) < 2:
        raise ValueError(f"expected two days or more in each group, got {len(with_it)} and {len(without)}")
    groups = (with_it, without)
    freedom = len(with_it) + len(without) - 2
    dispersion = _dispersion(groups, freedom)
    tallies = [total(day.tally for day in group) for group in groups]
    t = _t_quantile(freedom)
    rates = [_rate(tally, dispersion, t) for tally in tallies]
    (b1, m1), (b0, m0) = ((tally.bursts + _HALF, tally.valid_min) for tally in tallies)
    middle = math.log(b1 / m1) - math.log(b0 / m0)
    reach = t * math.sqrt(dispersion * (1 / b1 + 1 / b0))
    return Comparison(
        with_it=len(with_it),
        without=len(without),
        rate_with=rates[0],
        rate_without=rates[1],
        ratio=(math.exp(middle), math.exp(middle - reach), math.exp(middle + reach)),
        p=permutation_p(with_it, without),
    )


def permutation_p(with_it: Sequence[Day], without: Sequence[Day]) -> float:
    """Two-sided p: how often the ratio is as far from 1 as it is when days are given to the groups anew."""
    days = [*with_it, *without]
    bursts = np.array([day.tally.bursts for day in days], dtype=np.float64)
    minutes = np.array([day.tally.valid_min for day in days], dtype=np.float64)
    count, chosen = len(days), len(with_it)

    def distances(members: NDArray[np.intp]) -> FloatArray:
        b1, m1 = bursts[members].sum(axis=1), minutes[members].sum(axis=1)
        b0, m0 = bursts.sum() - b1, minutes.sum() - m1
        return np.asarray(np.abs(np.log((b1 + _HALF) / m1) - np.log((b0 + _HALF) / m0)), dtype=np.float64)

    seen = distances(np.arange(chosen)[None])[0]
    if math.comb(count, chosen) <= MOST_WAYS:
        flat = np.fromiter(chain.from_iterable(combinations(range(count), chosen)), dtype=np.intp)
        return float(np.mean(distances(flat.reshape(-1, chosen)) >= seen - _SLACK))
    rng = np.random.default_rng(_SEED)
    ways = np.argsort(rng.random((RANDOM_WAYS, count)), axis=1)[:, :chosen]
    as_far = int((distances(ways) >= seen - _SLACK).sum())
    return (as_far + 1) / (RANDOM_WAYS + 1)


def holm(ps: Sequence[float]) -> list[float]:
    """The p values corrected for their number.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected = [0.0] * len(ps)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=lambda index: ps[index])):
        highest = max(highest, min((len(ps) - rank) * ps[index], 1.0))
        corrected[index] = highest
    return corrected


def _dispersion(groups: Sequence[Sequence[Day]], freedom: int) -> float:
    """Pearson's estimate around the rate of each group; no less than that of a Poisson process."""
    squares = 0.0
    for group in groups:
        tally = total(day.tally for day in group)
        if tally.bursts == 0:
            continue
        for day in group:
            expected = tally.bursts * day.tally.valid_s / tally.valid_s
            squares += (day.tally.bursts - expected) ** 2 / expected
    return max(squares / freedom, 1.0)


def _rate(tally: Tally, dispersion: float, t: float) -> tuple[float, float, float]:
    """A rate with its interval, on the logarithmic scale around a count that is never 0."""
    count = tally.bursts + _HALF
    factor = math.exp(t * math.sqrt(dispersion / count))
    low = count / factor if tally.bursts else 0.0
    return tally.bursts / tally.valid_min, low / tally.valid_min, count * factor / tally.valid_min


def _t_quantile(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + LEVEL) / 2))
