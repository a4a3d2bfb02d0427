from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.sessions import make_session, twitches
from twitchcam.cli import main
from twitchcam.events.model import Context, Segment
from twitchcam.session.notes_file import Note, NoteKind
from twitchcam.session.reader import Session
from twitchcam.session.review_file import VerdictKind, verdict_on, write_verdicts
from twitchcam.views.trend.gather import visit_of

Capture = pytest.CaptureFixture[str]
START = datetime(2026, 5, 1, 20, 0, tzinfo=UTC)


def trend(*arguments: object) -> int:
    return main(["trend", *map(str, arguments)])


def text_of(path: Path) -> str:
    return " ".join(re.sub(r"(?s)<style.*?</style>|<[^>]*>", " ", path.read_text(encoding="utf-8")).split())


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve days, on half of them coffee and twice the bursts; a treatment on the ninth; one undated session."""
    folder = tmp_path_factory.mktemp("sessions")
    for day in range(12):
        coffee = day % 2
        notes = [Note(kind=NoteKind.TRIGGER, name="coffee", value=str(coffee))]
        notes += [Note(kind=NoteKind.TREATMENT, name="=botulinum <b>toxin</b>")] if day == 8 else []
        notes += [Note(onset_s=11.0, kind=NoteKind.FELT)] if day == 0 else []
        path = make_session(
            folder / f"week {day // 7}",
            f"day-{day}",
            events=twitches([10 + 20 * n for n in range(4 * (1 + coffee))]),
            notes=notes,
            recorded_at=START + timedelta(days=day),
            subject="P1",
        )
        (path / "signals.csv").unlink()
    make_session(folder, "undated", events=twitches([5]), subject="P1")
    return folder


def test_a_tree_of_sessions_becomes_a_page_and_a_table(tree: Path, tmp_path: Path, capsys: Capture) -> None:
    assert trend(tree, "-o", tmp_path / "out") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{tree}: 13 sessions on 12 days, 1 without a date",
        f"{tmp_path}/out/trend.html",
        f"{tmp_path}/out/trend.csv",
    ]
    text = text_of(tmp_path / "out" / "trend.html")
    for said in (
        "72 bursts on 12 days: 0.60 a minute of valid time.",
        "This shows what goes together, not what causes what.",
        "coffee above 0.5 against 0.5 or less 6 against 6 1.98",
        "more twitches on such days",
        "2026-05-09 8 before, 3 after",
        "1 twitch was felt; with 1 of them (100 %) one was seen",
        "Sessions without a date",
        "A monitor, not a diagnosis.",
    ):
        assert said in text
    html = (tmp_path / "out" / "trend.html").read_text()
    assert "<b>" not in html
    assert "<script" not in html
    rows = rows_of(tmp_path / "out" / "trend.csv")
    assert len(rows) == 12
    expected = {"date": "2026-05-02", "sessions": "1", "valid_min": "10.0000", "twitches": "8", "bursts": "8"}
    expected |= {"bursts_per_min": "0.8000", "felt": "0", "treatment": "n/a", "trigger_coffee": "1"}
    assert expected.items() <= rows[1].items()
    assert float(rows[1]["low_95"]) == pytest.approx(0.3454, abs=1e-3)
    assert float(rows[1]["high_95"]) == pytest.approx(1.5763, abs=1e-3)
    assert rows[8]["treatment"] == "'=botulinum <b>toxin</b>"


def test_few_days_say_so(tmp_path: Path) -> None:
    for day in range(4):
        note = Note(kind=NoteKind.TRIGGER, name="tea", value=str(day))
        make_session(tmp_path, f"d{day}", notes=[note], recorded_at=START + timedelta(days=day))
    assert trend(tmp_path) == 0
    assert "not enough days: 5 of each kind are needed" in text_of(tmp_path / "trend.html")


def test_people_are_not_mixed_unless_one_is_chosen(tmp_path: Path, capsys: Capture) -> None:
    for name, subject in (("a", "x"), ("b", "y"), ("c", None)):
        make_session(tmp_path, name, subject=subject, recorded_at=START)
    assert trend(tmp_path) == 2
    assert "(nobody named, 'x', 'y'); choose with --subject ID" in capsys.readouterr().err
    assert trend(tmp_path, "--subject", "z") == 2
    assert "those of 'x', 'y'" in capsys.readouterr().err
    assert trend(tmp_path, "--subject", "y") == 0
    assert "2 sessions of other people are left out" in text_of(tmp_path / "trend.html")


def test_a_damaged_session_is_named_and_the_others_count(tmp_path: Path, capsys: Capture) -> None:
    make_session(tmp_path, "good", recorded_at=START)
    (make_session(tmp_path, "bad", recorded_at=START) / "events.tsv").write_text("nonsense\n")
    assert trend(tmp_path) == 1
    assert "bad/events.tsv" in capsys.readouterr().err
    assert "could not be read" in text_of(tmp_path / "trend.html")
    assert len(rows_of(tmp_path / "trend.csv")) == 1


def test_only_undated_sessions(tmp_path: Path) -> None:
    make_session(tmp_path, "a")
    assert trend(tmp_path) == 0
    assert "There is no dated session" in text_of(tmp_path / "trend.html")


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_text("")])
def test_where_there_is_nothing(tmp_path: Path, capsys: Capture, make) -> None:
    make(tmp_path / "x")
    assert trend(tmp_path / "x") == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_reviewed_log(tmp_path: Path) -> None:
    events = twitches([5, 100, 200])
    path = make_session(tmp_path, events=events, recorded_at=START)
    write_verdicts(path / "review.tsv", [verdict_on(events[0], VerdictKind.REJECTED)])
    for options, bursts in (((), "3"), (("--reviewed",), "2")):
        assert trend(tmp_path, *options) == 0
        assert rows_of(tmp_path / "trend.csv")[0]["bursts"] == bursts


def test_valid_time_is_shared_among_the_hours_that_it_is_in(tmp_path: Path) -> None:
    segments = [
        Segment(onset_s=0, duration_s=1800, kind=Context.TALKING),
        Segment(onset_s=1800, duration_s=7200, kind=Context.REST),
    ]
    path = make_session(
        tmp_path,
        duration_s=9000.0,
        events=twitches([1900, 1901, 3599, 3600.5, 8000]),
        segments=segments,
        recorded_at=START.replace(hour=22),
    )
    visit = visit_of(Session.load(path))
    told = {(on.day, hour): (t.valid_s, t.bursts, t.twitches) for (on, hour), t in visit.cells.items()}  # type: ignore[misc]
    assert told == {(1, 22): (1800, 2, 3), (1, 23): (3600, 0, 1), (2, 0): (1800, 1, 1)}
    assert visit.tally.valid_s == pytest.approx(7200)
