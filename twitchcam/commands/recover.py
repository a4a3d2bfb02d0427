"""``twitchcam recover SESSION``: finishes sessions whose writing was interrupted."""

from __future__ import annotations

from pathlib import Path

import click

from twitchcam.commands import _options


@click.command()
@_options.sessions
def command(sessions: tuple[Path, ...]) -> int:
    """Finish sessions that a crash, a full disk or a power cut interrupted.

    What was logged stays as it is. Twitches that were measured but not yet decided are found in signals.csv, the counts
    are made, and NAME.partial becomes NAME.
    """
    from twitchcam.analysis import FREQUENCY_NAME
    from twitchcam.commands.analyze import described
    from twitchcam.errors import TwitchcamError
    from twitchcam.recovery import recover
    from twitchcam.session.reader import Session
    from twitchcam.views.frequency import save_frequency

    whole = True
    for session in sessions:
        try:
            done = recover(session)
            save_frequency(Session.load(done.folder), done.folder / FREQUENCY_NAME)
        except TwitchcamError as error:
            whole = False
            click.echo(f"twitchcam: {error}", err=True)
            continue
        click.echo(f"{session}: {described(done.document)}, {done.added} of them decided now: {done.folder}")
        for warning in done.document["warnings"]:
            click.echo(f"twitchcam: {done.folder}: {warning}", err=True)
    return 0 if whole else 1
