from __future__ import annotations

from pathlib import Path

import click
import pytest

from tests.sessions import make_session, poisson_onsets, twitches
from twitchcam.cli import main
from twitchcam.events.model import Lip, Side
from twitchcam.session.review_file import VerdictKind, verdict_on, write_verdicts

Capture = pytest.CaptureFixture[str]
STARTS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


def plot(*arguments: object) -> int:
    return main(["plot", *map(str, arguments)])


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return make_session(tmp_path, events=twitches(poisson_onsets(3, 600)))


def test_each_format_is_written_beside_the_session(session: Path, capsys: Capture) -> None:
    assert plot(session, "--format", "png,svg,pdf", "--per", "1min") == 0
    assert capsys.readouterr().out.splitlines() == [f"{session}/frequency.{kind}" for kind in STARTS]
    for kind, start in STARTS.items():
        assert (session / f"frequency.{kind}").read_bytes().startswith(start)


def test_several_sessions_go_into_a_folder_by_their_names(session: Path, tmp_path: Path, capsys: Capture) -> None:
    other = make_session(tmp_path, "other", duration_s=30)
    assert plot(session, other, "-o", tmp_path / "made" / "pictures") == 0
    assert sorted(path.name for path in (tmp_path / "made" / "pictures").iterdir()) == ["clip.png", "other.png"]


def test_a_session_that_is_still_written_is_drawn_as_far_as_it_is(tmp_path: Path, capsys: Capture) -> None:
    partial = make_session(tmp_path, duration_s=900, events=twitches([5, 700]), finished=False)
    assert partial.name == "clip.partial"
    assert plot(tmp_path / "clip", "--format", "svg") == 0
    assert (partial / "frequency.svg").is_file()


def test_the_log_as_reviewed(session: Path, tmp_path: Path, capsys: Capture) -> None:
    assert plot(session, "--reviewed") == 1
    assert "was not reviewed" in capsys.readouterr().err
    assert plot(session, "-o", tmp_path / "found", "--format", "svg") == 0
    events = twitches(poisson_onsets(3, 600))
    write_verdicts(session / "review.tsv", [verdict_on(t, VerdictKind.REJECTED) for t in events])
    assert plot(session, "-o", tmp_path / "reviewed", "--format", "svg", "--reviewed") == 0
    sizes = [(tmp_path / name / "clip.svg").stat().st_size for name in ("found", "reviewed")]
    assert sizes[1] < sizes[0] / 2


def test_showing_opens_the_first_format(session: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", lambda path: opened.append(path) or 0)
    assert plot(session, "--show", "--format", "svg,png") == 0
    assert opened == [f"{session}/frequency.svg"]
    monkeypatch.setattr(click, "launch", lambda path: 1)
    assert plot(session, "--show") == 1
    assert "open it yourself" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--per", "often"], 2, "is not a length such as 30s"),
        (["--per", "0"], 2, "is not a length such as 30s"),
        (["--per", "0.1s"], 2, "take 1 s or more"),
        (["--format", "gif"], 2, "'gif' is not one of png, svg, pdf"),
        (["--start", "11:00"], 2, "name a time in it"),
    ],
)
def test_wrong_use(session: Path, capsys: Capture, arguments: list[str], code: int, words: str) -> None:
    assert plot(session, *arguments) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_what_is_no_session(tmp_path: Path, capsys: Capture) -> None:
    assert plot(tmp_path / "absent") == 1
    assert "there is no such session" in capsys.readouterr().err


def test_a_relabelled_twitch_moves_to_its_row(session: Path, tmp_path: Path) -> None:
    from twitchcam.session.reader import Session
    from twitchcam.session.reviewed import as_reviewed

    first = twitches(poisson_onsets(3, 600))[0]
    write_verdicts(session / "review.tsv", [verdict_on(first, VerdictKind.RELABELLED, lip=Lip.BOTH, side=Side.BOTH)])
    moved = as_reviewed(Session.load(session)).events[0]
    assert (moved.lip, moved.side) == (Lip.BOTH, Side.BOTH)
