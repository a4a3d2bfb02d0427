"""One table with commas, for spreadsheets; ``n/a`` is missing, as in the session."""

from __future__ import annotations

import csv
from pathlib import Path

from twitchcam.exports.material import Material
from twitchcam.exports.records import Value, columns, records
from twitchcam.session.tsv import MISSING

#: A spreadsheet takes what begins like this for a formula.
_FORMULA = ("=", "+", "-", "@")


def write(material: Material, path: Path) -> None:
    """Writes the file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns(material.table))
        for record in records(material):
            writer.writerow([_cell(value) for value in record])


def _cell(value: Value) -> Value:
    if value is None:
        return MISSING
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
