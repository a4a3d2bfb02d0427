"""csv, xlsx and parquet."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest

from tests.exports.sessions import EVENTS, SEGMENTS, material
from twitchcam.events.model import Spread
from twitchcam.exports import csv_table, parquet, xlsx
from twitchcam.exports.material import Material, Table
from twitchcam.session.events_file import EVENT_COLUMNS
from twitchcam.session.segments_file import FREQUENCY_COLUMN, SEGMENT_COLUMNS


@pytest.fixture
def clip(tmp_path: Path) -> Material:
    return material(tmp_path)


def rows_of(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


@pytest.mark.parametrize("table", ["events", "segments", "signals"])
def test_csv_says_what_the_session_says(tmp_path: Path, clip: Material, table: str) -> None:
    csv_table.write(replace(clip, table=Table(table)), tmp_path / "clip.csv")
    suffix, delimiter = ("csv", ",") if table == "signals" else ("tsv", "\t")
    written, own = rows_of(tmp_path / "clip.csv", ","), rows_of(clip.session.path / f"{table}.{suffix}", delimiter)
    assert len(written) == len(own) > 0
    for one, other in zip(written, own, strict=True):
        assert {key: number(value) for key, value in one.items()} == {k: number(v) for k, v in other.items()}


def test_csv_holds_no_formula(tmp_path: Path) -> None:
    odd = replace(EVENTS[0], spread=(Spread(place="=cmd()", lag_s=0.0),))
    csv_table.write(material(tmp_path, events=(odd,)), tmp_path / "clip.csv")
    assert rows_of(tmp_path / "clip.csv", ",")[0]["spread"] == "'=cmd()+0.00"


class TestWorkbook:
    def test_events_and_segments(self, tmp_path: Path, clip: Material) -> None:
        xlsx.write(clip, tmp_path / "clip.xlsx")
        book = openpyxl.load_workbook(tmp_path / "clip.xlsx")
        assert book.sheetnames == ["events", "segments", "session", "columns"]
        head, *rows = book["events"].iter_rows(values_only=True)
        assert head == EVENT_COLUMNS
        assert [row[0] for row in rows] == pytest.approx([event.onset_s for event in EVENTS])
        assert [row[5:7] for row in rows] == [(event.lip.value, event.side.value) for event in EVENTS]
        assert rows[4][11] is None
        head, *rows = book["segments"].iter_rows(values_only=True)
        assert head == (*SEGMENT_COLUMNS, FREQUENCY_COLUMN)
        assert rows == [
            (s.onset_s, s.duration_s, s.kind.value, None if s.side is None else s.side.value, s.frequency_hz)
            for s in SEGMENTS
        ]

    def test_the_session_in_words(self, tmp_path: Path, clip: Material) -> None:
        xlsx.write(clip, tmp_path / "clip.xlsx")
        said = dict(openpyxl.load_workbook(tmp_path / "clip.xlsx")["session"].iter_rows(values_only=True))
        assert "never a diagnosis" in said["notice"]
        assert (said["subject"], said["recording"], said["twitch, count"]) == ("subject 7", "clip.mp4", 6)
        assert said["events reviewed by a person"] == "no"
        assert said["warning"] == "the picture is dark"

    def test_without_its_own_library_too(self, tmp_path: Path, clip: Material) -> None:
        xlsx.write(clip, tmp_path / "clip.xlsx")
        with zipfile.ZipFile(tmp_path / "clip.xlsx") as archive:
            sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        space = re.match(r"\{.*\}", sheet.tag)
        assert space is not None
        rows = sheet.findall(f".//{space[0]}row")
        assert len(rows) == 1 + len(EVENTS)
        first = [row.find(f"{space[0]}c/{space[0]}v") for row in rows[1:]]
        assert [float(cell.text) for cell in first] == pytest.approx([event.onset_s for event in EVENTS])

    def test_text_that_looks_like_a_formula_stays_text(self, tmp_path: Path) -> None:
        xlsx.write(material(tmp_path, subject='=HYPERLINK("a")\x07'), tmp_path / "clip.xlsx")
        cells = {row[0].value: row[1] for row in openpyxl.load_workbook(tmp_path / "clip.xlsx")["session"].iter_rows()}
        assert cells["subject"].value == '=HYPERLINK("a")'
        assert cells["subject"].data_type == "s"


class TestParquet:
    def read(self, path: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        table = pyarrow.parquet.read_table(path)
        return table.to_pylist(), json.loads(table.schema.metadata[b"twitchcam"])

    def test_events(self, tmp_path: Path, clip: Material) -> None:
        parquet.write(clip, tmp_path / "clip.parquet")
        rows, said = self.read(tmp_path / "clip.parquet")
        assert [row["onset"] for row in rows] == pytest.approx([event.onset_s for event in EVENTS])
        assert [(row["lip"], row["side"]) for row in rows] == [(e.lip.value, e.side.value) for e in EVENTS]
        assert rows[0]["confidence"] == 0.9
        assert (rows[4]["context"], rows[4]["burst"]) == (None, None)
        assert said["session"]["subject"] == "subject 7"

    def test_segments(self, tmp_path: Path, clip: Material) -> None:
        parquet.write(replace(clip, table=Table.SEGMENTS), tmp_path / "clip.parquet")
        rows, _ = self.read(tmp_path / "clip.parquet")
        assert [(row["onset"], row["trial_type"]) for row in rows] == [(s.onset_s, s.kind.value) for s in SEGMENTS]
        assert [(r["side"], r["frequency_hz"]) for r in rows if r["frequency_hz"] is not None] == [("both", 5.25)]

    def test_signals_in_several_parts(self, tmp_path: Path, clip: Material, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("twitchcam.exports.parquet._ROWS_AT_ONCE", 70)
        parquet.write(replace(clip, table=Table.SIGNALS), tmp_path / "clip.parquet")
        rows, _ = self.read(tmp_path / "clip.parquet")
        samples = list(clip.session.samples())
        assert [row["t"] for row in rows] == [sample.t_s for sample in samples]
        assert [row["upper_left_up"] for row in rows if row["face"]] == [
            sample["upper_left_up"] for sample in samples if sample.face
        ]
        assert rows[250]["iod"] is None

    def test_no_event_at_all(self, tmp_path: Path) -> None:
        parquet.write(material(tmp_path, events=()), tmp_path / "clip.parquet")
        rows, _ = self.read(tmp_path / "clip.parquet")
        assert rows == []
