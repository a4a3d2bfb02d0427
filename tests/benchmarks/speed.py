"""Speed and memory of ``twitchcam analyze`` against a bare loop of decoding and FaceLandmarker, as whole processes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import plots
from tests.benchmarks.long_video import long_video
from tests.benchmarks.processes import Usage, measured, typical
from tests.benchmarks.report import Report, table
from tests.benchmarks.tasks import Plan, run

DECODE, LOOP, ANALYZE = PROCESSES = ("decode only", "decode + FaceLandmarker", "twitchcam analyze")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is run.

    Attributes:
        seconds: Length of the video that is compared on.
        sizes: Widths and heights.
        runs: Of each process, in turn.
        memory_minutes: Lengths at which the peak memory of analyze is looked at.
        plan: Gives the cache.
        made: When and with what, for the report.
    """

    seconds: float = 60.0
    sizes: Sequence[tuple[int, int]] = ((640, 480),)
    runs: int = 3
    memory_minutes: Sequence[float] = (1, 5)
    plan: Plan
    made: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The processes on one video.

    Attributes:
        size: Width and height.
        seconds: Length.
        frames: Number of frames.
        runs: Process to its runs.
        shares: Part of analyze to seconds, from a run of its own.
    """

    size: tuple[int, int]
    seconds: float
    frames: int
    runs: dict[str, list[Usage]]
    shares: dict[str, float]

    @property
    def typical(self) -> dict[str, Usage]:
        """Process to medians."""
        return {name: typical(runs) for name, runs in self.runs.items()}

    def ratio(self, what: str) -> float:
        """How many times as long as analyze the bare loop takes (``wall_s`` or ``cpu_s``)."""
        usage = self.typical
        return float(getattr(usage[LOOP], what) / getattr(usage[ANALYZE], what))

    def above_decoding(self, what: str) -> float:
        """What analyze costs above decoding as a share of what the bare loop costs above it."""
        decode, loop, analyze = (float(getattr(self.typical[name], what)) for name in PROCESSES)
        return (analyze - decode) / (loop - decode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came out: the comparison for each size, and minutes of video to the usage of analyze."""

    compared: list[Compared]
    memory: dict[float, Usage]


def measure(options: Options) -> Result:
    """Renders what is missing and runs everything, one process at a time."""
    lengths = {(float(60 * m), *options.sizes[0]) for m in options.memory_minutes}
    jobs = sorted({(options.seconds, *size) for size in options.sizes} | lengths)
    # In a process of its own: this one must stay small.
    videos = dict(zip(jobs, run(long_video, jobs, options.plan, jobs=1, what="speed"), strict=True))
    compared = [_compared(videos[(options.seconds, *size)], size, options) for size in options.sizes]
    memory = {m: measured_analyze(videos[(float(60 * m), *options.sizes[0])]) for m in sorted(options.memory_minutes)}
    return Result(compared=compared, memory=memory)


def measured_analyze(video: Path) -> Usage:
    """``twitchcam analyze`` with its defaults, as a process."""
    with tempfile.TemporaryDirectory() as folder:
        return measured(["-m", "twitchcam", "analyze", str(video), "-o", folder])


