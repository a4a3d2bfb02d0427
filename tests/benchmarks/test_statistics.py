from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.statistics import (
    Bin,
    bootstrap_mean,
    calibration_error,
    poisson_rate,
    probability,
    reliability,
    ridge_logistic,
)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904), (100, 81.3640, 121.6268)],
)
def test_poisson_intervals_are_those_of_the_tables(count, low, high):
    interval = poisson_rate(count, 1.0)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-4)
    half = poisson_rate(count, 2.0)
    assert (half.low, half.high) == pytest.approx((low / 2, high / 2), abs=1e-4)


@pytest.mark.parametrize(("count", "exposure"), [(0, 0.0), (-1, 1.0)])
def test_a_rate_needs_time_and_a_count(count, exposure):
    with pytest.raises(ValueError, match="positive exposure"):
        poisson_rate(count, exposure)


def test_the_bootstrap_interval_is_that_of_the_mean():
    values = np.random.default_rng(1).normal(5.0, 2.0, size=400).tolist()
    interval = bootstrap_mean(values)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * np.std(values) / 20, rel=0.1)
    assert interval.low < np.mean(values) < interval.high
    assert interval == bootstrap_mean(values)


def test_equal_videos_leave_no_doubt():
    assert bootstrap_mean([0.5, 0.5]).low == bootstrap_mean([0.5, 0.5]).high == 0.5


def test_bins_hold_equally_many_in_order():
    bins = reliability([0.9, 0.1, 0.5, 0.3], [True, False, True, False], bins=2)
    assert bins == [
        Bin(confidence=pytest.approx(0.2), share=0.0, count=2),
        Bin(confidence=pytest.approx(0.7), share=1.0, count=2),
    ]


def test_fewer_events_than_bins_and_none_at_all():
    assert sum(b.count for b in reliability([0.5, 0.6], [True, True])) == 2
    assert reliability([], []) == []
    assert calibration_error([]) == 0.0


def test_the_calibration_error_weighs_bins_by_their_counts():
    bins = [Bin(confidence=0.9, share=0.8, count=3), Bin(confidence=0.5, share=1.0, count=1)]
    assert calibration_error(bins) == pytest.approx((3 * 0.1 + 0.5) / 4)


def test_what_is_calibrated_has_a_small_error():
    rng = np.random.default_rng(2)
    said = rng.uniform(size=20_000)
    right = rng.uniform(size=20_000) < said
    assert calibration_error(reliability(said.tolist(), right.tolist())) < 0.02
    assert calibration_error(reliability((said**3).tolist(), right.tolist())) > 0.1


def test_the_regression_finds_the_weights_that_made_the_data():
    rng = np.random.default_rng(3)
    features = np.column_stack([np.ones(20_000), rng.normal(size=(20_000, 2))])
    true = np.array([-0.5, 2.0, -1.0])
    right = (rng.uniform(size=20_000) < probability(features @ true)).astype(float)
    assert ridge_logistic(features, right) == pytest.approx(true, abs=0.1)


def test_the_ridge_shrinks_all_but_the_constant():
    features = np.column_stack([np.ones(200), np.linspace(-1, 1, 200)])
    right = np.r_[np.zeros(20), np.ones(180)]
    weights = ridge_logistic(features, right, ridge=1e6)
    assert weights[1] == pytest.approx(0.0, abs=1e-3)
    assert probability(weights[:1])[0] == pytest.approx(0.9, abs=1e-3)
