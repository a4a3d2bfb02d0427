"""Disks that are full or cannot be written: one line that says so, and nothing that looks complete."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.capture.recordings import moving, record

ROOT = Path(__file__).parents[2]

#: ``twitchcam`` with an engine that looks for nothing and, where it is told so, files that may not grow beyond a size.
PROGRAM = """
import sys
import twitchcam.engine
from tests.engines import FakeEngine
from twitchcam.cli import main

twitchcam.engine.Engine = FakeEngine
if size := int(sys.argv[1]):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
sys.exit(main(sys.argv[2:]))
"""


def analyze(size: int, *arguments: object) -> tuple[int, str, list[str]]:
    command = [sys.executable, "-c", PROGRAM, str(size), "analyze", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    return done.returncode, done.stdout, done.stderr.splitlines()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("clip") / "clip.mp4", moving(90))


@pytest.mark.skipif(os.name == "nt", reason="no such limits there")
@pytest.mark.parametrize("size", [200, 5_000])
def test_a_disk_that_runs_full(tmp_path: Path, clip: Path, size: int) -> None:
    code, out, (line,) = analyze(size, clip, "-o", tmp_path / "out")
    assert (code, out) == (1, "")
    assert line.startswith(f"twitchcam: {tmp_path / 'out'}")
    assert "cannot write: File too large" in line
    assert not (tmp_path / "out" / "clip").exists()
    assert not (tmp_path / "out" / "summary.tsv").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_place_that_nobody_can_write(clip: Path) -> None:
    code, out, (line,) = analyze(0, clip, "-o", "/proc/twitchcam")
    assert (code, out) == (1, "")
    assert "/proc" in line
    assert "cannot write" in line
