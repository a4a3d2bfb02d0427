"""A short video of one event: as recorded, and beside it with its motion magnified and slowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.files import open_video
from twitchcam.capture.frame import Frame, Image
from twitchcam.config import CaptureConfig, Config
from twitchcam.errors import InputError, OutputError
from twitchcam.events.model import Twitch
from twitchcam.face import anatomy
from twitchcam.face.mesh import MeshFinder
from twitchcam.face.similarity import Similarity
from twitchcam.magnify.follow import Piece, follow
from twitchcam.magnify.gain import Gain, gain_of, no_gain
from twitchcam.magnify.isolate import Pulse, best_piece, isolate
from twitchcam.magnify.settings import MagnifySettings
from twitchcam.magnify.warp import Crop
from twitchcam.session.reader import Session
from twitchcam.views.h264 import add_stream, encode
from twitchcam.views.magnified_canvas import MagnifiedCanvas

Float64 = NDArray[np.float64]

#: Pictures a second of the clip, whatever the recording has: the motion between its frames is interpolated.
RATE_HZ = 30
#: Times of frames are decimal fractions: a hair must not leave one out.
_SLACK_S = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class MagnifiedClip:
    """What a clip shows.

    Attributes:
        path: The MP4 file.
        gain: The factor that was used, and why it is not the one that was asked for.
        snr: The event's peak over the noise around it; NaN where it could not be measured again.
        noise_pct_iod: That noise, % IOD.
        begin_s: Time of the recording at which it begins.
        end_s: Where it ends.
    """

    path: Path
    gain: Gain
    snr: float
    noise_pct_iod: float
    begin_s: float
    end_s: float


def magnified_clip(
    video: Path,
    session: Session,
    event: Twitch,
    out: Path,
    *,
    settings: MagnifySettings | None = None,
    title: str = "",
    progress: Callable[[float], None] | None = None,
) -> MagnifiedClip:
    """Writes the clip of one event; the file appears under its name only when it is complete.

    Args:
        video: The recording that the session was made from.
        session: Tells how it was read: mirrored or not, and with which settings.
        event: What to show, one of the session's events or another stretch of the recording.
        out: The MP4 file to write.
        settings: How far to magnify, how much to slow, what to show around the event.
        title: What is written before the event's label, such as its number.
        progress: Called now and then with the share that is done, 0 to 1.

    Raises:
        InputError: the recording cannot be read, or shows no face at the event.
        OutputError: the file cannot be written.
        SessionError: the session's settings are not those of this version.
        ModelError: the face model is missing or altered.
        DependencyError: a library cannot be loaded, or has no H.264 encoder.
    """
    settings = settings or MagnifySettings()
    told = progress or (lambda share: None)
    pieces = _followed(video, session.config, event, settings, lambda share: told(share / 2))
    if not pieces:
        raise InputError(f"{video}: no face is found around {event.onset_s:.1f} s; nothing can be magnified there")
    scene = _Scene(pieces, event, settings, session.config)
    partial = out.with_name(out.name + ".partial")
    try:
        with av.open(str(partial), mode="w", format="mp4", options={"movflags": "faststart"}) as output:
            canvas = MagnifiedCanvas(
                event=event,
                title=title,
                gain=scene.gain,
                pulse=scene.pulse,
                slow=settings.slow,
                span_s=(scene.begin_s, scene.end_s),
                panel_px=settings.panel_px,
                places_px=scene.places_px,
            )
            stream = add_stream(output, canvas.size, RATE_HZ)
            for number, (t_s, recorded, magnified) in enumerate(scene.pictures(video, session.config.capture)):
                encode(output, stream, canvas.draw(recorded, magnified, t_s), number / RATE_HZ)
                told(0.5 + 0.5 * (t_s - scene.begin_s) / max(scene.end_s - scene.begin_s, _SLACK_S))
            for packet in stream.encode(None):
                output.mux(packet)
        partial.replace(out)
    except OSError as error:
        raise OutputError(f"{out}: cannot write the magnified video: {error.strerror or error}") from None
    except av.FFmpegError as error:
        raise OutputError(f"{out}: cannot write the magnified video: {error}") from None
    finally:
        partial.unlink(missing_ok=True)
    pulse = scene.pulse
    return MagnifiedClip(
        path=out,
        gain=scene.gain,
        snr=float("nan") if pulse is None else pulse.snr,
        noise_pct_iod=float("nan") if pulse is None else 100 * pulse.noise_iod,
        begin_s=scene.begin_s,
        end_s=scene.end_s,
    )


def _followed(
    video: Path, config: Config, event: Twitch, settings: MagnifySettings, told: Callable[[float], None]
) -> tuple[Piece, ...]:
    begin_s = max(event.onset_s - settings.before_s - settings.lead_s, 0.0)
    end_s = event.end_s + settings.after_s

    def counted(frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            yield frame
            told(min((frame.t_s - begin_s) / (end_s - begin_s), 1.0))

    finder = MeshFinder("image", config.face.min_confidence)
    with open_video(video, _stretch(config.capture, begin_s, end_s)) as source, finder:
        return follow(counted(iter(source)), finder.find, config.registration)


def _stretch(capture: CaptureConfig, begin_s: float, end_s: float) -> CaptureConfig:
    return replace(capture, start_s=max(begin_s - _SLACK_S, 0.0), end_s=end_s + _SLACK_S)


class _Scene:
    """Everything that is known when the drawing begins."""

    def __init__(self, pieces: tuple[Piece, ...], event: Twitch, settings: MagnifySettings, config: Config) -> None:
        self._settings = settings
        chosen = best_piece(pieces, event)
        self.pulse: Pulse | None = None
        if chosen is not None:
            self.pulse = isolate(chosen, event, settings, config.detection)
        lips = (chosen or pieces[0]).mesh_face[list(anatomy.LIPS_OUTER)]
        middle = (lips.min(axis=0) + lips.max(axis=0)) / 2
        self._crop = Crop(middle, settings.half_width_iod, settings.panel_px)
        self._pattern: Float64 | None = None
        if self.pulse is None:
            self.gain = no_gain(settings.factor, "the face is not followed long enough here")
        else:
            self._pattern = self.pulse.pattern(self._crop.points, settings.noise_snr)
            self.gain = gain_of(
                snr=self.pulse.snr,
                noise_iod=self.pulse.noise_iod,
                strain=self._crop.strain(self._pattern) * self.pulse.size_iod,
                settings=settings,
            )
        self.places_px = None if self.pulse is None else self._crop.place_px(self.pulse.places)
        self._times_s = np.concatenate([piece.times_s for piece in pieces])
        self._poses: list[Similarity] = [pose for piece in pieces for pose in piece.poses]
        self._bends = np.concatenate([piece.bends for piece in pieces])
        self.begin_s = max(event.onset_s - settings.before_s, float(self._times_s[0]))
        self.end_s = min(event.end_s + settings.after_s, float(self._times_s[-1]))

    def pictures(self, video: Path, capture: CaptureConfig) -> Iterator[tuple[float, Image, Image]]:
        """Time of the recording, the crop as recorded, the crop magnified: for each picture of the clip."""
        step_s = 1 / (RATE_HZ * self._settings.slow)
        moments_s = iter(np.arange(self.begin_s, self.end_s + _SLACK_S, step_s).tolist())
        moment_s = next(moments_s, None)
        with open_video(video, _stretch(capture, self.begin_s, self.end_s)) as source:
            for (frame, index), following in _with_next(self._known(iter(source))):
                recorded: Image | None = None
                # Each moment is drawn from the frame that is nearest to it.
                until_s = np.inf if following is None else (frame.t_s + following[0].t_s) / 2
                while moment_s is not None and moment_s < until_s:
                    if recorded is None:
                        rgb = frame.to_rgb()
                        recorded = self._crop.draw(rgb, self._poses[index], self._bends[index])
                    yield moment_s, recorded, self._magnified(rgb, frame.t_s, moment_s, index)
                    moment_s = next(moments_s, None)

    def _known(self, source: Iterator[Frame]) -> Iterator[tuple[Frame, int]]:
        """The frames in which the face was followed, with their numbers."""
        for frame in source:
            index = int(np.argmin(np.abs(self._times_s - frame.t_s)))
            if abs(self._times_s[index] - frame.t_s) < _SLACK_S:
                yield frame, index

    def _magnified(self, rgb: Image, frame_s: float, moment_s: float, index: int) -> Image:
        return self._crop.draw(
            rgb,
            self._poses[index],
            self._bends[index],
            pattern=self._pattern if self.gain.factor > 1 else None,
            present=self._course_at(frame_s),
            wanted=self.gain.factor * self._course_at(moment_s),
        )

    def _course_at(self, t_s: float) -> float:
        if self.pulse is None:
            return 0.0
        return float(np.interp(t_s, self.pulse.times_s, self.pulse.course_iod, left=0.0, right=0.0))


def _with_next(frames: Iterator[tuple[Frame, int]]) -> Iterator[tuple[tuple[Frame, int], tuple[Frame, int] | None]]:
    """Each frame with the one that follows it; None follows the last."""
    present = next(frames, None)
    while present is not None:
        following = next(frames, None)
        yield present, following
        present = following
