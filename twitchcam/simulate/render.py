"""Renders a scenario on a portrait."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.events.model import Context, Twitch
from twitchcam.simulate.clock import frame_times_s
from twitchcam.simulate.encode import write_video
from twitchcam.simulate.exposure import Sensor
from twitchcam.simulate.geometry import FaceGeometry, find_face
from twitchcam.simulate.head import Pose, View, poses
from twitchcam.simulate.movements import bumps_of
from twitchcam.simulate.scenario import MovementKind, Scenario, VideoSettings
from twitchcam.simulate.skin import REACH, Push, origin_of, pushes_at
from twitchcam.simulate.stage import FINENESS, build

Progress = Callable[[int, int], None]


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
        UsageError: the format is not possible.

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

    stage = build(image_rgb, face or find_face(image_rgb), scenario, video)
    view = View(stage, width=video.width, height=video.height, still_background=scenario.head.still_background)
    pose_at = poses(scenario.head, iod_px=scenario.iod_px, seed=scenario.seed)
    bumps = bumps_of(scenario, stage.face)
    sensor = Sensor(scenario.camera, seed=scenario.seed)
    times = frame_times_s(video, duration_s=scenario.duration_s, seed=scenario.seed)
    for number, t_s in enumerate(times):
        pose = pose_at(t_s)
        x, y = view.stage_map(pose)
        move_skin(x, y, pushes_at(bumps, t_s), view, pose)
        x += stage.margin_px
        y += stage.margin_px
        x *= FINENESS
        y *= FINENESS
        light = cv2.remap(stage.texture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        yield t_s, sensor.expose(np.asarray(light, dtype=np.float32), t_s=t_s, number=number)
        if progress is not None:
            progress(number + 1, len(times))


def truth_of(scenario: Scenario) -> list[Twitch]:
    """The twitches of a scenario as events, in onset order; the context is ``talking`` during speech."""
    speech = [m for m in scenario.movements if m.kind is MovementKind.SPEECH]
    return [
        Twitch(
            onset_s=spec.onset_s,
            duration_s=spec.duration_s,
            peak_s=spec.peak_s,
            lip=spec.lip,
            side=spec.side,
            amplitude_pct_iod=spec.amplitude_pct_iod,
            context=Context.TALKING
            if any(m.onset_s < spec.end_s and spec.onset_s < m.end_s for m in speech)
            else Context.REST,
        )
        for spec in sorted(scenario.twitches, key=lambda spec: spec.onset_s)
    ]


def move_skin(x: NDArray[np.float32], y: NDArray[np.float32], pushes: Sequence[Push], view: View, pose: Pose) -> None:
    """Composes the motion of the skin into a map from picture to stage, in place, where there is any."""
    if not pushes:
        return
    height, width = x.shape
    boxes = []
    for push in pushes:
        u, v = view.seen_at(pose, push.centre_px)
        reach = 1.25 * REACH * max(push.sigma_px) + np.abs(push.vector_px).max() + 2
        boxes.append((u - reach, v - reach, u + reach, v + reach))
    low, high = np.min(boxes, axis=0), np.max(boxes, axis=0)
    left, top = (max(0, int(value)) for value in low[:2])
    right, bottom = min(width, int(high[2]) + 1), min(height, int(high[3]) + 1)
    if left >= right or top >= bottom:
        return
    part = np.s_[top:bottom, left:right]
    x[part], y[part] = origin_of(pushes, x[part].astype(np.float64), y[part].astype(np.float64))
