"""``twitchcam report SESSION…``: one page for the person and their doctor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twitchcam.commands import _options

if TYPE_CHECKING:
    from twitchcam.commands._running import ProgressBar
    from twitchcam.session.reader import Session


@click.command()
@_options.sessions
@_options.video(
    "The recording: magnified clips of the clearest twitches are made and go into the page. Of one SESSION only."
)
@_options.reviewed("Report the log as a person reviewed it")
@_options.output(
    "The page to write.  [default: report.html in the session]",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
)
def command(sessions: tuple[Path, ...], video: Path | None, reviewed: bool, output: Path | None) -> None:
    """Write a page that says what was found, for the person and their doctor.

    One HTML file that opens without a network and prints on two pages: what was found in plain words, the screening
    with its reasons, where and when, what was left out and why, and every event with its trace. Clips of `twitchcam
    magnify` go in where they are in the session. Several sessions must be of one person.
    """
    from twitchcam.commands._running import ProgressBar
    from twitchcam.commands._sessions import load_sessions
    from twitchcam.session.screened import screen_sessions
    from twitchcam.views.report.page import REPORT_NAME, write_report
    from twitchcam.views.report.part import check_one_subject

    if output is None and len(sessions) > 1:
        raise click.UsageError("name the page of several sessions with -o")
    if video is not None and len(sessions) > 1:
        raise click.UsageError("--video goes with one SESSION")
    read = load_sessions(sessions, reviewed=reviewed)
    check_one_subject(read)
    path = read[0].path / REPORT_NAME if output is None else output
    screening = None
    if reviewed or len(read) > 1:
        from twitchcam.screening.result import document

        # What each session.json says is of that session alone, and of the log as it was found.
        screening = document(screen_sessions(read))
    with ProgressBar() as bar:
        remarks = write_report(
            read,
            path,
            screening=screening,
            reviewed=reviewed,
            make_clips=None if video is None else lambda session, numbers: _magnify(session, numbers, video, bar),
        )
    for remark in remarks:
        click.echo(f"twitchcam: {path}: {remark}", err=True)
    click.echo(f"{path}")


def _magnify(session: Session, numbers: Sequence[int], video: Path, bar: ProgressBar) -> None:
    """Makes the clips that are not there yet."""
    from twitchcam.commands._sessions import folder_for
    from twitchcam.session.events_file import read_events
    from twitchcam.session.findings import EVENTS_NAME
    from twitchcam.session.source_video import source_video
    from twitchcam.views.magnified import magnified_clip
    from twitchcam.views.report.clips import FOLDER_NAME, clip_path

    recording = source_video(session, video)
    events = read_events(session.path / EVENTS_NAME)
    missing = [number for number in numbers if not clip_path(session, number).exists()]
    folder_for(session.path / FOLDER_NAME)
    for done, number in enumerate(missing):
        bar("magnifying", done, len(missing))
        magnified_clip(
            recording, session, events[number - 1], clip_path(session, number), title=f"{number} of {len(events)}"
        )