def write(options: Options, result: Result, folder: Path) -> Path:
    """Writes tables, plot and raw results; returns the table's path."""
    report = Report(
        name="speed",
        title="Speed and memory",
        made=options.made,
        data={
            "compared": [
                {**asdict(c), "ratio_wall": c.ratio("wall_s"), "ratio_cpu": c.ratio("cpu_s")} for c in result.compared
            ],
            "memory": {f"{minutes:g}": asdict(usage) for minutes, usage in result.memory.items()},
        },
    )
    report.add(
        f"Whole processes, {options.runs} runs of each in turn, medians; the largest peak of resident memory. The "
        "video is a rendered portrait with noise and twitches, H.264 crf 23 veryfast, 30 fps; beyond a minute the same "
        "minute is repeated. `decode + FaceLandmarker` decodes with PyAV and runs FaceLandmarker in VIDEO mode with "
        "its default options on every frame. `twitchcam analyze` has its defaults (fused) and writes a whole session."
    )
    report.add(_processes_table(result), _ratios_table(result))
    plots.bars(
        report.picture(folder, "time"),
        {f"{_size(c)}, {kind}": _per_frame(c, what) for c in result.compared for kind, what in _KINDS},
        "ms per frame",
    )
    report.add(
        "## Where the time goes",
        "One more run of analyze in a single process with a clock around the parts (each without the parts inside it). "
        "Pictures are decoded beside the rest.",
        *[_shares_table(c) for c in result.compared],
    )
    if result.memory:
        rows = [(f"{m:g}", f"{u.wall_s:.1f}", f"{u.cpu_s:.1f}", f"{u.peak_mib:.0f}") for m, u in result.memory.items()]
        report.add("## Memory by length", table(("minutes", "wall, s", "CPU, s", "peak of analyze, MiB"), rows))
    return report.write(folder)


_KINDS = (("wall", "wall_s"), ("CPU", "cpu_s"))


def _compared(video: Path, size: tuple[int, int], options: Options) -> Compared:
    runs: dict[str, list[Usage]] = {name: [] for name in PROCESSES}
    for number in range(options.runs):
        # Another one begins each time, so that none always has the warmer or the colder machine.
        for k in range(len(PROCESSES)):
            name = PROCESSES[(number + k) % len(PROCESSES)]
            runs[name].append(_run(name, video))
    return Compared(
        size=size, seconds=options.seconds, frames=_frames(options.seconds), runs=runs, shares=_shares(video)
    )


def _run(name: str, video: Path) -> Usage:
    if name == ANALYZE:
        return measured_analyze(video)
    return measured(["-m", "tests.benchmarks.bare_loop", str(video), *(["--decode-only"] if name == DECODE else [])])


def _shares(video: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "shares.json"
        measured(["-m", "tests.benchmarks.shares", str(video), str(out)])
        shares: dict[str, float] = json.loads(out.read_text(encoding="utf-8"))
    return shares


def _frames(seconds: float) -> int:
    return round(seconds * 30)


def _per_frame(compared: Compared, what: str) -> dict[str, float]:
    return {name: 1000 * getattr(u, what) / compared.frames for name, u in compared.typical.items()}


def _size(compared: Compared) -> str:
    return f"{compared.size[0]}x{compared.size[1]}"


def _processes_table(result: Result) -> str:
    rows: list[tuple[Any, ...]] = []
    for c in result.compared:
        for name, usage in c.typical.items():
            per_frame = [f"{_per_frame(c, what)[name]:.2f}" for _, what in _KINDS]
            rows.append(
                (_size(c), f"{c.seconds:g}", name, f"{usage.wall_s:.1f}", f"{usage.cpu_s:.1f}", *per_frame,
                 f"{usage.peak_mib:.0f}")
            )  # fmt: skip
    header = ("size", "length, s", "process", "wall, s", "CPU, s", "wall, ms a frame", "CPU, ms a frame", "peak, MiB")
    return table(header, rows)


def _ratios_table(result: Result) -> str:
    rows = [
        (_size(c), kind, f"**{c.ratio(what):.2f}**", f"{c.above_decoding(what):.2f}")
        for c in result.compared
        for kind, what in _KINDS
    ]
    return table(("size", "time", "times as fast as the loop", "cost above decoding, share of the loop's"), rows)


def _shares_table(compared: Compared) -> str:
    whole_s = sum(compared.shares.values())
    rows = [
        (part, f"{seconds:.2f}", f"{1000 * seconds / compared.frames:.2f}", f"{seconds / whole_s:.0%}")
        for part, seconds in compared.shares.items()
    ]
    return table((f"part ({_size(compared)})", "s", "ms a frame", "share"), rows)
