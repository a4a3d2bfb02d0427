from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.session.findings import header, recording
from twitchcam.config import Config, merged
from twitchcam.errors import ConfigError, OutputError, SessionError
from twitchcam.events.detector import Detector
from twitchcam.motion.channels import INDEX
from twitchcam.redetect import Change, changes_between, detect_again
from twitchcam.session.reader import Session
from twitchcam.session.writer import SessionWriter


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Three twitches, and nobody for a second between them; the left corner of the mouth stands a little higher."""
    config = merged(Config(), {"capture": {"mirrored": True}})
    detector = Detector(config)
    with SessionWriter(
        tmp_path, "clip", header(datetime(2024, 5, 1, tzinfo=UTC), config=config), with_rejections=True
    ) as writer:
        for one in recording(3.0, 8.0, 9.2, seconds=12.0, nobody=(5.0, 6.0)):
            one.values[INDEX["mouth_tilt"]] = 1.3 if one.face else np.nan
            found = detector.push(one)
            writer.write([one], found.twitches, found.segments, found.rejections)
        found = detector.close()
        writer.write([], found.twitches, found.segments, found.rejections)
        writer.finish(valid_s=detector.valid_s)
    return Session.load(tmp_path / "clip")


def test_the_same_settings_give_the_same_files(session: Session) -> None:
    again = detect_again(session, session.config, with_rejections=True)
    assert again.folder == session.path / "detected"
    for name in ("events.tsv", "events.json", "segments.tsv", "rejections.tsv"):
        assert (again.folder / name).read_bytes() == (session.path / name).read_bytes()
    assert [round(event.onset_s, 1) for event in session.events] == [3.0, 8.0, 9.2]
    assert len(session.segments) == 4
    for key in (
        "duration_s",
        "valid_min",
        "valid_share",
        "counts",
        "frames",
        "face_share",
        "rate_hz",
        "asymmetry_pct_iod",
    ):
        assert again.document[key] == session.document[key]
    assert again.document["asymmetry_pct_iod"] == session.document["asymmetry_pct_iod"] == 1.3
    assert again.document["changed"] == {}


def test_settings_that_differ_are_told(session: Session, tmp_path: Path) -> None:
    config = merged(session.config, {"capture": {"min_rate_hz": 50.0}})
    again = detect_again(session, config, out=tmp_path / "other")
    assert again.changes == (Change(key="capture.min_rate_hz", session=20.0, now=50.0),)
    document = json.loads((tmp_path / "other" / "detection.json").read_text())
    assert document["changed"] == {"capture.min_rate_hz": {"session": 20.0, "now": 50.0}}
    assert document["configuration"]["capture"]["min_rate_hz"] == 50.0
    assert document["session"] == "clip"


@pytest.mark.parametrize(
    "change",
    [
        {"face": {"tracker": "facemesh"}},
        {"capture": {"mirrored": False}},
        {"capture": {"start_s": 3.0}},
        {"registration": {"steps": 5}},
    ],
)
def test_settings_of_the_measurement_cannot_be_changed(session: Session, change: dict) -> None:
    with pytest.raises(ConfigError, match="cannot be changed without the video"):
        detect_again(session, merged(session.config, change))
    assert not (session.path / "detected").exists()


def test_an_earlier_result_is_replaced_and_nothing_else(session: Session, tmp_path: Path) -> None:
    detect_again(session, session.config)
    detect_again(session, session.config)
    assert {path.name for path in session.path.glob("detected*")} == {"detected"}
    (tmp_path / "mine").mkdir()
    for folder in (tmp_path / "mine", session.path):
        with pytest.raises(OutputError, match="was not written by detect"):
            detect_again(session, session.config, out=folder)


def test_signals_that_cannot_be_read_leave_nothing(session: Session) -> None:
    signals = session.path / "signals.csv"
    signals.write_text(signals.read_text().replace("\n3,", "\nthree,", 1))
    with pytest.raises(SessionError, match="line 92"):
        detect_again(session, session.config)
    assert not list(session.path.glob("detected*"))


def test_every_difference_is_named_in_full() -> None:
    changed = merged(Config(), {"detection": {"separation_s": 0.3}, "capture": {"max_gap_s": 0.5}})
    assert {change.key for change in changes_between(Config(), changed)} == {
        "detection.separation_s",
        "capture.max_gap_s",
    }
    assert str(changes_between(Config(), changed)[0]) == "capture.max_gap_s = 0.5 (was 0.25)"
