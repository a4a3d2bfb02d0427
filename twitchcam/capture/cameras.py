"""Cameras and network streams: read with OpenCV in a thread of their own, opened again when they go away."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from twitchcam.capture.capture_clock import CaptureClock
from twitchcam.capture.frame import Frame, Image
from twitchcam.errors import DependencyError

#: Without an answer for so long a camera or stream is taken as gone.
_OPEN_TIMEOUT_MS = 10_000
_READ_TIMEOUT_MS = 5_000
#: How long the end waits for a camera that is just being read.
_JOIN_S = 2.0
#: Larger pictures than this come compressed from a camera, or too slowly.
_UNCOMPRESSED_PX = 640 * 480

#: Containers of streams. Play lists are not among them: they could name other addresses than the one that was typed.
_FORMATS = "rtsp,mpegts,mpjpeg,mjpeg,matroska,webm,mov,mp4,flv,live_flv,h264,hevc,mpeg,mpegvideo,nut,asf,ogg,avi"
_FFMPEG_OPTIONS = f"rtsp_transport;tcp|format_whitelist;{_FORMATS}|max_redirects;0|fflags;nobuffer"


class Device(Protocol):
    """An open camera or stream."""

    def read(self) -> tuple[Image, float | None] | None:
        """The next picture, ``(height, width, 3)`` BGR, and its stamp in seconds; None once it is gone."""

    @property
    def rate_hz(self) -> float | None:
        """Frames per second that it promises, or None."""

    def close(self) -> None:
        """Lets go of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRequest:
    """Which camera, and what is asked of it.

    Attributes:
        address: Number of a camera, or address of a stream.
        rate_hz: Frames per second; None leaves it to the camera.
        size: Width and height in pixels; None leaves it to the camera.
    """

    address: int | str
    rate_hz: float | None = None
    size: tuple[int, int] | None = None


class OpenCvDevice:
    """A camera or stream as OpenCV reads it.

    Args:
        request: Which one.

    Raises:
        OSError: it cannot be opened.
        DependencyError: OpenCV cannot be loaded.
    """

    def __init__(self, request: CameraRequest) -> None:
        cv2 = load_opencv()
        address = request.address
        if isinstance(address, int):
            self._capture: Any = cv2.VideoCapture(address)
            self._ask(cv2, request)
        else:
            timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_TIMEOUT_MS]
            timeouts += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_TIMEOUT_MS]
            self._capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, timeouts)
        if not self._capture.isOpened():
            self._capture.release()
            raise OSError(f"{address}: cannot be opened")
        self._stamp_of = cv2.CAP_PROP_POS_MSEC
        rate_hz = float(self._capture.get(cv2.CAP_PROP_FPS))
        self._rate_hz = rate_hz if 0 < rate_hz < 1000 else None

    def _ask(self, cv2: Any, request: CameraRequest) -> None:  # noqa: ANN401
        if request.size is not None:
            if request.size[0] * request.size[1] > _UNCOMPRESSED_PX:
                self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, request.size[0])
            self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, request.size[1])
        if request.rate_hz is not None:
            self._capture.set(cv2.CAP_PROP_FPS, request.rate_hz)

    def read(self) -> tuple[Image, float | None] | None:
        """The next picture and its stamp; None once it is gone."""
        read, picture = self._capture.read()
        if not read or picture is None:
            return None
        stamp_ms = float(self._capture.get(self._stamp_of))
        return np.asarray(picture, dtype=np.uint8), stamp_ms / 1000 if stamp_ms > 0 else None

    @property
    def rate_hz(self) -> float | None:
        """Frames per second that it promises."""
        return self._rate_hz

    def close(self) -> None:
        """Lets go of it."""
        self._capture.release()


