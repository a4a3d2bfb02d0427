"""Annotations that a person or another program made: read as events, so that logs can be compared with them."""

from __future__ import annotations

from pathlib import Path

from twitchcam.errors import SessionError
from twitchcam.events.model import Twitch

_EVENTS_NAME = "events.tsv"


def read_annotations(path: Path, left_out: list[str] | None = None) -> list[Twitch]:
    """The events in a session folder, an ``events.tsv``, a BORIS or an ELAN file, in order of onset.

    BORIS: projects with one observation (``.boris``, ``.boris.gz``) and exported tables (tabular or aggregated events,
    as text). ELAN: ``.eaf``. There an annotation is an event where its behaviour, its tier or its own text says
    *twitch* or *spasm*; which lip and side it is follows from the words upper, lower, left and right in them. Where no
    lip or side is named both are meant; where no size is given (``1.5 %``) the amplitude is 0.

    Args:
        path: What is read.
        left_out: Takes the words of each annotation that says neither and is therefore no event.

    Raises:
        SessionError: the file cannot be read or holds nothing of the kind; the message names it.
    """
    name = path.name.casefold()
    others = [] if left_out is None else left_out
    if path.is_dir():
        from twitchcam.session.events_file import read_events

        events = read_events(path / _EVENTS_NAME)
    elif name.endswith(".eaf"):
        from twitchcam.annotations.elan import read_elan

        events = read_elan(path, others)
    elif name.endswith((".boris", ".boris.gz")):
        from twitchcam.annotations.boris import read_project

        events = read_project(path, others)
    else:
        events = _read_table(path, others)
    return sorted(events, key=lambda event: event.onset_s)


def _read_table(path: Path, left_out: list[str]) -> list[Twitch]:
    from twitchcam.annotations.boris_table import is_boris_table, read_boris_table
    from twitchcam.session.events_file import read_events

    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SessionError(f"{path}: cannot read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SessionError(f"{path}: is no session, no table in UTF-8 and no file of BORIS or ELAN") from None
    return read_boris_table(path, text, left_out) if is_boris_table(text) else read_events(path)
