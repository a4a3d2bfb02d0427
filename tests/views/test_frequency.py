from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex

from twitchcam.errors import OutputError, UsageError
from twitchcam.events.model import Context, Lip, Segment, Side, Twitch
from twitchcam.session.notes_file import Note, NoteKind
from twitchcam.session.reader import Session
from twitchcam.views import frequency, palette
from twitchcam.views.rates import NOT_VALID


def twitch(onset_s: float, lip: Lip = Lip.UPPER, side: Side = Side.LEFT, amplitude: float = 1.0) -> Twitch:
    return Twitch(
        onset_s=onset_s, duration_s=0.12, peak_s=onset_s + 0.06, lip=lip, side=side, amplitude_pct_iod=amplitude
    )


def talking(onset_s: float) -> Twitch:
    return replace(twitch(onset_s), context=Context.TALKING)


def segment(onset_s: float, duration_s: float, kind: Context) -> Segment:
    return Segment(onset_s=onset_s, duration_s=duration_s, kind=kind)


def figure(twitches: list[Twitch], segments: list[Segment], duration_s: float, valid_s: float):
    return frequency.frequency_figure(
        twitches=twitches, segments=segments, span_s=(0.0, duration_s), valid_s=valid_s, name="a.mp4"
    )


def session(twitches: list[Twitch], duration_s: float, start_s: float = 0.0) -> Session:
    document = {"name": "a", "start_s": start_s, "duration_s": duration_s, "valid_min": duration_s / 60}
    document["clock"] = {"recorded_at": None}
    return Session(path=Path("a"), complete=True, document=document, events=tuple(twitches), segments=())


def panel(drawn, label: str):
    (axes,) = (axes for axes in drawn.axes if axes.get_label() == label)
    return axes


def texts(drawn) -> str:
    return "\n".join(text.get_text() for text in drawn.texts)


