"""What the page on clusters says a study costs: reckoned again from the measurement that it names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from statistics import median

import pytest

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "cluster.md").read_text(encoding="utf-8")

HOURS = 10_000


def number(pattern: str) -> float:
    """The one number that stands in such a place, thousands apart or not."""
    (found,) = re.findall(pattern, TEXT)
    return float(found.replace(",", ""))


@pytest.fixture(scope="module")
def core_hours() -> float:
    """Of an hour of recording."""
    named = re.search(r"\(benchmarks/([0-9-]+-speed)\.md\)", TEXT)
    assert named is not None
    assert (DOCS / "benchmarks" / f"{named[1]}.md").is_file()
    measured = json.loads((DOCS / "benchmarks" / f"{named[1]}.json").read_text(encoding="utf-8"))["compared"][0]
    assert measured["size"] == [640, 480]
    assert measured["frames"] / measured["seconds"] == 30
    assert measured["seconds"] == 300
    cpu_s = median(run["cpu_s"] for run in measured["runs"]["twitchcam analyze"])
    assert number(r"five minutes of 640x480 at 30 frames a second\s+take ([\d.]+) seconds") == round(cpu_s, 1)
    return float(cpu_s / measured["seconds"])


def test_the_cost_follows_from_the_measured_speed(core_hours: float) -> None:
    assert number(r"an hour of recording takes ([\d.]+) core hours") == round(core_hours, 3)
    assert number(r"10,000 hours of recording \| ([\d,]+) core hours") == round(HOURS * core_hours)
    assert number(r"on one machine with 64 cores \| (\d+) hours") == round(HOURS * core_hours / 64)
    assert number(r"on 200 workers of one core \| (\d+) hours") == round(HOURS * core_hours / 200)
    assert number(r"at a price of 0\.05 a core hour \| (\d+)") == round(0.05 * HOURS * core_hours)


def test_the_size_on_disk_follows_from_the_size_of_a_frame() -> None:
    bytes_an_hour = number(r"less than (\d+) bytes a frame") * 30 * 3600
    assert number(r"at most (\d+) MB on disk for an hour") == round(bytes_an_hour / 1e6)
    assert number(r"(\d+) GB in all") == round(HOURS * bytes_an_hour / 1e9)
