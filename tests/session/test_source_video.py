from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.session.findings import header
from twitchcam.errors import InputError
from twitchcam.session.document import SessionHeader
from twitchcam.session.reader import Session
from twitchcam.session.source_video import source_video
from twitchcam.session.writer import SessionWriter


def session_in(folder: Path, head: SessionHeader | None = None) -> Session:
    with SessionWriter(folder, "clip", head or header()) as writer:
        writer.finish(valid_s=0.0)
    return Session.load(folder / "clip")


def recording(folder: Path, content: bytes = b"1") -> Path:
    path = folder / "clip.mp4"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("place", ["results/clip", "results", ".", "elsewhere"])
def test_found_near_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    session = session_in(tmp_path / "results")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    path = recording(tmp_path / place)
    assert source_video(session).samefile(path)


def test_another_file_of_that_name_is_not_taken(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    recording(tmp_path, b"longer than the one")
    with pytest.raises(InputError, match=r"its recording clip\.mp4 is not near it; name it with --video FILE"):
        source_video(session)


def test_a_recording_that_was_moved_is_named(tmp_path: Path) -> None:
    session = session_in(tmp_path / "results")
    (tmp_path / "new").mkdir()
    path = recording(tmp_path / "new").rename(tmp_path / "new" / "renamed.mp4")
    assert source_video(session, path) == path


def test_what_is_named_must_be_the_recording(tmp_path: Path) -> None:
    session = session_in(tmp_path / "results")
    with pytest.raises(InputError, match=r"is not the recording of this session, which has 1 bytes"):
        source_video(session, recording(tmp_path, b"another"))
    with pytest.raises(InputError, match=r"absent\.mp4: cannot read: No such file"):
        source_video(session, tmp_path / "absent.mp4")


def test_a_session_of_a_camera(tmp_path: Path) -> None:
    head = header()
    live = replace(head, source=replace(head.source, kind="camera", size_bytes=None))
    session = session_in(tmp_path / "results", live)
    with pytest.raises(InputError, match="was recorded from a camera"):
        source_video(session)
    assert source_video(session, recording(tmp_path)) == tmp_path / "clip.mp4"
