from __future__ import annotations

import json

from tests.benchmarks.report import Report, environment, shown_command, table


def test_the_command_is_shown_without_folders_of_this_machine():
    assert shown_command(["tests.benchmarks", "accuracy", "--faces", "/some/where/faces", "-o", "docs/x"]) == (
        "python -m tests.benchmarks accuracy --faces faces -o docs/x"
    )


def test_a_table_has_a_row_each_and_no_stray_bars():
    assert table(("a", "b"), [(1, "x|y")]).splitlines() == ["| a | b |", "| --- | --- |", "| 1 | x\\|y |"]


def test_a_report_is_dated_and_says_where_it_was_made(tmp_path):
    report = Report(
        name="trial", title="A trial", made=environment("python -m this"), data={"rows": [{"a": 1.5}, {"a": None}]}
    )
    report.add("Words.")
    path = report.write(tmp_path)
    text = path.read_text()
    date = path.name.removesuffix("-trial.md")
    assert text.startswith("# A trial\n")
    for word in (date, "`python -m this`", "mediapipe 0.", "cores", "Words."):
        assert word in text
    whole = json.loads(path.with_suffix(".json").read_text())
    assert whole["rows"] == [{"a": 1.5}, {"a": None}]
    assert whole["environment"]["date"] == date
