"""Folders and files that take their name only when they are complete, and that only their owner can read."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from twitchcam.errors import OutputError

PARTIAL_SUFFIX = ".partial"


def make_private(folder: Path) -> None:
    """Makes a folder anew; what is in it is about a person's health, so only its owner may look.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise OutputError(f"{folder.parent}: cannot write: {error.strerror}") from None


def write_private(path: Path, text: str) -> None:
    """Writes a file whole or not at all; what stands in it is about a person's health.

    Raises:
        OSError: it cannot be written.
    """
    partial = path.with_name(path.name + PARTIAL_SUFFIX)
    try:
        partial.touch(mode=0o600)
        partial.write_text(text, encoding="utf-8", newline="")
        partial.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise


def put_in_place(partial: Path, final: Path) -> None:
    """Gives a complete folder its name; one that has it makes way.

    Raises:
        OutputError: it cannot be renamed.
    """
    replaced = final.with_name(f".{final.name}.replaced-{os.getpid()}")
    try:
        if final.exists():
            final.rename(replaced)
        partial.rename(final)
    except OSError as error:
        raise OutputError(f"{final}: cannot write: {error.strerror}") from None
    shutil.rmtree(replaced, ignore_errors=True)
