from __future__ import annotations

from pathlib import Path

import pytest

from tests.review.sessions import NOW, make_session
from twitchcam.errors import OutputError, SessionError
from twitchcam.events.model import Context, EventType, Lip, Side
from twitchcam.review.desk import Desk, RefusedError
from twitchcam.session.reader import Session
from twitchcam.session.review_file import REVIEW_NAME, VerdictKind, read_verdicts, reviewed

TWITCH = EventType.TWITCH


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_session(tmp_path)


@pytest.fixture
def desk(folder: Path) -> Desk:
    return Desk(Session.load(folder), reviewer="A. B.", now=lambda: NOW)


def test_each_verdict_is_on_the_disk_at_once_and_the_log_stays_as_it_was(folder: Path, desk: Desk) -> None:
    before = (folder / "events.tsv").read_bytes()
    assert not (folder / REVIEW_NAME).exists()
    desk.judge(2.0, TWITCH, VerdictKind.CONFIRMED)
    assert [v.kind for v in read_verdicts(folder / REVIEW_NAME)] == [VerdictKind.CONFIRMED]
    desk.judge(5.0, TWITCH, VerdictKind.RELABELLED, lip=Lip.UPPER, side=Side.LEFT)
    desk.judge(7.0, TWITCH, VerdictKind.REJECTED)
    verdicts = read_verdicts(folder / REVIEW_NAME)
    assert [v.kind for v in verdicts] == [VerdictKind.CONFIRMED, VerdictKind.RELABELLED, VerdictKind.REJECTED]
    assert {v.reviewer for v in verdicts} == {"A. B."}
    assert {v.time for v in verdicts} == {NOW}
    assert (folder / "events.tsv").read_bytes() == before
    left = reviewed(Session.load(folder).events, verdicts)
    assert [(e.onset_s, e.lip, e.side) for e in left] == [(2.0, Lip.UPPER, Side.LEFT), (5.0, Lip.UPPER, Side.LEFT)]


def test_what_lies_over_the_context_is_not_taken_for_it(folder: Path) -> None:
    head, *rows = (folder / "segments.tsv").read_text().splitlines()
    over = "7.5000\t2.5000\trhythm\tleft\t5.25"
    (folder / "segments.tsv").write_text("\n".join([head, over, *rows]) + "\n")
    assert Desk(Session.load(folder)).add(9.15, Lip.UPPER, Side.LEFT).event.context is Context.TALKING


def test_a_missed_twitch_is_measured_from_the_signals(folder: Path, desk: Desk) -> None:
    added = desk.add(9.15, Lip.UPPER, Side.LEFT)
    assert added.event.onset_s == pytest.approx(9.0, abs=0.04)
    assert added.event.end_s == pytest.approx(9.13, abs=0.04)
    assert added.event.peak_s == pytest.approx(9.065, abs=0.02)
    assert added.event.amplitude_pct_iod == pytest.approx(2.1, abs=0.2)
    assert added.event.context is Context.TALKING
    assert [v.kind for v in read_verdicts(folder / REVIEW_NAME)] == [VerdictKind.ADDED]
    again = Desk(Session.load(folder))
    assert [item.event for item in again.items] == [item.event for item in desk.items]


def test_undo_takes_back_one_verdict_after_another_of_this_sitting_alone(folder: Path, desk: Desk) -> None:
    desk.judge(2.0, TWITCH, VerdictKind.CONFIRMED)
    later = Desk(Session.load(folder))
    later.add(9.05, Lip.UPPER, Side.LEFT)
    later.judge(7.0, TWITCH, VerdictKind.REJECTED)
    later.undo()
    assert all(item.holds for item in later.items)
    later.undo()
    assert len(later.items) == 3
    assert not later.can_undo
    with pytest.raises(RefusedError, match="nothing to undo"):
        later.undo()
    assert [v.kind for v in read_verdicts(folder / REVIEW_NAME)] == [VerdictKind.CONFIRMED]


def test_an_added_twitch_can_be_judged_like_any_other(desk: Desk) -> None:
    added = desk.add(9.05, Lip.LOWER, Side.LEFT)
    desk.judge(added.event.onset_s, TWITCH, VerdictKind.RELABELLED, lip=Lip.UPPER)
    assert desk.items[-1].event.lip is Lip.UPPER
    desk.judge(added.event.onset_s, TWITCH, VerdictKind.REJECTED)
    assert not desk.items[-1].holds


def test_confirming_what_was_relabelled_keeps_the_label(desk: Desk) -> None:
    desk.judge(5.0, TWITCH, VerdictKind.RELABELLED, side=Side.LEFT)
    desk.judge(5.0, TWITCH, VerdictKind.CONFIRMED)
    (item,) = [item for item in desk.items if item.event.onset_s == 5.0]
    assert item.event.side is Side.LEFT
    assert item.verdict is not None
    assert item.verdict.kind is VerdictKind.RELABELLED


def test_what_makes_no_sense_is_refused_and_changes_nothing(folder: Path, desk: Desk) -> None:
    with pytest.raises(RefusedError, match=r"no twitch at 3\.0"):
        desk.judge(3.0, TWITCH, VerdictKind.CONFIRMED)
    with pytest.raises(RefusedError, match="cannot be added"):
        desk.judge(2.0, TWITCH, VerdictKind.ADDED)
    with pytest.raises(RefusedError, match=r"an event at .* already"):
        desk.add(2.05, Lip.UPPER, Side.LEFT)
    with pytest.raises(RefusedError, match="no face was measured"):
        desk.add(11.4, Lip.UPPER, Side.LEFT)
    with pytest.raises(RefusedError, match="no face was measured"):
        desk.add(500.0, Lip.UPPER, Side.LEFT)
    assert not (folder / REVIEW_NAME).exists()


def test_a_verdict_that_cannot_be_written_is_not_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, verdicts: object) -> None:
        raise OutputError(f"{path}: cannot write: No space left on device")

    monkeypatch.setattr("twitchcam.review.desk.write_verdicts", full)
    with pytest.raises(OutputError, match="No space"):
        desk.judge(2.0, TWITCH, VerdictKind.CONFIRMED)
    assert desk.items[0].verdict is None


def test_a_session_that_is_being_written_is_not_reviewed(folder: Path) -> None:
    partial = folder.rename(folder.with_name("clip.partial"))
    (partial / "session.json").rename(partial / "session.head.json")
    with pytest.raises(SessionError, match="recover"):
        Desk(Session.load(partial))
