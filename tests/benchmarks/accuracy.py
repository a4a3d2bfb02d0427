"""Accuracy on rendered twitches: F1, sides, lips, onsets and amplitudes by size, quality and condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from tests.benchmarks import plots
from tests.benchmarks.methods import ANCHOR, METHOD_WORDS, METHODS
from tests.benchmarks.outcomes import Outcome, Summary, outcomes, summary
from tests.benchmarks.people import Person
from tests.benchmarks.report import Report, origins, table
from tests.benchmarks.scenes import BASE, CONDITIONS, QUALITIES, QUALITY_WORDS, SECONDS, Scene, twitch_scene
from tests.benchmarks.tasks import Plan, Seen, see_scenes

Cell = tuple[str, str, float]  # quality, condition, amplitude

_HEADER = (
    *("size, % IOD", "method", "videos", "twitches", "F1", "95 %", "precision", "recall", "side right", "lip right"),
    *("onset error, frames", "onset error, s (signed)", "amplitude error (signed)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is run.

    Attributes:
        people: Whose portraits.
        numbers: Videos for each person and cell.
        seconds: Length of a video.
        amplitudes: Sizes of the twitches, % IOD; one video has one size.
        qualities: Keys of :data:`QUALITIES`.
        conditions: Keys of :data:`CONDITIONS`.
        plan: How each video is treated.
        jobs: Worker processes.
        made: When and with what, for the report.
    """

    people: Sequence[Person]
    numbers: int = 3
    seconds: float = SECONDS
    amplitudes: tuple[float, ...] = (4.0, 2.0, 1.0, 0.5, 0.25)
    qualities: tuple[str, ...] = tuple(QUALITIES)
    conditions: tuple[str, ...] = (BASE,)
    plan: Plan
    jobs: int = 2
    made: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came out.

    Attributes:
        cells: Cell, method to averages.
        scenes: The videos.
        videos: For each of them, method to outcome.
    """

    cells: dict[Cell, dict[str, Summary]]
    scenes: list[Scene]
    videos: list[dict[str, Outcome]] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: a row per cell and method, and per video and method."""
        return {
            "cells": [
                {"quality": q, "condition": c, "amplitude_pct_iod": a, "method": method, **cell.to_dict()}
                for (q, c, a), methods in self.cells.items()
                for method, cell in methods.items()
            ],
            "videos": [
                {**_label(scene), "half": scene.person.half, "method": method, **result.to_dict()}
                for scene, by_method in zip(self.scenes, self.videos, strict=True)
                for method, result in by_method.items()
            ],
        }


def scenes_of(options: Options) -> list[Scene]:
    """Every video of a run, cell by cell."""
    return [
        twitch_scene(
            person, amplitude=amplitude, quality=quality, condition=condition, number=number, seconds=options.seconds
        )
        for quality, condition, amplitude in cells_of(options)
        for person, number in product(options.people, range(options.numbers))
    ]


def cells_of(options: Options) -> list[Cell]:
    """The cells of a run; the usual condition is always among them, since the others are compared with it."""
    conditions = dict.fromkeys((BASE, *options.conditions))
    return list(product(options.qualities, conditions, options.amplitudes))


def measure(options: Options) -> Result:
    """Renders, runs the methods and scores."""
    scenes = scenes_of(options)
    seen = see_scenes(scenes, options.plan, jobs=options.jobs, what="accuracy")
    return judged(scenes, seen, options.plan.methods)


def judged(scenes: Sequence[Scene], seen: Sequence[Seen], methods: Sequence[str] = METHODS) -> Result:
    """Scores what was found; scenes that share quality, condition and size are a cell."""
    members: dict[Cell, list[int]] = {}
    for i, scene in enumerate(scenes):
        members.setdefault((scene.quality, scene.condition, scene.amplitude), []).append(i)
    cells: dict[Cell, dict[str, Summary]] = {}
    videos: list[dict[str, Outcome]] = [{} for _ in scenes]
    for cell, here in members.items():
        cells[cell] = {}
        for method in methods:
            results, threshold = outcomes(method, [seen[i].truth for i in here], [seen[i].found[method] for i in here])
            cells[cell][method] = summary(results, threshold)
            for i, result in zip(here, results, strict=True):
                videos[i][method] = result
    return Result(cells=cells, scenes=list(scenes), videos=videos)


