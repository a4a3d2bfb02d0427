"""Reads a session folder, finished or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twitchcam.errors import ConfigError, SessionError
from twitchcam.events.model import Context, Segment, Twitch
from twitchcam.motion.channels import Sample
from twitchcam.session.clock_file import CLOCK_NAME, Anchor, read_anchors
from twitchcam.session.document import FORMAT_VERSION, SCHEMA_PATH, read_json
from twitchcam.session.events_file import read_events
from twitchcam.session.findings import EVENTS_NAME, SEGMENTS_NAME
from twitchcam.session.folders import PARTIAL_SUFFIX
from twitchcam.session.schema import complaint
from twitchcam.session.segments_file import read_segments
from twitchcam.session.signals_file import last_time_s, read_signals
from twitchcam.session.writer import DOCUMENT_NAME, HEAD_NAME, SIGNALS_NAME

if TYPE_CHECKING:
    from twitchcam.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A recording that was analysed, or is being analysed.

    Attributes:
        path: The folder.
        complete: False for a ``NAME.partial``: it is being written, or the writing was interrupted.
        document: ``session.json``; only its first part where the session is not complete.
        events: What was found, in the order of the file.
        segments: What the face was doing, in the order of the file.
    """

    path: Path
    complete: bool
    document: dict[str, Any]
    events: tuple[Twitch, ...]
    segments: tuple[Segment, ...]

    @classmethod
    def load(cls, path: Path) -> Session:
        """Reads a folder; ``NAME`` also finds ``NAME.partial``.

        Raises:
            SessionError: the folder is not a session, was written by a newer version, or cannot be read.
        """
        if not path.exists() and (partial := path.with_name(path.name + PARTIAL_SUFFIX)).exists():
            path = partial
        if not path.is_dir():
            what = "is a file; name the session's folder" if path.exists() else "there is no such session"
            raise SessionError(f"{path}: {what}")
        complete = (path / DOCUMENT_NAME).is_file()
        if not complete and not (path / HEAD_NAME).is_file():
            raise SessionError(f"{path}: is not a session: it has no {DOCUMENT_NAME}")
        document = read_json(path / (DOCUMENT_NAME if complete else HEAD_NAME))
        version = document.get("format_version")
        if version != FORMAT_VERSION:
            raise SessionError(f"{path}: is of format {version!r}; this version of twitchcam reads {FORMAT_VERSION}")
        fault = complaint(document, SCHEMA_PATH, whole=complete)
        if fault is not None:
            raise SessionError(f"{path / (DOCUMENT_NAME if complete else HEAD_NAME)}: {fault}")
        return cls(
            path=path,
            complete=complete and not path.resolve().name.endswith(PARTIAL_SUFFIX),
            document=document,
            events=tuple(read_events(path / EVENTS_NAME)),
            segments=tuple(read_segments(path / SEGMENTS_NAME)),
        )

    @property
    def name(self) -> str:
        """What the recording is called."""
        return str(self.document["name"])

    @property
    def subject(self) -> str | None:
        """Who is seen, as it was told."""
        subject: str | None = self.document["subject"]
        return subject

    @property
    def started_at(self) -> datetime | None:
        """Wall time of the first frame of the recording, with offset, or None."""
        text = self.document["clock"]["recorded_at"]
        return None if text is None else datetime.fromisoformat(text)

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """Which wall time belongs to which moment; more than one where the clock was set during a live session.

        Raises:
            SessionError: the file cannot be read.
        """
        told = tuple(read_anchors(self.path / CLOCK_NAME))
        if told or self.started_at is None:
            return told
        return (Anchor(t_s=0.0, time=self.started_at),)

    @property
    def duration_s(self) -> float:
        """Length of what was analysed; of an incomplete session, to the end of its last segment or its last frame."""
        if "duration_s" in self.document:
            return float(self.document["duration_s"])
        ended_s = max((segment.end_s for segment in self.segments), default=0.0)
        return max(ended_s, last_time_s(self.path / SIGNALS_NAME) or 0.0)

    @property
    def valid_s(self) -> float:
        """Valid time in seconds; of an incomplete session, in the segments that ended."""
        if "valid_min" in self.document:
            return 60 * float(self.document["valid_min"])
        return sum(segment.duration_s for segment in self.segments if segment.kind is Context.REST)

    @property
    def config(self) -> Config:
        """The settings it was analysed with.

        Raises:
            SessionError: they are not those of this version.
        """
        from twitchcam.config import from_dict

        try:
            return from_dict(self.document["configuration"], source=str(self.path / DOCUMENT_NAME))
        except ConfigError as error:
            raise SessionError(f"{error} (written by another version of twitchcam)") from None

    def samples(self) -> Iterator[Sample]:
        """The rows of ``signals.csv``, one at a time.

        Raises:
            SessionError: the file is missing or cannot be read.
        """
        return read_signals(self.path / SIGNALS_NAME)
