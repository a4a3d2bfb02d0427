"""Finds the session folders in a tree of folders."""

from __future__ import annotations

import os
from pathlib import Path

from twitchcam.errors import InputError
from twitchcam.session.writer import DOCUMENT_NAME, HEAD_NAME


def find_sessions(folder: Path) -> list[Path]:
    """The session folders at or below a folder, in the order of their names; those inside a session are not looked for.

    Raises:
        InputError: the folder is none, or cannot be read.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: {'is a file; name a folder' if folder.exists() else 'there is no such folder'}")
    found: list[Path] = []
    for path, folders, files in os.walk(folder, onerror=_cannot_read):
        if DOCUMENT_NAME in files or HEAD_NAME in files:
            found.append(Path(path))
            folders.clear()
    return sorted(found)


def _cannot_read(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot read: {error.strerror}")
