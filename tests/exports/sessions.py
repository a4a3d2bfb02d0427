"""Sessions for tests of the exports: every kind of event and segment, a hole in the signals, overlaps."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.session.findings import header, recording, twitch
from twitchcam.events.model import Context, EventType, Lip, Segment, Side, Spread, Twitch
from twitchcam.exports.material import Material
from twitchcam.session.reader import Session
from twitchcam.session.writer import SessionWriter

STARTED_AT = datetime.fromisoformat("2024-05-01T14:30:15.250+02:00")

EVENTS: tuple[Twitch, ...] = (
    twitch(0.5, Lip.UPPER, Side.LEFT, amplitude_mm=1.4, snr=8.25, confidence=0.9),
    twitch(1.2504, Lip.LOWER, Side.RIGHT, spread=(Spread(place="eye_right", lag_s=0.03),), burst=2),
    # Rounded to milliseconds these two touch; the third overlaps the second.
    twitch(2.0, Lip.LOWER, Side.LEFT, duration_s=0.1004, burst=2),
    twitch(2.1002, Lip.LOWER, Side.LEFT, duration_s=0.2, burst=2),
    twitch(2.2, Lip.LOWER, Side.LEFT, duration_s=0.2, context=None, burst=0),
    twitch(4.0, Lip.BOTH, Side.RIGHT, duration_s=1.5, trial_type=EventType.SPASM, burst=3),
    twitch(7.0, Lip.UPPER, Side.BOTH, context=Context.TALKING, burst=4),
)

SEGMENTS: tuple[Segment, ...] = (
    Segment(onset_s=0.0, duration_s=6.0, kind=Context.REST),
    Segment(onset_s=0.7, duration_s=0.2, kind=Context.BLINK),
    Segment(onset_s=3.0, duration_s=0.9, kind=Context.EYE_CLOSED, side=Side.LEFT),
    Segment(onset_s=4.5, duration_s=1.25, kind=Context.RHYTHM, side=Side.BOTH, frequency_hz=5.25),
    Segment(onset_s=6.0, duration_s=2.0, kind=Context.TALKING),
    Segment(onset_s=8.0, duration_s=1.0, kind=Context.NO_FACE),
    Segment(onset_s=9.0, duration_s=1.0, kind=Context.REST),
)


def session(
    out_dir: Path,
    *,
    events: tuple[Twitch, ...] = EVENTS,
    segments: tuple[Segment, ...] = SEGMENTS,
    started_at: datetime | None = STARTED_AT,
    subject: str | None = "subject 7",
) -> Session:
    """A session of ten seconds with nobody to see in the ninth."""
    with SessionWriter(out_dir, "clip", header(started_at, subject=subject)) as writer:
        writer.write(recording(0.5, nobody=(8.0, 9.0)), events, segments)
        writer.finish(valid_s=7.0, warnings=["the picture is dark"])
    return Session.load(out_dir / "clip")


def material(out_dir: Path, **given: object) -> Material:
    """All of such a session."""
    made = session(out_dir, **given)
    return Material(session=made, events=made.events)
