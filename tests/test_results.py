"""The Python interface, and the examples in its documentation."""

from __future__ import annotations

import doctest
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import twitchcam
from tests.session.findings import recording
from tests.sessions import make_session, poisson_onsets, twitches
from twitchcam import durations, results
from twitchcam.errors import SessionError, UsageError
from twitchcam.events.model import Context, Segment
from twitchcam.session.events_file import EVENT_COLUMNS
from twitchcam.session.notes_file import Note, NoteKind
from twitchcam.session.review_file import VerdictKind, verdict_on, write_verdicts
from twitchcam.session.signals_file import SIGNAL_COLUMNS

SAMPLE = Path(__file__).parents[1] / "samples" / "sample.mp4"
BEGAN = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
EVENTS = twitches([1.0, *(t + 2 for t in poisson_onsets(2.4, 595, seed=6))], seed=3, right=0.12)
REST = Segment(onset_s=0, duration_s=600, kind=Context.REST)
TALKING = Segment(onset_s=200, duration_s=100, kind=Context.TALKING)


@pytest.fixture
def session(tmp_path: Path) -> twitchcam.Session:
    notes = [Note(kind=NoteKind.TRIGGER, name="caffeine", value="2")]
    return twitchcam.load(
        make_session(tmp_path / "results", events=EVENTS, segments=[REST], notes=notes, recorded_at=BEGAN)
    )


@pytest.fixture
def here(session: twitchcam.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that the examples are in."""
    monkeypatch.chdir(tmp_path)


def examples() -> list[doctest.DocTest]:
    return [test for test in doctest.DocTestFinder(exclude_empty=True).find(results) if test.examples]


@pytest.mark.parametrize("name", [test.name for test in examples() if not test.name.endswith(".analyze")])
def test_examples(name: str, here: None) -> None:
    (test,) = (test for test in examples() if test.name == name)
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


@pytest.mark.heavy
def test_the_example_that_analyses_a_video(here: None) -> None:
    shutil.copy(SAMPLE, "sample.mp4")
    (test,) = (test for test in examples() if test.name.endswith(".analyze"))
    assert doctest.DocTestRunner().run(test).failed == 0


def test_lengths() -> None:
    assert doctest.testmod(durations).failed == 0
    for wrong in ("", "0", "-1", "1 day", "nan"):
        with pytest.raises(UsageError, match="is not a length"):
            durations.length_s(wrong)


def test_events_have_the_columns_of_the_file_and_their_types(session: twitchcam.Session) -> None:
    events = session.events
    assert tuple(events.columns) == EVENT_COLUMNS
    assert list(events.index) == list(range(1, len(EVENTS) + 1))
    assert events["time"].iloc[0] == pd.Timestamp("2026-05-01T09:00:01Z")
    for column in ("onset", "duration", "peak", "amplitude_pct_iod", "amplitude_mm", "snr", "confidence"):
        assert events[column].dtype == np.float64
    for column in ("trial_type", "lip", "side", "context"):
        assert isinstance(events[column].dtype, pd.CategoricalDtype)
    assert events["burst"].dtype == "Int64"
    assert events["spread"].isna().all()


def test_a_session_without_events_and_without_date_has_empty_typed_frames(tmp_path: Path) -> None:
    session = twitchcam.load(make_session(tmp_path))
    for frame in (session.events, session.segments, session.notes):
        assert len(frame) == 0
    assert session.events["onset"].dtype == np.float64
    assert session.rate()["high"].tolist() == pytest.approx([0.3689], abs=1e-4)
    assert repr(session) == "<Session clip: 0 twitches in 10.0 valid of 10.0 min>"
    assert isinstance(session.plot(), Figure)


def test_rates_add_up_over_bins_and_groups(tmp_path: Path) -> None:
    session = twitchcam.load(make_session(tmp_path, events=EVENTS, segments=[TALKING]))
    whole = session.rate().iloc[0]
    assert whole["valid_min"] == pytest.approx(500 / 60, rel=1e-4)
    assert whole["twitches_per_min"] == pytest.approx(len(EVENTS) / (500 / 60), rel=1e-4)
    minutes = session.rate(per="1min")
    assert len(minutes) == 10
    assert minutes["twitches"].sum() == len(EVENTS)
    assert minutes["bursts"].sum() == whole["bursts"]
    assert minutes["bursts_per_min"].isna().tolist() == [n == 4 for n in range(10)]
    for by in ("side", "lip"):
        assert session.rate(by=by)["twitches"].sum() == len(EVENTS)
    places = session.rate(by="place")
    assert list(places["place"]) == ["upper_left", "upper_right", "lower_left", "lower_right"]
    with pytest.raises(UsageError, match="side, lip or place"):
        session.rate(by="eye")  # type: ignore[arg-type]


def test_signals_are_those_of_the_file(tmp_path: Path) -> None:
    session = twitchcam.load(make_session(tmp_path, samples=recording(2.0, seconds=4, nobody=(1.0, 1.5))))
    signals = session.signals()
    assert tuple(signals.columns) == SIGNAL_COLUMNS
    assert signals["face"].dtype == np.bool_
    assert (~signals["face"]).sum() == 15
    assert signals.loc[~signals["face"], "upper_left_up"].isna().all()
    path = session.path / "signals.csv"
    path.write_bytes(path.read_bytes()[:-3])
    assert len(session.signals()) == len(signals) - 1
    path.write_text("a,b\n1,2\n")
    with pytest.raises(SessionError, match="not those of this version"):
        session.signals()
    path.unlink()
    with pytest.raises(SessionError, match="cannot read"):
        session.signals()


def test_a_panel_is_drawn_where_one_says(session: twitchcam.Session) -> None:
    axes = Figure().subplots(2)
    for panel, one in zip(("raster", "intervals"), axes, strict=True):
        assert session.plot(panel, ax=one) is one
    with pytest.raises(UsageError, match="there is no panel"):
        session.plot("face")  # type: ignore[call-overload]
    with pytest.raises(UsageError, match="name the panel"):
        session.plot(ax=axes[0])


def test_the_log_as_reviewed(session: twitchcam.Session) -> None:
    with pytest.raises(SessionError, match="was not reviewed"):
        session.reviewed()
    write_verdicts(session.path / "review.tsv", [verdict_on(EVENTS[0], VerdictKind.REJECTED)])
    assert len(session.reviewed().events) == len(session.events) - 1 == len(EVENTS) - 1


def test_an_unfinished_session_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    make_session(tmp_path, duration_s=300, events=EVENTS[:3], segments=[TALKING], finished=False)
    session = twitchcam.load(tmp_path / "clip")
    assert not session.complete
    assert session.duration_s == pytest.approx(300, abs=0.1)
    assert session.valid_min == pytest.approx(200 / 60, abs=0.01)
    assert repr(session).endswith(", not complete>")


def test_summaries_make_a_frame(session: twitchcam.Session) -> None:
    frame = pd.DataFrame([session.summary(), session.between(0, 100).summary()])
    assert frame["twitches"].tolist() == [len(EVENTS), sum(t.onset_s < 100 for t in EVENTS)]


def test_what_is_not_public_is_named() -> None:
    with pytest.raises(AttributeError, match="'annalyze'"):
        _ = twitchcam.annalyze  # type: ignore[attr-defined]
    assert set(twitchcam.__all__) <= set(dir(twitchcam))
    assert set(twitchcam.__all__) == {*twitchcam._HOMES, "__version__"}
