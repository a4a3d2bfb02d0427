from __future__ import annotations

from pathlib import Path

import pytest

from twitchcam.errors import OutputError, UsageError
from twitchcam.events.model import Context, Lip, Side, Twitch
from twitchcam.session.events_file import read_events
from twitchcam.simulate.scenario import Movement, MovementKind, Scenario
from twitchcam.simulate.schedule import draw_twitches
from twitchcam.simulate.truth import specs_of, truth_of, truth_path, write_truth

SCENARIO = Scenario(
    duration_s=40.0,
    twitches=draw_twitches(duration_s=40.0, seed=1, amplitudes_pct_iod=[1.0, 4.0]),
    movements=(
        Movement(kind=MovementKind.SPEECH, onset_s=10.0, duration_s=10.0, amplitude_pct_iod=4.0),
        Movement(kind=MovementKind.SMILE, onset_s=25.0, duration_s=10.0, amplitude_pct_iod=4.0),
    ),
)


def test_the_truth_is_the_twitches_and_nothing_else():
    truth = truth_of(SCENARIO)
    assert len(truth) == len(SCENARIO.twitches)
    for spec, twitch in zip(SCENARIO.twitches, truth, strict=True):
        assert (twitch.onset_s, twitch.duration_s, twitch.peak_s) == (spec.onset_s, spec.duration_s, spec.peak_s)
        assert (twitch.lip, twitch.side, twitch.amplitude_pct_iod) == (spec.lip, spec.side, spec.amplitude_pct_iod)


def test_the_truth_is_in_the_order_of_time():
    backwards = Scenario(duration_s=40.0, twitches=SCENARIO.twitches[::-1])
    assert [t.onset_s for t in truth_of(backwards)] == [t.onset_s for t in SCENARIO.twitches]


def test_a_twitch_during_speech_says_so():
    for twitch in truth_of(SCENARIO):
        talking = twitch.end_s > 10 and twitch.onset_s < 20
        assert twitch.context is (Context.TALKING if talking else Context.REST)


def test_the_table_is_read_back(tmp_path: Path):
    path = truth_path(tmp_path / "clip.v2.mp4")
    assert path.name == "clip.v2.truth.tsv"
    write_truth(path, truth_of(SCENARIO))
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    for written, read in zip(truth_of(SCENARIO), read_events(path), strict=True):
        assert read.onset_s == pytest.approx(written.onset_s, abs=5e-5)
        assert (read.lip, read.side, read.context) == (written.lip, written.side, written.context)


def test_a_table_can_be_rendered_again():
    again = specs_of(truth_of(SCENARIO))
    for spec, copy in zip(SCENARIO.twitches, again, strict=True):
        assert (copy.onset_s, copy.lip, copy.side) == (spec.onset_s, spec.lip, spec.side)
        assert copy.peak_s == pytest.approx(spec.peak_s)
        assert (copy.angle_deg > 0) is (spec.lip is Lip.UPPER)


def test_an_event_of_both_lips_cannot_be_rendered():
    twitch = Twitch(onset_s=1, duration_s=0.1, peak_s=1.05, lip=Lip.BOTH, side=Side.LEFT, amplitude_pct_iod=1)
    with pytest.raises(UsageError, match="one lip"):
        specs_of([twitch])


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    with pytest.raises(OutputError, match="nowhere"):
        write_truth(tmp_path / "nowhere" / "x.truth.tsv", [])
