"""What this machine bears."""

from __future__ import annotations

import os
from pathlib import Path

#: What a process that analyses a video in full HD takes, with room to spare; half of it at 640x480.
MEMORY_PER_JOB_BYTES = 600_000_000

_MEMORY_INFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


def bearable_jobs(videos: int) -> int:
    """How many videos can be analysed at once: one a core, as far as the memory goes, at least one."""
    memory = available_bytes()
    by_memory = videos if memory is None else memory // MEMORY_PER_JOB_BYTES
    return max(1, min(videos, cores(), by_memory))


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def available_bytes() -> int | None:
    """Memory that is free or can be freed, within the limit of a container; None where that is not known."""
    known = [value for value in (_available_here(), _available_in_group()) if value is not None]
    return min(known) if known else None


def _available_here() -> int | None:
    try:
        for line in _MEMORY_INFO.read_text(encoding="ascii").splitlines():
            name, _, value = line.partition(":")
            if name == "MemAvailable":
                return 1024 * int(value.split()[0])
    except (OSError, ValueError, IndexError):
        pass
    return None


def _available_in_group() -> int | None:
    try:
        limit = int((_GROUP / "memory.max").read_text(encoding="ascii"))
        return max(0, limit - int((_GROUP / "memory.current").read_text(encoding="ascii")))
    except (OSError, ValueError):
        return None
