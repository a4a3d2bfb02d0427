"""What each codec is called in FFmpeg, and how it is told the quality: as recorders and browsers do, in real time."""

from __future__ import annotations

from dataclasses import dataclass

from twitchcam.simulate.scenario import Codec, VideoSettings

#: libvpx keeps to a constant quality only below a bit rate, which must be stated for VP8; 0 is none for VP9.
_VP8_MOST_BIT_S = 8_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """An encoder and its settings.

    Attributes:
        name: In FFmpeg.
        pixel_format: What it is given.
        options: Its own options.
        bit_rate: Bits a second, None where the quality alone decides.
    """

    name: str
    pixel_format: str
    options: dict[str, str]
    bit_rate: int | None = None


def encoder_of(video: VideoSettings) -> Encoder:
    """The encoder for the settings."""
    crf = f"{video.crf:g}"
    live = {"crf": f"{round(video.crf)}", "deadline": "realtime", "cpu-used": "6"}
    match video.codec:
        case Codec.H264:
            return Encoder(name="libx264", pixel_format="yuv420p", options={"crf": crf, "preset": video.preset})
        case Codec.HEVC:
            options = {"crf": crf, "preset": video.preset, "x265-params": "log-level=none"}
            return Encoder(name="libx265", pixel_format="yuv420p", options=options)
        case Codec.VP8:
            return Encoder(name="libvpx", pixel_format="yuv420p", options=live, bit_rate=_VP8_MOST_BIT_S)
        case Codec.VP9:
            return Encoder(name="libvpx-vp9", pixel_format="yuv420p", options=live, bit_rate=0)
        case Codec.MJPEG:
            options = {"qmin": str(video.mjpeg_q), "qmax": str(video.mjpeg_q)}
            return Encoder(name="mjpeg", pixel_format="yuvj420p", options=options)
