from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.errors import OutputError
from twitchcam.events.model import Context, Lip, Segment, Side, Twitch
from twitchcam.views import frequency, palette


def twitch(onset_s: float, lip: Lip = Lip.UPPER, side: Side = Side.LEFT, amplitude: float = 1.0) -> Twitch:
    return Twitch(
        onset_s=onset_s, duration_s=0.12, peak_s=onset_s + 0.06, lip=lip, side=side, amplitude_pct_iod=amplitude
    )


def segment(onset_s: float, duration_s: float, kind: Context) -> Segment:
    return Segment(onset_s=onset_s, duration_s=duration_s, kind=kind)


def figure(twitches: list[Twitch], segments: list[Segment], duration_s: float, valid_s: float):
    return frequency.frequency_figure(
        twitches=twitches, segments=segments, duration_s=duration_s, valid_s=valid_s, name="a.mp4"
    )


def texts(drawn) -> str:
    return "\n".join(text.get_text() for text in drawn.texts)


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
    edges_s = frequency.bin_edges(duration_s)
    assert len(edges_s) == count + 1
    assert edges_s[1] == pytest.approx(first_s)
    assert edges_s[-1] == pytest.approx(max(duration_s, 0.001))


@given(st.floats(0, 90000))
def test_bins_cover_the_recording_and_are_few(duration_s: float) -> None:
    edges_s = frequency.bin_edges(duration_s)
    assert edges_s[0] == 0
    assert (np.diff(edges_s) > 0).all()
    assert len(edges_s) <= frequency.MAX_BINS + 2


def test_rates_count_valid_time_only() -> None:
    segments = [segment(0, 2.5, Context.TALKING), segment(3, 1, Context.BLINK), segment(5, 4.5, Context.NO_FACE)]
    rates = frequency.binned_rates([twitch(3), twitch(4), twitch(4.5, side=Side.RIGHT), twitch(9.7)], segments, 15.0)
    assert rates.valid_s == pytest.approx([2.5, 0.5, 5.0])
    assert rates.per_minute[Side.LEFT] == pytest.approx([2 * 60 / 2.5, np.nan, 0], nan_ok=True)
    assert rates.total == pytest.approx([3 * 60 / 2.5, np.nan, 0], nan_ok=True)


def test_every_twitch_is_in_a_bin() -> None:
    rates = frequency.binned_rates([twitch(-0.01), twitch(10.0), twitch(10.2)], [], 10.0)
    assert sum(rates.per_minute[Side.LEFT] * rates.valid_s / 60) == pytest.approx(3)


@given(
    st.lists(
        st.builds(segment, st.floats(-5, 120), st.floats(0.01, 60), st.sampled_from(list(Context))),
        max_size=20,
    )
)
def test_not_valid_spans_are_disjoint_ordered_and_inside(segments: list[Segment]) -> None:
    spans = frequency.not_valid_spans(segments, 100.0)
    borders = [border for span in spans for border in span]
    assert borders == sorted(borders)
    assert all(0 <= border <= 100 for border in borders)
    for moment_s in np.linspace(0.05, 99.95, 50):
        hidden = any(s.kind in frequency.NOT_VALID and s.onset_s <= moment_s < s.end_s for s in segments)
        assert hidden == any(begin_s <= moment_s < end_s for begin_s, end_s in spans)


@pytest.mark.parametrize(
    ("twitches", "valid_s", "headline"),
    [
        ([], 0.0, "Nothing could be counted: no valid time"),
        ([], 600.0, "No twitch found in 10.0 valid minutes"),
        ([twitch(1)], 30.0, "1 twitch in 30 valid seconds"),
        ([twitch(1), twitch(2)], 600.0, "2 twitches in 10.0 valid minutes: 0.2 a minute"),
    ],
)
def test_the_title_says_the_counts_and_the_valid_time(twitches: list[Twitch], valid_s: float, headline: str) -> None:
    drawn = figure(twitches, [], 600.0, valid_s)
    assert headline in texts(drawn).splitlines()


def test_the_picture_says_what_it_is_not() -> None:
    said = texts(figure([twitch(1, Lip.LOWER, Side.RIGHT)], [], 60.0, 60.0))
    assert "A monitor, not a diagnosis." in said
    assert "subject's own" in said
    assert "side: 1 right" in said
    assert "lip: 1 lower" in said


def test_the_raster_has_a_row_for_each_lip_and_side() -> None:
    twitches = [twitch(1, Lip.LOWER, Side.RIGHT, 4.0), twitch(5, Lip.BOTH, Side.LEFT, 1.0)]
    raster = figure(twitches, [], 60.0, 60.0).axes[1]
    rows = {
        label.get_text(): collection
        for label, collection in zip(raster.get_yticklabels(), _markers(raster), strict=True)
    }
    drawn = {name: [round(x, 2) for x, _ in markers.get_offsets()] for name, markers in rows.items()}
    assert drawn == {
        "upper lip, left": [5.06],
        "upper lip, right": [],
        "lower lip, left": [5.06],
        "lower lip, right": [1.06],
    }
    area = {name: markers.get_sizes() for name, markers in rows.items()}
    assert area["lower lip, right"][0] == pytest.approx(4 * area["upper lip, left"][0])


def _markers(raster):
    from matplotlib.collections import PathCollection

    return [c for c in raster.collections if isinstance(c, PathCollection) and c.get_zorder() == 3]


def test_the_strip_names_the_contexts_that_occurred() -> None:
    strip = figure([], [segment(1, 3, Context.HEAD_MOTION), segment(5, 1, Context.REST)], 60.0, 50.0).axes[2]
    assert [text.get_text() for text in strip.get_legend().get_texts()] == ["head motion"]


@pytest.mark.parametrize(("count", "duration_s"), [(0, 0.0), (1, 0.04), (3, 10.0), (2000, 3 * 3600.0)])
def test_pictures_of_any_length_are_written(count: int, duration_s: float, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    twitches = [
        twitch(float(t), Lip(str(rng.choice(list(Lip)))), Side(str(rng.choice(list(Side)))), float(rng.uniform(0, 5)))
        for t in rng.uniform(0, duration_s, count)
    ]
    path = tmp_path / "frequency.png"
    frequency.save_figure(figure(twitches, [], duration_s, duration_s), path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "absent" / "frequency.png"
    with pytest.raises(OutputError, match="frequency"):
        frequency.save_figure(figure([], [], 1.0, 1.0), path)


def test_no_global_state_of_matplotlib_is_touched() -> None:
    code = (
        "import sys; from twitchcam.views.frequency import frequency_figure;"
        "frequency_figure(twitches=[], segments=[], duration_s=1.0, valid_s=1.0, name='a');"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_context_that_is_not_valid_has_its_own_colour() -> None:
    assert len(set(palette.CONTEXT_COLOURS.values())) == len(palette.CONTEXT_COLOURS)
    assert frequency.NOT_VALID.isdisjoint({Context.REST, Context.BLINK, Context.EYE_CLOSED, Context.GAZE_SHIFT})


def test_sides_differ_on_a_grey_print() -> None:
    def brightness(colour: str) -> float:
        return float(np.dot(palette.rgb(colour), (0.299, 0.587, 0.114)))

    left, right = (brightness(palette.SIDE_COLOURS[side]) for side in (Side.LEFT, Side.RIGHT))
    assert abs(left - right) > 50
