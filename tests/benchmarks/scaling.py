"""How much sooner many videos are done with several processes, and what 10,000 hours cost at that speed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks.long_video import long_video
from tests.benchmarks.processes import Usage, measured, typical
from tests.benchmarks.report import Report, table
from tests.benchmarks.tasks import Plan

STUDY_HOURS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is run.

    Attributes:
        videos: How many.
        seconds: Length of each.
        jobs: Numbers of processes to compare, the first is what the others are measured against.
        runs: Of each number, in turn.
        plan: Gives the cache.
        made: When and with what, for the report.
    """

    videos: int = 8
    seconds: float = 60.0
    jobs: Sequence[int] = (1, 2)
    runs: int = 2
    plan: Plan
    made: dict[str, str]


def measure(options: Options) -> dict[int, Usage]:
    """Number of processes to what the whole run took."""
    video = long_video((options.seconds, 640, 480), options.plan)
    runs: dict[int, list[Usage]] = {jobs: [] for jobs in options.jobs}
    for _ in range(options.runs):
        for jobs in options.jobs:
            with tempfile.TemporaryDirectory() as folder:
                study = Path(folder) / "study"
                study.mkdir()
                for number in range(options.videos):
                    shutil.copy(video, study / f"{number}.mp4")
                given = ["analyze", str(study), "-o", f"{folder}/out", "--jobs", str(jobs)]
                runs[jobs].append(measured(["-m", "twitchcam", *given]))
    return {jobs: typical(usages) for jobs, usages in runs.items()}


def speedup(result: dict[int, Usage], jobs: int) -> float:
    """How many times as soon it is done as with the first number of processes."""
    first = next(iter(result.values()))
    return first.wall_s / result[jobs].wall_s


def core_hours(options: Options, usage: Usage, hours: float) -> float:
    """Core hours that so many hours of recording take."""
    return usage.cpu_s / (options.videos * options.seconds) * hours


def write(options: Options, result: dict[int, Usage], folder: Path) -> Path:
    """Writes the table and raw results; returns the table's path."""
    report = Report(
        name="scaling",
        title="Many videos at once",
        made=options.made,
        data={str(jobs): {**asdict(usage), "speedup": speedup(result, jobs)} for jobs, usage in result.items()},
    )
    report.add(
        f"`twitchcam analyze` on {options.videos} copies of a rendered video of {options.seconds:g} s, 640x480, 30 Hz, "
        f"as a whole with its children; medians of {options.runs} runs. 1 process is one video after the other in the "
        "same process."
    )
    rows = [
        (jobs, f"{usage.wall_s:.1f}", f"{usage.cpu_s:.1f}", f"**{speedup(result, jobs):.2f}**", f"{usage.peak_mib:.0f}",
         f"{core_hours(options, usage, STUDY_HOURS):.0f}")
        for jobs, usage in result.items()
    ]  # fmt: skip
    header = (
        "processes",
        "wall, s",
        "CPU, s",
        "times as fast",
        "peak of one, MiB",
        f"core hours for {STUDY_HOURS:,} h",
    )
    report.add(table(header, rows))
    return report.write(folder)
