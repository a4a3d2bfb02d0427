"""``twitchcam score TRUTH EVENTS``: precision, recall, F1 and how right the found ones are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twitchcam.commands import _options

if TYPE_CHECKING:
    from twitchcam.score import Score


@click.command()
@click.argument("truth", type=click.Path(path_type=Path))
@click.argument("events", type=click.Path(path_type=Path))
@_options.as_json("the score")
@_options.tolerance
def command(truth: Path, events: Path, as_json: bool, tolerance_s: float) -> None:
    """Compare EVENTS with a TRUTH.

    Both are tables with the columns of events.tsv, session folders, files of ELAN (.eaf), or projects or exported
    tables of BORIS, in which an annotation counts where its behaviour, tier or text says twitch or spasm. Events are
    matched one to one in time. Where nothing was reported precision is 1, where there is nothing to find recall is 1.
    """
    from twitchcam.annotations import read_annotations
    from twitchcam.commands._annotations import tell_left_out
    from twitchcam.score import score

    logs = []
    for path in (truth, events):
        left_out: list[str] = []
        logs.append(read_annotations(path, left_out))
        tell_left_out(path.name, left_out)
    result = score(*logs, tolerance_s=tolerance_s)
    if as_json:
        click.echo(json.dumps(result.to_dict(), indent=2, allow_nan=False))
    else:
        click.echo("\n".join(described(result)))


def described(result: Score) -> list[str]:
    """The score as lines for a person."""
    return [
        f"found      {result.matched} of {result.truths} twitches, {result.missed} missed, {result.false} false",
        f"precision  {result.precision:.3f}",
        f"recall     {result.recall:.3f}",
        f"F1         {result.f1:.3f}",
        f"side       {_number(result.side_accuracy, '.3f')} of the found ones right",
        f"lip        {_number(result.lip_accuracy, '.3f')} of the found ones right",
        f"onset      {_number(result.onset_error_s, '+.3f')} s median error, "
        f"{_number(result.onset_abs_error_s, '.3f')} s without sign",
        f"amplitude  {_number(result.amplitude_error, '+.1%')} median error, "
        f"{_number(result.amplitude_abs_error, '.1%')} without sign",
    ]


def _number(value: float | None, form: str) -> str:
    return "n/a" if value is None else format(value, form)
