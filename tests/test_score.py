from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.events.model import Lip, Side, Twitch
from twitchcam.score import match, score


def twitch(
    centre_s: float,
    *,
    lip: Lip = Lip.UPPER,
    side: Side = Side.LEFT,
    amplitude: float = 2.0,
    duration_s: float = 0.1,
) -> Twitch:
    return Twitch(
        onset_s=centre_s - duration_s / 2,
        duration_s=duration_s,
        peak_s=centre_s,
        lip=lip,
        side=side,
        amplitude_pct_iod=amplitude,
    )


def at(*centres_s: float) -> list[Twitch]:
    return [twitch(centre_s) for centre_s in centres_s]


# Times with 0.1 ms, as the tables hold them; dense enough that tolerances overlap.
times = st.lists(st.integers(0, 30_000).map(lambda n: n / 10_000), max_size=7)
tolerances = st.sampled_from([0.0, 0.05, 0.2, 1.0])


class TestEmptyCases:
    def test_both_empty_is_perfect(self):
        result = score([], [])
        assert (result.precision, result.recall, result.f1) == (1.0, 1.0, 1.0)

    def test_nothing_reported_misses_all_and_is_not_imprecise(self):
        result = score(at(1, 2), [])
        assert (result.precision, result.recall, result.f1) == (1.0, 0.0, 0.0)
        assert (result.missed, result.false) == (2, 0)

    def test_nothing_to_find_makes_every_event_false(self):
        result = score([], at(1, 2, 3))
        assert (result.precision, result.recall, result.f1) == (0.0, 1.0, 0.0)
        assert (result.missed, result.false) == (0, 3)

    def test_averages_over_no_match_are_none(self):
        result = score(at(1), at(5))
        assert result.matched == 0
        assert result.side_accuracy is result.lip_accuracy is None
        assert result.onset_error_s is result.onset_abs_error_s is None
        assert result.amplitude_error is result.amplitude_abs_error is None


class TestMatching:
    def test_the_middles_decide_and_not_the_onsets(self):
        long = twitch(1.0, duration_s=0.8)
        assert score([long], [twitch(1.15)]).matched == 1
        assert score([long], [twitch(0.65)]).matched == 0

    @pytest.mark.parametrize(("late_s", "matched"), [(0.0, 1), (0.2, 1), (-0.2, 1), (0.2002, 0), (-0.2002, 0)])
    def test_the_tolerance_belongs_to_it(self, late_s: float, matched: int):
        assert score(at(3.3), at(3.3 + late_s)).matched == matched

    def test_one_event_is_found_once(self):
        result = score(at(1.0), at(0.95, 1.0, 1.05))
        assert (result.matched, result.false) == (1, 2)
        assert result.matches[0].event == 1

    def test_more_pairs_win_over_nearer_pairs(self):
        # Greedy by distance would take 1.1 with 1.15 and leave 1.0 and 1.32 alone.
        result = score(at(1.0, 1.15), at(1.1, 1.32))
        assert [(m.truth, m.event) for m in result.matches] == [(0, 0), (1, 1)]

    def test_among_equally_many_the_nearest_pairs(self):
        result = score(at(1.0, 1.1), at(1.1, 1.0))
        assert [(m.truth, m.event, m.late_s) for m in result.matches] == [(0, 1, 0.0), (1, 0, 0.0)]

    def test_order_does_not_matter(self):
        forward = score(at(1, 2, 3), at(1.1, 2.1, 9))
        backward = score(at(3, 2, 1), at(9, 2.1, 1.1))
        assert forward.f1 == backward.f1
        assert sorted(m.late_s for m in forward.matches) == sorted(m.late_s for m in backward.matches)

    def test_a_wrong_side_is_still_the_same_event(self):
        assert score([twitch(1, side=Side.LEFT)], [twitch(1, side=Side.RIGHT)]).matched == 1

    def test_a_negative_tolerance_is_refused(self):
        with pytest.raises(ValueError, match="tolerance"):
            score([], [], tolerance_s=-0.1)


