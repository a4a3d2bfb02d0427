"""``twitchcam plot SESSION…``: the picture of a session, again or otherwise."""

from __future__ import annotations

from pathlib import Path

import click

from twitchcam.commands import _options
from twitchcam.commands._values import length, seconds


def _formats(ctx: click.Context, parameter: click.Parameter, text: str) -> tuple[str, ...]:
    known = ("png", "svg", "pdf")
    asked = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",")))
    if unknown := [name for name in asked if name not in known]:
        raise click.BadParameter(f"{unknown[0]!r} is not one of {', '.join(known)}")
    return asked


@click.command()
@_options.sessions
@click.option("--per", "per_s", metavar="LENGTH", type=length, help="Length of a bin: 30s, 1min, 1h.")
@click.option("--start", "start_s", metavar="TIME", type=seconds, help="Show from here on: seconds or MM:SS.")
@click.option("--end", "end_s", metavar="TIME", type=seconds, help="Show up to here.")
@click.option(
    "--format",
    "formats",
    metavar="png,svg,pdf",
    default="png",
    show_default=True,
    callback=_formats,
    help="One or more of these.",
)
@_options.reviewed("Draw the log as a person reviewed it")
@click.option("--show", is_flag=True, help="Open the picture afterwards.")
@_options.output(
    "Folder for the pictures, each NAME.png.  [default: frequency.png in the session]",
    type=click.Path(path_type=Path, file_okay=False),
)
def command(
    sessions: tuple[Path, ...],
    per_s: float | None,
    start_s: float | None,
    end_s: float | None,
    formats: tuple[str, ...],
    reviewed: bool,
    show: bool,
    output: Path | None,
) -> int:
    """Draw how often, when, where and how strongly it twitched.

    Bursts and twitches per minute of valid time, each twitch by lip and side, what was told in notes.tsv, amplitudes,
    and the time from one twitch to the next. A session that is not complete yet is drawn as far as it is.
    """
    from twitchcam.commands._sessions import folder_for, load_sessions
    from twitchcam.views.frequency import save_frequency, whole_span

    drawn: list[Path] = []
    for session in load_sessions(sessions, reviewed=reviewed):
        span_s = None
        if start_s is not None or end_s is not None:
            begin_s, last_s = whole_span(session)
            span_s = (begin_s if start_s is None else start_s, last_s if end_s is None else end_s)
        for kind in formats:
            path = folder_for(output) / f"{session.name}.{kind}" if output else session.path / f"frequency.{kind}"
            save_frequency(session, path, per_s=per_s, span_s=span_s)
            click.echo(f"{path}")
            drawn.append(path)
    if show:
        for path in drawn[:: len(formats)]:
            if click.launch(str(path)) != 0:
                click.echo(
                    f"twitchcam: {path}: there is nothing here to show a picture with; open it yourself", err=True
                )
                return 1
    return 0
