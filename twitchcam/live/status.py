"""The session so far, and what limits the measurement now."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from twitchcam.capture.frame import Frame
from twitchcam.config import Config
from twitchcam.events.context import RATE_TOLERANCE
from twitchcam.events.model import Context, Lip, Side, Twitch
from twitchcam.live.feed import Limit, ProtocolStep, Status
from twitchcam.motion.channels import Sample
from twitchcam.views.rates import is_counted

#: What the rate is counted over, and how long dropped frames are spoken of.
_RATE_WINDOW_S = 2.0
_DROPPED_FOR_S = 5.0
#: Without a frame for so long there is no camera, whatever it says.
_NO_FRAME_S = 2.0
#: Every so many pixels are enough for the brightness of a picture.
_SPARSE = 16
#: Share of the new picture in the running brightness: single flickers do not matter.
_BRIGHTNESS_SHARE = 0.1

_LIMIT_OF: dict[Context, Limit] = {
    Context.TALKING: Limit.TALKING,
    Context.SMILING: Limit.MOVING,
    Context.CHEWING: Limit.MOVING,
    Context.MOUTH_MOVEMENT: Limit.MOVING,
    Context.HEAD_MOTION: Limit.MOVING,
    Context.OCCLUDED: Limit.OCCLUDED,
}


class StatusKeeper:
    """Counts what the loop sees.

    Args:
        config: Settings.
        keeps_images: What is recorded.
    """

    def __init__(self, config: Config, keeps_images: str) -> None:
        self._config = config
        self._keeps_images = keeps_images
        self._times_s: deque[float] = deque()
        self._brightness: float | None = None
        self._sample: Sample | None = None
        self._counts: dict[tuple[Lip, Side], int] = {}
        self._counted = 0
        self._dropped = 0
        self._dropped_at_s = -_DROPPED_FOR_S

    def frame_came(self, frame: Frame, dropped: int) -> None:
        """Takes a frame, measured or not, and how many were dropped until then."""
        times = self._times_s
        times.append(frame.t_s)
        while times[-1] - times[0] > _RATE_WINDOW_S:
            times.popleft()
        mean = float(frame.luma[::_SPARSE, ::_SPARSE].mean())
        before = mean if self._brightness is None else self._brightness
        self._brightness = before + _BRIGHTNESS_SHARE * (mean - before)
        if dropped > self._dropped:
            self._dropped, self._dropped_at_s = dropped, frame.t_s

    def measured(self, samples: Iterable[Sample], twitches: Iterable[Twitch]) -> None:
        """Takes what a frame brought."""
        for sample in samples:
            self._sample = sample
        for twitch in twitches:
            key = (twitch.lip, twitch.side)
            self._counts = {**self._counts, key: self._counts.get(key, 0) + 1}
            self._counted += is_counted(twitch)

    def begin_anew(self) -> None:
        """Another session begins: its counts are zero and its time as well."""
        self._counts, self._counted = {}, 0
        self._times_s.clear()
        self._dropped_at_s = -_DROPPED_FOR_S

    @property
    def rate_hz(self) -> float | None:
        """Frames per second over the last moments; None before there are two."""
        times = self._times_s
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else None

    def status(
        self,
        t_s: float,
        time: datetime,
        *,
        valid_s: float,
        context: Context | None,
        connected: bool,
        paused: bool = False,
        protocol: ProtocolStep | None = None,
        ended: bool = False,
    ) -> Status:
        """The session so far, at a moment."""
        return Status(
            t_s=t_s,
            time=time,
            valid_s=valid_s,
            counts=self._counts,
            per_min=60 * self._counted / valid_s if valid_s > 0 else None,
            rate_hz=self.rate_hz,
            dropped=self._dropped,
            context=context,
            limits=self._limits(t_s, context, connected=connected),
            paused=paused,
            keeps_images=self._keeps_images,
            protocol=protocol,
            ended=ended,
        )

    def _limits(self, t_s: float, context: Context | None, *, connected: bool) -> tuple[Limit, ...]:
        if not connected or (self._times_s and t_s - self._times_s[-1] > _NO_FRAME_S):
            return (Limit.NO_CAMERA,)
        live, sample, found = self._config.live, self._sample, []
        if sample is not None and not sample.face:
            found.append(Limit.NO_FACE)
        if self._brightness is not None and self._brightness < live.dark_level:
            found.append(Limit.TOO_DARK)
        rate_hz = self.rate_hz
        span_s = self._times_s[-1] - self._times_s[0] if self._times_s else 0.0
        least_hz = RATE_TOLERANCE * self._config.capture.min_rate_hz
        if rate_hz is not None and span_s > _RATE_WINDOW_S / 2 and rate_hz < least_hz:
            found.append(Limit.LOW_RATE)
        if sample is not None and sample.face:
            if sample["iod"] < live.small_iod_px:
                found.append(Limit.FACE_SMALL)
            if max(abs(sample["head_yaw"]), abs(sample["head_pitch"])) > live.turned_deg:
                found.append(Limit.FACE_TURNED)
            if context in _LIMIT_OF:
                found.append(_LIMIT_OF[context])
        if t_s - self._dropped_at_s < _DROPPED_FOR_S and self._dropped:
            found.append(Limit.FRAMES_DROPPED)
        return tuple(found)
