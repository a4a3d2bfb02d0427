"""Video files: decoded with PyAV, each picture with the container's own time.

Nothing is fetched: FFmpeg may open local files only, also when a play list names an address.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import TracebackType

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from twitchcam.capture.decoder import Decoder, Picture
from twitchcam.capture.frame import Frame
from twitchcam.capture.media_clock import MediaClock
from twitchcam.capture.picture import PictureMaker
from twitchcam.capture.source_info import SourceInfo, creation_time, tagged_duration_s
from twitchcam.config import CaptureConfig
from twitchcam.errors import InputError, UsageError

#: FFmpeg shows these as pictures as well, but they are no recordings.
_NO_RECORDING = frozenset({"image2", "image2pipe", "tty"})

#: A jump within the file is worth its trouble from here on; it aims this long before the wanted time.
_JUMP_FROM_S = 5.0
_JUMP_MARGIN_S = 1.0

#: For a file that states no frame rate.
_DEFAULT_RATE = Fraction(25)

#: What may be missing at the end before the recording is called cut short.
_END_TOLERANCE_S = 0.5

#: In pictures of up to so many pixels, handing work to the decoder's threads takes longer than decoding alone; measured
#: at 640x480 and 1280x720, where they cost a third more CPU time as well.
_ALONE_PX = 1280 * 720

#: MPEG transport streams consist of packets of one of these sizes.
_TS_PACKET_BYTES = (188, 192, 204)


def open_video(path: Path, capture: CaptureConfig) -> VideoSource:
    """Opens a recording. Its first wanted picture is decoded already: what is returned can be analysed.

    Args:
        path: A video file.
        capture: Mirroring, where to begin and where to stop.

    Raises:
        InputError: there is nothing to analyse; the message names the file and says why.
        UsageError: the end does not come after the start.
    """
    if capture.end_s is not None and capture.end_s <= capture.start_s:
        raise UsageError(f"the end ({capture.end_s:g} s) must come after the start ({capture.start_s:g} s)")
    _check_file(path)
    av.logging.set_level(None)
    return VideoSource(path, capture)


class VideoSource:
    """The pictures of one file, in order, each once. A context manager; made by :func:`open_video`.

    Attributes:
        info: What the container says about the recording.
        zero_s: Time stamp of the first picture on the container's own clock, which its sound has as well; 0 where it
            has none.
    """

    def __init__(self, path: Path, capture: CaptureConfig) -> None:
        self._path = path
        self._capture = capture
        self._container = _open_container(path)
        try:
            self._prepare()
        except BaseException:
            self._container.close()
            raise

    def _prepare(self) -> None:
        self._stream = _video_stream(self._container, self._path)
        self._decoder = Decoder(self._container, self._stream, max_doubt_s=self._capture.max_doubt_s)
        rate = self._stream.average_rate or self._stream.guessed_rate
        self._period_s = float(1 / (rate or _DEFAULT_RATE))
        pictures = self._decoder.pictures()
        first = next(pictures, None)
        if first is None:
            raise InputError(f"{self._path}: no picture of it can be decoded")
        self.zero_s = first.stamp_s or 0.0
        self._maker = PictureMaker(first.image, self._stream.sample_aspect_ratio, mirrored=self._capture.mirrored)
        self._stored_size = (first.image.width, first.image.height)
        self.info = self._described(first, rate)
        self._clock = MediaClock(self._period_s)
        self._resized_s: float | None = None
        self._last_s = 0.0
        self._jumped = False
        self._complete = False
        pictures = chain([first], pictures)
        if self._capture.start_s >= _JUMP_FROM_S and first.stamp_s is not None:
            pictures = self._jump()
        self._frames = self._wanted(pictures)
        self._ahead = next(self._frames, None)
        if self._ahead is None:
            start, end = self._capture.start_s, self._capture.end_s
            where = f"from {start:g} s on" if end is None else f"between {start:g} s and {end:g} s"
            raise InputError(f"{self._path}: the recording has no picture {where}")

    def _described(self, first: Picture, rate: Fraction | None) -> SourceInfo:
        stream, container = self._stream, self._container
        width, height = self._maker.size
        whole_s = None if container.duration is None else container.duration / av.time_base
        duration_s = _duration_s(stream)
        # The length of a file with sound says nothing certain about its pictures.
        self._announced_s = whole_s if duration_s is None and len(container.streams) == 1 else duration_s
        return SourceInfo(
            path=self._path,
            size_bytes=self._path.stat().st_size,
            container=container.format.name,
            codec=stream.codec_context.name,
            pixel_format=first.image.format.name,
            width_px=width,
            height_px=height,
            rate_hz=None if rate is None else float(rate),
            duration_s=whole_s if duration_s is None else duration_s,
            frame_count=stream.frames or None,
            created_at=creation_time({**stream.metadata, **container.metadata}),
        )

    def _jump(self) -> Iterator[Picture]:
        """Begins to decode shortly before the start; where the file cannot do that, from the first picture again."""
        assert self._stream.time_base is not None
        aim_s = self.zero_s + self._capture.start_s - _JUMP_MARGIN_S
        try:
            self._container.seek(int(aim_s / self._stream.time_base), stream=self._stream)
            decoder = Decoder(self._container, self._stream, max_doubt_s=self._capture.max_doubt_s)
            pictures = decoder.pictures()
            first = next(pictures, None)
        except av.FFmpegError:
            first = None
        if first is None or first.stamp_s is None or first.stamp_s - self.zero_s > self._capture.start_s:
            self._container.close()
            self._container = _open_container(self._path)
            self._stream = _video_stream(self._container, self._path)
            self._decoder = Decoder(self._container, self._stream, max_doubt_s=self._capture.max_doubt_s)
            return self._decoder.pictures()
        self._jumped = True
        self._decoder = decoder
        self._clock = MediaClock(self._period_s, zero_s=self.zero_s)
        return chain([first], pictures)

    def _wanted(self, pictures: Iterator[Picture]) -> Iterator[Frame]:
        for picture in pictures:
            t_s = self._clock.place(picture.stamp_s)
            if t_s is None:
                continue
            self._last_s = t_s
            if t_s < self._capture.start_s:
                continue
            if self._capture.end_s is not None and t_s >= self._capture.end_s:
                return
            image = picture.image
            if self._resized_s is None and (image.width, image.height) != self._stored_size:
                self._resized_s = t_s
            yield self._frame(t_s, image)
        self._complete = True

    def _frame(self, t_s: float, image: av.VideoFrame) -> Frame:
        maker = self._maker
        return Frame(t_s=t_s, luma=maker.luma(image), to_rgb=lambda: maker.rgb(image), key=image.key_frame)

    def __iter__(self) -> Iterator[Frame]:
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            yield ahead
        yield from self._frames

    def __enter__(self) -> VideoSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; pictures handed out before stay usable."""
        self._container.close()

    @property
    def warnings(self) -> list[str]:
        """What limits the recording, as far as it was read: a plain sentence each."""
        found = []
        if self._complete and self._cut_short:
            found.append(self._cut_short)
        if self._decoder.damaged:
            first_s = self._decoder.first_damage_s
            where = "" if first_s is None else f"; the first at {max(0.0, first_s - self.zero_s):.1f} s"
            found.append(
                f"{self._decoder.damaged} pictures are damaged, or build on damaged ones, and were left out{where}"
            )
        if self._clock.refused:
            found.append(f"{self._clock.refused} pictures were left out because their time stamps do not increase")
        if self._clock.guessed:
            rate = 1 / self._period_s
            found.append(
                f"{self._clock.guessed} pictures have no time stamp; their times follow from {rate:.3g} frames a second"
            )
        found.extend(
            f"the time stamps begin anew at {t_s:.1f} s; the recording is taken as going on without a gap there"
            for t_s in self._clock.rejoined_s
        )
        if self._resized_s is not None:
            width, height = self.info.width_px, self.info.height_px
            found.append(f"the size of the picture changes at {self._resized_s:.1f} s; scaled to {width}x{height}")
        return found

    @property
    def _cut_short(self) -> str | None:
        info, end_s = self.info, self._last_s + self._period_s
        if info.container == "mpegts" and all(info.size_bytes % size for size in _TS_PACKET_BYTES):
            return f"the recording is cut short: it ends within a packet, at {end_s:.1f} s"
        if info.frame_count is not None and not self._jumped:
            missing_s = (info.frame_count - self._decoder.packets) * self._period_s
        elif self._announced_s is not None:
            missing_s = self._announced_s - end_s
        else:
            return None
        if missing_s <= _END_TOLERANCE_S:
            return None
        return f"the recording is cut short: it announces {end_s + missing_s:.1f} s and ends at {end_s:.1f} s"


