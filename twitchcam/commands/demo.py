"""``twitchcam demo``: analyses the bundled sample and shows what was found beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twitchcam import bundled
from twitchcam.commands import _options
from twitchcam.errors import InputError

if TYPE_CHECKING:
    from rich.table import Table

    from twitchcam.events.model import Twitch
    from twitchcam.score import Score

SAMPLE_NAME = "sample.mp4"
TRUTH_NAME = "sample.truth.tsv"
_NOTICE = "A monitor, not a diagnosis. The sample is a rendering: the person shown has no twitch."


@click.command()
@_options.output("Folder for the session; one of an earlier run in it is replaced.", default="demo-out")
def command(output: Path) -> None:
    """Analyse the bundled sample and show what was found beside the truth.

    The sample is a portrait with twitches of known lip, side, size and time rendered into it. Left and right are the
    subject's own.
    """
    from rich.console import Console

    from twitchcam.analysis import ANNOTATED_NAME, FREQUENCY_NAME, AnalysisOptions, analyze_video
    from twitchcam.commands._running import ProgressBar
    from twitchcam.config import Config
    from twitchcam.score import score
    from twitchcam.session.events_file import read_events
    from twitchcam.session.findings import EVENTS_NAME

    sample, truth_path = _bundled(SAMPLE_NAME), _bundled(TRUTH_NAME)
    options = AnalysisOptions(config=Config(), annotate=True, overwrite=True)
    with ProgressBar() as bar:
        analysis = analyze_video(sample, output, options, progress=bar)
    truth, found = read_events(truth_path), read_events(analysis.folder / EVENTS_NAME)
    result = score(truth, found)

    console = Console(highlight=False, soft_wrap=True)
    console.print(comparison(truth, found, result))
    console.print(summary(truth, found, result), markup=False)
    for remark in analysis.remarks:
        click.echo(f"twitchcam: {sample}: {remark}", err=True)
    console.print()
    for what, name in (("log", EVENTS_NAME), ("frequency plot", FREQUENCY_NAME), ("annotated video", ANNOTATED_NAME)):
        console.print(f"{what:<16} {analysis.folder / name}", markup=False)
    console.print(f"\n{_NOTICE}", markup=False)


def comparison(truth: Sequence[Twitch], found: Sequence[Twitch], result: Score) -> Table:
    """Every twitch of the truth beside the one that was found for it, and what was found besides."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, title="What is in the sample, and what was found", title_justify="left")
    table.caption = "size: largest displacement of the skin, % of the distance of the outer eye corners"
    table.caption_justify = "left"
    for column in ("second", "lip and side", "size", "found at", "lip and side", "size"):
        table.add_column(column, justify="left" if "lip" in column else "right")
    table.add_column("")
    event_of = {match.truth: match.event for match in result.matches}
    rows = [(twitch, found[event_of[i]] if i in event_of else None) for i, twitch in enumerate(truth)]
    extra = [(None, twitch) for i, twitch in enumerate(found) if i not in event_of.values()]
    for true, event in sorted([*rows, *extra], key=_time):
        table.add_row(*_cells(true), *_cells(event), _verdict(true, event))
    return table


def summary(truth: Sequence[Twitch], found: Sequence[Twitch], result: Score) -> str:
    """How well the log agrees with the truth, in a sentence."""
    pairs = [(truth[match.truth], found[match.event]) for match in result.matches]
    sides, lips = sum(a.side is b.side for a, b in pairs), sum(a.lip is b.lip for a, b in pairs)
    said = f"{result.matched} of {result.truths} found, {result.missed} missed, {result.false} extra"
    if pairs:
        said += f"; side right in {sides}, lip right in {lips}"
    if result.onset_abs_error_s is not None:
        said += f"; onset off by {1000 * result.onset_abs_error_s:.0f} ms"
    if result.amplitude_abs_error is not None:
        said += f", size by {result.amplitude_abs_error:.0%} (medians)"
    return f"{said}."


def _time(row: tuple[Twitch | None, Twitch | None]) -> float:
    twitch = row[0] or row[1]
    assert twitch is not None
    return twitch.onset_s


def _cells(twitch: Twitch | None) -> tuple[str, str, str]:
    if twitch is None:
        return "", "-", ""
    return f"{twitch.onset_s:.2f}", f"{twitch.lip}, {twitch.side}", f"{twitch.amplitude_pct_iod:.1f} %"


def _verdict(true: Twitch | None, event: Twitch | None) -> str:
    if event is None:
        return "[bold red]missed[/]"
    if true is None:
        return "[bold red]extra[/]"
    wrong = [name for name in ("lip", "side") if getattr(true, name) is not getattr(event, name)]
    return f"[bold red]wrong {' and '.join(wrong)}[/]" if wrong else "[green]right[/]"


def _bundled(name: str) -> Path:
    path = bundled.find("samples", name)
    if path is None:
        place = bundled.places("samples")[0]
        raise InputError(
            f"{name} is missing from {place}: install twitchcam again (in a checkout: git restore samples)"
        )
    return path
