"""Portraits and clips of a folder, and what its ``README.md`` says about each: origin, half, person, context.

The README holds Markdown tables whose first column names a file. Everything else is optional: columns ``half``
(``tune`` may be looked at while tuning, ``held`` must not), ``person``, ``context``, ``origin`` (or ``from``,
``source``). Where there is no column ``context``, the heading (## or deeper) above the table is the context, and else
the file's name without its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from twitchcam.errors import InputError, UsageError

PORTRAITS = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
CLIPS = (".mp4", ".mov", ".mkv", ".avi", ".webm", ".mpg", ".mpeg", ".m4v")
HALVES = ("tune", "held")
NOT_STATED = "not stated"

_SEPARATOR = re.compile(r"\|?[\s:|-]*-[\s:|-]*")
_ORIGIN_COLUMNS = ("origin", "from", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file.

    Attributes:
        path: Where it is.
        origin: Where it comes from, in words.
        half: ``tune``, ``held`` or None.
        person: Who is seen, as far as the table tells people apart.
        context: What is seen; only clips have a useful one.
    """

    path: Path
    origin: str = NOT_STATED
    half: str | None = None
    person: str
    context: str


def read_catalogue(folder: Path, suffixes: tuple[str, ...], *, half: str | None = None) -> list[Entry]:
    """The files of a folder with one of the endings, in order of name.

    Args:
        folder: With or without a ``README.md``.
        suffixes: Endings in lower case.
        half: Only files of this half.

    Raises:
        InputError: the folder cannot be read, or holds no such file.
        UsageError: a half is asked for and no file has one.
    """
    try:
        files = sorted(p for p in folder.iterdir() if p.suffix.lower() in suffixes)
    except OSError as error:
        raise InputError(f"{folder}: cannot read: {error.strerror}") from None
    if not files:
        raise InputError(f"{folder}: holds no file that ends in {', '.join(suffixes)}")
    readme = folder / "README.md"
    said = _said(readme.read_text(encoding="utf-8"), suffixes) if readme.is_file() else {}
    entries = [_entry(path, said.get(path.name, {})) for path in files]
    if half is None:
        return entries
    if not any(entry.half for entry in entries):
        raise UsageError(f"{readme}: names no half for any file, so --half {half} cannot be kept to")
    chosen = [entry for entry in entries if entry.half == half]
    if not chosen:
        raise InputError(f"{folder}: holds no file of the half {half}")
    return chosen


def _entry(path: Path, row: dict[str, str]) -> Entry:
    half = row.get("half", "").strip("*` ").lower()
    person = re.split(r"[(,;]", row.get("person", ""))[0].strip()
    origin = next((row[name] for name in _ORIGIN_COLUMNS if row.get(name)), NOT_STATED)
    return Entry(
        path=path,
        origin=origin,
        half=half if half in HALVES else None,
        person=person or path.stem,
        context=row.get("context") or row.get("#") or path.stem.rstrip("0123456789_-") or path.stem,
    )


def _said(text: str, suffixes: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """File name to the cells of its row by the first word of their column; ``#`` is the heading above the table."""
    name = re.compile(r"[^\s`|/\\]+(?:" + "|".join(re.escape(s) for s in suffixes) + r")\b", re.IGNORECASE)
    said: dict[str, dict[str, str]] = {}
    for heading, columns, cells in _rows(text):
        found = name.search(cells[0])
        if found is not None:
            row = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
            said.setdefault(found.group(), {**({"#": heading} if heading else {}), **row})
    return said


def _rows(text: str) -> Iterator[tuple[str, list[str], list[str]]]:
    heading, columns = "", list[str]()
    before: list[str] | None = None
    for line in text.splitlines():
        title = re.match(r"(#+)\s+(.*)", line)
        if title:
            heading = title.group(2).strip() if len(title.group(1)) > 1 else ""
        if not line.lstrip().startswith("|"):
            before = None
            continue
        if _SEPARATOR.fullmatch(line.strip()) and before is not None:
            columns = [(cell.split() or [""])[0].strip("*`:").lower() for cell in before]
            continue
        before = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        yield heading, columns, before
