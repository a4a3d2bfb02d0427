from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.errors import UsageError
from twitchcam.events.model import Context, Lip, Segment, Side, Twitch
from twitchcam.views import rates as rates_


def twitch(onset_s: float, lip: Lip = Lip.UPPER, side: Side = Side.LEFT, amplitude: float = 1.0) -> Twitch:
    return Twitch(
        onset_s=onset_s, duration_s=0.12, peak_s=onset_s + 0.06, lip=lip, side=side, amplitude_pct_iod=amplitude
    )


def segment(onset_s: float, duration_s: float, kind: Context) -> Segment:
    return Segment(onset_s=onset_s, duration_s=duration_s, kind=kind)


@pytest.mark.parametrize(
    ("duration_s", "count", "first_s"),
    [
        (0.0, 1, 0.001),
        (0.04, 1, 0.04),
        (10.0, 2, 5.0),
        (12.4, 2, 5.0),
        (12.6, 3, 5.0),
        (612.0, 31, 20.0),
        (10800.0, 36, 300.0),
    ],
)
def test_bins_are_chosen_for_the_length(duration_s: float, count: int, first_s: float) -> None:
    edges_s = rates_.bin_edges((0.0, duration_s))
    assert len(edges_s) == count + 1
    assert edges_s[1] == pytest.approx(first_s)
    assert edges_s[-1] == pytest.approx(max(duration_s, 0.001))


@given(st.floats(0, 90000))
def test_bins_cover_the_recording_and_are_few(duration_s: float) -> None:
    edges_s = rates_.bin_edges((0.0, duration_s))
    assert edges_s[0] == 0
    assert (np.diff(edges_s) > 0).all()
    assert len(edges_s) <= rates_.MAX_BINS + 2


def test_rates_count_valid_time_only() -> None:
    segments = [segment(0, 2.5, Context.TALKING), segment(3, 1, Context.BLINK), segment(5, 4.5, Context.NO_FACE)]
    rates = rates_.binned_rates(
        [twitch(3), twitch(4), twitch(4.5, side=Side.RIGHT), twitch(9.7)], segments, (0.0, 15.0)
    )
    assert rates.valid_s == pytest.approx([2.5, 0.5, 5.0])
    assert rates.per_minute[Side.LEFT] == pytest.approx([2 * 60 / 2.5, np.nan, 0], nan_ok=True)
    assert rates.total == pytest.approx([3 * 60 / 2.5, np.nan, 0], nan_ok=True)


def test_every_twitch_is_in_a_bin() -> None:
    rates = rates_.binned_rates([twitch(-0.01), twitch(10.0), twitch(10.2)], [], (0.0, 10.0))
    assert sum(rates.per_minute[Side.LEFT] * rates.valid_s / 60) == pytest.approx(3)


@given(
    st.lists(
        st.builds(segment, st.floats(-5, 120), st.floats(0.01, 60), st.sampled_from(list(Context))),
        max_size=20,
    )
)
def test_not_valid_spans_are_disjoint_ordered_and_inside(segments: list[Segment]) -> None:
    spans = rates_.not_valid_spans(segments, (0.0, 100.0))
    borders = [border for span in spans for border in span]
    assert borders == sorted(borders)
    assert all(0 <= border <= 100 for border in borders)
    for moment_s in np.linspace(0.05, 99.95, 50):
        hidden = any(s.kind in rates_.NOT_VALID and s.onset_s <= moment_s < s.end_s for s in segments)
        assert hidden == any(begin_s <= moment_s < end_s for begin_s, end_s in spans)


def test_twitches_outside_valid_time_enter_no_rate() -> None:
    spoken = replace(twitch(1), context=Context.TALKING)
    rested = replace(twitch(2), context=Context.REST)
    found = rates_.binned_rates([spoken, rested], [], (0.0, 60.0))
    assert np.nansum(found.per_minute[Side.LEFT] * found.valid_s / 60) == pytest.approx(1)


def test_bins_begin_where_the_analysis_began() -> None:
    assert rates_.bin_edges((100.0, 120.0)) == pytest.approx([100, 105, 110, 115, 120])
    assert rates_.not_valid_spans([segment(0, 103, Context.NO_FACE)], (100.0, 120.0)) == [(100.0, 103.0)]


def test_bins_of_a_length_that_is_asked_for() -> None:
    assert rates_.bin_edges((0.0, 140.0), 60) == pytest.approx([0, 60, 140])
    with pytest.raises(UsageError, match="take 20 s or more"):
        rates_.bin_edges((0.0, 8 * 3600), 1)


def test_a_burst_counts_where_its_first_twitch_is_that_counts() -> None:
    events = [
        replace(twitch(4.0), burst=1, context=Context.TALKING),
        *(replace(twitch(t), burst=1) for t in (4.8, 5.2, 5.9)),
        replace(twitch(7.0), burst=2),
        twitch(8.0),
        twitch(8.4),
    ]
    found = rates_.binned_rates(events, [], (0.0, 10.0))
    assert found.bursts.tolist() == [1, 3]
    assert found.bursts_per_minute == pytest.approx([12, 36])
    low, high = found.bursts_interval
    assert low == pytest.approx([12 * 0.0253, 12 * 0.6187], rel=1e-3)
    assert high == pytest.approx([12 * 5.5716, 12 * 8.7673], rel=1e-3)


def test_valid_time_in_a_span() -> None:
    segments = [segment(0, 12, Context.TALKING), segment(14, 1, Context.BLINK), segment(15, 30, Context.NO_FACE)]
    assert rates_.valid_in(segments, (10.0, 20.0)) == pytest.approx(3.0)
