"""Refits the weights of :mod:`twitchcam.events.confidence`: ``python -m tests.benchmarks.fit_confidence``.

Prints the line to put there. The calibration in the report is that of models fitted without the person they are asked
about; the printed weights are fitted on everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from tests.benchmarks import accuracy, plots
from tests.benchmarks.candidates import Judged, clip_candidates, scene_candidates
from tests.benchmarks.catalogue import Entry
from tests.benchmarks.cli import accuracy_options, clips_given, common, entries, faces, rendered_videos, run_command
from tests.benchmarks.quiet_scenes import movement_scenes, rest_scenes
from tests.benchmarks.report import Report, origins, table
from tests.benchmarks.statistics import calibration_error, probability, reliability, ridge_logistic
from tests.benchmarks.tasks import run
from twitchcam.config import Config
from twitchcam.simulate.scenario import MovementKind

FloatArray = NDArray[np.float64]
DECIMALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All measurable candidates.

    Attributes:
        features: ``(n, k)``.
        amplitude: ``(n,)`` true size, 0 where there is no twitch.
        plausible: ``(n,)`` whether the gates let it through.
        person: ``(n,)`` name.
        source: ``(n,)`` ``web``, ``low`` or ``real``.
    """

    features: FloatArray
    amplitude: FloatArray
    plausible: NDArray[np.bool_]
    person: NDArray[np.str_]
    source: NDArray[np.str_]

    @property
    def true(self) -> FloatArray:
        """``(n,)`` 1 where the candidate is a twitch."""
        return np.asarray(self.amplitude > 0, dtype=np.float64)


def table_of(videos: Sequence[Judged]) -> Table:
    """Puts the candidates of all videos into one table."""
    rows = [(c, v) for v in videos for c in v.candidates if c.measurable]
    return Table(
        features=np.array([c.features for c, _ in rows], dtype=np.float64),
        amplitude=np.array([c.amplitude for c, _ in rows], dtype=np.float64),
        plausible=np.array([c.plausible for c, _ in rows], dtype=bool),
        person=np.array([v.person for _, v in rows], dtype=np.str_),
        source=np.array([v.source for _, v in rows], dtype=np.str_),
    )


def left_out(rows: Table, *, ridge: float) -> FloatArray:
    """``(n,)`` confidence of every candidate from a model that has not seen its person.

    Raises:
        ValueError: there is only one person.
    """
    people = np.unique(rows.person)
    if len(people) < 2:
        raise ValueError("expected candidates of at least two people, since one is left out")
    sure = np.zeros(len(rows.true))
    for person in people:
        own = rows.person == person
        weights = ridge_logistic(rows.features[~own], rows.true[~own], ridge=ridge)
        sure[own] = probability(rows.features[own] @ weights)
    return sure


@click.command()
@common
@faces
@rendered_videos
@clips_given
@click.option("--ridge", type=click.FloatRange(0), default=1.0, show_default=True, help="How much weights are shrunk.")
def fit(
    clips: tuple[Path, ...],
    rest_minutes: float,
    rest_quality: tuple[str, ...],
    ridge: float,
    output: Path,
    **given: Any,
) -> None:
    """Refit the confidence on rendered twitches and real clips; print the weights, report the calibration."""
    options = accuracy_options(given, methods=("fused",))
    found = entries(clips, given["half"])
    scenes = [
        *accuracy.scenes_of(options),
        *rest_scenes(options.people, rest_minutes, qualities=rest_quality),
        # Who rests blinks, and a blink shakes the picture.
        *movement_scenes(options.people, rest_minutes / 2, kinds=(MovementKind.BLINK,)),
    ]
    videos = run(scene_candidates, scenes, options.plan, jobs=options.jobs, what="rendered")
    videos += run(clip_candidates, found, options.plan, jobs=options.jobs, what="clips")
    rows = table_of(videos)
    weights = ridge_logistic(rows.features, rows.true, ridge=ridge)
    shown = f"WEIGHTS: tuple[float, ...] = ({', '.join(f'{w:.{DECIMALS}f}' for w in weights)})"
    path = write(options, found, videos, rows, left_out(rows, ridge=ridge), shown, output)
    click.echo(shown)
    click.echo(path)


def write(
    options: accuracy.Options,
    clips: Sequence[Entry],
    videos: Sequence[Judged],
    rows: Table,
    sure: FloatArray,
    weights: str,
    folder: Path,
) -> Path:
    """Writes tables, diagram and numbers; returns the table's path."""
    least = Config().detection.min_confidence
    reported = rows.plausible & (sure >= least)
    curves = {
        "all candidates": reliability(sure.tolist(), (rows.true > 0).tolist()),
        "events": reliability(sure[reported].tolist(), (rows.true[reported] > 0).tolist()),
    }
    report = Report(
        name="confidence",
        title="The confidence refitted",
        made=options.made,
        data={"weights": weights, "bins": {name: [asdict(b) for b in bins] for name, bins in curves.items()}},
    )
    report.add(
        f"`{weights}`",
        f"{len(rows.true)} candidates of {len(np.unique(rows.person))} people, {int(rows.true.sum())} are twitches. "
        "Every number below comes from models that were fitted without the person they judge.",
        table(
            ("what", "number", "expected calibration error"),
            [(name, sum(b.count for b in bins), f"{calibration_error(bins):.3f}") for name, bins in curves.items()],
        ),
    )
    plots.reliability_diagram(report.picture(folder, "reliability"), curves)
    report.add(
        f"## Found and false at a confidence of {least:g}",
        "Only measurable candidates are part of the model. The others fail a gate that the confidence does not weigh "
        "(the picture does not fit, the head or the mouth moves too far); where they are most, the calibration says "
        "nothing about that source.",
        _counts_table(videos, rows, reported),
    )
    report.add("## Portraits", origins(options.people))
    if clips:
        report.add(
            "## Clips", table(("file", "half", "origin"), [(c.path.name, c.half or "-", c.origin) for c in clips])
        )
    return report.write(folder)


def _counts_table(videos: Sequence[Judged], rows: Table, reported: NDArray[np.bool_]) -> str:
    """Share found by size, and false ones per minute, by source."""
    sizes = sorted({a for v in videos for a in v.amplitudes}, reverse=True)
    lines = []
    for source in dict.fromkeys(v.source for v in videos):
        own = [v for v in videos if v.source == source]
        here = reported & (rows.source == source)
        minutes = sum(v.duration_s for v in own) / 60
        false = int((here & (rows.amplitude == 0)).sum())
        peaks = [c for v in own for c in v.candidates]
        cells = [len(peaks), sum(c.measurable for c in peaks)]
        found = []
        for size in sizes:
            total = sum(v.amplitudes.count(size) for v in own)
            found.append(f"{int((here & (rows.amplitude == size)).sum())}/{total}" if total else "-")
        lines.append((source, f"{minutes:.1f}", *cells, false, f"{false / minutes:.2f}" if minutes else "-", *found))
    header = ("source", "minutes", "candidates", "of them measurable", "false", "per minute")
    return table((*header, *[f"{s:g} %" for s in sizes]), lines)


if __name__ == "__main__":
    run_command(fit)
