"""``twitchcam agree A B``: how well two logs of one recording agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twitchcam.commands import _options

if TYPE_CHECKING:
    from twitchcam.agreement import Agreement, Kappa


@click.command()
@click.argument("first", metavar="A", type=click.Path(path_type=Path))
@click.argument("second", metavar="B", type=click.Path(path_type=Path))
@_options.as_json("the figures")
@click.option(
    "--plot", metavar="FILE.png", type=click.Path(path_type=Path), help="Write the Bland-Altman plot of the counts."
)
@_options.tolerance
@click.option(
    "--bin",
    "bin_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="Length of the bins of time over which kappa is counted.",
)
@click.option(
    "--duration",
    "duration_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    help="Length of the recording, where neither A nor B is a session.  [default: to the last event]",
)
def command(
    first: Path,
    second: Path,
    as_json: bool,
    plot: Path | None,
    tolerance_s: float,
    bin_s: float,
    duration_s: float | None,
) -> None:
    """Compare two logs of one recording: two raters, or a rater and the software.

    A and B are session folders (as the software left them), a session's review.tsv (as a person left it), tables with
    the columns of events.tsv, or annotations of BORIS or ELAN. Prints the agreement event by event, Cohen's kappa over
    bins of time and of the sides and lips of the paired events, ICC(2,1) of the counts in each minute, and the limits
    of agreement of these. An annotation is an event where it, its behaviour or its tier says twitch or spasm; what says
    neither is left out and told. Neither log is taken for the truth; for that there is score.
    """
    from twitchcam.agreement import agree
    from twitchcam.commands._annotations import tell_left_out
    from twitchcam.session.logs import read_log

    logs = [read_log(path) for path in (first, second)]
    for log in logs:
        tell_left_out(log.name, log.left_out)
    known_s = [log.duration_s for log in logs if log.duration_s is not None]
    length_s = duration_s if duration_s is not None else max(known_s, default=0.0)
    result = agree(logs[0].events, logs[1].events, duration_s=length_s, tolerance_s=tolerance_s, bin_s=bin_s)
    if plot is not None:
        from twitchcam.views.bland_altman import save_bland_altman

        save_bland_altman(result.limits, plot, first=logs[0].name, second=logs[1].name)
    if as_json:
        click.echo(json.dumps(result.to_dict(), indent=2, allow_nan=False))
        return
    click.echo("\n".join(described(result)))
    if plot is not None:
        click.echo(f"{plot}: Bland-Altman plot")


def described(result: Agreement) -> list[str]:
    """The figures as lines for a person."""
    icc, limits = result.icc, result.limits
    per_minute = f"counts of {icc.targets} {'minute' if icc.targets == 1 else 'minutes'}"
    return [
        f"events     A {result.first}, B {result.second}, in both {result.paired}; "
        f"only A {result.first - result.paired}, only B {result.second - result.paired}",
        f"agreement  {_number(result.positive, '.3f')} of all events are in both",
        f"kappa      {_kappa(result.time)}: bins of {result.bin_s:g} s with an event or none",
        f"side       {_kappa(result.side)}: sides of the events in both",
        f"lip        {_kappa(result.lip)}: lips of the events in both",
        f"onset      {_number(result.onset_s, '+.3f')} s median, B minus A",
        f"ICC(2,1)   {_number(icc.icc, '.2f')} (95 % {_range(icc.low, icc.high)}), {per_minute}",
        f"B minus A  {_number(limits.mean, '+.2f')} events a minute on average, "
        f"limits of agreement {_number(limits.low, '+.2f')} to {_number(limits.high, '+.2f')}",
    ]


def _kappa(kappa: Kappa) -> str:
    agreed = "" if kappa.observed is None else f", {kappa.observed:.3f} agree"
    return f"{_number(kappa.kappa, '.2f')} (95 % {_range(kappa.low, kappa.high)}; n = {kappa.labels}{agreed})"


def _range(low: float | None, high: float | None) -> str:
    return "n/a" if low is None or high is None else f"{low:.2f} to {high:.2f}"


def _number(value: float | None, form: str) -> str:
    return "n/a" if value is None else format(value, form)
