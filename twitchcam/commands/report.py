"""``twitchcam report SESSION…``: one page for the person and their doctor."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("sessions", metavar="SESSION...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--video",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The recording: a magnified clip of each twitch goes into the report. Of one SESSION only.",
)
@click.option("--reviewed", is_flag=True, help="Report the log as a person reviewed it (review.tsv).")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The page to write.  [default: report.html in the session]",
)
def command(sessions: tuple[Path, ...], video: Path | None, reviewed: bool, output: Path | None) -> None:
    """Write a page that says what was found, for the person and their doctor.

    One HTML file that opens without a network and prints on two pages: what was found in plain words, the screening
    with its reasons, where and when, what was left out and why, and every event with its trace; with the clips of
    `twitchcam magnify` where they are in the session. Several sessions must be of one person.
    """
    from twitchcam.commands._sessions import load_sessions
    from twitchcam.views.report.page import REPORT_NAME, write_report

    if output is None and len(sessions) > 1:
        raise click.UsageError("name the page of several sessions with -o")
    if video is not None and len(sessions) > 1:
        raise click.UsageError("--video goes with one SESSION")
    read = load_sessions(sessions, reviewed=reviewed)
    path = read[0].path / REPORT_NAME if output is None else output
    for remark in write_report(read, path, reviewed=reviewed):
        click.echo(f"twitchcam: {path}: {remark}", err=True)
    click.echo(f"{path}")
