"""``twitchcam export SESSION --format FORMAT``: a session in the formats of other programs."""

from __future__ import annotations

from pathlib import Path

import click

from twitchcam.commands import _options

_FORMATS = ("vtt", "srt", "boris", "elan", "edf", "bids", "csv", "xlsx", "parquet", "fhir")


@click.command()
@_options.session
@click.option("--format", "-f", "name", type=click.Choice(_FORMATS), required=True, help="What to write.")
@_options.output("Where.  [default: beside the session]", metavar="PATH")
@_options.reviewed("Export the log as a person reviewed it")
@click.option(
    "--table",
    type=click.Choice(["events", "segments", "signals"]),
    default="events",
    show_default=True,
    help="Which table, for csv and parquet.",
)
@click.option(
    "--hold",
    "hold_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0, max=60),
    default=0.0,
    show_default=True,
    help="Let each subtitle stand at least so long; a twitch is too short to be read.",
)
@click.option("--overwrite", is_flag=True, help="Replace what has that name; work done in it is lost.")
def command(
    session: Path, name: str, output: Path | None, reviewed: bool, table: str, hold_s: float, overwrite: bool
) -> None:
    """Write a SESSION in the format of another program.

    vtt and srt are subtitles that play with the video; boris and elan are for coding behaviour; edf holds channels and
    annotations for viewers of EEG and EMG; bids is a dataset folder; csv, xlsx and parquet are tables; fhir is a bundle
    of Observations for record systems, worded as a monitor's. edf, xlsx and parquet need the libraries of
    "twitchcam[export]". Files are readable by their owner only.
    """
    from twitchcam.exports.material import Material, Table
    from twitchcam.exports.registry import default_path, export
    from twitchcam.session.reader import Session
    from twitchcam.session.reviewed import as_reviewed

    read = Session.load(session)
    read = as_reviewed(read) if reviewed else read
    events = tuple(sorted(read.events, key=lambda event: event.onset_s))
    material = Material(session=read, events=events, reviewed=reviewed, hold_s=hold_s, table=Table(table))
    path = default_path(material, name) if output is None else output
    export(material, name, path, overwrite=overwrite)
    click.echo(f"{path}: {len(events)} {'event' if len(events) == 1 else 'events'}")
