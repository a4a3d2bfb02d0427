"""``twitchcam detect SESSION``: finds events again from ``signals.csv``, without the video."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("session", metavar="SESSION", type=click.Path(path_type=Path))
@click.option("--config", "config_path", metavar="FILE.toml", type=click.Path(path_type=Path), help="Other settings.")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder to write.  [default: SESSION/detected]",
)
@click.option(
    "--debug-rejections", is_flag=True, help="Also write rejections.tsv: what was not taken for a twitch, and why."
)
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
