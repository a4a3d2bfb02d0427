from __future__ import annotations

import os

import pytest

from tests.benchmarks.processes import Usage, measured, typical

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="there is no wait4 here: use Linux or macOS")


def test_memory_is_that_of_the_process():
    small = measured(["-c", "pass"])
    large = measured(["-c", "b = bytearray(200 * 2**20)\nfor i in range(0, len(b), 4096): b[i] = 1"])
    assert 190 < large.peak_mib - small.peak_mib < 230
    assert 0 < small.cpu_s < 60
    assert small.wall_s > 0


def test_a_process_that_fails_says_why():
    with pytest.raises(RuntimeError, match=r"failed with 1:[\s\S]*ZeroDivisionError"):
        measured(["-c", "1 / 0"])


def test_times_are_medians_and_memory_the_largest():
    runs = [Usage(wall_s=w, cpu_s=c, peak_mib=m) for w, c, m in ((1, 9, 5), (2, 1, 7), (9, 2, 6))]
    assert typical(runs) == Usage(wall_s=2, cpu_s=2, peak_mib=7)
