"""A small finished session to review: three twitches, one of which the log has."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.session.findings import header, recording, twitch
from twitchcam.events.model import Context, Lip, Segment, Side
from twitchcam.session.notes_file import NOTES_NAME, Note, NoteKind, append_notes
from twitchcam.session.writer import SessionWriter

SECONDS = 12.0
#: Where the recording twitches: at the upper lip, on the left.
ONSETS_S = (2.0, 5.0, 9.0)
#: What the log says: the first is right, the second has another label, the third is missing and one is invented.
LOGGED = (
    twitch(2.0, confidence=0.97, snr=12.0),
    twitch(5.0, Lip.LOWER, Side.RIGHT, confidence=0.61),
    twitch(7.0, Lip.UPPER, Side.RIGHT, confidence=0.40, burst=2),
)
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def make_session(out_dir: Path, name: str = "clip") -> Path:
    writer = SessionWriter(out_dir, name, header(datetime(2026, 11, 26, 9, 0, tzinfo=UTC)))
    segments = (
        Segment(onset_s=0.0, duration_s=8.0, kind=Context.REST),
        Segment(onset_s=8.0, duration_s=2.0, kind=Context.TALKING),
        Segment(onset_s=10.5, duration_s=1.5, kind=Context.NO_FACE),
    )
    samples = recording(*ONSETS_S, seconds=SECONDS, nobody=(10.5, SECONDS))
    writer.write(samples, LOGGED, segments)
    writer.finish(valid_s=8.0)
    append_notes(out_dir / name / NOTES_NAME, [Note(onset_s=2.4, kind=NoteKind.FELT)])
    return out_dir / name
