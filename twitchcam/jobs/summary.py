"""``summary.tsv``: what became of each input of a run."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from twitchcam.errors import OutputError, SessionError
from twitchcam.events.model import Lip, Side
from twitchcam.jobs.task import Outcome
from twitchcam.session.tsv import MISSING, TableWriter, format_number, read_table

SUMMARY_NAME = "summary.tsv"

_PLACES = tuple(f"{lip}_{side}" for lip in Lip for side in Side)

SUMMARY_COLUMNS: tuple[str, ...] = (
    *("input", "status", "session", "duration_s", "valid_min"),
    *("twitches", "spasms", "bursts"),
    *_PLACES,
    *("twitches_per_min", "bursts_per_min"),
    *(f"{side}_per_min" for side in Side),
    *("screening_level", "message"),
)


def write_summary(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Writes ``summary.tsv``: a row per input.

    Raises:
        OutputError: the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    with contextlib.suppress(OSError):
        # Where it cannot be made, the table says so.
        partial.touch(mode=0o600)
    with TableWriter(partial, SUMMARY_COLUMNS) as table:
        for outcome in outcomes:
            table.write([_cell(cell) for cell in _row(outcome)])
    try:
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror}") from None


def known_inputs(path: Path) -> dict[str, Path]:
    """Session to the input that it was made from, as an earlier run's table says; empty where there is none."""
    try:
        rows = [row for _, row in read_table(path, ("input", "session"))]
    except SessionError:
        return {}
    return {row["session"]: Path(row["input"]) for row in rows if row["session"] != MISSING}


def _row(outcome: Outcome) -> list[str]:
    first = [str(outcome.video), outcome.status.value]
    message = outcome.message or MISSING
    if outcome.analysis is None:
        return [*first, *[MISSING] * (len(SUMMARY_COLUMNS) - 3), message]
    document: dict[str, Any] = outcome.analysis.document
    counts, rates = document["counts"], document["rates_per_valid_min"]
    return [
        *first,
        outcome.analysis.folder.name,
        format_number(document["duration_s"], 4),
        format_number(document["valid_min"], 4),
        *(str(counts[key]) for key in ("twitch", "spasm", "bursts")),
        *(str(counts["by_lip_and_side"][place]) for place in _PLACES),
        *(format_number(rates[key], 4) for key in ("twitch", "bursts")),
        *(format_number(rates["by_side"][side.value], 4) for side in Side),
        str(document["screening"]["level"]),
        message,
    ]


def _cell(text: str) -> str:
    """File names may hold anything; a table may not."""
    whole = " ".join(text.split()) if any(character in text for character in "\t\r\n") else text
    return whole.encode("utf-8", "replace").decode("utf-8")
