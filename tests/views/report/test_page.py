from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.sessions import make_session, twitches
from twitchcam.cli import main
from twitchcam.session.reader import Session
from twitchcam.session.review_file import VerdictKind, verdict_on, write_verdicts
from twitchcam.session.reviewed import as_reviewed
from twitchcam.views.report import clips, page
from twitchcam.views.report.traces import traces_of

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def html(reported: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("out") / "r.html"
    assert page.write_report([Session.load(reported)], out) == []
    return out.read_text(encoding="utf-8")


def text_of(html: str) -> str:
    bare = re.sub(r"(?s)<(style|script|svg).*?</\1>|<[^>]*>", " ", html)
    return " ".join(bare.split())


def test_it_says_what_was_found_and_what_it_is_not(html: str) -> None:
    text = text_of(html)
    for said in (
        "8 twitches in 7 bursts in 54 seconds of valid time.",
        "The twitches favour the left side.",
        "24 of 26 bursts are on the left",
        "the eye of the same side closed with 2 of 26 bursts only",
        "Not a diagnosis.",
        "mergency",
        "6 seconds: talking",
        "the picture was dark for 12 s",
        "Told: sleep 5h.",
        "Person: P1",
    ):
        assert said in text


def test_nothing_is_fetched(html: str) -> None:
    class Fetches(HTMLParser):
        found: Sequence[str] = ()

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found = [*self.found, *(value or "" for key, value in attrs if key in ("src", "href"))]

    parser = Fetches()
    parser.feed(html)
    assert parser.found
    assert all(value.startswith("data:") for value in parser.found)
    assert "default-src 'none'" in html
    assert "url(" not in html
    assert "http" not in html.replace("http-equiv", "")


def test_what_people_wrote_stays_text(html: str) -> None:
    assert "<b>" not in html
    assert "alert(1)" in html
    assert html.count("<script>") == 1


def test_every_event_has_a_row_and_a_trace(html: str) -> None:
    assert html.count('<tr id="event-') == 8
    assert html.count('class="trace"') == 8
    assert html.count("data-event=") == 8


def test_the_trace_of_an_event_rises_while_it_lasts(reported: Path) -> None:
    session = Session.load(reported)
    for event, trace in zip(session.events, traces_of(session.path / "signals.csv", session.events), strict=True):
        points = [tuple(map(float, pair.split())) for pair in re.findall(r"[\d.]+ [\d.]+", trace.own[0])]
        top = min(points, key=lambda point: point[1])
        assert trace.begin <= top[0] <= trace.end
        assert trace.full_pct == pytest.approx(1.05 * event.amplitude_pct_iod, rel=0.25)


def test_a_session_without_signals_has_no_traces_but_a_report(tmp_path: Path) -> None:
    session = make_session(tmp_path, events=twitches([5, 80]))
    (session / "signals.csv").unlink()
    assert main(["report", str(session)]) == 0
    assert (session / "report.html").read_text().count("no signal") == 2


def test_signals_that_cannot_be_read_cost_the_traces_only(tmp_path: Path, capsys: Capture) -> None:
    session = make_session(tmp_path, events=twitches([5, 80]))
    (session / "signals.csv").write_text("of,another,version\n")
    assert main(["report", str(session)]) == 0
    assert "there are no traces" in capsys.readouterr().err
    assert (session / "report.html").read_text().count("no signal") == 2


def test_clips_go_in_as_far_as_there_is_room(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_session(tmp_path, events=twitches([5, 80, 200]))
    (session / clips.FOLDER_NAME).mkdir()
    for number in (1, 2, 3):
        clips.clip_path(Session.load(session), number).write_bytes(bytes([number]) * 900_000)
    monkeypatch.setattr(page, "BYTES_AN_HOUR", 2_800_000)
    assert main(["report", str(session)]) == 0
    assert "1 clip was left out" in capsys.readouterr().err
    html = (session / "report.html").read_text()
    assert html.count("<video") == 2
    assert len(html) < 2_800_000


def test_an_hour_with_many_twitches_stays_below_ten_megabytes(tmp_path: Path) -> None:
    events = twitches([2 + 3 * n for n in range(1199)])
    session = make_session(tmp_path, duration_s=3600, events=events)
    assert main(["report", str(session)]) == 0
    # Without signals there are no traces: 60 frames a second give each at most this much.
    assert (session / "report.html").stat().st_size + 1199 * 4 * 100 * 10 < 10_000_000


def test_several_sessions_of_one_person(tmp_path: Path, capsys: Capture) -> None:
    began = datetime(2026, 5, 1, 9, tzinfo=UTC)
    paths = [
        make_session(tmp_path, name, events=twitches([5]), subject="x", recorded_at=began + timedelta(days=day))
        for day, name in enumerate(("a", "b"))
    ]
    assert main(["report", *map(str, paths), "-o", str(tmp_path / "both.html")]) == 0
    text = text_of((tmp_path / "both.html").read_text())
    assert "2 twitches in 2 bursts in 20.0 minutes of valid time." in text
    assert "2 sessions, 2026-05-01 to 2026-05-02" in text
    assert (tmp_path / "both.html").read_text().count("<img") == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a", "b"], "-o"),
        (["a", "b", "-o", "c.html", "--video", "v.mp4"], "one SESSION"),
        (["a", "c", "-o", "x"], "'x'"),
    ],
)
def test_wrong_use(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, arguments, words) -> None:
    monkeypatch.chdir(tmp_path)
    for name, subject in (("a", "x"), ("b", "x"), ("c", "y")):
        make_session(tmp_path, name, subject=subject)
    assert main(["report", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_an_unfinished_session_is_reported_as_such(tmp_path: Path) -> None:
    make_session(tmp_path, events=twitches([5]), finished=False)
    assert main(["report", str(tmp_path / "clip")]) == 0
    text = text_of((tmp_path / "clip.partial" / "report.html").read_text())
    assert "not complete" in text
    assert "nothing is said about a pattern yet" in text


def test_clips_keep_their_numbers_when_the_log_was_reviewed(tmp_path: Path) -> None:
    events = twitches([5, 80, 200])
    path = make_session(tmp_path, events=events)
    write_verdicts(path / "review.tsv", [verdict_on(events[0], VerdictKind.REJECTED)])
    assert clips.numbers_of(as_reviewed(Session.load(path))) == [2, 3]


def test_a_reviewed_log_is_reported_and_screened_as_such(tmp_path: Path) -> None:
    events = twitches([5, 80, 200])
    path = make_session(tmp_path, events=events)
    write_verdicts(path / "review.tsv", [verdict_on(t, VerdictKind.REJECTED) for t in events])
    assert main(["report", str(path), "--reviewed"]) == 0
    text = text_of((path / "report.html").read_text())
    assert "No twitch was seen in 10.0 minutes of valid time." in text
    assert "a person reviewed the events: 3 rejected; this report shows what they left" in text


def test_clips_are_made_of_the_clearest_events(tmp_path: Path) -> None:
    session = Session.load(make_session(tmp_path, events=twitches([10 * n + 5 for n in range(40)])))
    asked: list[int] = []
    page.write_report([session], tmp_path / "r.html", make_clips=lambda _, numbers: asked.extend(numbers))
    snr = {number: t.snr or 0.0 for number, t in enumerate(session.events, start=1)}
    assert len(asked) == 24
    assert min(snr[n] for n in asked) >= max(snr[n] for n in snr if n not in asked)
