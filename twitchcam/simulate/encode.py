"""Writes frames with their times into a video file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from twitchcam.capture.frame import Image
from twitchcam.errors import OutputError, UsageError
from twitchcam.simulate.clock import TICKS_HZ
from twitchcam.simulate.codecs import encoder_of
from twitchcam.simulate.scenario import VideoSettings

if TYPE_CHECKING:
    from av.container import OutputContainer

SUFFIXES = (".mp4", ".mkv", ".mov")

# x264 gives the same bits only for the same number of threads.
_THREADS = 4


def write_video(
    frames: Iterable[tuple[float, Image]], path: Path, video: VideoSettings, *, variable: bool | None = None
) -> int:
    """Encodes frames; the file appears under its name only when it is complete.

    Args:
        frames: ``(seconds, rgb)`` with increasing times and ``(height, width, 3)`` uint8 pictures.
        path: ``.mp4``, ``.mkv`` or ``.mov``.
        video: Size, nominal rate and compression.
        variable: Whether times may lie anywhere; otherwise on the grid of the frame rate. None: as ``video`` says.

    Returns:
        Number of frames.

    Raises:
        UsageError: the name has another ending, or the encoder refuses the settings.
        OutputError: the file cannot be written.
    """
    return write_videos(frames, [(path, video)], variable=variable)


def write_videos(
    frames: Iterable[tuple[float, Image]],
    outputs: Sequence[tuple[Path, VideoSettings]],
    *,
    variable: bool | None = None,
) -> int:
    """Encodes the same frames into several files, each with its own compression; else as :func:`write_video`."""
    with ExitStack() as stack:
        encoders = [
            stack.enter_context(_encoder(path, video, variable=video.variable if variable is None else variable))
            for path, video in outputs
        ]
        count = 0
        for t_s, rgb in frames:
            for encoder in encoders:
                encoder(t_s, rgb)
            count += 1
    return count


@contextmanager
def _encoder(path: Path, video: VideoSettings, *, variable: bool) -> Iterator[Callable[[float, Image], None]]:
    """Takes frames; the file appears when it is left without an error."""
    import av

    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: the video must be called .mp4, .mkv or .mov")
    av.logging.set_level(None)  # the encoder's own notes are not for the user
    partial = path.with_name(f"{path.stem}.partial{path.suffix}")
    try:
        try:
            with av.open(str(partial), "w") as container:
                put, end = _stream(container, video, variable=variable)
                yield put
                end()
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except av.FFmpegError as error:
        # PyAV's faults of files are also Python's OSError; what is left is the encoder's own.
        if not isinstance(error, OSError):
            raise UsageError(f"{path}: the encoder refuses these settings: {error.strerror}") from None
        raise OutputError(f"{path}: cannot write the video: {error.strerror}") from None
    except OSError as error:
        raise OutputError(f"{path}: cannot write the video: {error.strerror}") from None


def _stream(
    container: OutputContainer, video: VideoSettings, *, variable: bool
) -> tuple[Callable[[float, Image], None], Callable[[], None]]:
    import av

    rate = video.exact_fps
    ticks_hz = Fraction(TICKS_HZ) if variable else rate
    encoder = encoder_of(video)
    try:
        stream = container.add_stream(encoder.name, rate=rate)
    except ValueError:
        raise UsageError(f"{video.codec.value} does not go into {container.format.name}; call the video .mkv") from None
    assert isinstance(stream, av.VideoStream)
    stream.pix_fmt = encoder.pixel_format
    stream.width, stream.height = video.width, video.height
    stream.options = dict(encoder.options)
    if encoder.bit_rate is not None:
        stream.bit_rate = encoder.bit_rate
    stream.codec_context.thread_count = _THREADS
    stream.codec_context.time_base = 1 / ticks_hz
    if video.gop is not None:
        stream.codec_context.gop_size = video.gop

    def put(t_s: float, rgb: Image) -> None:
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame.pts = round(t_s * ticks_hz)
        frame.time_base = 1 / ticks_hz
        container.mux(stream.encode(frame))

    def end() -> None:
        container.mux(stream.encode(None))

    return put, end
