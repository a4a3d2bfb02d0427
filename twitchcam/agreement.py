"""How well two logs of one recording agree: two raters, or a rater and the software. Neither is taken for the truth.

- Events are paired as in :mod:`twitchcam.score`; positive agreement is the share of all events that are in a pair.
- Cohen's kappa over bins of time, and of the labels of paired events: Cohen, Educ. Psychol. Meas. 20 (1960) 37-46,
  doi:10.1177/001316446002000104.
- ICC(2,1) of the counts in each minute, with its interval: Shrout and Fleiss, Psychol. Bull. 86 (1979) 420-428,
  doi:10.1037/0033-2909.86.2.420.
- Limits of agreement of the same counts: Bland and Altman, Lancet 327 (1986) 307-310,
  doi:10.1016/S0140-6736(86)90837-8.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twitchcam.events.model import Twitch
from twitchcam.score import TOLERANCE_S, match

FloatArray = NDArray[np.float64]

BIN_S = 1.0
MINUTE_S = 60.0
_LEVEL = 0.95
#: Limits of agreement hold 95 % of normal differences.
_LIMIT_SD = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """Cohen's kappa of labels; None where both always give the same single one, or there is none.

    Attributes:
        kappa: Agreement beyond chance: 1 is all, 0 is chance.
        low: Lower bound of its interval (Cohen's standard error).
        high: Upper bound.
        observed: Share of the labels that agree.
        labels: How many.
    """

    kappa: float | None
    low: float | None
    high: float | None
    observed: float | None
    labels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Icc:
    """ICC(2,1), absolute agreement of single raters; None where the counts do not vary or there are fewer than 3."""

    icc: float | None
    low: float | None
    high: float | None
    targets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Differences of the counts per minute, second log minus first.

    Attributes:
        mean: Their mean; None without any.
        low: Lower limit of agreement; None for fewer than two.
        high: Upper limit.
        counts: ``(first, second)`` of each minute.
    """

    mean: float | None
    low: float | None
    high: float | None
    counts: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Two logs of one recording.

    Attributes:
        first: Events of the first.
        second: Events of the second.
        paired: Events that both have.
        positive: Positive agreement; None where neither has an event.
        side: Kappa of the sides of the pairs.
        lip: Kappa of the lips of the pairs.
        time: Kappa over bins of time: an event or none.
        icc: Of the counts in each minute.
        limits: Of the same counts.
        onset_s: Median of how much later the second's onsets are; None without pairs.
        duration_s: Length of the recording that was compared.
        bin_s: Length of a bin.
        tolerance_s: What counted as the same time.
    """

    first: int
    second: int
    paired: int
    positive: float | None
    side: Kappa
    lip: Kappa
    time: Kappa
    icc: Icc
    limits: Limits
    onset_s: float | None
    duration_s: float
    bin_s: float
    tolerance_s: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; what is missing is None, never NaN."""
        return asdict(self)


def agree(
    first: Sequence[Twitch],
    second: Sequence[Twitch],
    *,
    duration_s: float,
    tolerance_s: float = TOLERANCE_S,
    bin_s: float = BIN_S,
) -> Agreement:
    """Compares two logs.

    Args:
        first: One log.
        second: The other.
        duration_s: Length of the recording; events beyond it lengthen it.
        tolerance_s: Largest distance of the middles of two intervals that can be a pair.
        bin_s: Length of a bin of time.

    Raises:
        ValueError: a negative tolerance, or a bin that is not positive.
    """
    if not bin_s > 0:
        raise ValueError(f"expected a bin above 0 s, got {bin_s}")
    pairs = [(first[m.truth], second[m.event]) for m in match(first, second, tolerance_s=tolerance_s)]
    duration_s = max([duration_s, *(event.centre_s for event in (*first, *second))])
    counts = np.stack([_counts(log, duration_s, MINUTE_S) for log in (first, second)], axis=1)
    bins = [_counts(log, duration_s, bin_s) > 0 for log in (first, second)]
    both = len(first) + len(second)
    return Agreement(
        first=len(first),
        second=len(second),
        paired=len(pairs),
        positive=2 * len(pairs) / both if both else None,
        side=kappa([(a.side, b.side) for a, b in pairs]),
        lip=kappa([(a.lip, b.lip) for a, b in pairs]),
        time=kappa(list(zip(bins[0].tolist(), bins[1].tolist(), strict=True))),
        icc=icc(counts),
        limits=limits(counts),
        onset_s=float(np.median([b.onset_s - a.onset_s for a, b in pairs])) if pairs else None,
        duration_s=duration_s,
        bin_s=bin_s,
        tolerance_s=tolerance_s,
    )


def _counts(events: Sequence[Twitch], duration_s: float, bin_s: float) -> FloatArray:
    """Events in each bin by their middles; a last bin that is shorter than half of one joins the one before."""
    number = max(1, math.floor(duration_s / bin_s + 0.5))
    places = [min(max(int(event.centre_s / bin_s), 0), number - 1) for event in events]
    return np.bincount(np.array(places, dtype=np.int64), minlength=number).astype(np.float64)


def kappa(labels: Sequence[tuple[Hashable, Hashable]]) -> Kappa:
    """Cohen's kappa of two raters' labels, pair by pair."""
    total = len(labels)
    if not total:
        return Kappa(kappa=None, low=None, high=None, observed=None, labels=0)
    observed = sum(a == b for a, b in labels) / total
    first, second = Counter(a for a, _ in labels), Counter(b for _, b in labels)
    chance = sum(first[label] * second[label] for label in first) / total**2
    if chance >= 1:
        return Kappa(kappa=None, low=None, high=None, observed=observed, labels=total)
    value = (observed - chance) / (1 - chance)
    error = math.sqrt(observed * (1 - observed) / total) / (1 - chance)
    low, high = value - _LIMIT_SD * error, value + _LIMIT_SD * error
    return Kappa(kappa=value, low=max(low, -1.0), high=min(high, 1.0), observed=observed, labels=total)


def icc(ratings: FloatArray) -> Icc:
    """ICC(2,1) with its interval.

    Args:
        ratings: ``(targets, raters)``.
    """
    from scipy.stats import f

    n, k = ratings.shape
    nothing = Icc(icc=None, low=None, high=None, targets=n)
    if n < 3 or k < 2:
        return nothing
    mean = ratings.mean()
    rows = k * ((ratings.mean(axis=1) - mean) ** 2).sum() / (n - 1)
    columns = n * ((ratings.mean(axis=0) - mean) ** 2).sum() / (k - 1)
    residual = ratings - ratings.mean(axis=1, keepdims=True) - ratings.mean(axis=0, keepdims=True) + mean
    error = (residual**2).sum() / ((n - 1) * (k - 1))
    whole = rows + (k - 1) * error + k * (columns - error) / n
    if whole <= 0 or rows <= 0:
        return nothing
    value = (rows - error) / whole
    if error < 1e-12 * rows and columns < 1e-12 * rows:
        return Icc(icc=1.0, low=1.0, high=1.0, targets=n)
    share = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    parts = share[0] * columns, share[1] * error
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (k - 1) + parts[1] ** 2 / ((n - 1) * (k - 1)))
    tail = 1 - (1 - _LEVEL) / 2
    upper, lower = f.ppf(tail, n - 1, freedom), f.ppf(tail, freedom, n - 1)
    spread = k * columns + (k * n - k - n) * error
    low = n * (rows - upper * error) / (upper * spread + n * rows)
    high = n * (lower * rows - error) / (spread + n * lower * rows)
    return Icc(icc=float(value), low=_known(low), high=_known(high), targets=n)


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def limits(counts: FloatArray) -> Limits:
    """Limits of agreement of two columns of counts, second minus first."""
    differences = counts[:, 1] - counts[:, 0]
    mean = float(differences.mean()) if len(differences) else None
    pairs = tuple((float(a), float(b)) for a, b in counts)
    if mean is None or len(differences) < 2:
        return Limits(mean=mean, low=None, high=None, counts=pairs)
    spread = _LIMIT_SD * float(differences.std(ddof=1))
    return Limits(mean=mean, low=mean - spread, high=mean + spread, counts=pairs)
