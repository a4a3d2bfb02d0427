from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sessions import make_session
from twitchcam.cli import main
from twitchcam.session.notes_file import Note, NoteKind, read_notes

Capture = pytest.CaptureFixture[str]
BEGAN = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


def note(*arguments: object) -> int:
    return main(["note", *map(str, arguments)])


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return make_session(tmp_path, recorded_at=BEGAN)


def test_triggers_and_text_belong_to_the_whole_session(session: Path, capsys: Capture) -> None:
    assert note(session, "caffeine=2", "Sleep=5h", "stress=high", "felt a lot of it") == 0
    assert capsys.readouterr().out == f"{session}/notes.tsv: 4 notes added\n"
    assert read_notes(session / "notes.tsv") == [
        Note(kind=NoteKind.TRIGGER, name="caffeine", value="2"),
        Note(kind=NoteKind.TRIGGER, name="sleep", value="5h"),
        Note(kind=NoteKind.TRIGGER, name="stress", value="high"),
        Note(kind=NoteKind.NOTE, text="felt a lot of it"),
    ]


def test_notes_are_added_to_those_that_are_there(session: Path) -> None:
    assert note(session, "caffeine=2") == 0
    assert note(session, "--treatment", "botulinum toxin", "left side, 5 units") == 0
    assert [(n.kind.value, n.name, n.text) for n in read_notes(session / "notes.tsv")] == [
        ("trigger", "caffeine", ""),
        ("treatment", "botulinum toxin", "left side, 5 units"),
    ]


@pytest.mark.parametrize(
    ("at", "onset_s", "time"),
    [
        ("1:30", 90.0, BEGAN.replace(minute=1, second=30)),
        ("2026-05-01T11:02:00+02:00", 120.0, BEGAN.replace(minute=2)),
        ("2026-05-01T08:00:00+00:00", None, BEGAN.replace(hour=8)),
    ],
)
def test_a_moment(session: Path, at: str, onset_s: float | None, time: datetime) -> None:
    assert note(session, "--felt", "--at", at) == 0
    (made,) = read_notes(session / "notes.tsv")
    assert (made.kind, made.onset_s, made.time) == (NoteKind.FELT, onset_s, time)


def test_a_session_without_a_date_takes_seconds(tmp_path: Path) -> None:
    session = make_session(tmp_path)
    assert note(session, "coffee=1", "--at", "30") == 0
    (made,) = read_notes(session / "notes.tsv")
    assert (made.onset_s, made.time) == (30.0, None)


def test_a_text_with_an_equals_sign_that_names_nothing_is_a_text(session: Path) -> None:
    assert note(session, "2=1+1\tand\nmore") == 0
    (made,) = read_notes(session / "notes.tsv")
    assert (made.kind, made.text) == (NoteKind.NOTE, "2=1+1 and more")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to note"),
        (["  "], "nothing to note"),
        (["caffeine="], "'caffeine=' has no value"),
        (["--treatment", " "], "needs a name"),
        (["x", "--at", "noon"], "neither a time in the recording"),
        (["x", "--at", "10:01"], "is after the end of the recording, 600 s"),
    ],
)
def test_wrong_use(session: Path, capsys: Capture, arguments: list[str], words: str) -> None:
    assert note(session, *arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert not (session / "notes.tsv").exists()


def test_what_is_no_session(tmp_path: Path, capsys: Capture) -> None:
    assert note(tmp_path / "absent", "a") == 1
