from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.session.findings import header, sample
from tests.test_agreement import at
from twitchcam.commands.agree import command
from twitchcam.errors import OutputError, SessionError
from twitchcam.session.events_file import EventsWriter, read_events
from twitchcam.session.review_file import VerdictKind, verdict_on, write_verdicts
from twitchcam.session.writer import SessionWriter


@pytest.fixture
def logs(tmp_path: Path) -> tuple[Path, Path]:
    """A rater's table and a session of the same recording."""
    table = tmp_path / "rater.tsv"
    with EventsWriter(table, None) as writer:
        for one in at(10, 65, 66, 130, 170):
            writer.write(one)
    with SessionWriter(tmp_path, "clip", header()) as session:
        session.write([sample(float(t)) for t in range(180)], at(10.05, 65, 67, 130))
        session.finish(valid_s=180.0)
    return table, tmp_path / "clip"


def run(*arguments: object):
    return CliRunner().invoke(command, [str(one) for one in arguments])


def test_prints_lines_for_a_person(logs):
    result = run(*logs)
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == "events     A 5, B 4, in both 3; only A 2, only B 1"
    assert "agreement  0.667 of all events are in both" in result.output
    assert "n = 180" in result.output
    assert "counts of 3 minutes" in result.output


def test_json_and_plot(logs, tmp_path):
    plot = tmp_path / "ba.png"
    result = run(*logs, "--json", "--plot", plot, "--tolerance", "1.5", "--bin", "2")
    figures = json.loads(result.output)
    assert (figures["paired"], figures["time"]["labels"]) == (4, 90)
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert f"{plot}: Bland-Altman plot" in run(*logs, "--plot", plot).output


def test_two_tables_take_the_length_that_is_told(logs):
    table, _ = logs
    assert json.loads(run(table, table, "--json", "--duration", "600").output)["time"]["labels"] == 600
    assert json.loads(run(table, table, "--json").output)["duration_s"] == pytest.approx(170.0)


def test_a_person_who_reviewed_a_session_is_a_rater(logs):
    _, session = logs
    found = read_events(session / "events.tsv")
    write_verdicts(session / "review.tsv", [verdict_on(found[0], VerdictKind.REJECTED)])
    result = run(session, session / "review.tsv")
    assert result.output.splitlines()[0] == "events     A 4, B 3, in both 3; only A 1, only B 0"


def test_annotations_of_another_program_are_a_rater(logs, tmp_path):
    _, session = logs
    coded = tmp_path / "coded.tsv"
    coded.write_text(
        "Observation id\tSubject\tBehavior\tBehavior type\tStart (s)\tStop (s)\n"
        "one\tA\ttwitch upper left\tSTATE\t10.0\t10.1\n",
        encoding="utf-8",
    )
    assert json.loads(run(coded, session, "--json").output)["paired"] == 1


def test_what_a_rater_said_in_other_words_is_told_and_not_lost_unseen(logs, tmp_path):
    _, session = logs
    coded = tmp_path / "coded.csv"
    coded.write_text(
        "Behavior,Behavior type,Start (s),Stop (s)\n"
        "twitch upper left,STATE,10.0,10.1\nupper left,STATE,65.0,65.1\nupper left,POINT,67.0,67.0\n",
        encoding="utf-8",
    )
    result = run(coded, session)
    assert result.stderr.splitlines() == [
        "coded.csv: 2 annotations say neither twitch nor spasm, left out: upper left (2)"
    ]
    assert result.stdout.startswith("events     A 1, B 4, in both 1")


def test_what_cannot_be_read_or_written_is_named(logs, tmp_path):
    assert isinstance(run("nowhere.tsv", logs[1]).exception, SessionError)
    assert isinstance(run(*logs, "--plot", tmp_path / "no" / "ba.png").exception, OutputError)
