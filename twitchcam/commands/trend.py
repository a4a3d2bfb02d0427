"""``twitchcam trend DIR``: sessions over days and weeks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from twitchcam.commands import _options

if TYPE_CHECKING:
    from twitchcam.session.reader import Session


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--subject", metavar="ID", help="Only the sessions of this person, where there are those of several.")
@_options.reviewed("Take the log of a session as a person reviewed it, where one did")
@_options.output(
    "Folder for trend.html and trend.csv.  [default: DIR]",
    metavar="OUT",
    type=click.Path(path_type=Path, file_okay=False),
)
def command(folder: Path, subject: str | None, reviewed: bool, output: Path | None) -> int:
    """Look at all sessions in DIR, and below, over days and weeks.

    Bursts per minute of valid time by day, by hour of the day and by place, felt against seen; whether days with a
    trigger (see `twitchcam note`) differ, and days before and after a treatment, with intervals. It shows what goes
    together, not what causes what. Exit code 1: some session could not be read.
    """
    from twitchcam.commands._sessions import folder_for
    from twitchcam.views.trend.gather import visit_of
    from twitchcam.views.trend.page import trend_of, write_trend

    sessions, unread = _load(folder, reviewed=reviewed)
    chosen, who = _of_one_subject(folder, sessions, subject)
    remarks = [f"could not be read: {reason}" for reason in unread]
    if len(chosen) < len(sessions):
        remarks.append(f"{len(sessions) - len(chosen)} sessions of other people are left out")
    trend = trend_of([visit_of(session) for session in chosen])
    paths = write_trend(trend, folder_for(folder if output is None else output), subject=who, remarks=remarks)
    days = len(trend.days)
    what = f"{len(chosen)} {'session' if len(chosen) == 1 else 'sessions'} on {days} {'day' if days == 1 else 'days'}"
    click.echo(f"{folder}: {what}" + (f", {len(trend.undated)} without a date" if trend.undated else ""))
    for path in paths:
        click.echo(f"{path}")
    for reason in unread:
        click.echo(f"twitchcam: {reason}", err=True)
    return 1 if unread else 0


def _load(folder: Path, *, reviewed: bool) -> tuple[list[Session], list[str]]:
    from twitchcam.errors import InputError, SessionError
    from twitchcam.session.reader import Session
    from twitchcam.session.review_file import REVIEW_NAME
    from twitchcam.session.reviewed import as_reviewed
    from twitchcam.session.tree import find_sessions

    sessions, unread = [], []
    for path in find_sessions(folder):
        try:
            session = Session.load(path)
            sessions.append(as_reviewed(session) if reviewed and (path / REVIEW_NAME).is_file() else session)
        except SessionError as error:
            unread.append(str(error))
    if not sessions and not unread:
        raise InputError(f"{folder}: there is no session in it")
    return sessions, unread


def _of_one_subject(folder: Path, sessions: list[Session], subject: str | None) -> tuple[list[Session], str | None]:
    from twitchcam.errors import UsageError

    known = sorted({session.subject or "" for session in sessions})
    if subject is not None:
        chosen = [session for session in sessions if session.subject == subject]
        if not chosen:
            names = ", ".join(repr(name) for name in known if name) or "no subject"
            raise UsageError(f"{folder}: there is no session of {subject!r}; there are those of {names}")
        return chosen, subject
    if len(known) > 1:
        names = ", ".join(repr(name) if name else "nobody named" for name in known)
        raise UsageError(f"{folder}: sessions of different people ({names}); choose with --subject ID")
    return sessions, known[0] if known and known[0] else None
