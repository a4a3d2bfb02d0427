"""Renders a scenario on a portrait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from twitchcam.simulate.head import Pose, poses
from twitchcam.simulate.movements import bumps_of
from twitchcam.simulate.progress import Progress
from twitchcam.simulate.scenario import Scenario, VideoSettings
from twitchcam.simulate.skin import Push, origin_of, pushes_at, window_of
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
    import cv2

    late = [spec for spec in scenario.twitches if spec.end_s > scenario.duration_s]
    if late:
        raise UsageError(f"the twitch at {late[0].onset_s:g} s ends after the video ({scenario.duration_s:g} s)")
    stage = build(image_rgb, face or find_face(image_rgb), scenario, video)
    view = View(stage, width=video.width, height=video.height, still_background=scenario.head.still_background)
    pose_at = poses(scenario.head, iod_px=scenario.iod_px, seed=scenario.seed)
    bumps = bumps_of(scenario, stage.face)
    sensor = Sensor(scenario.camera, seed=scenario.seed)
    times = frame_times_s(video, duration_s=scenario.duration_s, seed=scenario.seed)
    for number, t_s in enumerate(times):
        pose = pose_at(t_s)
        x, y = view.stage_map(pose)
        _move_skin(x, y, pushes_at(bumps, t_s), view, pose)
        x += stage.margin_px
        y += stage.margin_px
        x *= FINENESS
        y *= FINENESS
        light = cv2.remap(stage.texture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        yield t_s, sensor.expose(np.asarray(light, dtype=np.float32), t_s=t_s, number=number)
        if progress is not None:
            progress(number + 1, len(times))


def _move_skin(x: FloatImage, y: FloatImage, pushes: Sequence[Push], view: View, pose: Pose) -> None:
    """Composes the motion of the skin into a map from picture to stage, in place, where there is any."""
    if not pushes:
        return
    height, width = x.shape
    seen = [view.seen_at(pose, push.centre_px) for push in pushes]
    window = window_of(pushes, seen, width=width, height=height)
    if window is not None:
        x[window], y[window] = origin_of(pushes, x[window].astype(np.float64), y[window].astype(np.float64))
