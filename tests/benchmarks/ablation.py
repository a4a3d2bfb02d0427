"""What each part adds: the same videos and clips with one thing left out or done otherwise at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.benchmarks.catalogue import Entry
from tests.benchmarks.keys import file_digest, key_of
from tests.benchmarks.measured import samples_of
from tests.benchmarks.methods import FUSED, Detections, config_of, decide, detections
from tests.benchmarks.outcomes import Summary, outcomes, summary
from tests.benchmarks.people import Person
from tests.benchmarks.rendering import render_together, rendered, scene_key
from tests.benchmarks.report import Report, origins, table
from tests.benchmarks.scenes import QUALITY_WORDS, Scene, twitch_scene
from tests.benchmarks.statistics import poisson_rate
from tests.benchmarks.tasks import Plan, run
from twitchcam.events.model import Twitch
from twitchcam.motion.channels import INDEX, ODDS, SURROUND, Sample
from twitchcam.simulate.truth import truth_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One thing done otherwise.

    Attributes:
        words: For the table.
        settings: Changed settings as nested plain data.
        silent: Channels that are taken as 0.
    """

    words: str
    settings: dict[str, Any] = field(default_factory=dict)
    silent: tuple[str, ...] = ()


def _without(gate: str, limit: float) -> Variant:
    return Variant(words=f"without the gate `{gate}`", settings={"detection": {gate: limit}})


