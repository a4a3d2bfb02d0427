"""Intervals and calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LEVEL = 0.95
_RESAMPLES = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval at :data:`LEVEL`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Detections of about equal confidence: its mean, the share of them that are twitches, how many there are."""

    confidence: float
    share: float
    count: int


def bootstrap_mean(values: Sequence[float], *, seed: int = 0) -> Interval:
    """Percentile bootstrap of a mean over videos.

    Args:
        values: One number a video.
        seed: Of the resampling.

    Raises:
        ValueError: no values.
    """
    if not values:
        raise ValueError("expected at least one value, got none")
    sample = np.asarray(values, dtype=np.float64)
    rng = np.random.default_rng(seed)
    means = sample[rng.integers(len(sample), size=(_RESAMPLES, len(sample)))].mean(axis=1)
    low, high = np.quantile(means, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Interval(low=float(low), high=float(high))


def poisson_rate(count: int, exposure: float) -> Interval:
    """Exact interval of a rate (Garwood 1936, doi:10.1093/biomet/28.3-4.437).

    Args:
        count: Events.
        exposure: Time they were counted in; > 0.

    Raises:
        ValueError: no exposure, or a negative count.
    """
    from scipy.stats import chi2

    if not (exposure > 0 and count >= 0):
        raise ValueError(f"expected a positive exposure and a count >= 0, got {exposure}, {count}")
    tail = (1 - LEVEL) / 2
    low = chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    high = chi2.ppf(1 - tail, 2 * (count + 1)) / 2
    return Interval(low=float(low) / exposure, high=float(high) / exposure)


def reliability(confidence: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> list[Bin]:
    """Bins with (as nearly as possible) equally many detections each, in order of confidence.

    Raises:
        ValueError: the two differ in length.
    """
    if len(confidence) != len(right):
        raise ValueError(f"expected as many outcomes as confidences, got {len(right)} and {len(confidence)}")
    order = np.argsort(np.asarray(confidence, dtype=np.float64), kind="stable")
    said, true = np.asarray(confidence, dtype=np.float64)[order], np.asarray(right, dtype=np.float64)[order]
    return [
        Bin(confidence=float(s.mean()), share=float(t.mean()), count=len(s))
        for s, t in zip(np.array_split(said, bins), np.array_split(true, bins), strict=True)
        if len(s)
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: mean distance of confidence and share, weighed by the bins' counts."""
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.confidence - b.share) for b in bins) / total if total else 0.0


def ridge_logistic(features: FloatArray, right: FloatArray, *, ridge: float = 0.5) -> FloatArray:
    """Weights of a logistic regression whose first feature is the constant, which is not shrunk.

    Args:
        features: ``(n, k)``.
        right: ``(n,)`` 0 or 1.
        ridge: Precision of the prior on the other weights.

    Returns:
        ``(k,)``.
    """
    from scipy.optimize import minimize

    sign = 2 * right - 1
    shrunk = np.full(features.shape[1], ridge)
    shrunk[0] = 0.0

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        logit = features @ weights
        value = np.logaddexp(0, -sign * logit).sum() + 0.5 * (shrunk * weights**2).sum()
        return float(value), features.T @ (probability(logit) - right) + shrunk * weights

    found = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    return np.asarray(found.x, dtype=np.float64)


def probability(logit: FloatArray) -> FloatArray:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -500, 500))))
