"""Pictures that are kept when they are asked for: a clip around each twitch, or everything. Encoded in a thread."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from twitchcam.capture.frame import Frame
from twitchcam.live.feed import LiveUpdate

if TYPE_CHECKING:
    import av
    from av.container import OutputContainer
    from av.video.stream import VideoStream

CLIPS_NAME = "clips"
RECORDING_NAME = "recording.mkv"

#: Fine enough for every frame rate.
_TIME_BASE = Fraction(1, 90_000)
#: Pictures that can be begun with come so often; a clip begins at one of them.
_KEY_INTERVAL_S = 0.5
#: A twitch is certain so long after it at most; the ring reaches back further than a clip by this.
_DECIDED_WITHIN_S = 2.0
#: Frames that wait for the encoder at most; more are left out of the pictures, never out of the measurement.
_MOST_WAITING = 45
_OPTIONS = {"crf": "20", "preset": "superfast", "tune": "zerolatency"}
_JOIN_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packet:
    data: bytes
    pts: int
    key: bool


@dataclass(slots=True, kw_only=True)
class _Clip:
    number: int
    first_s: float
    last_s: float
    packets: list[_Packet] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """A frame, the spans of twitches that became certain, or the end."""

    frame: Frame | None = None
    spans_s: tuple[tuple[float, float], ...] = ()


class ImageKeeper:
    """Keeps clips, a whole recording, or both, of one session after the other.

    Args:
        clips: Keep a clip around each twitch.
        record: Keep everything.
        margin_s: What a clip shows before and after its twitch.
        tell: Takes a line when something cannot be kept.
    """

    def __init__(self, *, clips: bool, record: bool, margin_s: float, tell: Callable[[str], None]) -> None:
        self._clips = clips
        self._record = record
        self._margin_s = margin_s
        self._tell = tell
        self._jobs: queue.Queue[_Job] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._skipped = 0

    def begin(self, folder: Path) -> None:
        """A session begins, in this folder."""
        self._jobs = queue.Queue(_MOST_WAITING)
        self._skipped = 0
        self._thread = threading.Thread(target=self._run, args=(folder, self._jobs), name="images", daemon=True)
        self._thread.start()

    def take(self, update: LiveUpdate) -> None:
        """Takes what a frame brought; drops it where the encoder is behind."""
        if self._thread is None or update.status.paused:
            return
        spans_s = tuple((twitch.onset_s, twitch.end_s) for twitch in update.update.twitches)
        if update.frame is None and not spans_s:
            return
        try:
            self._jobs.put_nowait(_Job(frame=update.frame, spans_s=spans_s))
        except queue.Full:
            self._skipped += 1
            if spans_s:
                self._jobs.put(_Job(spans_s=spans_s))

    def end(self) -> None:
        """The session ends: what is begun is finished, before its folder is renamed."""
        if self._thread is None:
            return
        self._jobs.put(_Job())
        self._thread.join(_JOIN_S)
        self._thread = None
        if self._skipped:
            self._tell(f"{self._skipped} pictures are missing from what was recorded: the encoder was too slow")

    def _run(self, folder: Path, jobs: queue.Queue[_Job]) -> None:

        try:
            with _Encoder(folder / RECORDING_NAME if self._record else None) as encoder:
                cutter = _Cutter(folder / CLIPS_NAME, encoder, self._margin_s) if self._clips else None
                while (job := jobs.get()) != _Job():
                    packets = [] if job.frame is None else encoder.encode(job.frame)
                    if cutter is not None:
                        cutter.take(packets, job.spans_s)
                if cutter is not None:
                    cutter.close()
        except Exception as error:  # whatever goes wrong with pictures must not end the measurement
            self._tell(f"no more images are kept: {getattr(error, 'strerror', None) or error}")
            while jobs.get() != _Job():
                pass


class _Encoder:
    """H.264, into a file or into nothing; gives every packet that it makes."""

    def __init__(self, path: Path | None) -> None:
        import av

        self._container: OutputContainer = (
            av.open("nothing", "w", format="null")
            if path is None
            else av.open(str(path), "w", format="matroska", options={"cluster_time_limit": "1000"})
        )
        self.stream: VideoStream | None = None
        self._last = -1
        self._key_at_s = -_KEY_INTERVAL_S

    def encode(self, frame: Frame) -> list[_Packet]:
        """Takes the next frame."""
        import av
        from av.video.frame import PictureType

        stream = self.stream or self._begin(frame)
        rgb = frame.to_rgb()
        even = np.ascontiguousarray(rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2])
        picture = av.VideoFrame.from_ndarray(even, format="rgb24").reformat(format="yuv420p")
        picture.pts, picture.time_base = max(round(frame.t_s / _TIME_BASE), self._last + 1), _TIME_BASE
        self._last = picture.pts
        if frame.t_s - self._key_at_s >= _KEY_INTERVAL_S:
            picture.pict_type, self._key_at_s = PictureType.I, frame.t_s
        return self._muxed(stream.encode(picture))

    def _begin(self, frame: Frame) -> VideoStream:
        from av.codec.context import Flags

        width, height = frame.size
        stream = self._container.add_stream("libx264", rate=30, options=dict(_OPTIONS))
        stream.width, stream.height = width // 2 * 2, height // 2 * 2
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = _TIME_BASE
        stream.time_base = _TIME_BASE
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= Flags.global_header
        self.stream = stream
        return stream

    def _muxed(self, packets: list[av.Packet[Any]]) -> list[_Packet]:
        made = []
        for packet in packets:
            assert packet.pts is not None
            made.append(_Packet(data=bytes(packet), pts=packet.pts, key=packet.is_keyframe))
            self._container.mux(packet)
        return made

    def __enter__(self) -> _Encoder:
        return self

    def __exit__(self, *error: object) -> None:
        if self.stream is not None:
            self._muxed(self.stream.encode(None))
        self._container.close()


class _Cutter:
    """Cuts clips out of the stream of packets; holds only what a clip may still need."""

    def __init__(self, folder: Path, encoder: _Encoder, margin_s: float) -> None:
        self._folder = folder
        self._encoder = encoder
        self._margin_s = margin_s
        self._ring: deque[_Packet] = deque()
        self._open: list[_Clip] = []
        self._count = 0

    def take(self, packets: list[_Packet], spans_s: tuple[tuple[float, float], ...]) -> None:
        for onset_s, end_s in spans_s:
            self._count += 1
            clip = _Clip(number=self._count, first_s=onset_s - self._margin_s, last_s=end_s + self._margin_s)
            clip.packets.extend(self._since(clip.first_s))
            self._open.append(clip)
        for packet in packets:
            self._ring.append(packet)
            for clip in self._open:
                clip.packets.append(packet)
        if packets:
            now_s = float(packets[-1].pts * _TIME_BASE)
            for clip in [clip for clip in self._open if clip.last_s <= now_s]:
                self._open.remove(clip)
                self._write(clip)
            self._forget(now_s - self._margin_s - _DECIDED_WITHIN_S - 2 * _KEY_INTERVAL_S)

    def close(self) -> None:
        """The end: clips that wait for more are written as they are."""
        for clip in self._open:
            self._write(clip)
        self._open.clear()

    def _since(self, first_s: float) -> list[_Packet]:
        """From the last picture that can be begun with, before ``first_s``; else from the first there is."""
        packets = list(self._ring)
        keys = [i for i, packet in enumerate(packets) if packet.key]
        before = [i for i in keys if packets[i].pts * _TIME_BASE <= first_s]
        begin = before[-1] if before else next(iter(keys), len(packets))
        return packets[begin:]

    def _forget(self, before_s: float) -> None:
        while len(self._ring) > 1 and self._ring[0].pts * _TIME_BASE < before_s:
            self._ring.popleft()

    def _write(self, clip: _Clip) -> None:
        import av

        if not clip.packets or self._encoder.stream is None:
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._folder / f"{clip.number:03d}.mp4"
        zero = clip.packets[0].pts
        with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
            stream = container.add_stream_from_template(self._encoder.stream)
            stream.time_base = _TIME_BASE
            for packet in clip.packets:
                copy = av.Packet(packet.data)
                copy.stream, copy.time_base = stream, _TIME_BASE
                copy.pts = copy.dts = packet.pts - zero
                copy.is_keyframe = packet.key
                container.mux(copy)
