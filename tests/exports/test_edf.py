from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyedflib
import pytest

from tests.exports.sessions import EVENTS, SEGMENTS, material
from twitchcam.annotations.labels import words_of
from twitchcam.errors import SessionError
from twitchcam.exports.edf import write
from twitchcam.exports.grid import even_grid
from twitchcam.motion.channels import CHANNELS, INDEX


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write(material(tmp_path), tmp_path / "clip.edf")
    return tmp_path / "clip.edf"


def test_another_reader_finds_every_channel(tmp_path: Path, file: Path) -> None:
    samples = list(material(tmp_path / "again").session.samples())
    with pyedflib.EdfReader(str(file)) as reader:
        assert reader.filetype in (pyedflib.FILETYPE_EDFPLUS, pyedflib.FILETYPE_EDF)
        assert reader.getSignalLabels() == ["face", *(channel.name for channel in CHANNELS)]
        assert set(reader.getSampleFrequencies()) == {30.0}
        assert reader.getPhysicalDimension(1) == "% IOD"
        face = reader.readSignal(0)
        assert len(face) == 300
        assert np.flatnonzero(face < 0.5).tolist() == list(range(240, 270))
        for index in (0, 1, INDEX["iod"]):
            signal = reader.readSignal(1 + index)
            for number in (0, 17, 100, 299):
                step = (reader.getPhysicalMaximum(1 + index) - reader.getPhysicalMinimum(1 + index)) / 65535
                assert signal[number] == pytest.approx(samples[number].values[index], abs=step + 1e-3)
            assert np.all(np.abs(signal[240:270]) < 0.01)


def test_another_reader_finds_events_and_segments(file: Path) -> None:
    with pyedflib.EdfReader(str(file)) as reader:
        onsets, durations, texts = reader.readAnnotations()
    found = sorted(zip(onsets, durations, texts, strict=True))
    expected = [(e.onset_s, e.duration_s, words_of(e)) for e in EVENTS]
    expected += [(s.onset_s, s.duration_s, s.kind.value.replace("_", " ")) for s in SEGMENTS]
    expected.sort()
    assert len(found) == len(expected)
    assert [row[0] for row in found] == pytest.approx([row[0] for row in expected], abs=1e-4)
    assert [row[1] for row in found] == pytest.approx([row[1] for row in expected], abs=1e-4)
    whole = {"eye closed": "eye closed left", "rhythm": "rhythm both 5.25 Hz"}
    assert [row[2] for row in found] == [whole.get(row[2], row[2]) for row in expected]


def test_when_and_who(file: Path) -> None:
    with pyedflib.EdfReader(str(file)) as reader:
        assert reader.getStartdatetime().replace(microsecond=0) == datetime.fromisoformat("2024-05-01T14:30:15")
        assert reader.getPatientCode() == "subject 7"


def test_a_session_without_time_and_subject(tmp_path: Path) -> None:
    write(material(tmp_path, started_at=None, subject=None, events=(), segments=()), tmp_path / "clip.edf")
    with pyedflib.EdfReader(str(tmp_path / "clip.edf")) as reader:
        assert reader.getPatientCode() in ("", "X")
        assert len(reader.readAnnotations()[0]) == 0


def test_a_session_without_frames(tmp_path: Path) -> None:
    made = material(tmp_path)
    signals = made.session.path / "signals.csv"
    signals.write_text(signals.read_text().splitlines()[0] + "\n")
    with pytest.raises(SessionError, match="has no signals"):
        write(made, tmp_path / "clip.edf")


def test_names_that_are_too_long_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = [replace(channel, name=f"a_rather_long_name_{index}") for index, channel in enumerate(CHANNELS)]
    monkeypatch.setattr("twitchcam.exports.edf.CHANNELS", tuple(long))
    write(material(tmp_path), tmp_path / "clip.edf")
    with pyedflib.EdfReader(str(tmp_path / "clip.edf")) as reader:
        labels = reader.getSignalLabels()
    assert len(set(labels)) == len(CHANNELS) + 1
    assert all(len(label) <= 16 for label in labels)


class TestGrid:
    def test_straight_lines_between_frames_and_nothing_in_holes(self, tmp_path: Path) -> None:
        session = material(tmp_path).session
        path = session.path / "signals.csv"
        head, *rows = path.read_text().splitlines()
        cells = [row.split(",") for row in rows]
        place = head.split(",").index("iod")
        for number, row in enumerate(cells):
            row[0], row[place] = f"{number / 30 + (0.004 if number % 2 else 0):.5f}", f"{100 + number % 2}"
        # Two seconds without frames.
        cells = [row for row in cells if not 3.0 <= float(row[0]) < 5.0]
        path.write_text("\n".join([head, *map(",".join, cells)]) + "\n")
        grid = even_grid(session)
        assert grid.rate_hz == 30
        iod = grid.values[:, INDEX["iod"]]
        assert iod[2] == pytest.approx(100, abs=1e-3)
        assert iod[3] == pytest.approx(100 + (1 / 30) / (1 / 30 + 0.004), abs=1e-3)
        assert np.isnan(iod[92:149]).all()
        assert not grid.face[92:149].any()
        assert not np.isnan(iod[:89]).any()

    def test_times_that_go_back_are_refused(self, tmp_path: Path) -> None:
        session = material(tmp_path).session
        path = session.path / "signals.csv"
        lines = path.read_text().splitlines()
        path.write_text("\n".join([*lines, lines[5]]) + "\n")
        with pytest.raises(SessionError, match="do not increase"):
            even_grid(session)


def test_a_value_that_the_header_has_no_room_for(tmp_path: Path) -> None:
    made = material(tmp_path)
    signals = made.session.path / "signals.csv"
    header, first, *others = signals.read_text().splitlines()
    cells = first.split(",")
    cells[header.split(",").index("iod")] = "1e50"
    signals.write_text("\n".join([header, ",".join(cells), *others]) + "\n")
    with pytest.raises(SessionError, match="iod reaches 1e\\+50, which EDF cannot hold"):
        write(made, tmp_path / "clip.edf")
