"""The clocks of a live session: one that never steps, and the wall's."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time; tests bring their own."""

    def now_s(self) -> float:
        """Seconds on a clock that never steps."""

    def wall(self) -> datetime:
        """Wall time, with offset."""

    def sleep(self, seconds: float) -> None:
        """Waits."""


class SystemClock:
    """The computer's clocks. Where the system has a clock that goes on while the computer sleeps, that one is used."""

    def __init__(self) -> None:
        self._clock_id: int | None = getattr(time, "CLOCK_BOOTTIME", None)

    def now_s(self) -> float:
        """Seconds since some moment before."""
        return time.monotonic() if self._clock_id is None else time.clock_gettime(self._clock_id)

    def wall(self) -> datetime:
        """Wall time in the computer's time zone."""
        return datetime.now().astimezone()

    def sleep(self, seconds: float) -> None:
        """Waits."""
        time.sleep(max(seconds, 0.0))
