"""A file played once in real time, as a stand-in for a camera."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from twitchcam.analysis import file_record
from twitchcam.capture.files import open_video
from twitchcam.capture.frame import Frame, Image
from twitchcam.config import Config
from twitchcam.live.clock import Clock


class FilePlayer:
    """Gives each frame of a file when its time has come; frames that are asked for too late are dropped.

    The time stamps of the file are the session's clock. It begins to run with the second frame, so that a slow first
    one, in which models are loaded, drops nothing.

    Args:
        path: The recording.
        config: How it is read, and how late a frame may be.
        clock: Tells when a frame's time has come; None gives every frame at once and drops none.

    Raises:
        InputError: there is nothing to play.
    """

    def __init__(self, path: Path, config: Config, clock: Clock | None) -> None:
        self._source = open_video(path, config.capture)
        self._frames = iter(self._source)
        self._pictures = threading.Lock()
        self._clock = clock
        self._backlog_s = config.live.backlog_s
        self._zero_s: float | None = None
        self._last_s: float | None = None
        self._ahead: Frame | None = next(self._frames, None)
        self.record = file_record(self._source)
        self.clock = "time stamps of the container, from its first frame, played in real time"
        self.dropped = 0
        self.connected = True
        self.ended = False

    def take(self, timeout_s: float) -> Frame | None:
        """The next frame; None where its time has not come within ``timeout_s``, or after the last one."""
        if self._ahead is None:
            self.ended = True
            return None
        if self._clock is None:
            return self._hand_out()
        if self._last_s is not None and self._zero_s is None:
            self._zero_s = self._clock.now_s() - self._ahead.t_s
        if self._zero_s is not None:
            wait_s = self._zero_s + self._ahead.t_s - self._clock.now_s()
            if wait_s > timeout_s:
                self._clock.sleep(timeout_s)
                return None
            if wait_s > 0:
                self._clock.sleep(wait_s)
            self._drop_late(self.now_s - self._backlog_s)
        return self._hand_out()

    def _drop_late(self, oldest_s: float) -> None:
        """Drops the oldest frames; the last one of the file is always shown."""
        while self._ahead is not None and self._ahead.t_s < oldest_s:
            following = next(self._frames, None)
            if following is None:
                return
            self._ahead = following
            self.dropped += 1

    def _hand_out(self) -> Frame | None:
        frame = self._ahead
        assert frame is not None
        self._last_s = frame.t_s
        self._ahead = next(self._frames, None)
        return shareable(frame, self._pictures)

    @property
    def now_s(self) -> float:
        """The present moment on the file's own clock."""
        if self._clock is None or self._zero_s is None:
            return self._last_s or 0.0
        return self._clock.now_s() - self._zero_s

    @property
    def started_at(self) -> tuple[datetime, Literal["container", "clock"]] | None:
        """When the file was recorded, as far as it says."""
        created_at = self._source.info.created_at
        return None if created_at is None else (created_at, "container")

    @property
    def follows_wall(self) -> bool:
        """A recording's clock has nothing to do with today's."""
        return False

    @property
    def warnings(self) -> list[str]:
        """What limits the recording."""
        return self._source.warnings

    def close(self) -> None:
        """Closes the file."""
        self.ended = True
        self._source.close()


def shareable(frame: Frame, lock: threading.Lock) -> Frame:
    """The same frame, whose colour picture is made once, whoever asks for it and from whichever thread.

    Args:
        frame: The frame.
        lock: The source's: what makes pictures is for one thread at a time.
    """
    made: list[Image] = []

    def to_rgb() -> Image:
        with lock:
            if not made:
                made.append(frame.to_rgb())
            return made[0]

    return replace(frame, to_rgb=to_rgb)
