from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, kstest

from twitchcam.screening.statistics import Train, binomial_p, share_of, shift_test


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(st.integers(1, 400))
    return draw(st.integers(0, total)), total


@given(counts())
def test_share_and_p_are_those_of_scipy(count_and_total):
    count, total = count_and_total
    reference = binomtest(count, total, 0.5)
    interval = reference.proportion_ci(0.95, method="exact")
    share = share_of(count, total)
    assert (share.low, share.high) == pytest.approx((interval.low, interval.high), abs=1e-9)
    assert binomial_p(count, total) == pytest.approx(reference.pvalue, rel=1e-9)


def test_nothing_says_nothing():
    nothing = share_of(0, 0)
    assert (nothing.share, nothing.low, nothing.high, binomial_p(0, 0)) == (None, 0.0, 1.0, None)
    with pytest.raises(ValueError, match="0 to 3"):
        share_of(4, 3)


def train(events, targets, *, length_s=600.0, window_s=0.25, groups=None):
    events = np.sort(np.asarray(events, dtype=float))
    return Train(
        length_s=length_s,
        starts_s=events - window_s,
        ends_s=events + window_s,
        groups=np.arange(len(events)) if groups is None else np.asarray(groups),
        targets_s=np.asarray(targets, dtype=float),
    )


def test_events_on_their_targets_are_not_chance():
    events = np.random.default_rng(0).uniform(5, 595, 30)
    result = shift_test([train(events, events + 0.05)])
    assert (result.met, result.groups, result.targets) == (30, 30, 30)
    assert result.p == pytest.approx(0.001)
    assert result.expected == pytest.approx(30 * 30 * 0.5 / 600, rel=0.5)


def test_shifts_agree_with_counting_each_one():
    rng = np.random.default_rng(3)
    one = train(
        rng.uniform(0, 60, 12), rng.uniform(0, 60, 20), length_s=60.0, groups=[0, 0, 0, 1, 1, 2, 3, 3, 4, 5, 6, 6]
    )

    def met(shift_s):
        found = set()
        for start, end, group in zip(one.starts_s, one.ends_s, one.groups, strict=True):
            moved = (one.targets_s - shift_s - start) % 60
            if np.any(moved <= end - start):
                found.add(group)
        return len(found)

    result = shift_test([one], shifts=50)
    shifts_s = np.linspace(80, 2400 - 80, 50).astype(int) / 40
    assert result.met == met(0.0)
    assert result.groups == 7
    assert result.expected == pytest.approx(np.mean([met(shift_s) for shift_s in shifts_s]), abs=0.3)


def test_a_group_meets_a_target_once():
    result = shift_test([train([10.0, 10.5, 11.0, 40.0], [10.0, 10.5, 11.0], groups=[0, 0, 0, 1])])
    assert (result.met, result.groups) == (1, 2)


def test_each_recording_is_shifted_by_itself():
    """Many events and many targets in one recording, few in the other: no relation, though rates go together."""
    rng = np.random.default_rng(4)
    busy = train(rng.uniform(0, 300, 60), rng.uniform(0, 300, 200), length_s=300.0)
    calm = train(rng.uniform(0, 3000, 5), rng.uniform(0, 3000, 20), length_s=3000.0)
    result = shift_test([busy, calm])
    assert result.expected == pytest.approx(result.met, abs=12)
    assert result.p > 0.01


def test_p_is_fair_where_there_is_no_relation():
    def p(seed):
        rng = np.random.default_rng(seed)
        return shift_test([train(rng.uniform(0, 600, 40), rng.uniform(0, 600, 150))], shifts=199).p

    values = np.array([p(seed) for seed in range(200)])
    assert np.mean(values <= 0.05) <= 0.10
    # Conservative, as ties count against: the distribution lies above the even one, not below.
    assert kstest(values, "uniform", alternative="greater").pvalue > 0.001


def test_nothing_to_meet_has_no_p():
    assert shift_test([train([1.0], [])]).p is None
    assert shift_test([train([], [1.0])]).p is None
    assert shift_test([]).p is None
