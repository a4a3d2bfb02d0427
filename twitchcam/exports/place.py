"""Where an export is written: whole or not at all, and for its owner's eyes only."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from twitchcam.errors import OutputError
from twitchcam.session.folders import put_in_place


@contextlib.contextmanager
def written(path: Path, *, folder: bool, overwrite: bool) -> Iterator[Path]:
    """A place to write a file or folder to; it gets its name when the block ends without an error.

    Args:
        path: What it shall be called.
        folder: Whether it is a folder; the one that is given then exists already.
        overwrite: Replace a file or folder of that name.

    Raises:
        OutputError: it cannot be written, or there is one of that name.
    """
    if os.path.lexists(path):
        what = "a folder" if path.is_dir() else "a file"
        if path.is_dir() is not folder:
            raise OutputError(f"{path}: {what} of this name exists; -o names another one")
        if not overwrite:
            raise OutputError(f"{path}: {what} of this name exists; --overwrite replaces it, -o names another one")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=f".{path.name[:40]}.", dir=path.parent))
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror}") from None
    try:
        # Programs look at the suffix, so the name in there is the final one.
        target = room / path.name
        if folder:
            target.mkdir(mode=0o700)
        yield target
        target.chmod(0o700 if folder else 0o600)
        if folder:
            put_in_place(target, path)
        else:
            target.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror or error}") from None
    finally:
        shutil.rmtree(room, ignore_errors=True)
