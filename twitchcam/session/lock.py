"""Whether a session is being written just now: a lock that ends with the process that holds it, however it ends."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows does not let a folder be renamed while it is written, which protects it as well.
    fcntl = None  # type: ignore[assignment]


class Lock:
    """Held from its making until :meth:`release`, or until the process ends.

    Args:
        path: A file that exists.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY) if fcntl else -1
        if fcntl:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(self) -> None:
        """Lets go; twice does no harm."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock of a file; False where there is no such file."""
    if not fcntl:
        return False
    try:
        lock = Lock(path)
    except BlockingIOError:
        return True
    except OSError:
        return False
    lock.release()
    return False
