"""``twitchcam detect SESSION``: finds events again from ``signals.csv``, without the video."""

from __future__ import annotations

from pathlib import Path

import click

from twitchcam.commands import _options


@click.command()
@_options.session
@_options.config
@_options.output("Folder to write.  [default: SESSION/detected]")
@_options.debug_rejections
def command(session: Path, config_path: Path | None, output: Path | None, debug_rejections: bool) -> None:
    """Find the events of a SESSION again, perhaps with other settings.

    Works from the session's signals.csv; the video is not needed, and the session stays as it is. Settings are the
    session's own, but for those that FILE.toml names. Writes events.tsv, events.json, segments.tsv and detection.json,
    which holds the settings, what differs from the session's, counts and rates. An earlier result is replaced. With
    the same settings events.tsv comes out the same.
    """
    from twitchcam.commands.analyze import described
    from twitchcam.config import load
    from twitchcam.redetect import detect_again
    from twitchcam.session.reader import Session

    read = Session.load(session)
    config = read.config if config_path is None else load(config_path, base=read.config)
    result = detect_again(read, config, out=output, with_rejections=debug_rejections)
    for change in result.changes:
        click.echo(f"{change}")
    click.echo(f"{session}: {described(result.document)}; the session has {len(read.events)}: {result.folder}")
    for warning in result.document["warnings"]:
        click.echo(f"twitchcam: {session}: {warning}", err=True)
