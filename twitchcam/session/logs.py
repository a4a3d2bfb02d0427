"""Logs of events, whoever made them: sessions with a person's verdicts, tables, annotations of other programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from twitchcam.events.model import Twitch
from twitchcam.session.events_file import read_events
from twitchcam.session.reader import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """What one rater, or the software, found in a recording.

    Attributes:
        name: What it is called.
        events: In order of time.
        duration_s: Length of the recording, where the log tells it.
    """

    name: str
    events: tuple[Twitch, ...]
    duration_s: float | None


def read_log(path: Path) -> EventLog:
    """Reads a log.

    Raises:
        SessionError: the file or folder cannot be read or is none of these.
    """
    if path.is_dir():
        session = Session.load(path)
        end_s = float(session.document.get("end_s", session.duration_s))
        return EventLog(name=session.name, events=session.events, duration_s=end_s)
    return EventLog(name=path.name, events=tuple(read_events(path)), duration_s=None)
