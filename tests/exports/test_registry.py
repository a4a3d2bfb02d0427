from __future__ import annotations

import importlib
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.exports.sessions import EVENTS, material, session
from twitchcam.cli import main
from twitchcam.commands import export as command
from twitchcam.errors import DependencyError, OutputError, UsageError
from twitchcam.exports.material import Table
from twitchcam.exports.registry import FORMATS, default_path, export
from twitchcam.session.review_file import REVIEW_NAME, VerdictKind, verdict_on, write_verdicts


def run(*arguments: object) -> int:
    return main(["export", *map(str, arguments)])


def test_the_command_knows_every_format() -> None:
    assert tuple(FORMATS) == command._FORMATS
    for form in FORMATS.values():
        assert callable(getattr(importlib.import_module(f"twitchcam.exports.{form.module}"), form.writer))


@pytest.mark.parametrize("name", FORMATS)
def test_beside_the_session_and_for_its_owner_only(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = session(tmp_path)
    before = {path: path.read_bytes() for path in made.path.iterdir()}
    assert run(made.path, "--format", name) == 0
    path = tmp_path / f"clip{FORMATS[name].suffix}"
    assert capsys.readouterr().out == f"{path}: {len(EVENTS)} events\n"
    assert {entry.name for entry in tmp_path.iterdir()} == {"clip", path.name}
    assert stat.S_IMODE(path.stat().st_mode) == (0o700 if FORMATS[name].folder else 0o600)
    assert {path: path.read_bytes() for path in made.path.iterdir()} == before


@pytest.mark.parametrize("name", ["vtt", "bids"])
def test_what_is_there_is_replaced_only_when_asked(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = session(tmp_path)
    assert run(made.path, "--format", name) == 0
    assert run(made.path, "--format", name) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert run(made.path, "--format", name, "--overwrite") == 0
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    made = material(tmp_path)
    (tmp_path / "photos").mkdir()
    with pytest.raises(OutputError, match="a folder of this name exists"):
        export(made, "csv", tmp_path / "photos", overwrite=True)
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(OutputError, match="a file of this name exists"):
        export(made, "bids", tmp_path / "letter", overwrite=True)


def test_nothing_is_left_of_one_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = material(tmp_path)

    def full(path: Path, *arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match=r"clip\.vtt: cannot write: No space left"):
        export(made, "vtt", tmp_path / "clip.vtt")
    assert [path.name for path in tmp_path.iterdir()] == ["clip"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    made = material(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot write"):
        export(made, "vtt", tmp_path / "file" / "clip.vtt")


def test_tables_have_their_own_names(tmp_path: Path) -> None:
    made = replace(material(tmp_path), table=Table.SIGNALS)
    assert default_path(made, "csv") == tmp_path / "clip.signals.csv"
    with pytest.raises(UsageError, match="vtt holds no table of signals; csv, parquet can"):
        export(made, "vtt", tmp_path / "clip.vtt")


def test_a_session_named_by_a_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(session(tmp_path).path)
    assert run(".", "--format", "srt", "-o", "../a.srt") == 0
    assert (tmp_path / "a.srt").is_file()
    assert run(".", "--format", "srt") == 0
    assert (tmp_path / "clip.srt").is_file()


@pytest.mark.parametrize(("name", "library"), [("edf", "edfio"), ("xlsx", "openpyxl"), ("parquet", "pyarrow")])
def test_a_library_that_is_missing_is_named_with_what_to_install(
    tmp_path: Path, name: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = material(tmp_path)

    def refuse(wanted: str) -> None:
        assert wanted.partition(".")[0] == library
        raise ImportError(f"No module named {wanted!r}", name=wanted)

    monkeypatch.setattr("twitchcam.exports.library.importlib", SimpleNamespace(import_module=refuse))
    with pytest.raises(DependencyError, match=rf"{library} cannot be loaded .*pip install 'twitchcam\[export\]'"):
        export(made, name, tmp_path / "out")
    assert not os.path.lexists(tmp_path / "out")


def test_the_other_formats_need_no_such_library(tmp_path: Path) -> None:
    code = (
        "import sys; from twitchcam.cli import main; "
        "codes = [main(['export', sys.argv[1], '--format', name]) for name in "
        "('vtt', 'srt', 'boris', 'elan', 'bids', 'csv', 'fhir')]; "
        "print(codes, [m for m in ('edfio', 'openpyxl', 'pyarrow', 'pympi', 'fhir', 'av', 'cv2') if m in sys.modules])"
    )
    made = session(tmp_path)
    done = subprocess.run([sys.executable, "-c", code, str(made.path)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[0, 0, 0, 0, 0, 0, 0] []"


def test_as_a_person_reviewed_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = session(tmp_path)
    assert run(made.path, "--format", "fhir", "--reviewed") == 1
    assert "was not reviewed" in capsys.readouterr().err
    write_verdicts(made.path / REVIEW_NAME, [verdict_on(EVENTS[0], VerdictKind.REJECTED)])
    assert run(made.path, "--format", "fhir", "--reviewed") == 0
    assert f"{len(EVENTS) - 1} events" in capsys.readouterr().out
    assert '"preliminary"' not in (tmp_path / "clip.fhir.json").read_text()
