"""Sends what was written to the disk itself, in a thread: a slow disk must not hold up the camera."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

from twitchcam.live.feed import LiveUpdate

_INTERVAL_S = 1.0
_JOIN_S = 5.0


class DiskSync:
    """Syncs the files of the session about once a second, against a loss of power. A keeper."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, folder: Path) -> None:
        """A session begins, in this folder."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(folder, self._stop), name="disk", daemon=True)
        self._thread.start()

    def take(self, update: LiveUpdate) -> None:
        """The files say everything."""

    def end(self) -> None:
        """The session ends."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_JOIN_S)
            self._thread = None

    def _run(self, folder: Path, stop: threading.Event) -> None:
        while not stop.wait(_INTERVAL_S):
            sync(folder)


def sync(folder: Path) -> None:
    """Syncs every file in a folder; what vanishes meanwhile, or cannot be synced here, is left."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if not path.is_file():
                continue
            with contextlib.suppress(OSError):
                descriptor = os.open(path, os.O_RDWR)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
