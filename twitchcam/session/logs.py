"""Logs of events, whoever made them: sessions, a person's verdicts on one, tables, annotations of other programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from twitchcam.annotations import read_annotations
from twitchcam.events.model import Twitch
from twitchcam.session.reader import Session
from twitchcam.session.review_file import REVIEW_NAME
from twitchcam.session.reviewed import as_reviewed


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """What one rater, or the software, found in a recording.

    Attributes:
        name: What it is called.
        events: In order of time.
        duration_s: Length of the recording, where the log tells it.
        left_out: What was annotated besides and is no event, in words.
    """

    name: str
    events: tuple[Twitch, ...]
    duration_s: float | None
    left_out: tuple[str, ...] = ()


def read_log(path: Path) -> EventLog:
    """Reads a log: a session as the software left it, its ``review.tsv`` as the session a person left, or a file.

    Raises:
        SessionError: the file or folder cannot be read or is none of these.
    """
    if path.name == REVIEW_NAME and path.is_file():
        session = as_reviewed(Session.load(path.parent))
        return _log_of(session, f"{session.name} (reviewed)")
    if path.is_dir():
        session = Session.load(path)
        return _log_of(session, session.name)
    left_out: list[str] = []
    events = tuple(read_annotations(path, left_out))
    return EventLog(name=path.name, events=events, duration_s=None, left_out=tuple(left_out))


def _log_of(session: Session, name: str) -> EventLog:
    end_s = float(session.document.get("end_s", session.duration_s))
    return EventLog(name=name, events=session.events, duration_s=end_s)
