"""A BIDS dataset with one subject: events with their meaning, and the channels as physiological recordings."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from twitchcam.exports.grid import Grid, even_grid
from twitchcam.exports.material import NOTICE, Material
from twitchcam.motion.channels import CHANNELS
from twitchcam.session.events_file import EventsWriter, sidecar
from twitchcam.session.tsv import MISSING, TableWriter, format_number

BIDS_VERSION = "1.10.0"

_TASK = "rest"
_FACE_MEANING = "1 where a face was tracked"

_README = """# Lip twitches seen in a video

{notice}

Events were found by {software} in a recording of a face{review}. They stand in `beh`, with the motion that was measured
on every frame, brought to an even rate by straight lines between the frames. The video itself is not part of this.
"""


def write(material: Material, folder: Path) -> None:
    """Writes the dataset into an empty folder."""
    label = _label(material.subject)
    review = " and reviewed by a person" if material.reviewed else ""
    described = {
        "Name": f"Lip twitches in {material.source_name}",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "License": "n/a",
        "GeneratedBy": [{"Name": "twitchcam", "Version": material.software.removeprefix("twitchcam "),
                         "Description": NOTICE}],
    }  # fmt: skip
    _write_json(folder / "dataset_description.json", described)
    readme = _README.format(notice=NOTICE, software=material.software, review=review)
    (folder / "README.md").write_text(readme, encoding="utf-8")
    with TableWriter(folder / "participants.tsv", ("participant_id", "subject")) as table:
        table.write((f"sub-{label}", material.subject or MISSING))
    about = {"subject": {"Description": "How the subject was called when the recording was analysed."}}
    _write_json(folder / "participants.json", about)
    place = folder / f"sub-{label}" / "beh"
    place.mkdir(parents=True)
    stem = f"sub-{label}_task-{_TASK}"
    with EventsWriter(place / f"{stem}_events.tsv", material.session.started_at) as events:
        for event in material.events:
            events.write(event)
    _write_json(place / f"{stem}_events.json", {"TaskName": _TASK, **sidecar()})
    grid = even_grid(material.session)
    if len(grid.face):
        _write_channels(place / f"{stem}_recording-face_physio", grid)


def _write_channels(stem: Path, grid: Grid) -> None:
    face = {"Description": _FACE_MEANING, "Units": "1"}
    described: dict[str, Any] = {
        "SamplingFrequency": grid.rate_hz,
        "StartTime": 0,
        "Columns": ["face", *(channel.name for channel in CHANNELS)],
        "TaskName": _TASK,
        "PhysioType": "generic",
        "face": face,
        **{channel.name: {"Description": channel.meaning, "Units": channel.unit} for channel in CHANNELS},
    }
    _write_json(stem.with_name(f"{stem.name}.json"), described)
    decimals = [channel.decimals for channel in CHANNELS]
    # Without a time in it the same session gives the same bytes.
    with (
        stem.with_name(f"{stem.name}.tsv.gz").open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file,
    ):
        for seen, values in zip(grid.face, np.round(grid.values, 4).tolist(), strict=True):
            cells = (format_number(value, places + 1) for value, places in zip(values, decimals, strict=True))
            file.write(("\t".join(("1" if seen else "0", *cells)) + "\n").encode())


def _label(subject: str | None) -> str:
    """Labels of BIDS are letters and digits."""
    return re.sub(r"[^0-9A-Za-z]", "", subject or "") or "01"


def _write_json(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
