"""Somebody who talks the whole time, and twitches of 5 %: from the video to the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from twitchcam.analysis import AnalysisOptions, analyze_video
from twitchcam.config import Config, merged
from twitchcam.events.model import Context, Twitch
from twitchcam.events.moving import MOVING
from twitchcam.redetect import detect_again
from twitchcam.score import score
from twitchcam.session.reader import Session
from twitchcam.simulate.render import render_portrait
from twitchcam.simulate.sample import portrait
from twitchcam.simulate.scenario import Movement, MovementKind, Scenario, VideoSettings
from twitchcam.simulate.schedule import draw_twitches

pytestmark = pytest.mark.heavy

SECONDS, SPEECH_FROM_S = 12.0, 2.0


@pytest.fixture(scope="module")
def talking(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Twitch]]:
    video = tmp_path_factory.mktemp("talking") / "talking.mp4"
    twitches = draw_twitches(
        duration_s=SECONDS, seed=1, amplitudes_pct_iod=[5.0], mean_interval_s=2.0, first_s=4.0, tail_s=1.0
    )
    speech = Movement(
        kind=MovementKind.SPEECH,
        onset_s=SPEECH_FROM_S,
        duration_s=SECONDS - SPEECH_FROM_S,
        amplitude_pct_iod=5.0,
    )
    scenario = Scenario(duration_s=SECONDS, seed=1, twitches=twitches, movements=(speech,))
    return video, render_portrait(portrait(), video, scenario, VideoSettings(crf=12))


def analysed(video: Path, out: Path, *, mirrored: bool = False) -> Session:
    config = merged(Config(), {"capture": {"mirrored": mirrored}})
    return Session.load(analyze_video(video, out, AnalysisOptions(config=config)).folder)


def test_twitches_are_found_named_and_kept_out_of_the_rates(talking: tuple[Path, list[Twitch]], tmp_path: Path) -> None:
    video, truth = talking
    session = analysed(video, tmp_path)
    found = score(truth, session.events)
    assert len(truth) == 4
    assert found.recall >= 0.75
    assert found.precision == 1
    assert (found.side_accuracy, found.lip_accuracy) == (1, 1)
    assert all(event.context in MOVING for event in session.events)
    assert session.document["counts"]["twitch"] == len(session.events)
    # What is left of valid time is the rest before.
    assert session.document["valid_min"] * 60 == pytest.approx(SPEECH_FROM_S, abs=0.7)
    assert session.document["rates_per_valid_min"]["twitch"] == 0


def test_the_sides_are_the_subjects_own(talking: tuple[Path, list[Twitch]], tmp_path: Path) -> None:
    video, truth = talking
    events = analysed(video, tmp_path, mirrored=True).events
    assert len(events) >= 3
    for event in events:
        nearest = min(truth, key=lambda one: abs(one.peak_s - event.peak_s))
        assert (event.lip, event.side) == (nearest.lip, nearest.side.mirrored)


def test_the_same_is_found_again_from_the_signals(talking: tuple[Path, list[Twitch]], tmp_path: Path) -> None:
    session = analysed(talking[0], tmp_path)
    again = detect_again(session, session.config)
    assert (again.folder / "events.tsv").read_bytes() == (session.path / "events.tsv").read_bytes()
    assert Context.REST not in {event.context for event in session.events}
    assert len(session.events) >= 3
