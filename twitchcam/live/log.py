"""One session folder of the live loop: what was measured, noted and missed, and which wall time it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from twitchcam.engine import Update
from twitchcam.live.feed import AddNote
from twitchcam.live.gaps import GapJoiner
from twitchcam.session.clock_file import CLOCK_NAME, Anchor, ClockWriter
from twitchcam.session.document import SessionHeader
from twitchcam.session.felt import compare_felt
from twitchcam.session.gaps_file import GAPS_NAME, Gap, GapKind, GapsWriter
from twitchcam.session.notes_file import NOTES_NAME, Note, NoteKind, append_notes
from twitchcam.session.reader import Session
from twitchcam.session.writer import SessionWriter


class LiveLog:
    """Writes one session; times are seconds from its first frame.

    Args:
        out_dir: Where the folder shall stand.
        name: What it is called.
        header: What is known before the first frame.
        overwrite: Replace a session of that name.

    Attributes:
        frames: Frames measured so far.
        last_s: Time of the last of them.

    Raises:
        OutputError: the session cannot be written (also from every method).
    """

    def __init__(self, out_dir: Path, name: str, header: SessionHeader, *, overwrite: bool) -> None:
        self._final = out_dir / name
        self._writer = SessionWriter(out_dir, name, header, overwrite=overwrite)
        self._gaps = GapsWriter(self._writer.folder / GAPS_NAME)
        self._joiner = GapJoiner()
        self._missed: dict[GapKind, tuple[int, float]] = {}
        self._clock: ClockWriter | None = None
        self._anchor: Anchor | None = None
        self.anchors = 0
        self.dropped = 0
        self.frames = 0
        self.last_s = 0.0
        if header.recorded_at is not None:
            self._anchor = Anchor(t_s=0.0, time=header.recorded_at)
        if header.recorded_at_from == "clock" and self._anchor is not None:
            self._clock = ClockWriter(self._writer.folder / CLOCK_NAME)
            self._clock.write(self._anchor)
            self.anchors = 1

    @property
    def folder(self) -> Path:
        """The folder while it is written."""
        return self._writer.folder

    def write(self, update: Update) -> None:
        """Appends what a frame, or the end, brought."""
        self._writer.write(update.samples, update.twitches, update.segments, update.rejections)
        for sample in update.samples:
            self.frames += 1
            self.last_s = sample.t_s
        self._write_gaps(self._joiner.until(self.last_s))

    def gap(self, gap: Gap) -> None:
        """Nothing was measured for a while."""
        self.dropped += gap.frames
        self._write_gaps(self._joiner.add(gap))

    def note(self, asked: AddNote, t_s: float) -> Note:
        """Adds a note with its time."""
        note = Note(
            onset_s=t_s,
            time=self.time_at(t_s),
            kind=asked.kind,
            name=asked.name,
            value=asked.value,
            text=asked.text,
        )
        append_notes(self.folder / NOTES_NAME, [note])
        return note

    def time_at(self, t_s: float) -> datetime | None:
        """Wall time at a moment, as far as it is known."""
        return None if self._anchor is None else self._anchor.time_at(t_s)

    def check_wall(self, t_s: float, wall: datetime, *, step_s: float) -> bool:
        """Compares the wall's clock with the session's; where it was set, wall time runs anew from here."""
        if self._clock is None or self._anchor is None:
            return False
        if abs((wall - self._anchor.time_at(t_s)).total_seconds()) <= step_s:
            return False
        self._anchor = Anchor(t_s=t_s, time=wall)
        self._writer.anchor(self._anchor)
        self._clock.write(self._anchor)
        self.anchors += 1
        return True

    def flush(self) -> None:
        """Hands everything to the system, so that what kills this process loses nothing of it."""
        self._writer.flush()

    def finish(
        self, rest: Update, *, valid_s: float, warnings: Sequence[str], interrupted: bool, felt_within_s: float
    ) -> tuple[Path, dict[str, Any]]:
        """Completes the session; returns its folder and its document."""
        self.write(rest)
        self._write_gaps(self._joiner.close())
        self._close()
        folder = self.folder
        self._writer.flush()
        live = self._described(felt_within_s)
        said = [*warnings, *self._warnings()]
        if valid_s <= 0:
            said.append("no time was valid: nothing could be counted")
        document = self._writer.finish(valid_s=valid_s, warnings=said, interrupted=interrupted, live=live)
        return (self._final if not folder.exists() else folder), document

    def abandon(self) -> None:
        """Stops writing; what is there stays, as ``NAME.partial``."""
        self._close()
        self._writer.abandon()

    def _close(self) -> None:
        self._gaps.close()
        if self._clock is not None:
            self._clock.close()

    def _write_gaps(self, gaps: Sequence[Gap]) -> None:
        for gap in gaps:
            self._gaps.write(gap)
            count, seconds = self._missed.get(gap.kind, (0, 0.0))
            self._missed[gap.kind] = (count + 1, seconds + gap.duration_s)

    def _warnings(self) -> list[str]:
        found = []
        count, seconds = self._missed.get(GapKind.CAMERA_LOST, (0, 0.0))
        if count:
            found.append(f"the camera was away {_times(count)}, {seconds:.1f} s in all")
        if self.dropped:
            found.append(f"{self.dropped} frames were dropped: this machine was too slow for them")
        count, seconds = self._missed.get(GapKind.STALLED, (0, 0.0))
        if count:
            found.append(f"no frame came {_times(count)}, {seconds:.1f} s in all")
        if self.anchors > 1:
            found.append(f"the computer's clock was set {_times(self.anchors - 1)}; wall times follow it")
        return found

    def _described(self, felt_within_s: float) -> dict[str, Any]:
        session = Session.load(self.folder)
        return {
            "dropped_frames": self.dropped,
            "gaps": {
                kind.value: {"count": count, "seconds": round(seconds, 4)}
                for kind, (count, seconds) in self._missed.items()
            },
            "clock_set": max(self.anchors - 1, 0),
            "felt": described_felt(session, felt_within_s),
        }


def described_felt(session: Session, within_s: float) -> dict[str, Any]:
    """Felt and seen twitches of a session, as they stand in ``session.json``."""
    from twitchcam.session.notes_file import read_notes

    notes = read_notes(session.path / NOTES_NAME)
    felt_s = [note.onset_s for note in notes if note.kind is NoteKind.FELT and note.onset_s is not None]
    both = compare_felt(felt_s, session.events, within_s=within_s)
    return {
        "felt": both.felt,
        "felt_seen": both.felt_seen,
        "felt_share": None if both.felt_share is None else round(both.felt_share, 4),
        "seen": both.seen,
        "seen_felt": both.seen_felt,
        "seen_share": None if both.seen_share is None else round(both.seen_share, 4),
    }


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
