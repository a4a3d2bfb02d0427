"""Calibration: of the events said to be twitches with a confidence, how many are?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks import accuracy, plots
from tests.benchmarks.catalogue import Entry
from tests.benchmarks.methods import FUSED
from tests.benchmarks.outcomes import outcome
from tests.benchmarks.quiet_scenes import rest_scenes
from tests.benchmarks.report import Report, origins, table
from tests.benchmarks.scenes import QUALITIES
from tests.benchmarks.statistics import calibration_error, reliability
from tests.benchmarks.tasks import run, see_clip, see_scenes


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is run.

    Attributes:
        rendered: Rendered twitches.
        rest_minutes: How much rendered rest.
        rest_qualities: In which qualities.
        clips: Real recordings without known twitches.
    """

    rendered: accuracy.Options
    rest_minutes: float = 0.0
    rest_qualities: tuple[str, ...] = tuple(QUALITIES)
    clips: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Events with their confidence, and whether each is a twitch."""

    confidence: tuple[float, ...]
    right: tuple[bool, ...]


def measure(options: Options) -> dict[str, Said]:
    """Source of the footage to its events."""
    plan, jobs = options.rendered.plan, options.rendered.jobs
    scenes = [
        *accuracy.scenes_of(options.rendered),
        *rest_scenes(options.rendered.people, options.rest_minutes, qualities=options.rest_qualities),
    ]
    seen = {
        "rendered": see_scenes(scenes, plan, jobs=jobs, what="calibration, rendered"),
        "real": run(see_clip, options.clips, plan, jobs=jobs, what="calibration, clips") if options.clips else [],
    }
    said = {}
    for source, videos in seen.items():
        results = [outcome(video.truth, video.found[FUSED]) for video in videos]
        said[source] = Said(
            confidence=tuple(c for r in results for c in r.confidences),
            right=tuple(right for r in results for right in r.right),
        )
    return said


def write(options: Options, said: dict[str, Said], folder: Path) -> Path:
    """Writes table, diagram and raw results; returns the table's path."""
    pooled = Said(
        confidence=tuple(c for s in said.values() for c in s.confidence),
        right=tuple(right for s in said.values() for right in s.right),
    )
    bins = reliability(pooled.confidence, pooled.right)
    error = calibration_error(bins)
    report = Report(
        name="calibration",
        title="Calibration of the confidence",
        made=options.rendered.made,
        data={"calibration_error": error, "bins": [asdict(b) for b in bins], "events": asdict(pooled)},
    )
    sizes = ", ".join(f"{a:g}" for a in options.rendered.amplitudes)
    counts = ", ".join(f"{len(s.confidence)} on {source} footage" for source, s in said.items())
    report.add(
        f"Every event of the default settings, pooled: twitches of {sizes} % IOD in all qualities, "
        f"{options.rest_minutes:g} rendered minutes of rest, {len(options.clips)} real clips; {counts}. "
        "An event on real footage counts as wrong.",
        f"**Expected calibration error {error:.3f}** over {len(pooled.right)} events in {len(bins)} equal-count bins.",
    )
    if bins:
        plots.reliability_diagram(report.picture(folder, "reliability"), {"events": bins})
    rows = [(f"{b.confidence:.3f}", f"{b.share:.3f}", b.count) for b in bins]
    report.add(table(("mean confidence", "share that is a twitch", "events"), rows))
    report.add("## Portraits", origins(options.rendered.people))
    return report.write(folder)
