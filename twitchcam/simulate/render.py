"""Renders a scenario on a portrait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.errors import UsageError
from twitchcam.events.model import Twitch
from twitchcam.simulate.clock import frame_times_s
from twitchcam.simulate.encode import write_video
from twitchcam.simulate.exposure import Sensor
from twitchcam.simulate.geometry import FaceGeometry, find_face
from twitchcam.simulate.head import poses
from twitchcam.simulate.movements import bumps_of
from twitchcam.simulate.progress import Progress
from twitchcam.simulate.scenario import Scenario, VideoSettings
from twitchcam.simulate.skin import origin_of, pushes_at, window_of
from twitchcam.simulate.stage import FINENESS, build
from twitchcam.simulate.truth import truth_of
from twitchcam.simulate.view import View

FloatImage: TypeAlias = NDArray[np.float32]


def render_portrait(
    image_rgb: Image,
    out_path: Path | str,
    scenario: Scenario,
    video: VideoSettings,
    *,
    face: FaceGeometry | None = None,
    progress: Progress | None = None,
) -> list[Twitch]:
    """Renders a scenario on a portrait into a video file.

    Args:
        image_rgb: ``(h, w, 3)`` uint8 RGB with one face from the front.
        out_path: ``.mp4``, ``.mkv`` or ``.mov``.
        scenario: What happens.
        video: Format.
        face: Landmarks in pixels of the portrait, if they are known already.
        progress: Called with frames done and frames in all.

    Returns:
        The truth: the twitches in onset order.

    Raises:
        InputError: there is no face in the picture.
        OutputError: the video cannot be written.
        UsageError: the format is not possible, or a twitch does not end within the video.

    Example:
        >>> twitches = draw_twitches(duration_s=30, seed=1, amplitudes_pct_iod=[2.0])  # doctest: +SKIP
        >>> scenario = Scenario(duration_s=30, seed=1, twitches=twitches)  # doctest: +SKIP
        >>> truth = render_portrait(portrait, "out.mp4", scenario, VideoSettings())  # doctest: +SKIP
    """
    frames = portrait_frames(image_rgb, scenario, video, face=face, progress=progress)
    write_video(frames, Path(out_path), video)
    return truth_of(scenario)


def portrait_frames(
    image_rgb: Image,
    scenario: Scenario,
    video: VideoSettings,
    *,
    face: FaceGeometry | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[float, Image]]:
    """The same without an encoder: yields ``(seconds, rgb)`` with ``(height, width, 3)`` uint8 pictures."""
    renderer = PortraitRenderer(image_rgb, scenario, video, face=face)
    times = frame_times_s(video, duration_s=scenario.duration_s, seed=scenario.seed)
    for number, t_s in enumerate(times):
        yield t_s, renderer.frame(t_s, number=number)
        if progress is not None:
            progress(number + 1, len(times))


class PortraitRenderer:
    """Makes the frames of a scenario on a portrait, any of them, in any order.

    Args:
        image_rgb: ``(h, w, 3)`` uint8 RGB with one face from the front.
        scenario: What happens.
        video: Gives the size of the frames.
        face: Landmarks in pixels of the portrait, if they are known already.

    Attributes:
        stage: The portrait as it stands before the camera, head at rest.

    Raises:
        InputError: there is no face in the picture.
        UsageError: a twitch does not end within the video.
    """

    def __init__(
        self, image_rgb: Image, scenario: Scenario, video: VideoSettings, *, face: FaceGeometry | None = None
    ) -> None:
        late = [spec for spec in scenario.twitches if spec.end_s > scenario.duration_s]
        if late:
            raise UsageError(f"the twitch at {late[0].onset_s:g} s ends after the video ({scenario.duration_s:g} s)")
        self.stage = build(image_rgb, face or find_face(image_rgb), scenario, video)
        self._view = View(
            self.stage, width=video.width, height=video.height, still_background=scenario.head.still_background
        )
        self._pose_at = poses(scenario.head, iod_px=scenario.iod_px, seed=scenario.seed)
        self._bumps = bumps_of(scenario, self.stage.face)
        self._sensor = Sensor(scenario.camera, seed=scenario.seed)

    def stage_map(self, t_s: float) -> tuple[FloatImage, FloatImage]:
        """For every pixel the place of the stage that is seen there at a time; two ``(height, width)`` arrays."""
        pose = self._pose_at(t_s)
        x, y = self._view.stage_map(pose)
        pushes = pushes_at(self._bumps, t_s)
        if pushes:
            height, width = x.shape
            seen = [self._view.seen_at(pose, push.centre_px) for push in pushes]
            window = window_of(pushes, seen, width=width, height=height)
            if window is not None:
                x[window], y[window] = origin_of(pushes, x[window].astype(np.float64), y[window].astype(np.float64))
        return x, y

    def frame(self, t_s: float, *, number: int) -> Image:
        """The ``(height, width, 3)`` uint8 picture at a time; ``number`` is the frame's, for its noise."""
        import cv2

        x, y = self.stage_map(t_s)
        for places in (x, y):
            places += self.stage.margin_px
            places *= FINENESS
        # One interpolation for everything that moves, from the texture to the pixels.
        light = cv2.remap(self.stage.texture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return self._sensor.expose(np.asarray(light, dtype=np.float32), t_s=t_s, number=number)
