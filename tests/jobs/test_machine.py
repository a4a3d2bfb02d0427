from __future__ import annotations

from pathlib import Path

import pytest

from twitchcam.jobs import machine
from twitchcam.jobs.machine import MEMORY_PER_JOB_BYTES, available_bytes, bearable_jobs, cores


@pytest.mark.parametrize(
    ("videos", "core_count", "memory", "expected"),
    [
        (10, 4, None, 4),
        (2, 4, None, 2),
        (10, 8, 3 * MEMORY_PER_JOB_BYTES + 1, 3),
        (10, 8, 1000, 1),
        (1, 1, 10**12, 1),
    ],
)
def test_cores_memory_and_videos_limit_it(
    videos: int, core_count: int, memory: int | None, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "cores", lambda: core_count)
    monkeypatch.setattr(machine, "available_bytes", lambda: memory)
    assert bearable_jobs(videos) == expected


def test_memory_within_a_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_GROUP", tmp_path)
    monkeypatch.setattr(machine, "_MEMORY_INFO", tmp_path / "meminfo")
    assert available_bytes() is None
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:    5000 kB\n")
    assert available_bytes() == 5_120_000
    (tmp_path / "memory.current").write_text("1000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert available_bytes() == 5_120_000
    (tmp_path / "memory.max").write_text("3000\n")
    assert available_bytes() == 2000


def test_this_machine() -> None:
    assert cores() >= 1
    assert bearable_jobs(1) == 1
