"""The tables of what was found, written together: events, segments and, when asked for, rejections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from twitchcam.events.model import Rejection, Segment, Twitch
from twitchcam.session.clock_file import Anchor
from twitchcam.session.events_file import EventsWriter, write_sidecar
from twitchcam.session.rejections_file import RejectionsWriter
from twitchcam.session.segments_file import SegmentsWriter
from twitchcam.session.tally import Tally

EVENTS_NAME = "events.tsv"
SIDECAR_NAME = "events.json"
SEGMENTS_NAME = "segments.tsv"
REJECTIONS_NAME = "rejections.tsv"


class FindingsWriter:
    """Writes ``events.tsv``, ``events.json`` and ``segments.tsv`` into a folder, each row flushed, and counts.

    Args:
        folder: A folder that exists; files of these names in it are replaced.
        started_at: Wall time of the first frame, with offset, or None.
        with_rejections: Also write ``rejections.tsv``.

    Attributes:
        tally: Counts of the events written so far.

    Raises:
        OutputError: a file cannot be written (also from :meth:`write`).
    """

    def __init__(self, folder: Path, started_at: datetime | None, *, with_rejections: bool = False) -> None:
        self.tally = Tally()
        self._events = EventsWriter(folder / EVENTS_NAME, started_at)
        self._segments = SegmentsWriter(folder / SEGMENTS_NAME)
        self._rejections = RejectionsWriter(folder / REJECTIONS_NAME) if with_rejections else None
        write_sidecar(folder / SIDECAR_NAME)

    def anchor(self, anchor: Anchor) -> None:
        """From this moment on wall time runs anew."""
        self._events.anchor(anchor)

    def write(
        self,
        twitches: Iterable[Twitch] = (),
        segments: Iterable[Segment] = (),
        rejections: Iterable[Rejection] = (),
    ) -> None:
        """Appends what became certain."""
        for twitch in twitches:
            self._events.write(twitch)
            self.tally.add(twitch)
        for segment in segments:
            self._segments.write(segment)
        if self._rejections is not None:
            for rejection in rejections:
                self._rejections.write(rejection)

    def close(self) -> None:
        """Closes the files."""
        self._events.close()
        self._segments.close()
        if self._rejections is not None:
            self._rejections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
