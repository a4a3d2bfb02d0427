"""Session folders that were edited by hand, cut short or damaged: read, or refused in one line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.damage import mutated
from tests.exports.sessions import session
from tests.session.test_schema import VALUES, changed, places
from twitchcam.annotations import read_annotations
from twitchcam.config import load
from twitchcam.errors import TwitchcamError
from twitchcam.exports.material import Material
from twitchcam.exports.registry import FORMATS, export
from twitchcam.session.clock_file import read_anchors
from twitchcam.session.gaps_file import read_gaps
from twitchcam.session.notes_file import Note, NoteKind, append_notes, read_notes
from twitchcam.session.reader import Session
from twitchcam.session.review_file import REVIEW_NAME, VerdictKind, read_verdicts, verdict_on, write_verdicts
from twitchcam.session.reviewed import as_reviewed

SETTINGS = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

ODD_CELLS = [
    *("", "n/a", "nan", "inf", "-inf", "1e999", "-1", "0", "9" * 400, "1.5", "left", "twitch", "\x00", "\u202e", "é"),
    *("=1+1", "2024-05-01T14:30:00", "2024-05-01T14:30:00+02:00", "eye_right+0.03", "eye_right+", "1;2", "0x10", "1_0"),
]
FILES = ("events.tsv", "segments.tsv", "signals.csv", "session.json", "notes.tsv", "review.tsv")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with everything that a person adds."""
    made = session(tmp_path_factory.mktemp("fuzz"))
    append_notes(made.path / "notes.tsv", [Note(kind=NoteKind.FELT, onset_s=1.0), Note(kind=NoteKind.NOTE, text="x")])
    write_verdicts(made.path / REVIEW_NAME, [verdict_on(made.events[0], VerdictKind.REJECTED)])
    signals = made.path / "signals.csv"
    signals.write_text("\n".join(signals.read_text().split("\n")[:40]) + "\n")
    return made.path


def use(folder: Path) -> None:
    """Reads all of a session and hands it on, as commands do."""
    read = Session.load(folder)
    assert read.duration_s >= 0
    assert read.valid_s >= 0
    assert isinstance(read.name, str)
    _ = read.config, read.started_at, read.subject, read.anchors
    for _sample in read.samples():
        pass
    read_notes(folder / "notes.tsv")
    made = Material(session=as_reviewed(read), events=read.events, reviewed=True)
    for name in ("vtt", "boris", "elan", "csv", "fhir", "bids", "edf"):
        export(made, name, folder.parent / f"out{FORMATS[name].suffix}", overwrite=True)


def refused_or_read(use: Callable[[Path], object], path: Path) -> None:
    said = ""
    try:
        use(path)
    except TwitchcamError as error:
        said = str(error)
    assert "\n" not in said


def a_copy(original: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "clip"
    shutil.rmtree(folder, ignore_errors=True)
    return shutil.copytree(original, folder)


def test_it_would_find_a_fault(original: Path, tmp_path: Path) -> None:
    def careless(path: Path) -> object:
        return json.loads((path / "session.json").read_text())["clock"]["recorded_at"]

    folder = a_copy(original, tmp_path)
    (folder / "session.json").write_text("{}")
    with pytest.raises(KeyError):
        refused_or_read(careless, folder)


def test_the_original_is_fine(original: Path, tmp_path: Path) -> None:
    use(a_copy(original, tmp_path))


@SETTINGS
@given(name=st.sampled_from(FILES), seed=st.integers(0, 2**32))
def test_damaged_bytes(original: Path, tmp_path: Path, name: str, seed: int) -> None:
    folder = a_copy(original, tmp_path)
    (folder / name).write_bytes(mutated((folder / name).read_bytes(), seed))
    refused_or_read(use, folder)


@SETTINGS
@given(name=st.sampled_from([name for name in FILES if name != "session.json"]), data=st.data())
def test_cells_edited_by_hand(original: Path, tmp_path: Path, name: str, data: st.DataObject) -> None:
    folder = a_copy(original, tmp_path)
    separator = "," if name.endswith(".csv") else "\t"
    rows = [line.split(separator) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    row = data.draw(st.integers(0, len(rows) - 1))
    rows[row][data.draw(st.integers(0, len(rows[row]) - 1))] = data.draw(st.sampled_from(ODD_CELLS))
    (folder / name).write_text("\n".join(map(separator.join, rows)) + "\n", encoding="utf-8")
    refused_or_read(use, folder)


@SETTINGS
@given(data=st.data())
def test_a_document_edited_by_hand(original: Path, tmp_path: Path, data: st.DataObject) -> None:
    folder = a_copy(original, tmp_path)
    document = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    path = data.draw(st.sampled_from(places(document)[1:]))
    (folder / "session.json").write_text(json.dumps(changed(document, path, data.draw(VALUES))), encoding="utf-8")
    refused_or_read(use, folder)


@SETTINGS
@given(name=st.sampled_from(FILES), unfinished=st.booleans(), folder_there=st.booleans())
def test_files_that_are_missing(
    original: Path, tmp_path: Path, name: str, unfinished: bool, folder_there: bool
) -> None:
    folder = a_copy(original, tmp_path)
    if unfinished:
        (folder / "session.json").rename(folder / "session.head.json")
    (folder / name).unlink(missing_ok=True)
    if folder_there:
        (folder / name).mkdir()
    refused_or_read(use, folder)


@pytest.mark.parametrize("version", [2, 99, "1", None, [], 1.5])
def test_a_newer_version(original: Path, tmp_path: Path, version: object) -> None:
    folder = a_copy(original, tmp_path)
    document = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    (folder / "session.json").write_text(json.dumps({**document, "format_version": version}), encoding="utf-8")
    with pytest.raises(TwitchcamError, match="this version of twitchcam reads 1"):
        Session.load(folder)


READERS: dict[str, Callable[[Path], object]] = {
    "events.tsv": read_annotations,
    "clip.eaf": read_annotations,
    "clip.boris": read_annotations,
    "table.csv": read_annotations,
    "notes.tsv": read_notes,
    "review.tsv": read_verdicts,
    "clock.tsv": read_anchors,
    "gaps.tsv": read_gaps,
    "settings.toml": load,
}
BEGINNINGS = {
    "table.csv": b"Observation id,Behavior,Start (s),Stop (s),Comment start\nclip,twitch left,1.0,1.2,\n",
    "settings.toml": b'[face]\ntracker = "fused"\n[detection]\nmin_snr = 5.0\n[capture]\nend_s = 3.0\n',
    "clock.tsv": b"onset\ttime\n0.0000\t2024-05-01T14:30:00+02:00\n",
    "gaps.tsv": b"onset\tduration\ttrial_type\n1.0\t2.0\tpaused\n",
}


@pytest.fixture(scope="module")
def beginnings(original: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    room = tmp_path_factory.mktemp("beginnings")
    read = Session.load(original)
    for name in ("boris", "elan"):
        export(Material(session=read, events=read.events), name, room / f"clip{FORMATS[name].suffix}")
    files = {path.name: path.read_bytes() for path in (*original.iterdir(), *room.iterdir())}
    return {**{name: files[name] for name in READERS if name in files}, **BEGINNINGS}


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(READERS)), seed=st.integers(0, 2**32), noise=st.binary(max_size=60))
def test_each_reader(tmp_path: Path, beginnings: dict[str, bytes], name: str, seed: int, noise: bytes) -> None:
    content = mutated(beginnings[name], seed) if seed % 8 else noise
    (tmp_path / name).write_bytes(content)
    refused_or_read(READERS[name], tmp_path / name)
