"""False alarms per minute: people at rest, movements that are no twitches, and real clips, by context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import anchor, plots
from tests.benchmarks.catalogue import Entry
from tests.benchmarks.interruptions import interruptions, see_interruption
from tests.benchmarks.methods import ANCHOR, METHOD_WORDS, Detections
from tests.benchmarks.outcomes import Outcome, Summary, outcome, summary
from tests.benchmarks.people import Person
from tests.benchmarks.quiet_scenes import REST, movement_scenes, rest_scenes
from tests.benchmarks.report import Report, origins, table
from tests.benchmarks.scenes import QUALITIES, Scene
from tests.benchmarks.statistics import Interval, poisson_rate
from tests.benchmarks.tasks import Plan, Seen, run, see_clip, see_scenes
from tests.benchmarks.warped import see_warped, talking

ALL_REAL = "real, all"
#: Real rest is counted with what was rendered for the same purpose, and on its own.
ALL_REST = "rest, rendered and real"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is run.

    Attributes:
        people: Whose portraits.
        clips: Real recordings without known twitches.
        rest_minutes: How much rest is rendered.
        rest_qualities: In which qualities.
        movement_minutes: How much of blinks, smiles, speech and pulls on purpose.
        warped: Size of twitches (% IOD) that are warped into the clips in which people talk; 0 is none.
        threshold: Of the anchor, as in :func:`tests.benchmarks.anchor.above`; of no meaning without it.
        plan: How each video is treated.
        jobs: Worker processes.
        made: When and with what, for the report.
    """

    people: Sequence[Person]
    clips: Sequence[Entry] = ()
    rest_minutes: float = 30.0
    rest_qualities: tuple[str, ...] = tuple(QUALITIES)
    movement_minutes: float = 8.0
    warped: float = 3.0
    threshold: float
    plan: Plan
    jobs: int = 2
    made: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a method found in a video without twitches."""

    context: str
    name: str
    method: str
    false: int
    duration_s: float
    valid_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """False alarms of a method in a context, per minute of footage and of valid time (None where there is none)."""

    videos: int
    minutes: float
    valid_share: float
    false: int
    per_min: float
    interval: Interval
    per_valid_min: float | None
    valid_interval: Interval | None


def measure(options: Options) -> list[Count]:
    """Runs the methods on everything."""
    scenes = [
        *rest_scenes(options.people, options.rest_minutes, qualities=options.rest_qualities),
        *movement_scenes(options.people, options.movement_minutes),
    ]
    seen = see_scenes(scenes, options.plan, jobs=options.jobs, what="rendered without twitches")
    counts = [
        c for scene, s in zip(scenes, seen, strict=True) for c in _counts(_context(scene), scene.name, s, options)
    ]
    jobs = interruptions(options.people) if options.movement_minutes else []
    between = run(see_interruption, jobs, options.plan, jobs=options.jobs, what="interruptions") if jobs else []
    counts += [
        c
        for job, s in zip(jobs, between, strict=True)
        for c in _counts(f"rendered {job.kind}", f"{job.person.name}-{job.kind}", s, options)
    ]
    clips = run(see_clip, options.clips, options.plan, jobs=options.jobs, what="clips") if options.clips else []
    counts += [
        c
        for clip, s in zip(options.clips, clips, strict=True)
        for c in _counts(f"real, {clip.context}", clip.path.name, s, options)
    ]
    return counts


def measure_warped(options: Options) -> dict[str, Summary]:
    """Method to how it does on twitches within talking."""
    jobs = [(clip, options.warped) for clip in talking(options.clips)] if options.warped else []
    seen = [s for s in run(see_warped, jobs, options.plan, jobs=options.jobs, what="warped into talking") if s]
    if not seen:
        return {}

    def judged(method: str, s: Seen) -> Outcome:
        found = s.found[method]
        return outcome(s.truth, found, anchor.above(found.twitches, options.threshold) if method == ANCHOR else None)

    return {method: summary([judged(method, s) for s in seen]) for method in options.plan.methods}


def rates(counts: Sequence[Count]) -> dict[str, dict[str, Rate]]:
    """Context, method to rate; contexts in order of appearance, then the sums."""
    groups: dict[str, dict[str, list[Count]]] = {}
    for count in counts:
        groups.setdefault(count.context, {}).setdefault(count.method, []).append(count)
    for total, belongs in ((ALL_REST, _is_rest), (ALL_REAL, _is_real)):
        for count in counts:
            if belongs(count):
                groups.setdefault(total, {}).setdefault(count.method, []).append(count)
    return {context: {m: _rate(cs) for m, cs in by_method.items()} for context, by_method in groups.items()}


def write(options: Options, counts: Sequence[Count], warped: dict[str, Summary], folder: Path) -> Path:
    """Writes table, plot and raw results; returns the table's path.

    Args:
        options: What was run.
        counts: From :func:`measure`.
        warped: From :func:`measure_warped`.
        folder: Where to write.
    """
    by_context = rates(counts)
    report = Report(
        name="false-alarms",
        title="False alarms by context",
        made=options.made,
        data={
            "anchor_threshold": options.threshold,
            "contexts": [
                {"context": c, "method": m, **asdict(rate)} for c, ms in by_context.items() for m, rate in ms.items()
            ],
            "warped_into_talking": [{"method": m, **cell.to_dict()} for m, cell in warped.items()],
            "videos": [asdict(count) for count in counts],
        },
    )
    report.add(_explanation(options))
    plots.rates_by_context(
        report.picture(folder, "rates"),
        {c: {m: (rate.per_min, rate.interval) for m, rate in ms.items()} for c, ms in by_context.items()},
    )
    header = (
        *("context", "method", "videos", "minutes", "valid", "false alarms", "per minute", "95 % (exact)"),
        *("per valid minute", "95 % (exact)"),
    )
    rows = [(c, m, *_numbers(m, rate)) for c, ms in by_context.items() for m, rate in ms.items()]
    report.add(table(header, rows))
    if warped:
        report.add(
            f"## Twitches of {options.warped:g} % warped into the clips of talking people", _warped_table(warped)
        )
    report.add("## Portraits", origins(options.people))
    if options.clips:
        clips = [(c.path.name, c.half or "-", c.context, c.origin) for c in options.clips]
        report.add("## Clips", table(("file", "half", "context", "origin"), clips))
    return report.write(folder)


def _explanation(options: Options) -> str:
    words = [f"`{method}` is {METHOD_WORDS[method]}." for method in options.plan.methods]
    if ANCHOR in options.plan.methods:
        words.append(
            "The anchor has the threshold that is best for twitches of 4 % at webcam quality on these people "
            f"({options.threshold:.1f} times the recording's median); one for smaller twitches gives more false alarms."
        )
    return (
        "There is no twitch in any rendered video, and none is known in the real clips, where nobody has looked for "
        "spontaneous ones: every event counts as false. Rates are given per minute of footage and per minute of valid "
        "time, the share of the footage in which a twitch would have been counted: where little is valid, few false "
        "alarms per minute of footage say little. Intervals are those of a Poisson count. "
        f"{' '.join(words)}"
    )


def _warped_table(warped: dict[str, Summary]) -> str:
    rows = [
        (
            m,
            c.videos,
            c.twitches,
            f"**{c.recall:.2f}**",
            "-" if c.precision is None else f"{c.precision:.2f}",
            f"{c.false_per_min:.2f}",
        )
        for m, c in warped.items()
    ]
    return table(("method", "clips", "twitches", "recall", "precision", "false alarms per minute"), rows)


def _counts(context: str, name: str, seen: Seen, options: Options) -> list[Count]:
    return [
        Count(
            context=context,
            name=name,
            method=method,
            false=_number_of_events(method, found, options.threshold),
            duration_s=found.duration_s,
            valid_s=found.valid_s,
        )
        for method, found in seen.found.items()
    ]


def _number_of_events(method: str, found: Detections, threshold: float) -> int:
    return len(anchor.above(found.twitches, threshold) if method == ANCHOR else found.twitches)


def _context(scene: Scene) -> str:
    return f"{scene.condition}, {scene.quality}" if scene.condition == REST else f"rendered {scene.condition}"


def _is_rest(count: Count) -> bool:
    return count.context.startswith(REST) or (_is_real(count) and count.context.endswith(f", {REST}"))


def _is_real(count: Count) -> bool:
    return count.context.startswith("real")


def _rate(counts: Sequence[Count]) -> Rate:
    false, minutes = sum(c.false for c in counts), sum(c.duration_s for c in counts) / 60
    valid_min = sum(c.valid_s for c in counts) / 60
    return Rate(
        videos=len(counts),
        minutes=minutes,
        valid_share=valid_min / minutes,
        false=false,
        per_min=false / minutes,
        interval=poisson_rate(false, minutes),
        per_valid_min=false / valid_min if valid_min else None,
        valid_interval=poisson_rate(false, valid_min) if valid_min else None,
    )


def _numbers(method: str, rate: Rate) -> tuple[Any, ...]:
    return (
        rate.videos,
        f"{rate.minutes:.1f}",
        "-" if method == ANCHOR else f"{rate.valid_share:.1%}",
        rate.false,
        f"**{rate.per_min:.2f}**",
        _span(rate.interval),
        "-" if rate.per_valid_min is None else f"{rate.per_valid_min:.2f}",
        _span(rate.valid_interval),
    )


def _span(interval: Interval | None) -> str:
    return "-" if interval is None else f"{interval.low:.2f}-{interval.high:.2f}"