@pytest.mark.parametrize(
    ("twitches", "valid_s", "headline"),
    [
        ([], 0.0, "Nothing could be counted: no valid time"),
        ([], 600.0, "No twitch found in 10.0 valid minutes"),
        ([twitch(1)], 30.0, "1 twitch in 30 valid seconds"),
        ([twitch(1), twitch(2)], 600.0, "2 twitches in 10.0 valid minutes: 0.2 a minute"),
        ([twitch(1), talking(2)], 600.0, "2 twitches, 1 in 10.0 valid minutes: 0.1 a minute"),
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
    raster = panel(figure(twitches, [], 60.0, 60.0), "raster")
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


def test_a_twitch_outside_valid_time_is_hollow() -> None:
    raster = panel(figure([twitch(1), talking(2)], [], 60.0, 60.0), "raster")
    upper_left = _markers(raster)[0]
    assert [to_hex(colour) for colour in upper_left.get_facecolors()] == [palette.BLUE.lower(), palette.PAPER.lower()]
    assert "hollow" in raster.get_legend().get_texts()[0].get_text()


def test_the_picture_spans_what_was_analysed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    real = frequency.frequency_figure
    monkeypatch.setattr(frequency, "frequency_figure", lambda **given: drawn.append(real(**given)) or drawn[0])
    frequency.save_frequency(session([twitch(101)], 20.0, start_s=100.0), tmp_path / "frequency.png")
    assert panel(drawn[0], "contexts").get_xlim() == (100.0, 120.0)
    assert [bar.get_x() for bar in panel(drawn[0], "rates").patches if bar.get_height() > 0] == pytest.approx(
        [100.0], abs=0.1
    )


def _markers(raster):
    from matplotlib.collections import PathCollection

    return [c for c in raster.collections if isinstance(c, PathCollection) and c.get_zorder() == 3]


def test_the_strip_names_the_contexts_that_occurred() -> None:
    strip = figure([], [segment(1, 3, Context.HEAD_MOTION), segment(5, 1, Context.REST)], 60.0, 50.0)
    strip = panel(strip, "contexts")
    assert [text.get_text() for text in strip.get_legend().get_texts()] == ["head motion"]


@pytest.mark.parametrize(("count", "duration_s"), [(0, 0.0), (1, 0.04), (3, 10.0), (2000, 3 * 3600.0)])
def test_pictures_of_any_length_are_written(count: int, duration_s: float, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    twitches = [
        twitch(float(t), Lip(str(rng.choice(list(Lip)))), Side(str(rng.choice(list(Side)))), float(rng.uniform(0, 5)))
        for t in rng.uniform(0, duration_s, count)
    ]
    path = tmp_path / "frequency.png"
    frequency.save_frequency(session(twitches, duration_s), path)
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
@pytest.mark.parametrize("name", ["日本 видео ✓", "$x_1 {$ \\frac{", "a\nb"])
def test_a_name_in_any_letters_is_no_trouble(name: str, kind: str, tmp_path: Path) -> None:
    odd = session([twitch(1.0)], 10.0)
    odd.document["name"] = name
    odd.document["source"] = {"name": f"{name}.mp4"}
    frequency.save_frequency(odd, tmp_path / f"plot.{kind}")
    assert (tmp_path / f"plot.{kind}").stat().st_size > 0


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "absent" / "frequency.png"
    with pytest.raises(OutputError, match="frequency"):
        frequency.save_frequency(session([], 1.0), path)


def test_no_global_state_of_matplotlib_is_touched() -> None:
    code = (
        "import sys; from twitchcam.views.frequency import frequency_figure;"
        "frequency_figure(twitches=[], segments=[], span_s=(0.0, 1.0), valid_s=1.0, name='a');"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_context_that_is_not_valid_has_its_own_colour() -> None:
    assert len(set(palette.CONTEXT_COLOURS.values())) == len(palette.CONTEXT_COLOURS)
    assert set(palette.CONTEXT_COLOURS) == NOT_VALID


def test_sides_differ_on_a_grey_print() -> None:
    def brightness(colour: str) -> float:
        return float(np.dot(palette.rgb(colour), (0.299, 0.587, 0.114)))

    left, right = (brightness(palette.SIDE_COLOURS[side]) for side in (Side.LEFT, Side.RIGHT))
    assert abs(left - right) > 50


def test_panels_without_anything_to_show_are_left_out() -> None:
    def labels(drawn) -> set[str]:
        return {axes.get_label() for axes in drawn.axes}

    three = {"rates", "raster", "contexts"}
    assert labels(figure([twitch(1), twitch(9)], [], 60.0, 60.0)) == three
    assert labels(figure([twitch(1), twitch(9), twitch(20)], [], 60.0, 60.0)) == three | {"amplitudes", "intervals"}
    noted = frequency.frequency_figure(
        twitches=[], segments=[], span_s=(0, 60), valid_s=60, name="a", notes=[Note(onset_s=5, kind=NoteKind.FELT)]
    )
    assert labels(noted) == three | {"notes"}


def test_bursts_are_told_with_their_interval() -> None:
    events = [replace(twitch(t), burst=n) for t, n in ((1, 1), (1.5, 1), (30, 2), (50, 3))]
    assert "3 bursts: 0.3 a minute (95 % interval 0.062 to 0.88)" in texts(figure(events, [], 600.0, 600.0))


def test_notes_of_the_whole_session_are_told_in_words() -> None:
    notes = [Note(kind=NoteKind.TRIGGER, name="sleep", value="5h"), Note(kind=NoteKind.NOTE, text="$5 & <b>")]
    drawn = frequency.frequency_figure(twitches=[], segments=[], span_s=(0, 60), valid_s=60, name="a", notes=notes)
    assert "told: sleep 5h, $5 & <b>" in texts(drawn)


@pytest.mark.parametrize("kind", frequency.FORMATS)
def test_the_same_session_gives_the_same_file(kind: str, tmp_path: Path) -> None:
    drawn = []
    for name in ("a", "b"):
        frequency.save_frequency(session([twitch(1), twitch(9), twitch(20)], 60.0), tmp_path / f"{name}.{kind}")
        drawn.append((tmp_path / f"{name}.{kind}").read_bytes())
    assert drawn[0] == drawn[1]


def test_a_span_is_all_that_is_shown() -> None:
    drawn = frequency.session_figure(session([twitch(5), twitch(30), twitch(40)], 60.0), span_s=(20.0, 35.0))
    assert "1 twitch in 15 valid seconds" in texts(drawn)
    assert panel(drawn, "raster").get_xlim() == (20.0, 35.0)
    with pytest.raises(UsageError, match="lasts from 0:00 to 1:00"):
        frequency.session_figure(session([], 60.0), span_s=(70.0, 80.0))
