from __future__ import annotations

import csv
import gzip
import json
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from tests.exports.sessions import EVENTS, material
from twitchcam.exports.bids import write
from twitchcam.motion.channels import CHANNELS

#: The program, wherever the package was installed to.
VALIDATOR = next(
    str(file.locate()) for file in metadata.files("bids-validator-deno") or () if file.stem == "bids-validator-deno"
)


def dataset(tmp_path: Path, **given: object) -> Path:
    folder = tmp_path / "clip.bids"
    folder.mkdir()
    write(material(tmp_path, **given), folder)
    return folder


def validated(folder: Path) -> list[dict[str, str]]:
    """What the validator says; its schema is inside."""
    done = subprocess.run([VALIDATOR, str(folder), "--format", "json"], capture_output=True, text=True, check=False)
    return json.loads(done.stdout)["issues"]["issues"]


@pytest.mark.parametrize("given", [{}, {"started_at": None, "subject": "Zoë; 7!", "events": (), "segments": ()}])
def test_the_validator_finds_no_error(tmp_path: Path, given: dict[str, object]) -> None:
    folder = dataset(tmp_path, **given)
    assert [issue for issue in validated(folder) if issue["severity"] == "error"] == []


def test_the_validator_would_find_one(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    (folder / "dataset_description.json").unlink()
    assert [issue for issue in validated(folder) if issue["severity"] == "error"]


def test_events_and_channels(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    place = folder / "sub-subject7" / "beh"
    with (place / "sub-subject7_task-rest_events.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [float(row["onset"]) for row in rows] == pytest.approx([event.onset_s for event in EVENTS], abs=1e-4)
    assert [row["trial_type"] for row in rows] == [event.trial_type.value for event in EVENTS]
    described = json.loads((place / "sub-subject7_task-rest_recording-face_physio.json").read_text())
    assert (described["SamplingFrequency"], described["StartTime"]) == (30, 0)
    with gzip.open(place / "sub-subject7_task-rest_recording-face_physio.tsv.gz", "rt") as file:
        values = [line.rstrip("\n").split("\t") for line in file]
    assert len(values) == 300
    assert {len(row) for row in values} == {1 + len(CHANNELS)} == {len(described["Columns"])}
    assert [row[0] for row in values] == ["1"] * 240 + ["0"] * 30 + ["1"] * 30
    assert values[250][1] == "n/a"


def test_the_same_session_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = dataset(tmp_path / "a"), dataset(tmp_path / "b")
    names = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert names
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names)
