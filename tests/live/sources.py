"""A source that gives what a test wrote down, and an engine that looks at nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Literal

import numpy as np

from tests.engines import FakeEngine
from tests.live.clocks import FakeClock
from twitchcam.capture.frame import Frame, from_rgb
from twitchcam.config import Config
from twitchcam.face.tracking import FaceFrame, Tracker
from twitchcam.session.document import SourceRecord

#: A step of a script: a frame at this time on the camera's clock, or something that is done instead.
Step = float | Callable[["ScriptedSource"], None]


class ScriptedSource:
    """A camera whose frames come at the times that are written down; the clock moves with them."""

    def __init__(self, steps: Iterable[Step], clock: FakeClock) -> None:
        self._steps: Iterator[Step] = iter(steps)
        self._clock = clock
        self._zero_s = clock.now_s()
        self._begun = clock.wall()
        self.record = SourceRecord(kind="camera", name="camera 0", width_px=64, height_px=48)
        self.clock = "a test's"
        self.dropped = 0
        self.connected = True
        self.ended = False
        self.closed = False
        self.follows_wall = True
        self.warnings: list[str] = []

    def take(self, timeout_s: float) -> Frame | None:
        step = next(self._steps, None)
        if step is None:
            self.ended = True
            return None
        if callable(step):
            step(self)
            self._clock.pass_s(timeout_s)
            return None
        self._clock.time_s = max(self._zero_s + step, self._clock.time_s)
        return from_rgb(step, np.full((48, 64, 3), 120, np.uint8))

    @property
    def now_s(self) -> float:
        return self._clock.now_s() - self._zero_s

    @property
    def started_at(self) -> tuple[datetime, Literal["container", "clock"]]:
        return self._begun, "clock"

    def close(self) -> None:
        self.closed = True


class NoTracker:
    """Sees nobody."""

    closed = False

    def track(self, frame: Frame) -> FaceFrame | None:
        return None

    def close(self) -> None:
        self.closed = True


class LiveFakeEngine(FakeEngine):
    """The engine that finds what it is told, as the live loop makes it."""

    context = None

    def __init__(self, config: Config, tracker: Tracker, *, marks: bool = False) -> None:
        assert marks
        super().__init__(config)
        self.noise_pct_iod = {"upper_left": 0.1}


def steady(begin_s: float, end_s: float) -> list[float]:
    """Frames at 30 a second."""
    return [i / 30 for i in range(round(30 * begin_s), round(30 * end_s))]
