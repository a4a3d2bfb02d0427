"""What the face is doing: rest, talking, smiling, moving, or too poorly seen to say."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from twitchcam.config import Config
from twitchcam.events.model import Context
from twitchcam.events.run import Run
from twitchcam.motion.channels import INDEX, Sample

FloatArray = NDArray[np.float64]

_FAMILIAR = INDEX["familiar"]
_RATE_WINDOW_S = 1.0
#: Rounding of time stamps must not decide.
_SLACK_S = 1e-6
#: A camera that promises the least rate and falls short of it by no more than this is fast enough.
RATE_TOLERANCE = 0.97


class ContextReader:
    """Says the context of each grid sample of a run, half a window late.

    A twitch is shorter than the share of the window that must move, so it never makes a movement of a rest.

    Args:
        config: Settings.
        run: The stretch that is read.

    Attributes:
        slow_rate_hz: Rate of the frames when they last came too slowly, or infinite.
    """

    def __init__(self, config: Config, run: Run) -> None:
        self._config = config.context
        self._min_familiar = config.detection.min_familiar
        self._min_rate_hz = config.capture.min_rate_hz
        self._run = run
        self._half = max(1, round(config.context.window_s / 2 * run.rate_hz))
        self._quarter = max(1, self._half // 2)
        self._done = self._noted = 0
        # Grid samples that move, and the last ones at which the head was fast and the face looked strange.
        self._moving: deque[int] = deque()
        self._fast = self._strange = -1
        self._frame_times: deque[float] = deque()
        self._slow_until_s = -np.inf
        self.slow_rate_hz = np.inf

    def read(self, sample: Sample) -> Iterator[tuple[float, Context]]:
        """Contexts that became certain with the frame that the run was just fed with."""
        self._watch_rate(sample.t_s)
        return self._up_to(len(self._run) - self._half)

    def close(self) -> Iterator[tuple[float, Context]]:
        """The contexts up to the end of the run."""
        return self._up_to(len(self._run))

    def _up_to(self, stop: int) -> Iterator[tuple[float, Context]]:
        while self._done < stop:
            index = self._done
            self._done += 1
            yield self._run.time_s(index), self._context_at(index)

    def _watch_rate(self, t_s: float) -> None:
        times = self._frame_times
        times.append(t_s)
        while times[-1] - times[0] > _RATE_WINDOW_S + _SLACK_S:
            times.popleft()
        span = times[-1] - times[0]
        # One frame of slack: a second of 20 Hz video holds 20 or 21 time stamps.
        if span > _RATE_WINDOW_S / 2 and len(times) / (span - _SLACK_S) < self._min_rate_hz:
            self._slow_until_s = t_s
            self.slow_rate_hz = len(times) / span

    def _note(self, stop: int) -> None:
        """Looks at each sample by itself, up to one."""
        config, run = self._config, self._run
        while self._noted < stop:
            index = self._noted
            self._noted += 1
            if run.motion.rows(index, index + 1)[0] > config.moving_pct_iod:
                self._moving.append(index)
            if run.head_speed.rows(index, index + 1)[0] > config.head_speed_pct_iod_s:
                self._fast = index
            if run.values.rows(index, index + 1)[0, _FAMILIAR] < self._min_familiar:
                self._strange = index

    def _context_at(self, index: int) -> Context:
        config, run = self._config, self._run
        if run.time_s(index) <= self._slow_until_s + _SLACK_S:
            return Context.LOW_RATE
        if run.time_s(index) < run.settled_s:
            return Context.HEAD_MOTION
        first, last = max(index - self._half, 0), min(index + self._half + 1, len(run))
        self._note(last)
        while self._moving and self._moving[0] < first:
            self._moving.popleft()
        still = len(self._moving) < config.moving_share * (last - first)
        # Most of the time nothing stands out at all, and no median needs to be known.
        if still and self._fast < first + run.head_step and self._strange < index - self._quarter:
            return Context.REST
        values = run.values.rows(first, last)
        near = run.values.rows(index - self._quarter, index + self._quarter + 1)
        if np.median(near[:, _FAMILIAR]) < self._min_familiar:
            return Context.OCCLUDED
        speeds = run.head_speed.rows(first + run.head_step, last)
        if len(speeds) and np.median(speeds) > config.head_speed_pct_iod_s:
            return Context.HEAD_MOTION
        if still:
            return Context.REST
        if np.std(values[:, INDEX["mouth_open"]]) > config.talking_opening_pct_iod:
            return Context.TALKING
        smile = (values[:, INDEX["smile_left"]] + values[:, INDEX["smile_right"]]) / 2
        usual = run.values.rows(index - round(config.usual_window_s * run.rate_hz), index + 1)
        usual_smile = (usual[:, INDEX["smile_left"]] + usual[:, INDEX["smile_right"]]) / 2
        if abs(smile.mean() - float(np.median(usual_smile))) > config.smiling_rise:
            return Context.SMILING
        return Context.MOUTH_MOVEMENT
