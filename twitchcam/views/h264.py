"""Writes pictures as H.264 that every browser plays."""

from __future__ import annotations

from fractions import Fraction

import av
from av.container import OutputContainer
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from twitchcam.capture.frame import Image
from twitchcam.errors import DependencyError

#: Fine enough for every frame rate; frames keep their own times in it.
_TIME_BASE = Fraction(1, 90_000)


def add_stream(output: OutputContainer, size: tuple[int, int], rate_hz: float | None) -> VideoStream:
    """A stream of pictures in a container that is being written.

    Args:
        output: The container.
        size: Width and height of the pictures, both even.
        rate_hz: Their nominal rate.

    Raises:
        DependencyError: PyAV was built without an H.264 encoder.
    """
    rate = Fraction(rate_hz or 30).limit_denominator(1001)
    try:
        stream = output.add_stream("libx264", rate=rate, options={"crf": "20", "preset": "veryfast"})
    except av.codec.codec.UnknownCodecError:
        raise DependencyError("this PyAV cannot write H.264; `twitchcam check` says what to install") from None
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = _TIME_BASE
    stream.time_base = _TIME_BASE
    stream.codec_context.colorspace = Colorspace.ITU601
    stream.codec_context.color_range = ColorRange.MPEG
    return stream


def encode(output: OutputContainer, stream: VideoStream, picture: Image, t_s: float) -> None:
    """Writes the next picture, ``(height, width, 3)`` uint8 RGB, which is shown from ``t_s`` on."""
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.MPEG)
    frame.pts = round(t_s / _TIME_BASE)
    frame.time_base = _TIME_BASE
    for packet in stream.encode(frame):
        output.mux(packet)
