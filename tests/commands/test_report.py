from __future__ import annotations

from pathlib import Path

import pytest

from tests.sessions import make_session, twitches
from twitchcam.cli import main
from twitchcam.views import magnified

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """What a session says its recording is like: one byte."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"x")
    return path


def test_clips_that_are_not_there_are_made_of_the_recording(
    tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(tmp_path, events=twitches([5, 80, 200]))
    (session / "magnified").mkdir()
    (session / "magnified" / "002.mp4").write_bytes(b"already there")
    made = []

    def stand_in(recording: Path, read: object, event, out: Path, **options: object) -> None:
        made.append((recording, event.onset_s, out.name, options["title"]))
        out.write_bytes(b"made")

    monkeypatch.setattr(magnified, "magnified_clip", stand_in)
    assert main(["report", str(session), "--video", str(video)]) == 0
    assert made == [(video, 5.0, "001.mp4", "1 of 3"), (video, 200.0, "003.mp4", "3 of 3")]
    assert (session / "report.html").read_text().count("<video") == 3


def test_another_recording_is_refused(tmp_path: Path, video: Path, capsys: Capture) -> None:
    session = make_session(tmp_path, events=twitches([5]))
    video.write_bytes(b"another one")
    assert main(["report", str(session), "--video", str(video)]) == 1
    assert "is not the recording of this session" in capsys.readouterr().err
    assert not (session / "report.html").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, capsys: Capture) -> None:
    session = make_session(tmp_path)
    assert main(["report", str(session), "-o", str(tmp_path / "absent" / "r.html")]) == 1
    assert "cannot write the report" in capsys.readouterr().err
