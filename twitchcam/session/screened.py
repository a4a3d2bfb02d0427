"""From a session folder to its screening: gathers what the screening looks at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twitchcam.errors import SessionError
from twitchcam.events.model import Context, Segment, Twitch
from twitchcam.screening.recording import ProtocolPart, Recording, part_of
from twitchcam.session.events_file import read_events
from twitchcam.session.findings import EVENTS_NAME, SEGMENTS_NAME
from twitchcam.session.notes_file import NOTES_NAME, Note, NoteKind, read_notes
from twitchcam.session.segments_file import read_segments

if TYPE_CHECKING:
    from twitchcam.screening.result import Screening
    from twitchcam.session.reader import Session


def screen_sessions(sessions: Sequence[Session]) -> Screening:
    """Looks at the sessions of one person together.

    Raises:
        UsageError: no session, or sessions of different people.
        SessionError: the notes of one cannot be read.
    """
    from twitchcam.screening.result import screen

    # One that is named twice is one session, for its days as for the mouth at rest.
    once = {session.path.resolve(): session for session in sessions}
    return screen([recording_of(session) for session in once.values()])


def screening_of(folder: Path, document: dict[str, Any], notes_path: Path) -> dict[str, Any]:
    """The ``screening`` of one session, as it stands in its document.

    Notes that cannot be read are no reason to lose what was found: then a warning is added to the document.

    Args:
        folder: Where ``events.tsv`` and ``segments.tsv`` stand.
        document: What ``session.json`` holds so far; with the results.
        notes_path: ``notes.tsv``, where there is one.

    Raises:
        SessionError: the tables cannot be read.
    """
    from twitchcam.screening.result import document as as_document
    from twitchcam.screening.result import screen

    try:
        notes = read_notes(notes_path)
    except SessionError as error:
        document["warnings"].append(f"the parts of the protocol are not known: {error}")
        notes = []
    twitches, segments = read_events(folder / EVENTS_NAME), read_segments(folder / SEGMENTS_NAME)
    return as_document(screen([_recording(document, twitches, segments, notes)]))


def recording_of(session: Session) -> Recording:
    """What the screening looks at of a session, finished or not.

    Raises:
        SessionError: the notes cannot be read.
    """
    known = {"start_s": 0.0, "end_s": session.duration_s, **session.document}
    return _recording(known, session.events, session.segments, read_notes(session.path / NOTES_NAME))


def _recording(
    document: dict[str, Any], twitches: Sequence[Twitch], segments: Sequence[Segment], notes: Iterable[Note]
) -> Recording:
    start_s, end_s = float(document["start_s"]), float(document["end_s"])
    return Recording(
        name=document["name"],
        twitches=tuple(twitches),
        segments=tuple(segments),
        start_s=start_s,
        end_s=end_s,
        face_share=_face_share(document, segments, end_s - start_s),
        parts=parts_of(notes, end_s),
        subject=document["subject"],
        started_at=_started_at(document),
        source=document["source"]["sha256"],
        asymmetry_pct_iod=document.get("asymmetry_pct_iod"),
    )


def parts_of(notes: Iterable[Note], end_s: float) -> tuple[ProtocolPart, ...]:
    """The parts of the protocol.

    Each lasts for the seconds that its value tells, where it tells any, but not beyond the next one and the end.
    """
    told = [note for note in notes if note.kind is NoteKind.PROTOCOL and note.onset_s is not None]
    begun = sorted((note.onset_s or 0.0, note.name, note.value) for note in told)
    nexts_s = [*(onset_s for onset_s, _, _ in begun[1:]), end_s]
    parts = []
    for (onset_s, name, value), next_s in zip(begun, nexts_s, strict=False):
        until_s = min(next_s, end_s, onset_s + _seconds(value))
        if until_s > onset_s:
            parts.append(ProtocolPart(part=part_of(name), onset_s=onset_s, end_s=until_s))
    return tuple(parts)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return float("inf")
    return value if value > 0 else float("inf")


def _face_share(document: dict[str, Any], segments: Sequence[Segment], length_s: float) -> float:
    if "face_share" in document:
        return float(document["face_share"])
    lost_s = sum(segment.duration_s for segment in segments if segment.kind is Context.NO_FACE)
    return max(0.0, 1 - lost_s / length_s) if length_s > 0 else 0.0


def _started_at(document: dict[str, Any]) -> datetime | None:
    text = document["clock"]["recorded_at"]
    return None if text is None else datetime.fromisoformat(text)
