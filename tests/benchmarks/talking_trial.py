"""Could twitches be found while talking? ``python -m tests.benchmarks.talking_trial --clips DIR``.

A trial of another measurement and another detector than the program's (:mod:`tests.benchmarks.speech_flow`,
:mod:`tests.benchmarks.speech_noise`), on clips of people who talk, with and without twitches warped into them.
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

from tests.benchmarks.catalogue import HALVES, Entry
from tests.benchmarks.cli import common, entries, real_clips, run_command
from tests.benchmarks.keys import file_digest, key_of
from tests.benchmarks.report import Report, environment, shown_command, table
from tests.benchmarks.speech_flow import Flow, flow_of
from tests.benchmarks.speech_noise import coherence, covariance, length_of, prior_of, windows
from tests.benchmarks.tasks import Plan, run
from tests.benchmarks.warped import talking, warped
from twitchcam.errors import UsageError
from twitchcam.events.model import Twitch

FloatArray = NDArray[np.float64]

RATES_PER_MIN = (0.25, 0.5, 1.0, 2.0, 5.0)
#: Nothing is known yet; peaks nearer than this are one; a twitch is found a little outside of itself as well.
_BLIND_S, _SEPARATION_S, _NEAR_S = 1.5, 0.25, 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a clip came out.

    Attributes:
        name: Of the file.
        half: Which half it belongs to.
        minutes: Looked at for false peaks.
        false: Coherence of every peak of the clip as it is.
        hits: Largest coherence at each twitch of the clip with twitches.
    """

    name: str
    half: str | None
    minutes: float
    false: tuple[float, ...]
    hits: tuple[float, ...]


def recall_at(trials: Sequence[Trial], per_min: float) -> tuple[float, float]:
    """Share of the twitches above the threshold at which there are so many false peaks a minute, and that threshold."""
    false = sorted((c for t in trials for c in t.false), reverse=True)
    allowed = int(per_min * sum(t.minutes for t in trials))
    threshold = false[allowed] if allowed < len(false) else 0.0
    return _share_above(trials, threshold), threshold


def false_above(trials: Sequence[Trial], threshold: float) -> float:
    """False peaks a minute above a threshold."""
    return sum(c > threshold for t in trials for c in t.false) / sum(t.minutes for t in trials)


def judged(clip: Entry, plain: Flow, with_twitches: Flow, truth: Sequence[Twitch], prior: FloatArray) -> Trial:
    """Runs the detector on a clip as it is and with twitches."""
    as_it_is, there = coherence(plain, prior), coherence(with_twitches, prior)
    as_it_is = np.where(plain.t_s >= _BLIND_S, as_it_is, 0.0)
    peaks, _ = find_peaks(np.concatenate([[0], as_it_is, [0]]), distance=max(1, int(_SEPARATION_S * plain.rate_hz)))
    t_s, hits = with_twitches.t_s, []
    for twitch in truth:
        near = (t_s >= twitch.onset_s - _NEAR_S) & (t_s <= twitch.onset_s + twitch.duration_s + _NEAR_S)
        hits.append(float(there[near].max(initial=0.0)))
    return Trial(
        name=clip.path.name,
        half=clip.half,
        minutes=max(float(plain.t_s[-1]) - _BLIND_S, 0.0) / 60,
        false=tuple(float(c) for c in as_it_is[peaks - 1] if c > 0),
        hits=tuple(hits),
    )


def look(job: tuple[Entry, float], plan: Plan) -> tuple[Flow, Flow, tuple[Twitch, ...]] | None:
    """The motion in a clip as it is and with twitches (% IOD) warped into it; None where it is too short for any."""
    clip, amplitude = job
    made = warped(clip, amplitude, plan.cache)
    if not made.truth:
        return None
    plain = flow_of(clip.path, key_of(file_digest(clip.path)), plan.cache)
    return plain, flow_of(made.video, made.key, plan.cache), made.truth


def measure(clips: Sequence[Entry], amplitude: float, plan: Plan, *, jobs: int) -> list[Trial]:
    """Every clip that is long enough, judged with what the other clips of the half ``tune`` have in common."""
    chosen = talking(clips)
    seen = run(look, [(clip, amplitude) for clip in chosen], plan, jobs=jobs, what="warped into talking")
    known = [(clip, s) for clip, s in zip(chosen, seen, strict=True) if s is not None]
    learned = {}
    for clip, (plain, _, _) in known:
        if clip.half == HALVES[0]:
            rows, whole = windows(plain)
            learned[clip.path.name] = (length_of(plain.rate_hz), covariance(rows[whole]))
    trials = []
    for clip, (plain, there, truth) in known:
        length = length_of(plain.rate_hz)
        others = [c for name, (n, c) in learned.items() if n == length and name != clip.path.name]
        if not others:
            raise UsageError(f"{clip.path}: no other clip of the half {HALVES[0]} has about its frame rate")
        trials.append(judged(clip, plain, there, truth, prior_of(others)))
    return trials


def write(trials: Sequence[Trial], amplitude: float, made: dict[str, str], folder: Path) -> Path:
    """Writes the table and raw results; returns the table's path."""
    report = Report(
        name="talking-trial",
        title="Twitches while talking: a trial",
        made=made,
        data={"amplitude_pct_iod": amplitude, "clips": [asdict(trial) for trial in trials]},
    )
    report.add(
        f"Twitches of {amplitude:g} % warped into clips of people who talk. The program does not do this: motion from "
        "frame to frame at nodes over the lower face, whitened by the person's own speech of the last half a minute, "
        "compared with pulses at the four lip places. Its settings were chosen on the half `tune`, but the other half "
        "was looked at meanwhile; what it takes for speech at the beginning comes from other clips of `tune`. The "
        "threshold of each cell is the one "
        "that gives its rate in the clips without twitches, so the recall is the most that could be had. The last "
        "column takes the thresholds that belong to that rate on the other half."
    )
    halves: dict[str, list[Trial]] = {}
    for trial in trials:
        halves.setdefault(trial.half or "-", []).append(trial)
    rows = []
    for half, own in halves.items():
        others = next((ts for name, ts in halves.items() if name != half), own)
        for rate in RATES_PER_MIN:
            recall, threshold = recall_at(own, rate)
            _, theirs = recall_at(others, rate)
            rows.append(
                (half, len(own), f"{sum(t.minutes for t in own):.1f}", sum(len(t.hits) for t in own), f"{rate:g}",
                 f"**{recall:.2f}**", f"{threshold:.3f}",
                 f"{_share_above(own, theirs):.2f} at {false_above(own, theirs):.2f}")
            )  # fmt: skip
    header = ("half", "clips", "minutes", "twitches", "false a minute", "recall", "threshold", "with the other's")
    report.add(table(header, rows))
    each = [(t.name, t.half or "-", _words(t.hits), _words(sorted(t.false, reverse=True)[:3])) for t in trials]
    report.add("## Clips", table(("file", "half", "coherence of its twitches", "largest false ones"), each))
    return report.write(folder)


def _share_above(trials: Sequence[Trial], threshold: float) -> float:
    hits = [c for t in trials for c in t.hits]
    return float(np.mean([c > threshold for c in hits])) if hits else 0.0


def _words(numbers: Sequence[float]) -> str:
    return " ".join(f"{number:.2f}" for number in numbers)


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
