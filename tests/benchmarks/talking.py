"""Twitches while the mouth moves: ``python -m tests.benchmarks.talking --clips DIR --faces DIR``.

The networks that travel with the package learned from all clips there were. Here every person is judged by networks
that never saw them, in the program as it is: once as the clip is, for false alarms, and once with twitches warped into
it. The whole is done at several thresholds; one of them is the default.

Either the clips are judged in parts, each by networks that learned from the other parts, or ``--strangers`` are judged
by networks that learned from all clips, as those of the package did.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from tests.benchmarks.catalogue import Entry
from tests.benchmarks.cli import common, entries, learned_from, run_command, strangers_given
from tests.benchmarks.keys import file_digest, key_of
from tests.benchmarks.measured import Measured, kept
from tests.benchmarks.methods import FUSED, METHOD_WORDS, decide, detections
from tests.benchmarks.outcomes import Outcome, Summary, outcome, summary
from tests.benchmarks.people import people
from tests.benchmarks.report import Report, environment, shown_command, table
from tests.benchmarks.scenes import Scene
from tests.benchmarks.statistics import poisson_rate, ridge_logistic
from tests.benchmarks.talking_networks import STEPS, networks, parts_of, plain_of, scenes_of, there_of
from tests.benchmarks.tasks import Plan, run
from tests.benchmarks.warped import talking
from twitchcam.config import Config, from_dict
from twitchcam.errors import UsageError
from twitchcam.events.moving import log_odds_of
from twitchcam.motion.pulse_network import Weights, weights_from
from twitchcam.screening.statistics import share_of

THRESHOLDS = (2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0)
DEFAULT = Config().moving.min_log_odds


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A clip to be judged by the networks in a file, which never saw who is in it."""

    clip: Entry
    networks: Path
    amplitude: float
    thresholds: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How a clip came out.

    Attributes:
        name: Of the file.
        context: What it shows.
        origin: Where it comes from.
        minutes: Its length.
        false: Events in the clip as it is, for each threshold.
        false_confidences: Of these at the first threshold.
        outcomes: Of the clip with twitches, for each threshold; none where there are no twitches in it.
    """

    name: str
    context: str
    origin: str
    minutes: float
    false: tuple[int, ...]
    false_confidences: tuple[float, ...]
    outcomes: tuple[Outcome, ...]


def judge(job: Job, plan: Plan) -> Judged:
    """Runs the program on a clip as it is and with twitches."""
    weights, plain = weights_from(kept(job.networks, dict)), plain_of(job.clip, plan)
    seen = there_of(job.clip, job.amplitude, plan) if talking([job.clip]) else None
    found = [detections(*decided) for decided in _decided(plain, weights, job.thresholds)]
    there: list[Outcome] = []
    if seen is not None:
        measured, truth = seen
        there = [outcome(truth, detections(*decided)) for decided in _decided(measured, weights, job.thresholds)]
    return Judged(
        name=job.clip.path.name,
        context=job.clip.context,
        origin=job.clip.origin,
        minutes=found[0].duration_s / 60,
        false=tuple(len(one.twitches) for one in found),
        false_confidences=tuple(twitch.confidence for twitch in found[0].twitches),
        outcomes=tuple(there),
    )


def measure(
    clips: Sequence[Entry],
    scenes: Sequence[Scene],
    amplitude: float,
    plan: Plan,
    *,
    jobs: int,
    strangers: Sequence[Entry] = (),
    steps: int = STEPS,
    thresholds: Sequence[float] = THRESHOLDS,
    whitened: bool = True,
) -> list[Judged]:
    """Every clip in every way by networks that learned from the other parts, or strangers by what all clips taught."""
    if strangers:
        parts, groups = [list(strangers)], [list(clips)]
    else:
        parts = parts_of(clips)
        if len(parts) < 2:
            raise UsageError("clips of at least two people are needed: one learns from the others")
        groups = [[clip for other in parts if other is not part for clip in other] for part in parts]
    learned = networks(groups, scenes, amplitude, plan, jobs=jobs, steps=steps, whitened=whitened)
    work = []
    for part, group, arrays in zip(parts, groups, learned, strict=True):
        taught = key_of([file_digest(clip.path) for clip in group], steps, whitened)
        path = plan.cache / "networks" / f"taught-{taught}.npz"
        path.unlink(missing_ok=True)
        kept(path, lambda arrays=arrays: arrays)  # type: ignore[misc]
        work += [Job(clip=clip, networks=path, amplitude=amplitude, thresholds=(*thresholds, DEFAULT)) for clip in part]
    return run(judge, work, plan, jobs=jobs, what="judged")


def write(
    judged: Sequence[Judged],
    thresholds: Sequence[float],
    amplitude: float,
    made: dict[str, str],
    folder: Path,
    *,
    others: Sequence[Entry] = (),
    whitened: bool = True,
) -> Path:
    """Writes the tables and raw results, and what ``others`` the networks learned from; returns the tables' path."""
    report = Report(
        name="talking",
        title="Twitches while the mouth moves",
        made=made,
        data={
            "amplitude_pct_iod": amplitude,
            "thresholds": [*thresholds, DEFAULT],
            "clips": [
                {**asdict(one), "outcomes": [o.to_dict() for o in one.outcomes]}
                for one in sorted(judged, key=lambda one: one.name)
            ],
        },
    )
    with_twitches = [one for one in judged if one.outcomes]
    report.add(
        f"{sum(one.outcomes[-1].truths for one in with_twitches)} twitches of {amplitude:g} % warped into "
        f"{len(with_twitches)} clips of people who talk, and {len(judged)} real clips "
        f"({sum(one.minutes for one in judged):.1f} min) as they are, in which no twitch is known: every event there "
        f"counts as false. The method is {METHOD_WORDS[FUSED]}. Nobody is judged by a network that saw them. Rates are "
        "per minute of footage; all intervals are exact."
        + ("" if whitened else " **The networks here do not see the whitened movement**, to show what it adds.")
    )
    header = (
        *("smallest log odds", "recall", "interval", "false while talking", "false in the other clips", "false in all"),
        *("interval", "side", "lip", "onset", "amplitude"),
    )
    rows = [
        _row(judged, i, f"{threshold:g}" + (" (default)" if i == len(thresholds) else ""))
        for i, threshold in enumerate((*thresholds, DEFAULT))
    ]
    report.add(table(header, rows))
    report.add("## Clips", table(("file", "context", "false", "twitches", "found", "origin"), _by_clip(judged)))
    if others:
        rows = [(one.path.name, one.context, one.origin) for one in others]
        report.add("## Clips that the networks learned from", table(("file", "context", "origin"), rows))
    return report.write(folder)


