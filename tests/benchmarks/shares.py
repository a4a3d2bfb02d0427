"""Where the time of ``twitchcam analyze`` goes: ``python -m tests.benchmarks.shares VIDEO`` prints seconds as JSON.

Methods are wrapped with a clock. A wrapped method inside another one counts for itself only, so that the parts add up;
but decoding, which goes on beside the others.
"""

from __future__ import annotations

import functools
import importlib
import json
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PARTS = (
    *("decode", "colour", "mesh", "registration", "moving mouth", "dsp and events"),
    *("writing", "frequency.png", "start and rest"),
)

WRAPPED: tuple[tuple[str, str, str], ...] = (
    ("decode", "twitchcam.capture.files", "VideoSource._prepare"),
    ("decode", "twitchcam.capture.picture", "PictureMaker.luma"),
    ("colour", "twitchcam.capture.picture", "PictureMaker.rgb"),
    ("mesh", "twitchcam.face.mesh", "MeshFinder.find"),
    ("registration", "twitchcam.face.registration", "Registration.__init__"),
    ("registration", "twitchcam.face.registration", "Registration.advance"),
    ("registration", "twitchcam.face.registration", "Registration.renew"),
    ("moving mouth", "twitchcam.face.mouth_flow", "MouthFlow.advance"),
    ("moving mouth", "twitchcam.motion.moving_mouth", "MovingMouth.complete"),
    ("dsp and events", "twitchcam.events.detector", "Detector.push"),
    ("dsp and events", "twitchcam.events.detector", "Detector.close"),
    ("writing", "twitchcam.session.writer", "SessionWriter.write"),
    ("writing", "twitchcam.session.writer", "SessionWriter.finish"),
    ("frequency.png", "twitchcam.views.frequency", "save_frequency"),
)


class Stopwatch:
    """Seconds by part, each counted without the parts inside it; a stack for every thread."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._clock = clock
        self._local = threading.local()

    def begin(self) -> None:
        """A part begins."""
        if not hasattr(self._local, "stack"):
            self._local.stack = []
        self._local.stack.append([self._clock(), 0.0])

    def end(self, part: str) -> None:
        """The part that began last ends."""
        began_s, inside_s = self._local.stack.pop()
        whole_s = self._clock() - began_s
        self.seconds[part] += whole_s - inside_s
        if self._local.stack:
            self._local.stack[-1][1] += whole_s

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, counted."""

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            self.begin()
            try:
                return function(*args, **kwargs)
            finally:
                self.end(part)

        return wrapper

    def timed_iterator(self, part: str, function: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """The same generator function; each step is counted."""

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Iterator[Any]:
            steps = function(*args, **kwargs)
            step = self.timed(part, lambda: next(steps, None))
            while (item := step()) is not None:
                yield item

        return wrapper


def named(module: str, name: str) -> tuple[Any, str]:
    """The class or module that holds a function, and the function's name in it."""
    *path, attribute = name.split(".")
    return functools.reduce(getattr, path, importlib.import_module(module)), attribute


def measured_shares(video: Path) -> dict[str, float]:
    """Analyses a video in this process, which stays wrapped; seconds by part of :data:`PARTS`."""
    began_s = time.perf_counter()
    importlib.import_module("twitchcam.cli")  # before numpy: it limits the threads of BLAS, as the command does
    watch = Stopwatch()
    for part, module, name in WRAPPED:
        owner, attribute = named(module, name)
        setattr(owner, attribute, watch.timed(part, getattr(owner, attribute)))
    files = importlib.import_module("twitchcam.capture.files")
    files.VideoSource.__iter__ = watch.timed_iterator("decode", files.VideoSource.__iter__)
    from twitchcam.commands.analyze import command

    with tempfile.TemporaryDirectory() as folder:
        command.main([str(video), "-o", folder], standalone_mode=False)
    whole_s = time.perf_counter() - began_s
    seconds = {part: watch.seconds.get(part, 0.0) for part in PARTS}
    seconds["start and rest"] = whole_s - sum(taken_s for part, taken_s in seconds.items() if part != "decode")
    return seconds


if __name__ == "__main__":
    taken = measured_shares(Path(sys.argv[1]))
    Path(sys.argv[2]).write_text(json.dumps(taken), encoding="utf-8")
