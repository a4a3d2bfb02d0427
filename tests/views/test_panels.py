"""The panels one by one: each takes and returns axes, so that a notebook can compose them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from matplotlib.figure import Figure

from tests.sessions import poisson_onsets, twitches
from twitchcam.events.model import Context, Segment
from twitchcam.session.notes_file import Note, NoteKind
from twitchcam.views.amplitude_panel import draw_amplitudes
from twitchcam.views.context_panel import draw_contexts
from twitchcam.views.interval_panel import draw_intervals, intervals_s
from twitchcam.views.notes_panel import described, draw_notes, of_whole, placed, within
from twitchcam.views.raster_panel import draw_raster
from twitchcam.views.rate_panel import draw_rates

SPAN_S = (0.0, 600.0)
EVENTS = twitches(poisson_onsets(6, 600))
TALKING = Segment(onset_s=100, duration_s=50, kind=Context.TALKING)


@pytest.fixture
def axes():
    return Figure().add_subplot()


@pytest.mark.parametrize("events", [[], EVENTS[:1], EVENTS])
def test_every_panel_returns_the_axes_it_was_given(events) -> None:
    draws = [
        lambda axes: draw_rates(axes, events, [TALKING], SPAN_S),
        lambda axes: draw_raster(axes, events, SPAN_S),
        lambda axes: draw_contexts(axes, [TALKING]),
        lambda axes: draw_amplitudes(axes, events, SPAN_S),
        lambda axes: draw_intervals(axes, events),
        lambda axes: draw_notes(axes, [], SPAN_S),
    ]
    for draw, axes in zip(draws, Figure().subplots(len(draws)), strict=True):
        assert draw(axes) is axes


def test_bins_are_as_long_as_asked(axes) -> None:
    draw_rates(axes, EVENTS, [], SPAN_S, per_s=60)
    assert len({round(bar.get_x()) for bar in axes.patches}) == 10
    assert "1 min" in axes.get_ylabel()


def test_intervals_of_bursts_are_drawn_and_explained(axes) -> None:
    draw_rates(axes, EVENTS, [TALKING], SPAN_S, per_s=60)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["twitches, left side", "twitches, right side", "bursts, 95 % interval", "not valid time"]


def test_times_between_twitches_leave_out_those_with_time_that_was_not_valid() -> None:
    events = twitches([1, 2, 5, 20, 21])
    assert intervals_s(events, [(10.0, 12.0)]) == pytest.approx([1, 3, 1])
    events[2] = replace(events[2], context=Context.TALKING)
    assert intervals_s(events) == pytest.approx([1, 18, 1])


def test_the_histogram_holds_every_interval_and_a_bin_begins_where_bursts_end(axes) -> None:
    draw_intervals(axes, EVENTS)
    assert sum(bar.get_height() for bar in axes.patches) == len(EVENTS) - 1
    assert any(bar.get_x() == pytest.approx(2.0) for bar in axes.patches)


def test_amplitudes_get_a_median_where_there_are_many(axes) -> None:
    draw_amplitudes(axes, EVENTS, SPAN_S)
    (line,) = axes.get_lines()
    low, high = np.quantile([t.amplitude_pct_iod for t in EVENTS], [0.2, 0.8])
    assert ((line.get_ydata() > low) & (line.get_ydata() < high)).all()


def test_notes_are_placed_by_their_wall_time() -> None:
    began = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
    notes = [
        Note(time=began + timedelta(seconds=90), kind=NoteKind.TRIGGER, name="coffee"),
        Note(time=began - timedelta(hours=1), kind=NoteKind.TRIGGER, name="sleep", value="5h"),
        Note(kind=NoteKind.NOTE, text="tired"),
        Note(onset_s=5, kind=NoteKind.PROTOCOL, name="smile"),
    ]
    put = placed(notes, began)
    assert [(n.name, n.onset_s) for n in within(put, SPAN_S)] == [("coffee", 90.0)]
    assert [described(n) for n in of_whole(put, SPAN_S)] == ["sleep 5h", "tired"]
    assert within(placed(notes, None), SPAN_S) == []


def test_marks_have_a_legend_and_words_that_do_not_cover_each_other(axes) -> None:
    notes = [
        Note(onset_s=100, kind=NoteKind.FELT),
        Note(onset_s=200, kind=NoteKind.TRIGGER, name="coffee", value="2"),
        Note(onset_s=201, kind=NoteKind.NOTE, text="covered by the one before"),
        Note(onset_s=599, kind=NoteKind.NOTE, text="a text much longer than there is room for"),
    ]
    draw_notes(axes, notes, SPAN_S)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["felt it", "trigger", "note"]
    first, last = axes.texts
    assert first.get_text() == "coffee 2"
    assert len(last.get_text()) == 24
    assert last.get_ha() == "right"
