from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.agreement import agree, icc, kappa, limits
from twitchcam.events.model import Lip, Side, Twitch

#: Six targets and four judges: table 2 of Shrout and Fleiss (1979).
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)


def at(*centres_s: float, side: Side = Side.LEFT, lip: Lip = Lip.UPPER) -> list[Twitch]:
    return [
        Twitch(onset_s=c - 0.05, duration_s=0.1, peak_s=c, lip=lip, side=side, amplitude_pct_iod=2.0) for c in centres_s
    ]


def test_icc_is_that_of_shrout_and_fleiss():
    result = icc(SHROUT_FLEISS)
    assert result.icc == pytest.approx(0.2898, abs=1e-4)
    # The interval as other programs give it for this table.
    assert (result.low, result.high) == pytest.approx((0.0188, 0.7611), abs=2e-3)


def test_icc_of_the_same_counts_is_1_and_of_none_is_unknown():
    counts = np.array([[1, 1], [4, 4], [2, 2], [0, 0]], dtype=float)
    assert icc(counts).icc == 1.0
    assert icc(np.zeros((5, 2))).icc is None
    assert icc(counts[:2]).icc is None


def test_a_rater_who_counts_more_agrees_less():
    counts = np.array([[1, 1], [4, 4], [2, 2], [0, 0]], dtype=float)
    assert icc(counts + np.array([0, 3])).icc < 0.5


def test_kappa_of_a_known_table():
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed 0.7, chance 0.5, kappa 0.4."""
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    result = kappa(pairs)
    assert (result.kappa, result.observed, result.labels) == (pytest.approx(0.4), 0.7, 50)
    error = np.sqrt(0.7 * 0.3 / 50) / 0.5
    assert (result.low, result.high) == (pytest.approx(0.4 - 1.96 * error), pytest.approx(0.4 + 1.96 * error))


def test_kappa_where_there_is_no_choice_is_unknown():
    assert kappa([(Side.LEFT, Side.LEFT)] * 5).kappa is None
    assert kappa([]).observed is None


def test_limits_of_agreement():
    result = limits(np.array([[1, 2], [3, 3], [2, 4], [5, 5]], dtype=float))
    assert result.mean == pytest.approx(0.75)
    spread = 1.96 * np.std([1, 0, 2, 0], ddof=1)
    assert (result.low, result.high) == (pytest.approx(0.75 - spread), pytest.approx(0.75 + spread))


def test_two_logs():
    first = at(1, 10, 70, 130, 200)
    second = [*at(1.1, 10), *at(130.05, side=Side.RIGHT), *at(150)]
    result = agree(first, second, duration_s=240)
    assert (result.first, result.second, result.paired) == (5, 4, 3)
    assert result.positive == pytest.approx(6 / 9)
    assert (result.side.observed, result.side.labels) == (pytest.approx(2 / 3), 3)
    assert result.time.labels == 240
    assert result.limits.counts == ((2.0, 2.0), (1.0, 0.0), (1.0, 2.0), (1.0, 0.0))
    assert result.onset_s == pytest.approx(0.05)


def test_nothing_in_either():
    result = agree([], [], duration_s=60)
    assert (result.positive, result.time.kappa, result.icc.icc, result.onset_s) == (None, None, None, None)
    assert result.limits.mean == 0.0


def test_events_beyond_the_end_lengthen_it():
    assert agree(at(100), at(100), duration_s=0).duration_s == pytest.approx(100.0)


@given(st.lists(st.floats(1, 500), max_size=30), st.lists(st.floats(1, 500), max_size=30))
def test_it_does_not_matter_which_is_first(one, other):
    first, second = at(*one), at(*other, side=Side.RIGHT)
    there, back = (agree(a, b, duration_s=520) for a, b in ((first, second), (second, first)))
    assert (there.paired, there.positive) == (back.paired, back.positive)
    assert there.time.kappa == pytest.approx(back.time.kappa)
    assert there.icc.icc == pytest.approx(back.icc.icc)
    assert there.limits.mean == pytest.approx(-back.limits.mean)


@pytest.mark.parametrize("bin_s", [0.0, -1.0, float("nan")])
def test_a_bin_has_a_length(bin_s):
    with pytest.raises(ValueError, match="bin above 0"):
        agree([], [], duration_s=1, bin_s=bin_s)
