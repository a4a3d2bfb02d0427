"""A clock that moves when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Time passes only by sleeping, or by :meth:`pass_s`; the wall's clock can be set."""

    def __init__(self) -> None:
        self.time_s = 1000.0
        self.wall_offset = timedelta()
        self.begin = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)

    def now_s(self) -> float:
        return self.time_s

    def wall(self) -> datetime:
        return self.begin + timedelta(seconds=self.time_s - 1000.0) + self.wall_offset

    def sleep(self, seconds: float) -> None:
        self.pass_s(max(seconds, 0.0))

    def pass_s(self, seconds: float) -> None:
        self.time_s += seconds