def calibration(judged: Sequence[Judged]) -> tuple[float, float]:
    """Offset and slope from log odds to confidence, at the smallest threshold.

    What is right is told by the clips with twitches, what is wrong by the clips as they are.
    """
    right = [
        sure
        for one in judged
        for o in one.outcomes[:1]
        for sure, true in zip(o.confidences, o.right, strict=True)
        if true
    ]
    wrong = [sure for one in judged for sure in one.false_confidences]
    x = np.array([log_odds_of(sure) for sure in (*right, *wrong)])
    y = np.repeat([1.0, 0.0], (len(right), len(wrong)))
    offset, slope = ridge_logistic(np.stack([np.ones_like(x), x], axis=1), y)
    return float(offset), float(slope)


def _decided(measured: Measured, weights: Weights, thresholds: Sequence[float]) -> Iterator[tuple[Any, ...]]:
    samples = measured.completed(weights)
    for threshold in thresholds:
        yield (samples, *decide(samples, from_dict({"moving": {"min_log_odds": threshold}})))


def _row(judged: Sequence[Judged], i: int, name: str) -> tuple[str, ...]:
    there: Summary = summary([one.outcomes[i] for one in judged if one.outcomes])
    share = share_of(round(there.recall * there.twitches), there.twitches)
    spoken = [one for one in judged if one.context.startswith("talk")]
    others = [one for one in judged if not one.context.startswith("talk")]
    interval = poisson_rate(sum(one.false[i] for one in judged), sum(one.minutes for one in judged))
    return (
        name,
        f"**{there.recall:.2f}**",
        f"{share.low:.2f}-{share.high:.2f}",
        _false(spoken, i),
        _false(others, i),
        _false(judged, i),
        f"{interval.low:.2f}-{interval.high:.2f}",
        "-" if there.side is None else f"{there.side:.2f}",
        "-" if there.lip is None else f"{there.lip:.2f}",
        "-" if there.onset_abs_s is None else f"{1000 * there.onset_abs_s:.0f} ms",
        "-" if there.amplitude_abs is None else f"{there.amplitude_abs:.0%}",
    )


def _false(judged: Sequence[Judged], i: int) -> str:
    minutes = sum(one.minutes for one in judged)
    false = sum(one.false[i] for one in judged)
    return f"{false / minutes:.2f} ({false} in {minutes:.1f} min)" if minutes else "-"


def _by_clip(judged: Sequence[Judged]) -> list[tuple[str, ...]]:
    rows = []
    for one in sorted(judged, key=lambda one: one.name):
        of = one.outcomes[-1] if one.outcomes else None
        twitches, found = ("-", "-") if of is None else (str(of.truths), str(len(of.pairs)))
        rows.append((one.name, one.context, str(one.false[-1]), twitches, found, one.origin))
    return rows


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@common
@learned_from
@strangers_given
@click.option("--not-whitened", is_flag=True, help="Networks that do not see the whitened movement: what it adds.")
def benchmark(
    clips: tuple[Path, ...],
    faces: Path | None,
    warped: float,
    strangers: tuple[Path, ...],
    half: str | None,
    not_whitened: bool,
    output: Path,
    **given: Any,
) -> None:
    """Recall and false alarms while the mouth moves, by networks that never saw who is judged."""
    plan = Plan(cache=given["cache"].resolve())
    made = environment(shown_command(["tests.benchmarks.talking", *sys.argv[1:]]))
    scenes = scenes_of(people(faces, half="tune") if faces else [])
    known = entries(clips, None)
    whitened = not not_whitened
    judged = measure(
        known, scenes, warped, plan, jobs=given["jobs"], strangers=entries(strangers, half), whitened=whitened
    )
    offset, slope = calibration(judged)
    click.echo(f"confidence: offset {offset:.3f}, slope {slope:.3f}", err=True)
    others = known if strangers else ()
    click.echo(write(judged, THRESHOLDS, warped, made, output, others=others, whitened=whitened))


if __name__ == "__main__":
    run_command(benchmark)
