"""A live session in a process of its own, without a camera and without a face: ``python -m tests.live.replayed …``.

The samples are those of a face at rest that twitches every four seconds. They come as fast as they go, on a clock that
moves with them, or as they were taken (``--real``). Each time that was logged is printed, so that a test knows what was
safe when the process ended. SIGCONT sets the wall's clock an hour forward, as waking up after a sleep does.
"""

from __future__ import annotations

import argparse
import queue
import signal
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np

from tests.live.clocks import FakeClock
from tests.live.sources import NoTracker, ScriptedSource, steady
from tests.session.findings import recording
from twitchcam.capture.frame import Frame, from_rgb
from twitchcam.config import Config
from twitchcam.engine import Update
from twitchcam.events.detector import Detector
from twitchcam.live import loop as live_loop
from twitchcam.live.clock import SystemClock
from twitchcam.live.disk import DiskSync
from twitchcam.live.feed import LiveUpdate
from twitchcam.motion.channels import Sample


def samples(seconds: float) -> list[Sample]:
    """What the session consists of."""
    return recording(*np.arange(3.0, seconds, 4.0), seconds=seconds)


class ReplayEngine:
    """The real detector on samples that were made beforehand, one a frame."""

    source: Iterator[Sample] = iter(())

    def __init__(self, config: Config, tracker: object, *, marks: bool = False) -> None:
        self._detector = Detector(config, marks=marks)

    def push(self, frame: Frame) -> Update:
        sample = next(self.source)
        moved = Sample(
            t_s=round(frame.t_s, 5),
            face=sample.face,
            quality=sample.quality,
            values=sample.values,
            restart=sample.restart,
        )
        found = self._detector.push(moved)
        return Update(samples=(moved,), twitches=found.twitches, segments=found.segments)

    def close(self) -> Update:
        found = self._detector.close()
        return Update(twitches=found.twitches, segments=found.segments)

    valid_s = property(lambda self: self._detector.valid_s)
    warnings = property(lambda self: self._detector.warnings)
    context = property(lambda self: self._detector.context)
    noise_pct_iod = property(lambda self: self._detector.noise_pct_iod)


class Teller:
    """Prints the time of each frame that was logged."""

    def show(self, update: LiveUpdate) -> None:
        for sample in update.update.samples:
            sys.stdout.write(f"{sample.t_s}\n")
        sys.stdout.flush()

    def close(self) -> None:
        pass


class SleepyClock(SystemClock):
    """The computer's clocks; the wall's is an hour further after each SIGCONT."""

    slept = timedelta()

    def wall(self):
        return super().wall() + self.slept

    def wake(self, *signalled: object) -> None:
        self.slept += timedelta(hours=1)


class RealSource(ScriptedSource):
    """A camera that gives 30 frames a second; those that nobody takes are gone."""

    def __init__(self, seconds: float, clock: SystemClock) -> None:
        super().__init__([], clock)  # type: ignore[arg-type]
        self._seconds = seconds
        self._next_s = 0.0

    def take(self, timeout_s: float) -> Frame | None:
        if self.now_s > self._seconds:
            self.ended = True
            return None
        if self._next_s > self.now_s:
            time.sleep(min(timeout_s, self._next_s - self.now_s))
        if self._next_s > self.now_s:
            return None
        taken_s = self.now_s
        self._next_s = taken_s + 1 / 30
        return from_rgb(taken_s, np.full((48, 64, 3), 120, np.uint8))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--real", action="store_true")
    given = parser.parse_args()
    clock = SleepyClock() if given.real else FakeClock()
    if isinstance(clock, SleepyClock):
        signal.signal(signal.SIGCONT, clock.wake)
        source = RealSource(given.seconds, clock)
    else:
        source = ScriptedSource(steady(0, given.seconds), clock)
    ReplayEngine.source = iter(samples(given.seconds + 5))
    live_loop.Engine = ReplayEngine  # type: ignore[misc,assignment]
    loop = live_loop.LiveLoop(
        source,
        given.out,
        live_loop.LiveOptions(config=Config(), name="night"),
        displays=[Teller()],
        keepers=[DiskSync()],
        commands=queue.SimpleQueue(),
        clock=clock,
        tracker=NoTracker(),
    )
    trouble = loop.run().trouble
    if trouble is not None:
        sys.stderr.write(trouble + "\n")
    return 0 if trouble is None else 1


if __name__ == "__main__":
    sys.exit(main())