class TestAverages:
    def test_f1_is_the_harmonic_mean(self):
        result = score(at(1, 2, 3, 4), at(1, 2, 9))
        assert result.precision == pytest.approx(2 / 3)
        assert result.recall == pytest.approx(1 / 2)
        assert result.f1 == pytest.approx(2 / (3 / 2 + 2))

    def test_sides_and_lips_among_the_matches_only(self):
        truth = [twitch(1), twitch(2), twitch(3), twitch(4)]
        events = [twitch(1), twitch(2, side=Side.RIGHT), twitch(3, lip=Lip.LOWER, side=Side.BOTH), twitch(8)]
        result = score(truth, events)
        assert result.side_accuracy == pytest.approx(1 / 3)
        assert result.lip_accuracy == pytest.approx(2 / 3)

    def test_onset_errors_keep_their_sign(self):
        result = score(at(1, 2, 3), at(1.03, 1.95, 3.02))
        assert result.onset_error_s == pytest.approx(0.02)
        assert result.onset_abs_error_s == pytest.approx(0.03)

    def test_amplitude_errors_are_relative(self):
        truth = [twitch(1, amplitude=1), twitch(2, amplitude=2), twitch(3, amplitude=4)]
        events = [twitch(1, amplitude=0.5), twitch(2, amplitude=2.2), twitch(3, amplitude=4.8)]
        result = score(truth, events)
        assert result.amplitude_error == pytest.approx(0.1)
        assert result.amplitude_abs_error == pytest.approx(0.2)

    def test_a_true_amplitude_of_zero_has_no_relative_error(self):
        assert score([twitch(1, amplitude=0)], at(1)).amplitude_error is None

    def test_to_dict_is_json_and_complete(self):
        data = score(at(1, 2), at(1.1)).to_dict()
        assert json.loads(json.dumps(data, allow_nan=False)) == data
        assert data["missed"] == 1
        assert data["matches"] == [{"truth": 0, "event": 0, "late_s": pytest.approx(0.1)}]


class TestProperties:
    @given(times, times, tolerances)
    def test_f1_is_symmetric_and_the_other_two_change_places(self, a, b, tolerance_s):
        there, back = score(at(*a), at(*b), tolerance_s=tolerance_s), score(at(*b), at(*a), tolerance_s=tolerance_s)
        assert there.f1 == back.f1
        assert (there.precision, there.recall) == (back.recall, back.precision)

    @given(times, times, tolerances)
    def test_one_to_one_and_within_the_tolerance(self, a, b, tolerance_s):
        pairs = match(at(*a), at(*b), tolerance_s=tolerance_s)
        assert len({p.truth for p in pairs}) == len({p.event for p in pairs}) == len(pairs)
        assert all(abs(a[p.truth] - b[p.event]) <= tolerance_s + 2e-6 for p in pairs)

    @given(times, times, tolerances, st.integers(-3600, 36_000))
    def test_a_shift_in_time_changes_nothing(self, a, b, tolerance_s, shift_s):
        here = score(at(*a), at(*b), tolerance_s=tolerance_s)
        there = score(at(*(t + shift_s for t in a)), at(*(t + shift_s for t in b)), tolerance_s=tolerance_s)
        assert there.matched == here.matched
        assert sum(abs(m.late_s) for m in there.matches) == pytest.approx(
            sum(abs(m.late_s) for m in here.matches), abs=1e-6
        )

    @given(times, tolerances)
    def test_the_truth_itself_scores_one(self, a, tolerance_s):
        result = score(at(*a), at(*a), tolerance_s=tolerance_s)
        assert (result.precision, result.recall, result.f1) == (1.0, 1.0, 1.0)

    @given(times, times)
    def test_a_wider_tolerance_never_finds_fewer(self, a, b):
        found = [score(at(*a), at(*b), tolerance_s=tolerance_s).matched for tolerance_s in (0.0, 0.05, 0.2, 1.0)]
        assert found == sorted(found)

    @given(times.filter(lambda a: len(a) <= 4), times.filter(lambda b: len(b) <= 4), tolerances)
    def test_no_matching_is_better(self, a, b, tolerance_s):
        pairs = match(at(*a), at(*b), tolerance_s=tolerance_s)
        reached = (len(pairs), -sum(abs(p.late_s) for p in pairs))
        few, many = sorted((a, b), key=len)
        best = (0, 0.0)
        for chosen in itertools.permutations(range(len(many)), len(few)):
            distances = [abs(few[i] - many[k]) for i, k in enumerate(chosen)]
            kept = [d for d in distances if d <= tolerance_s + 1e-6]
            best = max(best, (len(kept), -sum(kept)))
        assert reached[0] == best[0]
        assert reached[1] == pytest.approx(best[1], abs=1e-6)
