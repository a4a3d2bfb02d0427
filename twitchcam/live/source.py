"""What the live loop takes its pictures from."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from twitchcam.capture.frame import Frame
from twitchcam.session.document import SourceRecord


class LiveSource(Protocol):
    """A camera, a stream, or a file that is played once as if it were one.

    Attributes:
        record: Where the pictures come from, as it stands in ``session.json``.
        clock: What the times of the frames are, in words.
    """

    record: SourceRecord
    clock: str

    def take(self, timeout_s: float) -> Frame | None:
        """The next frame, its time in seconds from the first one; None where none came within ``timeout_s``."""

    @property
    def dropped(self) -> int:
        """Frames that were dropped since the start because they were not taken in time."""

    @property
    def connected(self) -> bool:
        """False while the camera or stream is away."""

    @property
    def ended(self) -> bool:
        """True once no more frames will come."""

    @property
    def now_s(self) -> float:
        """The present moment on the clock of the frames."""

    @property
    def started_at(self) -> tuple[datetime, Literal["container", "clock"]] | None:
        """Wall time of the first frame and where it comes from; None where it is not known."""

    @property
    def follows_wall(self) -> bool:
        """Whether the frames' clock runs with the wall's: a camera's does, a recording's does not."""

    @property
    def warnings(self) -> list[str]:
        """What limits the pictures, in plain sentences."""

    def close(self) -> None:
        """Lets go of the camera or file."""
