from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.session.findings import header, recording
from twitchcam.cli import main
from twitchcam.config import Config
from twitchcam.events.detector import Detector
from twitchcam.session.writer import SessionWriter

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    detector = Detector(Config())
    with SessionWriter(tmp_path, "clip", header()) as writer:
        for one in recording(4.0, 6.5, 8.0):
            found = detector.push(one)
            writer.write([one], found.twitches, found.segments)
        found = detector.close()
        writer.write([], found.twitches, found.segments)
        writer.finish(valid_s=detector.valid_s)
    return tmp_path / "clip"


def detect(*arguments: object) -> int:
    return main(["detect", *map(str, arguments)])


def test_the_same_settings_give_the_same_file(session: Path, capsys: Capture) -> None:
    assert detect(session) == 0
    assert (session / "detected" / "events.tsv").read_bytes() == (session / "events.tsv").read_bytes()
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{session}: 3 twitches in ")
    assert line.endswith(f"(3 upper left); the session has 3: {session / 'detected'}")


def test_other_settings_are_told_and_recorded(session: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "c.toml").write_text("[detection]\nmin_snr = 1000.0\n[capture]\nmin_rate_hz = 50.0\n")
    assert detect(session, "--config", tmp_path / "c.toml", "-o", tmp_path / "again", "--debug-rejections") == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[:2] == [
        "capture.min_rate_hz = 50.0 (was 20.0)",
        f"detection.min_snr = 1000.0 (was {Config().detection.min_snr})",
    ]
    assert printed.out.splitlines()[2].startswith(f"{session}: 0 twitches in ")
    assert printed.err.startswith(f"twitchcam: {session}: ")
    assert "50 frames per second" in printed.err
    assert set(json.loads((tmp_path / "again" / "detection.json").read_text())["changed"]) == {
        "capture.min_rate_hz",
        "detection.min_snr",
    }
    assert (tmp_path / "again" / "rejections.tsv").is_file()


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('[face]\ntracker = "facemesh"\n', 2, "face.tracker is fused in"),
        ("[detection]\nmin_snrr = 1.0\n", 2, "the nearest one is detection.min_snr"),
    ],
)
def test_wrong_settings(session: Path, tmp_path: Path, capsys: Capture, text: str, code: int, words: str) -> None:
    (tmp_path / "c.toml").write_text(text)
    assert detect(session, "--config", tmp_path / "c.toml") == code
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_what_is_no_session(tmp_path: Path, capsys: Capture) -> None:
    for path in (tmp_path / "absent", tmp_path):
        assert detect(path) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"twitchcam: {path}: ")
