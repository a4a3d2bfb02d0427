from __future__ import annotations

import doctest
import math
from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.trends import compare as compare_
from twitchcam.trends.compare import compare, holm, permutation_p
from twitchcam.trends.days import Day, Tally

Counts = list[tuple[int, float]]


def days(counts: Counts) -> list[Day]:
    start = date(2026, 1, 1)
    return [
        Day(on=start + timedelta(days=n), sessions=1, tally=Tally(valid_s=60 * minutes, bursts=bursts))
        for n, (bursts, minutes) in enumerate(counts)
    ]


some_days = st.lists(st.tuples(st.integers(0, 40), st.floats(1, 60)), min_size=2, max_size=6)


def test_the_ratio_is_that_of_the_rates() -> None:
    found = compare(days([(40, 10.0)] * 6), days([(20, 10.0)] * 7))
    assert found.rate_with[0] == pytest.approx(4.0)
    assert found.rate_without[0] == pytest.approx(2.0)
    assert found.ratio[0] == pytest.approx(2.0, rel=0.01)
    assert found.ratio[1] > 1.5
    # Every way of choosing 6 of 13 days, of which this one alone is as far; its mirror has another size.
    assert found.p == pytest.approx(1 / math.comb(13, 6))


@given(some_days, some_days)
def test_exchanging_the_groups_turns_the_ratio_and_nothing_else(a: Counts, b: Counts) -> None:
    one, other = compare(days(a), days(b)), compare(days(b), days(a))
    assert one.p == pytest.approx(other.p)
    assert one.ratio == pytest.approx((1 / other.ratio[0], 1 / other.ratio[2], 1 / other.ratio[1]))
    for rate, low, high in (one.rate_with, one.rate_without):
        assert low <= rate <= high


@given(some_days, some_days)
def test_p_counts_every_way_of_giving_days_to_groups(a: Counts, b: Counts) -> None:
    counts = [*a, *b]

    def distance(members: tuple[int, ...]) -> float:
        inside = [counts[i] for i in members]
        outside = [counts[i] for i in range(len(counts)) if i not in members]
        rates = [(sum(n for n, _ in group) + 0.5) / sum(m for _, m in group) for group in (inside, outside)]
        return abs(math.log(rates[0] / rates[1]))

    seen = distance(tuple(range(len(a))))
    ways = [distance(members) for members in combinations(range(len(counts)), len(a))]
    assert permutation_p(days(a), days(b)) == pytest.approx(np.mean([way >= seen - 1e-9 for way in ways]))


def test_random_ways_agree_with_all_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    a, b = (days([(int(n), 10.0) for n in rng.poisson(rate, 8)]) for rate in (9, 7))
    exact = permutation_p(a, b)
    monkeypatch.setattr(compare_, "MOST_WAYS", 10)
    assert permutation_p(a, b) == pytest.approx(exact, abs=0.02)


def test_days_that_differ_among_themselves_give_wide_intervals() -> None:
    calm = compare(days([(20, 10.0)] * 8), days([(10, 10.0)] * 8))
    wild = compare(days([(40, 10.0), (0, 10.0)] * 4), days([(20, 10.0), (0, 10.0)] * 4))
    assert wild.ratio[0] == pytest.approx(calm.ratio[0], rel=0.05)
    assert wild.ratio[2] / wild.ratio[1] > 2 * calm.ratio[2] / calm.ratio[1]


def test_patternless_days_are_rarely_called_different(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bursts that cluster by day, where a test that takes every burst for itself would cry out one time in three."""
    monkeypatch.setattr(compare_, "RANDOM_WAYS", 499)
    rng = np.random.default_rng(7)
    ps, covered = [], 0
    for _ in range(150):
        rates = rng.gamma(3, 1 / 3, 20)
        made = days([(int(rng.poisson(20 * rate)), 10.0) for rate in rates])
        found = compare(made[:10], made[10:])
        ps.append(found.p)
        covered += found.ratio[1] <= 1 <= found.ratio[2]
    assert np.mean(np.array(ps) < 0.05) < 0.11
    assert covered / 150 > 0.88


def test_days_without_any_burst() -> None:
    found = compare(days([(0, 10.0)] * 5), days([(0, 10.0)] * 5))
    assert found.ratio[0] == pytest.approx(1)
    assert found.p == 1
    assert found.rate_with[:2] == (0, 0)


def test_correction_for_several() -> None:
    assert holm([]) == []
    assert holm([0.2, 0.001, 0.02, 0.9]) == pytest.approx([0.4, 0.004, 0.06, 0.9])
    assert holm([0.6, 0.7]) == [1.0, 1.0]


def test_examples() -> None:
    assert doctest.testmod(compare_).failed == 0
