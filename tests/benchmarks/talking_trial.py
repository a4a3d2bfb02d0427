"""Could twitches be found while talking? ``python -m tests.benchmarks.talking_trial --clips DIR``.

A trial of another detector than the program's: small networks (:mod:`tests.benchmarks.pulse_net`) that learn what
people who talk look like, of three measurements (:mod:`tests.benchmarks.mouth_motion`), on clips of people who talk,
with and without twitches warped into them. Every person is judged by networks that never saw them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from tests.benchmarks.catalogue import Entry
from tests.benchmarks.cli import common, entries, real_clips, run_command
from tests.benchmarks.keys import file_digest, key_of
from tests.benchmarks.mouth_motion import Flags, Motion, motion_of
from tests.benchmarks.report import Report, environment, shown_command, table
from tests.benchmarks.talking_lessons import PLACES, VIEWS, course_of, lessons, place_of, sent_twitches
from tests.benchmarks.tasks import Plan, run
from tests.benchmarks.warped import talking, warped
from twitchcam.errors import UsageError
from twitchcam.events.model import Twitch
from twitchcam.screening.statistics import share_of

FloatArray = NDArray[np.float64]

RATES_PER_MIN = (0.25, 0.5, 1.0, 2.0, 5.0)
STEPS, SEEDS = 2500, 2
#: Nothing is known yet; peaks nearer than this are one; a twitch is found a little outside of itself as well; what was
#: not followed spoils the frames around it.
_BLIND_S, _SEPARATION_S, _NEAR_S, _SPOILT_FRAMES = 1.5, 0.25, 0.06, 5
#: Log odds where nothing can be said.
_NEVER = -20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A clip as it is, and with twitches where it is long enough for any."""

    clip: Entry
    plain: Motion
    there: Motion | None
    truth: tuple[Twitch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a clip came out.

    Attributes:
        name: Of the file.
        part: The part of the clips that it was judged with.
        minutes: Looked at for false peaks.
        false: Log odds of every peak of the clip as it is.
        hits: Largest log odds at each twitch of the clip with twitches.
        placed: Whether lip and side are right there.
    """

    name: str
    part: int
    minutes: float
    false: tuple[float, ...]
    hits: tuple[float, ...]
    placed: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One network: judges the clips of a part, having learned from all the others.

    Attributes:
        judged: The clips of the part.
        others: The rest.
        view: Which measurement.
        seed: Of the network.
        amplitude: Size of the twitches, % IOD.
        steps: Batches to learn from.
    """

    judged: tuple[Entry, ...]
    others: tuple[Entry, ...]
    view: str
    seed: int
    amplitude: float
    steps: int


def parts_of(clips: Sequence[Entry]) -> list[list[Entry]]:
    """Each half of the clips in two, in order of name: as near to the middle as clips of one origin stay together."""
    parts = []
    for half in sorted({clip.half or "" for clip in clips}):
        own = [clip for clip in clips if (clip.half or "") == half]
        sources = [clip.origin.partition(":")[0] for clip in own]
        between = [i for i in range(1, len(own)) if sources[i] != sources[i - 1]] or [len(own) // 2]
        cut = min(between, key=lambda i: abs(i - len(own) / 2))
        parts += [part for part in (own[:cut], own[cut:]) if part]
    return parts


def look(job: tuple[Entry, float], plan: Plan) -> Looked:
    """The motion in a clip as it is and with twitches (% IOD) warped into it."""
    clip, amplitude = job
    made = warped(clip, amplitude, plan.cache)
    plain = motion_of(clip.path, key_of(file_digest(clip.path)), plan.cache)
    there = motion_of(made.video, made.key, plan.cache) if made.truth else None
    return Looked(clip=clip, plain=plain, there=there, truth=made.truth)


def judge(task: Task, plan: Plan) -> list[tuple[FloatArray, FloatArray | None]]:
    """Log odds ``(frames, places)`` of each clip that is judged, as it is and with twitches."""
    from tests.benchmarks.pulse_net import learn, reader

    view = VIEWS[task.view]
    speech, weights, sent = [], [], []
    for clip in task.others:
        looked = look((clip, task.amplitude), plan)
        plain = course_of(looked.plain, task.view)
        speech.append(plain)
        weights.append(len(plain.t_s))
        if looked.there is not None:
            sent += sent_twitches(plain, course_of(looked.there, task.view), looked.truth)
    if not sent:
        raise UsageError("no twitch could be warped into the clips to learn from; they are too short")
    network = learn(lessons(speech, weights, sent, view, seed=task.seed), view, steps=task.steps, seed=task.seed)
    read = reader(view)

    def said(motion: Motion) -> FloatArray:
        course = course_of(motion, task.view)
        return np.where(_spoilt(course.known)[:, None], _NEVER, read(network, course.seen))

    judged = (look((clip, task.amplitude), plan) for clip in task.judged)
    return [(said(one.plain), None if one.there is None else said(one.there)) for one in judged]


def trial_of(looked: Looked, part: int, plain: FloatArray, there: FloatArray | None) -> Trial:
    """How a clip came out, from the log odds of all networks."""
    t_s = looked.plain.t_s
    height = np.where(t_s >= _BLIND_S, plain.max(axis=1), _NEVER)
    apart = max(1, round(_SEPARATION_S * looked.plain.rate_hz))
    peaks, _ = find_peaks(np.concatenate([[_NEVER], height, [_NEVER]]), distance=apart)
    hits, placed = [], []
    if looked.there is not None and there is not None:
        times = looked.there.t_s
        for twitch in looked.truth:
            near = (times >= twitch.onset_s - _NEAR_S) & (times <= twitch.end_s + _NEAR_S)
            here = there[near] if near.any() else np.full((1, len(PLACES)), _NEVER)
            hits.append(float(here.max()))
            placed.append(int(np.argmax(here)) % len(PLACES) == place_of(twitch.lip, twitch.side))
    return Trial(
        name=looked.clip.path.name,
        part=part,
        minutes=max(float(t_s[-1]) - _BLIND_S, 0.0) / 60,
        false=tuple(float(height[i - 1]) for i in peaks),
        hits=tuple(hits),
        placed=tuple(placed),
    )


def recall_at(trials: Sequence[Trial], per_min: float) -> tuple[int, float]:
    """How many twitches are above the threshold at which there are so many false peaks a minute; the threshold."""
    false = sorted((c for t in trials for c in t.false), reverse=True)
    allowed = int(per_min * sum(t.minutes for t in trials))
    threshold = false[allowed] if allowed < len(false) else _NEVER
    return sum(c > threshold for t in trials for c in t.hits), threshold


def measure(
    clips: Sequence[Entry], amplitude: float, plan: Plan, *, jobs: int, steps: int = STEPS
) -> dict[str, list[Trial]]:
    """Every clip, judged by networks that learned from the other parts: of all measurements, then of each alone."""
    chosen = talking(clips)
    parts = parts_of(chosen)
    if len(parts) < 2:
        raise UsageError("at least two clips of people who talk are needed")
    looked = run(look, [(clip, amplitude) for clip in chosen], plan, jobs=jobs, what="warped into talking")
    tasks = [
        Task(
            judged=tuple(part),
            others=tuple(clip for other in parts if other is not part for clip in other),
            view=view,
            seed=seed,
            amplitude=amplitude,
            steps=steps,
        )
        for part in parts
        for view in VIEWS
        for seed in range(SEEDS)
    ]
    said = run(judge, tasks, plan, jobs=jobs, what="networks")
    by_path = {one.clip.path: one for one in looked}
    trials: dict[str, list[Trial]] = {}
    for views in (tuple(VIEWS), *((view,) for view in VIEWS)):
        own = trials[" ".join(views)] = []
        for number, part in enumerate(parts):
            asked = [
                answers
                for task, answers in zip(tasks, said, strict=True)
                if task.judged == tuple(part) and task.view in views
            ]
            own += [
                trial_of(by_path[clip.path], number + 1, *_mean([answers[i] for answers in asked]))
                for i, clip in enumerate(part)
            ]
    return trials


def _mean(said: Sequence[tuple[FloatArray, FloatArray | None]]) -> tuple[FloatArray, FloatArray | None]:
    """Of all networks: what they say of a clip as it is, and with twitches."""
    there = [t for _, t in said if t is not None]
    return np.mean([plain for plain, _ in said], axis=0), np.mean(there, axis=0) if there else None


def write(trials: dict[str, list[Trial]], amplitude: float, made: dict[str, str], folder: Path) -> Path:
    """Writes the tables and raw results; returns the tables' path."""
    report = Report(
        name="talking-trial",
        title="Twitches while talking: a trial",
        made=made,
        data={"amplitude_pct_iod": amplitude, **{name: [asdict(one) for one in own] for name, own in trials.items()}},
    )
    best = next(iter(trials.values()))
    twitches = sum(len(t.hits) for t in best)
    report.add(
        f"{twitches} twitches of {amplitude:g} % warped into clips of people who talk, and {len(best)} clips "
        f"({sum(t.minutes for t in best):.1f} min) as they are. The program does not do this. Small networks learn "
        "what people who talk look like and how the twitches of others were measured: in the program's displacements "
        "(`channels`), and in two measurements of the motion from frame to frame (`tracked`, `searched`). There are "
        f"{SEEDS} networks of each, and their log odds are averaged. A clip is judged by networks that learned from "
        "the other parts of the clips; clips of one origin are in one part. The threshold is the one that gives the "
        "rate of false peaks in all clips without twitches, so the recall is the most that could be had of these "
        "networks."
    )
    rows = []
    for rate in RATES_PER_MIN:
        found, threshold = recall_at(best, rate)
        share = share_of(found, twitches)
        places = [right for t in best for hit, right in zip(t.hits, t.placed, strict=True) if hit > threshold]
        rows.append(
            (
                f"{rate:g}",
                f"**{found / max(twitches, 1):.2f}**",
                f"{share.low:.2f}-{share.high:.2f}",
                f"{np.mean(places):.2f}" if places else "-",
                f"{threshold:.2f}",
            )
        )
    report.add(table(("false a minute", "recall", "interval", "lip and side right", "threshold"), rows))
    alone = [
        (name, *(f"{recall_at(own, rate)[0] / max(twitches, 1):.2f}" for rate in RATES_PER_MIN))
        for name, own in trials.items()
    ]
    header = ("recall of", *(f"{rate:g} false a minute" for rate in RATES_PER_MIN))
    report.add("## Measurements", table(header, alone))
    each = [(t.name, str(t.part), _words(t.hits), _words(sorted(t.false, reverse=True)[:3])) for t in best]
    report.add("## Clips", table(("file", "part", "log odds of its twitches", "largest false ones"), each))
    return report.write(folder)


def _spoilt(known: Flags) -> Flags:
    return np.asarray(np.convolve(~known, np.ones(_SPOILT_FRAMES), "same") > 0)


def _words(numbers: Sequence[float]) -> str:
    return " ".join(f"{number:.1f}" for number in numbers)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@common
@real_clips
@click.option("--warped", type=click.FloatRange(0.1, 10), default=3.0, show_default=True, help="Size of twitches, %.")
def trial(clips: tuple[Path, ...], warped: float, output: Path, **given: Any) -> None:
    """Recall and false peaks of the trial in clips of people who talk."""
    plan = Plan(cache=given["cache"].resolve())
    made = environment(shown_command(["tests.benchmarks.talking_trial", *sys.argv[1:]]))
    trials = measure(entries(clips, None), warped, plan, jobs=given["jobs"])
    click.echo(write(trials, warped, made, output))


if __name__ == "__main__":
    run_command(trial)
