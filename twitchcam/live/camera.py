"""A camera or stream as the live loop's source."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from twitchcam.capture.cameras import CameraReader, CameraRequest, Device, OpenCvDevice
from twitchcam.capture.frame import Frame
from twitchcam.config import Config
from twitchcam.errors import InputError
from twitchcam.live.clock import Clock
from twitchcam.live.player import shareable
from twitchcam.session.document import SourceRecord

#: A camera that is plugged in gives its first picture within this time.
_PATIENCE_S = 10.0
_TICK_S = 0.1


class CameraSource:
    """Waits until there is a picture, then gives frames with their times; picked up again whenever the camera returns.

    Args:
        request: Which camera or stream.
        config: Settings.
        clock: The clock of the frames.
        stop: Asked while waiting for the first picture.
        tell: Takes a line for the user while waiting.
        open_device: Another way to open the camera (tests).

    Raises:
        InputError: a camera of this computer gives no picture, or the user did not want to wait.
    """

    def __init__(
        self,
        request: CameraRequest,
        config: Config,
        clock: Clock,
        *,
        stop: Callable[[], bool] = lambda: False,
        tell: Callable[[str], None] = lambda line: None,
        open_device: Callable[[], Device] | None = None,
    ) -> None:
        self._pictures = threading.Lock()
        self._clock = clock
        self._reader = CameraReader(
            open_device or (lambda: OpenCvDevice(request)),
            now_s=clock.now_s,
            mirrored=config.capture.mirrored,
            backlog_s=config.live.backlog_s,
            reconnect_s=config.live.reconnect_s,
        )
        self._reader.start()
        try:
            first = self._wait(request, stop, tell)
        except BaseException:
            self._reader.close()
            raise
        self._zero_s: float | None = None
        self._begun = clock.wall()
        width, height = first.size
        self.record = SourceRecord(
            kind="camera" if isinstance(request.address, int) else "stream",
            name=named(request.address),
            width_px=width,
            height_px=height,
            rate_hz=self._reader.rate_hz,
        )
        self.clock = "when each frame was taken, on a clock of the computer that never steps"
        self.ended = False

    def _wait(self, request: CameraRequest, stop: Callable[[], bool], tell: Callable[[str], None]) -> Frame:
        name, since_s, told = named(request.address), self._clock.now_s(), False
        while (frame := self._reader.take(_TICK_S)) is None:
            waited_s = self._clock.now_s() - since_s
            if stop():
                raise InputError(f"{name}: stopped before the first picture came")
            if isinstance(request.address, int) and waited_s > _PATIENCE_S:
                raise InputError(f"{name}: gives no picture; `twitchcam check` lists the cameras that do")
            if not told and waited_s > 1:
                told = True
                tell(f"{name}: no picture yet; waiting")
        return frame

    def take(self, timeout_s: float) -> Frame | None:
        """The next frame, or None where none came in time."""
        if self._zero_s is None:
            # What came while models were loaded is old.
            self._reader.forget()
        frame = self._reader.take(timeout_s)
        if frame is None:
            return None
        if self._zero_s is None:
            self._zero_s = frame.t_s
            self._begun = self._clock.wall() - timedelta(seconds=self.now_s)
        return shareable(replace(frame, t_s=frame.t_s - self._zero_s), self._pictures)

    @property
    def dropped(self) -> int:
        """Frames dropped since the start."""
        return self._reader.dropped

    @property
    def connected(self) -> bool:
        """False while the camera is away."""
        return self._reader.connected

    @property
    def now_s(self) -> float:
        """Seconds since the first frame."""
        return 0.0 if self._zero_s is None else self._clock.now_s() - self._zero_s

    @property
    def started_at(self) -> tuple[datetime, Literal["container", "clock"]]:
        """When the first frame was taken."""
        return self._begun, "clock"

    @property
    def follows_wall(self) -> bool:
        """A camera's frames are of today."""
        return True

    @property
    def warnings(self) -> list[str]:
        """Nothing that the log does not know."""
        return []

    def close(self) -> None:
        """Lets go of the camera."""
        self.ended = True
        self._reader.close()


def named(address: int | str) -> str:
    """What a camera or stream is called in the log: without the password that an address may hold."""
    if isinstance(address, int):
        return f"camera {address}"
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
