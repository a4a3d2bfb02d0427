"""Whole processes, measured from outside: wall time, CPU seconds, peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.report import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a process took.

    Attributes:
        wall_s: From its start to its end.
        cpu_s: In all its threads, system time included.
        peak_mib: Largest resident set.
    """

    wall_s: float
    cpu_s: float
    peak_mib: float


def measured(arguments: Sequence[str]) -> Usage:
    """Runs ``python ARGUMENTS`` from the root of the repository to its end.

    Raises:
        RuntimeError: it failed; the message holds what it wrote.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.meter", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed with {done.returncode}:\n{done.stderr}")
    return Usage(**json.loads(done.stdout))


def typical(runs: Sequence[Usage]) -> Usage:
    """Medians of wall and CPU time, the largest peak."""
    return Usage(
        wall_s=median(r.wall_s for r in runs),
        cpu_s=median(r.cpu_s for r in runs),
        peak_mib=max(r.peak_mib for r in runs),
    )
