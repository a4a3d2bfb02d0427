from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.processes import Usage
from tests.benchmarks.scaling import Options, core_hours, speedup, write
from tests.benchmarks.tasks import Plan

RESULT = {1: Usage(wall_s=40.0, cpu_s=44.0, peak_mib=280.0), 2: Usage(wall_s=20.0, cpu_s=48.0, peak_mib=281.0)}


def test_the_first_is_what_the_others_are_measured_against(tmp_path: Path) -> None:
    options = Options(videos=8, seconds=60.0, plan=Plan(cache=tmp_path), made={"date": "2024-05-01"})
    assert (speedup(RESULT, 1), speedup(RESULT, 2)) == (1.0, 2.0)
    assert core_hours(options, RESULT[2], 10_000) == pytest.approx(1000)
    text = write(options, RESULT, tmp_path).read_text(encoding="utf-8")
    assert "| 2 | 20.0 | 48.0 | **2.00** | 281 | 1000 |" in text
