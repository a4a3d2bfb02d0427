from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from twitchcam.commands.score import command
from twitchcam.errors import SessionError
from twitchcam.events.model import Lip, Side, Twitch
from twitchcam.session.events_file import EventsWriter


def at(*centres_s: float) -> list[Twitch]:
    return [
        Twitch(onset_s=c - 0.05, duration_s=0.1, peak_s=c, lip=Lip.UPPER, side=Side.LEFT, amplitude_pct_iod=2.0)
        for c in centres_s
    ]


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    truth, events = tmp_path / "truth.tsv", tmp_path / "session" / "events.tsv"
    events.parent.mkdir()
    for path, twitches in ((truth, at(1, 2, 3)), (events, at(1.05, 2.3, 3))):
        with EventsWriter(path, None) as writer:
            for one in twitches:
                writer.write(one)
    return truth, events


def test_prints_lines_for_a_person(tables):
    result = CliRunner().invoke(command, [str(path) for path in tables])
    assert result.exit_code == 0
    assert "found      2 of 3 twitches, 1 missed, 1 false" in result.output
    assert "F1         0.667" in result.output


def test_takes_a_session_folder_and_prints_json(tables):
    truth, events = tables
    result = CliRunner().invoke(command, [str(truth), str(events.parent), "--json", "--tolerance", "0.4"])
    assert json.loads(result.output)["f1"] == 1.0


def test_no_match_prints_n_a(tables):
    truth, _ = tables
    empty = truth.with_name("empty.tsv")
    EventsWriter(empty, None).close()
    result = CliRunner().invoke(command, [str(truth), str(empty)])
    assert "side       n/a" in result.output
    assert "precision  1.000" in result.output


def test_a_missing_table_is_named(tables):
    truth, _ = tables
    result = CliRunner().invoke(command, [str(truth), "nowhere.tsv"])
    assert isinstance(result.exception, SessionError)
    assert "nowhere.tsv" in str(result.exception)


def test_a_negative_tolerance_is_wrong_use(tables):
    result = CliRunner().invoke(command, [*map(str, tables), "--tolerance", "-1"])
    assert result.exit_code == 2
