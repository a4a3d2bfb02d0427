from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.screening.sessions import eye_and_mouth
from tests.session.findings import header, sample
from twitchcam.commands.screen import command
from twitchcam.errors import SessionError, UsageError
from twitchcam.screening.recording import Recording
from twitchcam.session.events_file import read_events
from twitchcam.session.notes_file import Note, NoteKind, append_notes
from twitchcam.session.review_file import VerdictKind, verdict_on, write_verdicts
from twitchcam.session.writer import SessionWriter

START = datetime(2024, 5, 1, 10, tzinfo=UTC)


def write(out_dir: Path, name: str, seen: Recording, *, day: int = 0, finish: bool = True, **changes) -> Path:
    with SessionWriter(out_dir, name, header(START + timedelta(days=day), **changes)) as writer:
        writer.write([sample(float(t)) for t in range(600)])
        writer.write([], seen.twitches, seen.segments)
        if finish:
            writer.finish(valid_s=600.0)
    return out_dir / name


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return write(tmp_path, "monday", eye_and_mouth())


def said(*arguments: object) -> str:
    result = CliRunner().invoke(command, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_says_in_plain_words_what_the_session_holds(session):
    text = said(session)
    assert text.startswith("Level 2 of 2: The twitches favour the left side")
    document = json.loads((session / "session.json").read_text())
    assert (document["screening"]["level"], document["screening"]["side"]) == (2, "left")
    for sentence in (*document["screening"]["for"], *document["screening"]["next"]):
        assert f"- {sentence}\n" in text


def test_as_json_it_is_what_the_session_holds(session):
    document = json.loads((session / "session.json").read_text())
    assert json.loads(said(session, "--json")) == document["screening"]


def test_sessions_are_taken_together(tmp_path, session):
    other = write(tmp_path, "tuesday", eye_and_mouth(seed=5), day=1)
    numbers = json.loads(said(session, other, "--json"))["numbers"]
    assert numbers["sessions"] == ["monday", "tuesday"]
    assert numbers["bursts"]["left"] == 48
    assert [day["date"] for day in numbers["days"]] == ["2024-05-01", "2024-05-02"]
    assert "on 2 days" in said(session, other)


def test_the_same_session_twice_counts_once(session):
    numbers = json.loads(said(session, session / ".." / session.name, "--json"))["numbers"]
    assert (numbers["bursts"]["left"], numbers["sessions"]) == (24, [session.name])


def test_people_are_not_mixed(tmp_path):
    sessions = [write(tmp_path, name, eye_and_mouth(), subject=name) for name in "AB"]
    result = CliRunner().invoke(command, [str(one) for one in sessions])
    assert isinstance(result.exception, UsageError)
    assert "screen one person at a time" in str(result.exception)


def test_parts_of_the_protocol_come_from_the_notes(session):
    begun = [("rest", 0.0), ("smile", 100.0), ("rest", 160.0)]
    append_notes(
        session / "notes.tsv", [Note(kind=NoteKind.PROTOCOL, name=name, onset_s=onset_s) for name, onset_s in begun]
    )
    assert json.loads(said(session, "--json"))["numbers"]["valid_min_by_part"] == {"rest": 9.0, "smile": 1.0}
    assert "- 9.0 min of valid rest, with the face tracked" in said(session)
    assert "- Parts of the protocol, in minutes: smile 1.0.\n" in said(session)


def test_a_reviewed_log_is_screened_as_the_person_left_it(session):
    rejected = [verdict_on(event, VerdictKind.REJECTED) for event in read_events(session / "events.tsv")[:20]]
    write_verdicts(session / "review.tsv", rejected)
    assert json.loads(said(session, "--reviewed", "--json"))["numbers"]["bursts"]["left"] == 4
    assert json.loads(said(session, "--json"))["numbers"]["bursts"]["left"] == 24


def test_an_unfinished_session_is_looked_at_as_far_as_it_goes(tmp_path):
    write(tmp_path, "cut", eye_and_mouth(), finish=False)
    assert json.loads(said(tmp_path / "cut", "--json"))["level"] == 2


def test_what_is_no_session_is_named():
    result = CliRunner().invoke(command, ["nowhere"])
    assert isinstance(result.exception, SessionError)
    assert "nowhere" in str(result.exception)


def test_broken_notes_do_not_lose_a_session(tmp_path):
    with SessionWriter(tmp_path, "clip", header()) as writer:
        (writer.folder / "notes.tsv").write_text("felt it")
        writer.write([sample(0.0)])
        document = writer.finish(valid_s=0.0)
    assert document["warnings"][0].startswith("the parts of the protocol are not known: ")
    assert document["screening"]["sufficient"] is False


def test_it_loads_nothing_that_a_look_at_a_log_does_not_need(session):
    heavy = ("av", "cv2", "mediapipe", "matplotlib", "pandas", "pydantic", "scipy.stats")
    program = (
        f"import sys; from twitchcam.cli import main; code = main(['screen', {str(session)!r}]);"
        f"print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
