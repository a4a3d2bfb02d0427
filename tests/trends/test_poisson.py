from __future__ import annotations

import doctest

import numpy as np
import pytest
from scipy.stats import chi2, poisson

from twitchcam.trends import poisson as poisson_
from twitchcam.trends.poisson import count_interval, rate_interval


def test_limits_are_those_of_garwood() -> None:
    counts = np.arange(60)
    low, high = count_interval(counts)
    assert low[0] == 0
    assert low[1:] == pytest.approx(chi2.ppf(0.025, 2 * counts[1:]) / 2)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * counts + 2) / 2)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("rate", [0.05, 0.7, 3.0, 11.3, 40.0])
def test_an_interval_covers_as_often_as_it_says(rate: float, level: float) -> None:
    counts = np.arange(200)
    low, high = count_interval(counts, level)
    assert poisson.pmf(counts[(low <= rate) & (rate <= high)], rate).sum() >= level


def test_a_rate_is_per_unit_of_exposure() -> None:
    assert rate_interval(0, 10.0) == pytest.approx((0, 0.3689), abs=1e-4)


def test_examples() -> None:
    assert doctest.testmod(poisson_).failed == 0
