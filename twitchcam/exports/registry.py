"""The formats by name. A format's module is imported when it is asked for."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

from twitchcam.errors import UsageError
from twitchcam.exports.material import Material, Table
from twitchcam.exports.place import written


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format.

    Attributes:
        module: Name of its module in :mod:`twitchcam.exports`.
        suffix: How its files are called.
        meaning: What it is for.
        writer: Name of the function in the module that writes it.
        folder: Whether it is a folder of files.
        tables: Whether it can hold another table than that of the events.
    """

    module: str
    suffix: str
    meaning: str
    writer: str = "write"
    folder: bool = False
    tables: bool = False


FORMATS: dict[str, Format] = {
    "vtt": Format(module="subtitles", writer="write_vtt", suffix=".vtt", meaning="subtitles for players and web pages"),
    "srt": Format(module="subtitles", writer="write_srt", suffix=".srt", meaning="subtitles for players"),
    "boris": Format(module="boris", suffix=".boris", meaning="a project of BORIS, for behaviour coding"),
    "elan": Format(module="elan", suffix=".eaf", meaning="a file of ELAN, for annotating video"),
    "edf": Format(module="edf", suffix=".edf", meaning="EDF+, for viewers of EEG and EMG: channels and annotations"),
    "bids": Format(module="bids", suffix=".bids", meaning="a BIDS dataset, for archives of studies", folder=True),
    "csv": Format(module="csv_table", suffix=".csv", meaning="one table, for spreadsheets", tables=True),
    "xlsx": Format(module="xlsx", suffix=".xlsx", meaning="a workbook: events, segments, the session, the columns"),
    "parquet": Format(
        module="parquet", suffix=".parquet", meaning="one table, for pandas, R and databases", tables=True
    ),
    "fhir": Format(module="fhir", suffix=".fhir.json", meaning="a bundle of Observations, for record systems"),
}


def default_path(material: Material, name: str) -> Path:
    """Where an export stands when nothing else is asked for: beside the session, with its name."""
    form = FORMATS[name]
    path = material.session.path
    if path.name in ("", ".."):
        path = path.resolve()
    table = "" if material.table is Table.EVENTS else f".{material.table}"
    return path.parent / f"{path.name}{table}{form.suffix}"


def export(material: Material, name: str, path: Path, *, overwrite: bool = False) -> None:
    """Writes a session in a format.

    Args:
        material: The session and what of it is wanted.
        name: Key of :data:`FORMATS`.
        path: The file or folder.
        overwrite: Replace one of that name.

    Raises:
        UsageError: the format does not hold that table.
        OutputError: it cannot be written.
        SessionError: a part of the session cannot be read.
        DependencyError: a library that the format needs is not installed.
    """
    form = FORMATS[name]
    if material.table is not Table.EVENTS and not form.tables:
        able = ", ".join(key for key, value in FORMATS.items() if value.tables)
        raise UsageError(f"{name} holds no table of {material.table}; {able} can")
    write = getattr(importlib.import_module(f"twitchcam.exports.{form.module}"), form.writer)
    with written(path, folder=form.folder, overwrite=overwrite) as target:
        write(material, target)
