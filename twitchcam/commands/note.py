"""``twitchcam note SESSION caffeine=2 sleep=5h "text"``: what a person tells about a session."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twitchcam.commands import _options
from twitchcam.commands._values import wall_time

if TYPE_CHECKING:
    from twitchcam.session.notes_file import Note
    from twitchcam.session.reader import Session

_TRIGGER = re.compile(r"(?P<name>[^\W\d][\w -]*)=(?P<value>.*)", re.DOTALL)


@click.command()
@_options.session
@click.argument("told", metavar="[NAME=VALUE | TEXT]...", nargs=-1)
@click.option(
    "--treatment", metavar="NAME", help="A treatment began, as in 'botulinum toxin': trend compares before and after."
)
@click.option("--felt", is_flag=True, help="A twitch was felt; --at says when.")
@click.option(
    "--at",
    metavar="TIME",
    help="Moment of it: MM:SS or seconds into the recording, or a date and time.  [default: all of it]",
)
def command(session: Path, told: tuple[str, ...], treatment: str | None, felt: bool, at: str | None) -> None:
    """Add to the notes of a SESSION.

    Each NAME=VALUE is a trigger, as in caffeine=2 sleep=5h stress=high; anything else is text. The notes stand in
    notes.tsv beside the events, and stay when the recording is analysed anew. `twitchcam trend` compares days with
    them.
    """
    from twitchcam.session.notes_file import NOTES_NAME, append_notes
    from twitchcam.session.reader import Session

    read = Session.load(session)
    onset_s, time = _moment(at, read)
    notes = _notes(told, treatment, felt=felt, onset_s=onset_s, time=time)
    if not notes:
        raise click.UsageError("nothing to note: give NAME=VALUE, a text, --treatment NAME or --felt")
    append_notes(read.path / NOTES_NAME, notes)
    what = "note" if len(notes) == 1 else "notes"
    click.echo(f"{read.path / NOTES_NAME}: {len(notes)} {what} added")


def _notes(
    told: tuple[str, ...], treatment: str | None, *, felt: bool, onset_s: float | None, time: datetime | None
) -> list[Note]:
    from twitchcam.session.notes_file import Note, NoteKind

    def note(kind: NoteKind, name: str = "", value: str = "", text: str = "") -> Note:
        return Note(onset_s=onset_s, time=time, kind=kind, name=name, value=value, text=text)

    texts = [part.strip() for part in told if part.strip() and not _TRIGGER.fullmatch(part)]
    text = "; ".join(texts)
    notes = []
    for part in told:
        if match := _TRIGGER.fullmatch(part):
            if not match["value"].strip():
                raise click.UsageError(f"{part!r} has no value; write it as in caffeine=2")
            notes.append(note(NoteKind.TRIGGER, match["name"].strip().lower(), match["value"].strip()))
    if treatment is not None:
        if not treatment.strip():
            raise click.UsageError("--treatment needs a name, as in --treatment 'botulinum toxin'")
        notes.append(note(NoteKind.TREATMENT, treatment.strip(), text=text))
    elif felt:
        notes.append(note(NoteKind.FELT, text=text))
    elif text:
        notes.append(note(NoteKind.NOTE, text=text))
    return notes


def _moment(at: str | None, session: Session) -> tuple[float | None, datetime | None]:
    """Second of the recording and wall time of a moment, as far as each is known."""
    from datetime import timedelta

    from twitchcam.commands._values import seconds

    started_at = session.started_at
    if at is None:
        return None, None
    try:
        onset_s = seconds(at)
    except click.BadParameter:
        try:
            time = wall_time(at)
        except click.BadParameter:
            raise click.UsageError(
                f"--at {at!r} is neither a time in the recording such as 1:30 nor a date and time such as "
                "2024-05-01T14:30"
            ) from None
        if started_at is None:
            return None, time
        onset_s = (time - started_at).total_seconds()
        return (onset_s if 0 <= onset_s <= session.duration_s else None), time
    if onset_s > session.duration_s:
        raise click.UsageError(f"--at {at} is after the end of the recording, {session.duration_s:.0f} s") from None
    return onset_s, None if started_at is None else started_at + timedelta(seconds=onset_s)
