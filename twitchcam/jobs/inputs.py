"""Which videos are meant: files, folders, patterns and lists."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from twitchcam.errors import InputError
from twitchcam.session.writer import DOCUMENT_NAME, HEAD_NAME

#: What is taken for a video in a folder; a file that is named is read whatever it is called.
VIDEO_SUFFIXES = frozenset(
    (
        *(".3gp", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf"),
        *(".ogv", ".ts", ".webm", ".wmv", ".y4m"),
    )
)

_PATTERN = frozenset("*?[")
_LIST = "@"


def expanded(inputs: Iterable[Path]) -> list[Path]:
    """The videos that are meant, each once, in the order they are named.

    A folder stands for the videos in it and below, a pattern (``"day*/**/*.mp4"``) for what fits it, ``@FILE`` for the
    paths in a text file, one a line (``@-``: on the standard input). Hidden files and what lies in sessions is left
    out. Whatever else is named is taken as it is.

    Raises:
        InputError: a folder has no video, a pattern fits nothing, or a list cannot be read.
    """
    found: dict[Path, Path] = {}
    for given in inputs:
        for video in _expanded(given):
            found.setdefault(video.absolute(), video)
    return list(found.values())


def _expanded(given: Path) -> Iterable[Path]:
    text = str(given)
    if given.is_dir():
        return _in_folder(given)
    if os.path.lexists(given):
        return [given]
    if text.startswith(_LIST):
        return [video for line in _lines(text.removeprefix(_LIST)) for video in _expanded_line(line)]
    if _PATTERN & set(text):
        return _fitting(text)
    return [given]


def _expanded_line(line: str) -> Iterable[Path]:
    """A line of a list is a file or a folder, nothing more."""
    path = Path(line)
    return _in_folder(path) if path.is_dir() else [path]


def _in_folder(folder: Path) -> list[Path]:
    videos = list(_walk(folder))
    if not videos:
        raise InputError(f"{folder}: is a folder without videos")
    return videos


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        if DOCUMENT_NAME in files or HEAD_NAME in files:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if Path(name).suffix.lower() in VIDEO_SUFFIXES and not name.startswith("."):
                yield Path(place) / name


def _fitting(pattern: str) -> list[Path]:
    names = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - the other one takes no absolute pattern
    videos = [path for name in names if not (path := Path(name)).is_dir()]
    if not videos:
        raise InputError(f"{pattern}: no file fits this pattern")
    return videos


def _lines(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise InputError(f"{name}: cannot read the list: {error.strerror}") from None
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    if not lines:
        raise InputError(f"{name}: the list is empty")
    if any("\0" in line for line in lines):
        raise InputError(f"{name}: is not a list of paths")
    return lines