class CameraReader:
    """Reads a camera in a thread and keeps the newest frames; the oldest are dropped when nobody takes them in time.

    When the camera goes away it is opened again and again until it is back. Frames keep the size of the first one.

    Args:
        open_device: Opens the camera; raises OSError where it is not there.
        now_s: The clock of the frames.
        mirrored: The camera's picture is mirrored: undo it.
        backlog_s: How long frames may wait.
        reconnect_s: Time between two tries to open the camera.

    Attributes:
        dropped: Count of frames dropped.
        connected: False while the camera is away.
        refusal: Why it could not be opened last, or None.
    """

    def __init__(
        self,
        open_device: Callable[[], Device],
        *,
        now_s: Callable[[], float],
        mirrored: bool,
        backlog_s: float,
        reconnect_s: float,
    ) -> None:
        self._open_device = open_device
        self._now_s = now_s
        self._mirrored = mirrored
        self._backlog_s = backlog_s
        self._reconnect_s = reconnect_s
        self._frames: deque[Frame] = deque()
        self._news = threading.Condition()
        self._stop = threading.Event()
        self._last_s: float | None = None
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self.size: tuple[int, int] | None = None
        self.rate_hz: float | None = None
        self.dropped = 0
        self.connected = False
        self.refusal: str | None = None

    def start(self) -> None:
        """Begins to read."""
        self._thread.start()

    def take(self, timeout_s: float) -> Frame | None:
        """The oldest frame that waits, or the next one; None where none came in time.

        Raises:
            DependencyError: OpenCV cannot be loaded.
        """
        with self._news:
            if not self._frames:
                self._news.wait(timeout_s)
            if self._fault is not None:
                raise self._fault
            return self._frames.popleft() if self._frames else None

    def forget(self) -> None:
        """Frames that wait are not wanted, and those dropped so far are not counted."""
        with self._news:
            self._frames.clear()
            self.dropped = 0

    def close(self) -> None:
        """Stops reading."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_JOIN_S)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._read_once_open()
                self._stop.wait(self._reconnect_s)
        except BaseException as fault:
            with self._news:
                self._fault = fault
                self._news.notify_all()

    def _read_once_open(self) -> None:
        try:
            device = self._open_device()
        except OSError as error:
            self.refusal = str(error)
            return
        try:
            self.rate_hz = device.rate_hz
            clock = CaptureClock(self._last_s)
            while not self._stop.is_set():
                read = device.read()
                if read is None:
                    return
                self._arrived(*read, clock)
        finally:
            self.connected = False
            device.close()

    def _arrived(self, picture: Image, stamp_s: float | None, clock: CaptureClock) -> None:
        t_s = clock.place(self._now_s(), stamp_s)
        settling = not self.connected
        self.connected = self.connected or t_s is not None
        if t_s is None:
            # What a stream had stored before it was opened was never ours to lose.
            self.dropped += not settling
            return
        frame = self._frame(t_s, picture)
        with self._news:
            self._last_s = t_s
            self._frames.append(frame)
            while self._frames[-1].t_s - self._frames[0].t_s > self._backlog_s:
                self._frames.popleft()
                self.dropped += 1
            self._news.notify_all()

    def _frame(self, t_s: float, picture: Image) -> Frame:
        import cv2

        if self.size is None:
            self.size = (picture.shape[1], picture.shape[0])
        if (picture.shape[1], picture.shape[0]) != self.size:
            picture = np.asarray(cv2.resize(picture, self.size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        if self._mirrored:
            picture = np.asarray(cv2.flip(picture, 1), dtype=np.uint8)
        luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)

        def to_rgb() -> Image:
            return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)

        return Frame(t_s=t_s, luma=luma, to_rgb=to_rgb)


def load_opencv() -> Any:  # noqa: ANN401
    """OpenCV, told to be silent and to open no other address than it is given.

    PyAV brings X libraries of its own. Where it is loaded before OpenCV, OpenCV's windows hang: who shows one calls
    this first.
    """
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", _FFMPEG_OPTIONS)
    try:
        import cv2
    except ImportError as error:
        raise DependencyError(f"cv2 cannot be loaded ({error}); `twitchcam check` says what to install") from None
    return cv2