_NEAR, _FAR = 1e-6, 1e6
_SURROUND = tuple(f"{place}_{way}" for place in SURROUND for way in ("out", "up"))
VARIANTS: tuple[Variant, ...] = (
    Variant(words="as it is"),
    Variant(words="the mesh alone", settings={"face": {"tracker": "facemesh"}}),
    Variant(words="without the skin around the mouth", silent=_SURROUND),
    Variant(words="reference never renewed", settings={"registration": {"renewal_interval_s": _FAR}}),
    Variant(
        words="finer displacement field",
        settings={"registration": {"node_spacing_iod": 0.12, "node_width_iod": 0.10}},
    ),
    Variant(words="always two solver steps", settings={"registration": {"steps": 2, "settled_px": 0.0}}),
    Variant(words="steeper band-pass", settings={"dsp": {"order": 2}}),
    Variant(words="one length of pulse, 0.15 s", settings={"dsp": {"pulse_durations_s": [0.15]}}),
    Variant(words="noise of the last 8 s", settings={"dsp": {"noise_window_s": 8.0}}),
    _without("max_opposite", _FAR),
    _without("max_surround", _FAR),
    _without("max_common_surround", _FAR),
    _without("min_shape", 0.0),
    _without("max_step", _FAR),
    _without("max_rise_s", _FAR),
    _without("max_duration_s", _FAR),
    _without("max_misfit", _FAR),
    Variant(words="`max_misfit` the same in poor pictures", settings={"detection": {"max_misfit_usual": _NEAR}}),
    _without("min_frozen_pct_iod", _NEAR),
    _without("min_familiar", 0.0),
    _without("max_opening_pct_iod", _FAR),
    _without("max_head_speed_pct_iod_s", _FAR),
    _without("min_confidence", 0.0),
    Variant(words="the networks silent at rest", settings={"moving": {"min_log_odds_at_rest": _FAR}}),
    Variant(words="without the networks", silent=ODDS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is run.

    Attributes:
        people: Whose portraits.
        clips: Real recordings without twitches.
        numbers: Videos for each person and cell.
        seconds: Length of a video.
        cells: Quality and size of the twitches, % IOD.
        plan: How each video is treated; its settings hold for every variant.
        jobs: Worker processes.
        made: When and with what, for the report.
    """

    people: Sequence[Person]
    clips: Sequence[Entry]
    numbers: int
    seconds: float
    cells: tuple[tuple[str, float], ...] = (("web", 0.5), ("low", 1.0))
    plan: Plan
    jobs: int
    made: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came out of one variant: each cell, and events and minutes of the clips."""

    variant: Variant
    cells: tuple[Summary, ...]
    false: int
    minutes: float


def measure(options: Options) -> list[Row]:
    """Renders, and finds twitches in every way."""
    scenes = [
        [
            twitch_scene(person, amplitude=amplitude, quality=quality, number=number, seconds=options.seconds)
            for person in options.people
            for number in range(options.numbers)
        ]
        for quality, amplitude in options.cells
    ]
    flat = [scene for cell in scenes for scene in cell]
    seen = run(_scene_ways, flat, options.plan, jobs=options.jobs, what="videos in every way")
    clips = run(_clip_ways, options.clips, options.plan, jobs=options.jobs, what="clips in every way")
    return [_row(number, scenes, dict(zip(map(id, flat), seen, strict=True)), clips) for number in range(len(VARIANTS))]


def _row(
    number: int, scenes: list[list[Scene]], seen: dict[int, list[Detections]], clips: list[list[Detections]]
) -> Row:
    cells = []
    for cell in scenes:
        truths: list[Sequence[Twitch]] = [truth_of(scene.scenario) for scene in cell]
        results, _ = outcomes(FUSED, truths, [seen[id(scene)][number] for scene in cell])
        cells.append(summary(results, None))
    found = [clip[number] for clip in clips]
    return Row(
        variant=VARIANTS[number],
        cells=tuple(cells),
        false=sum(len(one.twitches) for one in found),
        minutes=sum(one.duration_s for one in found) / 60,
    )


def _scene_ways(scene: Scene, plan: Plan) -> list[Detections]:
    render_together([scene], plan.cache)
    video = rendered(scene, plan.cache)
    return [_detected(video, scene_key(scene), variant, plan) for variant in VARIANTS]


def _clip_ways(clip: Entry, plan: Plan) -> list[Detections]:
    key = key_of(file_digest(clip.path))
    return [_detected(clip.path, key, variant, plan) for variant in VARIANTS]


def _detected(video: Path, key: str, variant: Variant, plan: Plan) -> Detections:
    names = {*plan.settings, *variant.settings}
    settings = {name: {**plan.settings.get(name, {}), **variant.settings.get(name, {})} for name in names}
    config = config_of(settings.get("face", {}).get("tracker", FUSED), settings)
    samples = [_silenced(sample, variant.silent) for sample in samples_of(video, key, config, plan.cache)]
    return detections(samples, *decide(samples, config))


def _silenced(sample: Sample, channels: tuple[str, ...]) -> Sample:
    if not channels or not sample.face:
        return sample
    values = sample.values.copy()
    values[[INDEX[name] for name in channels]] = 0
    return replace(sample, values=values)


def write(options: Options, rows: Sequence[Row], folder: Path) -> Path:
    """Writes the table; returns its path."""
    report = Report(name="ablation", title="What each part adds", made=options.made, data=_data(options, rows))
    report.add(
        f"The same {len(options.people) * options.numbers} videos of {options.seconds:g} s in each cell and the same "
        "clips of people without twitches, with one thing left out or done otherwise at a time; nothing else is "
        "adjusted to it, the confidence neither, so a variant that changes the strength of signals is at a "
        "disadvantage. F1 is the mean over videos, false alarms are per minute of footage."
    )
    header = ["variant"]
    for quality, amplitude in options.cells:
        header += [f"F1, {quality} {amplitude:g} %", "precision", "recall", "label right"]
    report.add(table([*header, "false a minute, real", "95 %"], [_cells(row) for row in rows]))
    report.add("; ".join(f"{quality}: {QUALITY_WORDS[quality]}" for quality, _ in options.cells) + ".")
    report.add("## Portraits", origins(options.people))
    return report.write(folder)


def _cells(row: Row) -> list[str]:
    shown = [row.variant.words]
    for cell in row.cells:
        right = "-" if cell.side is None or cell.lip is None else f"{min(cell.side, cell.lip):.3f}"
        precision = "-" if cell.precision is None else f"{cell.precision:.3f}"
        shown += [f"**{cell.f1:.3f}**", precision, f"{cell.recall:.3f}", right]
    if not row.minutes:
        return [*shown, "-", "-"]
    rate = poisson_rate(row.false, row.minutes)
    return [*shown, f"{row.false / row.minutes:.2f}", f"{rate.low:.2f}-{rate.high:.2f}"]


def _data(options: Options, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "rows": [
            {
                "variant": row.variant.words,
                "false": row.false,
                "minutes": row.minutes,
                "cells": {f"{q} {a:g}": cell.to_dict() for (q, a), cell in zip(options.cells, row.cells, strict=True)},
            }
            for row in rows
        ]
    }
