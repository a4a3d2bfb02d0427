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
from twitchcam.session.events_file import read_events
from twitchcam.session.findings import EVENTS_NAME
from twitchcam.session.gaps_file import GAPS_NAME, Gap, GapsWriter
from twitchcam.session.live_part import live_part, live_warnings
from twitchcam.session.notes_file import NOTES_NAME, Note, append_notes
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
        self._clock: ClockWriter | None = None
        self._anchor: Anchor | None = None
        self.frames = 0
        self.last_s = 0.0
        if header.recorded_at is not None:
            self._anchor = Anchor(t_s=0.0, time=header.recorded_at)
        if header.recorded_at_from == "clock" and self._anchor is not None:
            self._clock = ClockWriter(self._writer.folder / CLOCK_NAME)
            self._clock.write(self._anchor)

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
        live = live_part(self.folder, read_events(self.folder / EVENTS_NAME), felt_within_s=felt_within_s)
        said = [*warnings, *([] if live is None else live_warnings(live))]
        if valid_s <= 0:
            said.append("no time was valid: nothing could be counted")
        document = self._writer.finish(valid_s=valid_s, warnings=said, interrupted=interrupted, live=live)
        return self._final, document

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