def _duration_s(stream: VideoStream) -> float | None:
    if stream.duration is None or stream.time_base is None:
        return tagged_duration_s(stream.metadata)
    return float(stream.duration * stream.time_base)


def _check_file(path: Path) -> None:
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            path.open("rb").close()
    except OSError as error:
        raise InputError(f"{path}: cannot read: {error.strerror}") from None
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{path}: is a folder; name the video files in it")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{path}: is not a regular file")
    if status.st_size == 0:
        raise InputError(f"{path}: the file is empty")


def _open_container(path: Path) -> InputContainer:
    try:
        return av.open(
            f"file:{path}", mode="r", container_options={"protocol_whitelist": "file"}, metadata_errors="replace"
        )
    except (av.FFmpegError, ValueError) as error:
        with path.open("rb") as file:
            is_mp4 = file.read(8)[4:] == b"ftyp"
        if is_mp4:
            raise InputError(
                f"{path}: cannot be read: its index is missing or damaged; probably it was cut off while it was "
                "recorded or copied"
            ) from None
        reason = error.strerror if isinstance(error, av.FFmpegError) else error
        raise InputError(f"{path}: is not a video that can be read here ({reason})") from None


def _video_stream(container: InputContainer, path: Path) -> VideoStream:
    name = container.format.name
    if name in _NO_RECORDING or name.endswith("_pipe"):
        raise InputError(f"{path}: is not a video ({container.format.long_name})")
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        what = "only sound" if container.streams.audio else "no pictures"
        raise InputError(f"{path}: is not a video: it holds {what}")
    if streams[0].codec_context is None:
        raise InputError(f"{path}: there is no decoder for this kind of video here")
    if streams[0].width * streams[0].height > _ALONE_PX:
        streams[0].thread_type = "AUTO"
    else:
        streams[0].thread_count = 1
    return streams[0]
