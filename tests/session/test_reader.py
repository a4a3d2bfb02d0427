from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.session.findings import header, sample, twitch
from twitchcam.config import Config, merged
from twitchcam.errors import SessionError
from twitchcam.events.model import Context, Segment
from twitchcam.session.reader import Session
from twitchcam.session.writer import SessionWriter

SEGMENTS = (
    Segment(onset_s=0.0, duration_s=1.5, kind=Context.REST),
    Segment(onset_s=1.5, duration_s=0.5, kind=Context.TALKING),
)
CONFIG = merged(Config(), {"capture": {"mirrored": True}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with SessionWriter(
        tmp_path, "clip", header(datetime(2024, 5, 1, tzinfo=UTC), subject="A", config=CONFIG)
    ) as writer:
        writer.write([sample(0.0), sample(1.0)], [twitch(0.5)], SEGMENTS)
        writer.finish(valid_s=1.5)
    return tmp_path / "clip"


@pytest.fixture
def unfinished(tmp_path: Path) -> Path:
    writer = SessionWriter(tmp_path, "clip", header(config=CONFIG))
    writer.write([sample(0.0), sample(1.0)], [twitch(0.5)], SEGMENTS)
    writer.abandon()
    return tmp_path / "clip.partial"


def test_a_complete_session(folder: Path) -> None:
    session = Session.load(folder)
    assert (session.path, session.complete, session.name, session.subject) == (folder, True, "clip", "A")
    assert session.events == (twitch(0.5),)
    assert session.segments == SEGMENTS
    assert session.started_at == datetime(2024, 5, 1, tzinfo=UTC)
    assert (session.duration_s, session.valid_s) == (2.0, 1.5)
    assert session.config == CONFIG
    assert [one.t_s for one in session.samples()] == [0.0, 1.0]


def test_from_within_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert Session.load(Path()).complete


@pytest.mark.parametrize("name", ["clip", "clip.partial"])
def test_a_session_that_is_not_finished(unfinished: Path, name: str) -> None:
    session = Session.load(unfinished.with_name(name))
    assert (session.path, session.complete, session.name, session.subject) == (unfinished, False, "clip", None)
    assert session.events == (twitch(0.5),)
    assert (session.duration_s, session.valid_s) == (2.0, 1.5)
    assert session.started_at is None
    assert session.config == CONFIG
    assert len(list(session.samples())) == 2


class TestWhatIsNoSession:
    def test_nothing_there(self, tmp_path: Path) -> None:
        with pytest.raises(SessionError, match="absent: there is no such session"):
            Session.load(tmp_path / "absent")

    def test_a_file(self, folder: Path) -> None:
        with pytest.raises(SessionError, match="is a file; name the session's folder"):
            Session.load(folder / "events.tsv")

    def test_another_folder(self, tmp_path: Path) -> None:
        with pytest.raises(SessionError, match="is not a session"):
            Session.load(tmp_path)

    def test_a_newer_format(self, folder: Path) -> None:
        document = json.loads((folder / "session.json").read_text())
        (folder / "session.json").write_text(json.dumps({**document, "format_version": 2}))
        with pytest.raises(SessionError, match="is of format 2"):
            Session.load(folder)

    def test_settings_of_another_version(self, folder: Path) -> None:
        document = json.loads((folder / "session.json").read_text())
        document["configuration"]["detection"]["magic"] = 1
        (folder / "session.json").write_text(json.dumps(document))
        with pytest.raises(SessionError, match=r"magic.*another version"):
            _ = Session.load(folder).config

    def test_a_file_that_is_missing(self, folder: Path) -> None:
        (folder / "signals.csv").unlink()
        with pytest.raises(SessionError, match=r"signals\.csv: cannot read"):
            list(Session.load(folder).samples())
        (folder / "events.tsv").unlink()
        with pytest.raises(SessionError, match=r"events\.tsv: cannot read"):
            Session.load(folder)
