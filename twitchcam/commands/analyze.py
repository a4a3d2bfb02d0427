"""``twitchcam analyze INPUT… -o DIR``: finds the twitches of recorded videos."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twitchcam.commands import _options
from twitchcam.commands._values import face_choice, seconds, wall_time

if TYPE_CHECKING:
    from twitchcam.batch import Outcome
    from twitchcam.config import Config


@click.command()
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@_options.output("Folder for the sessions and summary.tsv.", default=_options.SESSIONS_FOLDER)
@click.option("--annotate", is_flag=True, help="Also write annotated.mp4: lips, traces and labels drawn in.")
@click.option("--tracker", type=click.Choice(["fused", "facemesh"]), help="How the face is followed; fused is finer.")
@click.option(
    "--face",
    metavar="largest|leftmost|N",
    type=face_choice,
    help="Which of several faces; N counts from the left of the picture.  [default: the one that is found first]",
)
@_options.mirrored("The recording is a mirrored selfie")
@click.option(
    "--start", "start_s", metavar="TIME", type=seconds, help="Begin here: seconds or MM:SS from the first frame."
)
@click.option("--end", "end_s", metavar="TIME", type=seconds, help="Stop here.")
@_options.config
@_options.subject
@click.option(
    "--recorded-at", metavar="TIME", type=wall_time, help="When the first frame was taken; else as the file says."
)
@_options.overwrite
@click.option(
    "-j", "--jobs", metavar="N", type=click.IntRange(min=1), help="Videos at once.  [default: what the machine bears]"
)
@click.option(
    "--resume",
    is_flag=True,
    help="Leave what is finished and would come out the same; do the rest, replace the others.",
)
@click.option("--cluster", metavar="ADDRESS", help="Let the workers of this Dask scheduler do it.")
@click.option("--fetch", is_flag=True, help="With --cluster: the workers share no disk; sessions are sent back.")
@_options.debug_rejections
def command(
    inputs: tuple[Path, ...],
    output: Path,
    annotate: bool,
    tracker: str | None,
    face: str | None,
    mirrored: bool,
    start_s: float | None,
    end_s: float | None,
    config_path: Path | None,
    subject: str | None,
    recorded_at: datetime | None,
    overwrite: bool,
    jobs: int | None,
    resume: bool,
    cluster: str | None,
    fetch: bool,
    debug_rejections: bool,
) -> int:
    """Find the twitches of recorded videos.

    INPUT is a video, a folder of videos, a pattern (`day*/*.mp4`) or @FILE, a text file with a path a line. Writes a
    folder DIR/NAME for each video (events.tsv, segments.tsv, signals.csv, session.json, frequency.png) and
    DIR/summary.tsv with a row for each. Left and right are the subject's own. Ctrl-C keeps what was found, --resume
    goes on. Exit code 0: every input was analysed; 1: some input could not be, or not to its end.
    """
    from twitchcam.analysis import AnalysisOptions
    from twitchcam.batch import SUMMARY_NAME, analyze_videos
    from twitchcam.commands._running import ProgressBar, StopSignal
    from twitchcam.jobs.inputs import expanded
    from twitchcam.jobs.machine import bearable_jobs

    if fetch and cluster is None:
        raise click.UsageError("--fetch belongs to --cluster ADDRESS")
    options = AnalysisOptions(
        config=_config(config_path, tracker=tracker, face=face, mirrored=mirrored, start_s=start_s, end_s=end_s),
        subject=subject,
        recorded_at=recorded_at,
        annotate=annotate,
        with_rejections=debug_rejections,
        overwrite=overwrite,
    )
    videos = expanded(inputs)
    given: dict[str, Any] = {"resume": resume, "cluster": cluster, "fetch": fetch}
    given["jobs"] = bearable_jobs(len(videos)) if jobs is None else jobs
    outcomes: list[Outcome] = []
    with ProgressBar() as bar, StopSignal() as stop:
        for outcome in analyze_videos(videos, output, options, stop=stop, progress=bar, **given):
            bar.clear()
            _tell(outcome)
            outcomes.append(outcome)
    if any(outcome.analysis is not None for outcome in outcomes):
        click.echo(f"{output / SUMMARY_NAME}: a row for each input")
    return _ended(outcomes)


def _ended(outcomes: list[Outcome]) -> int:
    """The exit code; of many inputs, those that were not analysed are named once more at the end."""
    short = [outcome for outcome in outcomes if not outcome.whole]
    if short and len(outcomes) > 1:
        names = ", ".join(str(outcome.video) for outcome in short)
        click.echo(
            f"twitchcam: {len(short)} of {len(outcomes)} inputs were not analysed to their end: {names}", err=True
        )
    return 1 if short else 0


def _config(
    path: Path | None,
    *,
    tracker: str | None,
    face: str | None,
    mirrored: bool,
    start_s: float | None,
    end_s: float | None,
) -> Config:
    from twitchcam.config import Config, load, merged

    capture: dict[str, Any] = {"start_s": start_s, "end_s": end_s, "mirrored": mirrored or None}
    chosen = {"capture": capture, "face": {"tracker": tracker, "choice": face}}
    changes = {
        section: {key: value for key, value in values.items() if value is not None}
        for section, values in chosen.items()
    }
    return merged(Config() if path is None else load(path), changes)


def _tell(outcome: Outcome) -> None:
    """The result on stdout, what is wrong on stderr; a line each."""
    from twitchcam.batch import Status

    if outcome.analysis is not None:
        kept = " (as it was)" if outcome.kept else ""
        click.echo(f"{outcome.video}: {described(outcome.analysis.document)}: {outcome.analysis.folder}{kept}")
    if outcome.status is Status.FAILED:
        click.echo(f"twitchcam: {outcome.message}", err=True)
    elif outcome.message:
        click.echo(f"twitchcam: {outcome.video}: {outcome.message}", err=True)


def described(document: dict[str, Any]) -> str:
    """What was found, in a few words: ``3 twitches in 4.9 valid of 5.0 min (2 upper left, 1 lower right)``.

    Of those that were found while the mouth moved, it says that they lie outside valid time.
    """
    counts, rates = document["counts"], document["rates_per_valid_min"]
    found = f"{counts['twitch']} {'twitch' if counts['twitch'] == 1 else 'twitches'}"
    if counts["spasm"]:
        found += f", {counts['spasm']} {'spasm' if counts['spasm'] == 1 else 'spasms'}"
    events = counts["twitch"] + counts["spasm"]
    outside = events - round(document["valid_min"] * ((rates["twitch"] or 0.0) + (rates["spasm"] or 0.0)))
    if outside:
        which = "" if events == 1 else "all " if outside == events else f"{outside} "
        found += f", {which}outside valid time,"
    valid_s, duration_s = 60 * document["valid_min"], document["duration_s"]
    unit_s, unit = (60, "min") if duration_s >= 100 else (1, "s")
    time = f"{valid_s / unit_s:.1f} valid of {duration_s / unit_s:.1f} {unit}"
    places = [f"{n} {place.replace('_', ' ')}" for place, n in counts["by_lip_and_side"].items() if n]
    return f"{found} in {time}" + (f" ({', '.join(places)})" if places else "")
