"""``twitchcam screen SESSION…``: says what the log means, with the reasons."""

from __future__ import annotations

import json
from pathlib import Path

import click

from twitchcam.commands import _options


@click.command()
@_options.sessions
@_options.reviewed("Screen the log as a person reviewed it")
@_options.as_json("the screening, as in session.json,")
def command(sessions: tuple[Path, ...], reviewed: bool, as_json: bool) -> None:
    """Say whether the twitches of SESSION favour one side, and why.

    Level 0: no one-sided pattern shown, or too little seen to say; level 1: one side is favoured; level 2: a one-sided
    pattern of eye and mouth. Several sessions of one person are looked at together; time that two of them show counts
    once. What speaks for and against it stands beside the level, and what to do next. It counts movements in a picture
    and cannot say what causes them.
    """
    from twitchcam.commands._sessions import load_sessions
    from twitchcam.screening.result import document, lines
    from twitchcam.session.screened import screen_sessions

    screening = screen_sessions(load_sessions(sessions, reviewed=reviewed))
    if as_json:
        click.echo(json.dumps(document(screening), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        click.echo("\n".join(lines(screening)))
