"""A copy of a recording with the findings drawn in: lips outlined, traces below, a label while a twitch lasts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

from twitchcam.capture.files import VideoSource, open_video
from twitchcam.config import CaptureConfig
from twitchcam.errors import OutputError
from twitchcam.events.model import Segment, Twitch
from twitchcam.motion.channels import Sample
from twitchcam.views.canvas import FUTURE_S, PAST_S, Canvas
from twitchcam.views.h264 import add_stream, encode
from twitchcam.views.sound import Sound
from twitchcam.views.traces import SlidingTraces

#: Times of an outline and its frame may differ by their rounding.
_SAME_MOMENT_S = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Where the lips are in the picture of one frame.

    Attributes:
        t_s: Time of the frame in seconds.
        lips_px: ``(n, 2)`` points on the lips, those of ``anatomy.LIPS_OUTER`` first; None where there is no face.
        sites_px: Place of each lip site in the picture; None where there is no face.
    """

    t_s: float
    lips_px: NDArray[np.float32] | None
    sites_px: Mapping[str, tuple[float, float]] | None


def write_annotated(
    *,
    video: Path,
    capture: CaptureConfig,
    samples: Iterable[Sample],
    outlines: Iterable[Outline],
    twitches: Sequence[Twitch],
    segments: Sequence[Segment] = (),
    out: Path,
    progress: Callable[[float], None] | None = None,
) -> list[str]:
    """Decodes a recording once more and writes it with what was found in it.

    The file appears under its name only when it is complete. Memory does not grow with the length.

    Args:
        video: The recording.
        capture: How it was read when it was analysed.
        samples: What was measured, in the order of time.
        outlines: Where the lips were, in the order of time.
        twitches: What was found.
        segments: What the face was doing.
        out: The MP4 file to write.
        progress: Called after each frame with its time in seconds.

    Returns:
        Sentences about what could not be carried over.

    Raises:
        InputError: the recording cannot be read any more.
        OutputError: the file cannot be written.
        DependencyError: PyAV was built without an H.264 encoder.
    """
    partial = out.with_name(out.name + ".partial")
    try:
        with open_video(video, capture) as source, av.open(str(partial), mode="w", format="mp4") as output:
            canvas = Canvas(source.info.width_px, source.info.height_px, twitches, segments)
            traces = SlidingTraces(samples, past_s=PAST_S, future_s=FUTURE_S)
            sound_is_whole = _write(output, source, video, capture, canvas, traces, _Follower(outlines), progress)
        partial.replace(out)
    except OSError as error:
        raise OutputError(f"{out}: cannot write the annotated video: {error.strerror or error}") from None
    except av.FFmpegError as error:
        raise OutputError(f"{out}: cannot write the annotated video: {error}") from None
    finally:
        partial.unlink(missing_ok=True)
    return [] if sound_is_whole else ["the sound is damaged; the annotated video has none of it, or not all"]


def _write(
    output: OutputContainer,
    source: VideoSource,
    video: Path,
    capture: CaptureConfig,
    canvas: Canvas,
    traces: SlidingTraces,
    outlines: _Follower,
    progress: Callable[[float], None] | None,
) -> bool:
    """Writes pictures and sound; False where the sound could not be carried over to its end."""
    stream = add_stream(output, canvas.size, source.info.rate_hz)
    frames = iter(source)
    first = next(frames)
    end_s = None if capture.end_s is None else capture.end_s - first.t_s
    with Sound(video, output, zero_s=source.zero_s + first.t_s, end_s=end_s) as sound:
        for frame in chain([first], frames):
            outline = outlines.at(frame.t_s)
            drawn = canvas.draw(
                frame.to_rgb(),
                frame.t_s,
                lips_px=None if outline is None else outline.lips_px,
                sites_px=None if outline is None else outline.sites_px,
                traces=traces.around(frame.t_s),
            )
            encode(output, stream, drawn, frame.t_s - first.t_s)
            sound.write_until(frame.t_s - first.t_s)
            if progress is not None:
                progress(frame.t_s)
        for packet in stream.encode(None):
            output.mux(packet)
        sound.write_until(math.inf)
        return not sound.broken


class _Follower:
    """Finds the outline of each frame in an ordered sequence, reading no further than it must."""

    def __init__(self, outlines: Iterable[Outline]) -> None:
        self._outlines = iter(outlines)
        self._ahead = next(self._outlines, None)

    def at(self, t_s: float) -> Outline | None:
        while self._ahead is not None and self._ahead.t_s < t_s - _SAME_MOMENT_S:
            self._ahead = next(self._outlines, None)
        if self._ahead is None or self._ahead.t_s > t_s + _SAME_MOMENT_S:
            return None
        return self._ahead