def write(options: Options, result: Result, folder: Path) -> Path:
    """Writes table, plot and raw results; returns the table's path."""
    with_conditions = set(options.conditions) != {BASE}
    report = Report(
        name="conditions" if with_conditions else "accuracy",
        title="Accuracy under other conditions" if with_conditions else "Accuracy by size and quality",
        made=options.made,
        data=result.to_dict(),
    )
    report.add(_explanation(options))
    if with_conditions:
        for quality in options.qualities:
            report.add(f"## {QUALITY_WORDS[quality]}", _conditions_table(result, quality))
    else:
        by_size = {
            q: {m: {a: result.cells[q, BASE, a][m] for a in options.amplitudes} for m in options.plan.methods}
            for q in options.qualities
        }
        if len(options.amplitudes) > 1:
            plots.f1_by_amplitude(report.picture(folder, "f1"), by_size)
        for quality in options.qualities:
            report.add(f"## {QUALITY_WORDS[quality]}", _sizes_table(result, quality))
    report.add("## Portraits", origins(options.people))
    return report.write(folder)


def _explanation(options: Options) -> str:
    words = [f"`{method}` is {METHOD_WORDS[method]}." for method in options.plan.methods]
    return (
        f"Rendered twitches, one size a video; people: {len(options.people)}, videos of {options.seconds:g} s for each "
        f"person and cell: {options.numbers}; {CONDITIONS[BASE].words}. Nothing is tuned for a video, "
        "except the anchor's threshold: it is the one with the best mean F1 on the very videos of its cell, which "
        f"favours it. {' '.join(words)} A match: interval centres within 0.2 s, one to one. F1 is the mean over "
        "videos, its interval a bootstrap over videos; onset and amplitude errors are medians of absolute values, "
        "signed medians in brackets (late and too large are positive)."
    )


def _sizes_table(result: Result, quality: str) -> str:
    rows = [
        (f"{amplitude:g}", method, *_numbers(cell))
        for (q, _, amplitude), methods in result.cells.items()
        if q == quality
        for method, cell in methods.items()
    ]
    return table(_HEADER, rows)


def _conditions_table(result: Result, quality: str) -> str:
    header = ("condition", *_HEADER[:5], "F1 - usual", *_HEADER[5:])
    rows = []
    for (q, condition, amplitude), methods in result.cells.items():
        if q != quality:
            continue
        for method, cell in methods.items():
            videos, twitches, f1, *rest = _numbers(cell)
            change = cell.f1 - result.cells[quality, BASE, amplitude][method].f1
            shown = "" if condition == BASE else f"{change:+.3f}"
            rows.append((CONDITIONS[condition].words, f"{amplitude:g}", method, videos, twitches, f1, shown, *rest))
    return table(header, rows)


def _numbers(cell: Summary) -> tuple[str, ...]:
    seconds = "-" if cell.onset_abs_s is None else f"{cell.onset_abs_s:.3f} ({cell.onset_s:+.3f})"
    amplitude = "-" if cell.amplitude_abs is None else f"{cell.amplitude_abs:.0%} ({cell.amplitude:+.0%})"
    return (
        str(cell.videos),
        str(cell.twitches),
        f"**{cell.f1:.3f}**" if cell.threshold is None else f"{cell.f1:.3f} (at {cell.threshold:.1f})",
        f"{cell.interval.low:.3f}-{cell.interval.high:.3f}",
        _or_dash(cell.precision, ".3f"),
        f"{cell.recall:.3f}",
        _or_dash(cell.side, ".3f"),
        _or_dash(cell.lip, ".3f"),
        _or_dash(cell.onset_abs_frames, ".1f"),
        seconds,
        amplitude,
    )


def _or_dash(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _label(scene: Scene) -> dict[str, Any]:
    return {
        "person": scene.person.name,
        "quality": scene.quality,
        "condition": scene.condition,
        "amplitude_pct_iod": scene.amplitude,
        "number": scene.number,
    }


def anchor_threshold(people: Sequence[Person], plan: Plan, *, jobs: int, amplitude: float = 4.0) -> float:
    """The anchor's best threshold for large twitches at webcam quality: with it its false alarms are counted, and they
    are fewer than with one for smaller twitches.

    Args:
        people: Whose portraits; one video each.
        plan: Gives the cache.
        jobs: Worker processes.
        amplitude: Size of the twitches, % IOD.
    """
    alone = Plan(cache=plan.cache, methods=(ANCHOR,))
    options = Options(
        people=people, numbers=1, amplitudes=(amplitude,), qualities=("web",), plan=alone, jobs=jobs, made={}
    )
    threshold = measure(options).cells["web", BASE, amplitude][ANCHOR].threshold
    assert threshold is not None
    return threshold
