"""Twitches warped into real video, which keeps real noise, real light and real motion of the head.

The face is found on every frame, each for itself; its landmarks are smoothed over time and serve only to place the
moving patches. Pixels that no patch reaches stay as they were.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from twitchcam.capture.frame import Frame, Image
from twitchcam.errors import InputError, UsageError
from twitchcam.events.model import Twitch
from twitchcam.simulate.encode import write_video
from twitchcam.simulate.exposure import Sensor
from twitchcam.simulate.geometry import from_points
from twitchcam.simulate.movements import bumps_of
from twitchcam.simulate.progress import Progress
from twitchcam.simulate.scenario import PLAIN_CAMERA, Scenario, TwitchSpec, VideoSettings
from twitchcam.simulate.skin import FloatArray, Push, origin_of, pushes_at, window_of
from twitchcam.simulate.truth import truth_of

SMOOTHING_S = 0.1
_MOST_LOOP_BYTES = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Which part of a video is used, and how.

    Attributes:
        start_s: Seconds from the first frame.
        end_s: None is the end.
        loop: Run it to and fro until the scenario is over; otherwise it is shown once.
    """

    start_s: float = 0.0
    end_s: float | None = None
    loop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """A stretch of video with its face.

    Attributes:
        path: The file.
        stretch: Which part of it.
        times_s: ``(n,)`` time of each frame from the first one of the stretch.
        points_px: ``(n, 478, 3)`` float32 landmarks, smoothed over time.
        seen: ``(n,)`` bool, whether the face was found on the frame.
        iod_px: Median distance of the outer corners of the eyes.
        size: Width and height in pixels.
    """

    path: Path
    stretch: Stretch
    times_s: FloatArray
    points_px: np.ndarray[tuple[int, int, int], np.dtype[np.float32]]
    seen: np.ndarray[tuple[int], np.dtype[np.bool_]]
    iod_px: float
    size: tuple[int, int]

    @property
    def step_s(self) -> float:
        """Mean time from frame to frame."""
        return float(self.times_s[-1]) / (len(self.times_s) - 1)

    @property
    def duration_s(self) -> float:
        """Length of the stretch, the last frame included."""
        return float(self.times_s[-1]) + self.step_s


def find_footage(path: Path, stretch: Stretch, *, progress: Progress | None = None) -> Footage:
    """Reads a stretch once and finds the face on every frame.

    Args:
        path: The video.
        stretch: Which part of it.
        progress: Called with frames done and frames in all, as far as the file says.

    Raises:
        InputError: it cannot be read, has fewer than two frames there, or shows no face.
        UsageError: the stretch ends before it starts.
    """
    from twitchcam.face.mesh import MeshFinder

    times: list[float] = []
    points: list[FloatArray | None] = []
    size = (0, 0)
    with MeshFinder("image") as finder:
        for frame in _frames(path, stretch):
            mesh = finder.find(frame.to_rgb(), frame.t_s)
            points.append(None if mesh is None else mesh.points_px)
            times.append(frame.t_s)
            size = frame.size
            if progress is not None:
                progress(len(times), None)
    if len(times) < 2:
        raise InputError(f"{path}: there are fewer than two frames in this stretch")
    seen = np.array([p is not None for p in points])
    found = np.array([p for p in points if p is not None])
    if not len(found):
        raise InputError(f"{path}: no face was found in this stretch; use a video that shows one face from the front")
    times_s = np.array(times) - times[0]
    iod_px = float(np.median([from_points(p).iod_px for p in found]))
    return Footage(
        path=path,
        stretch=stretch,
        times_s=times_s,
        points_px=_smooth(found, times_s, seen),
        seen=seen,
        iod_px=iod_px,
        size=size,
    )


def render_on_video(
    footage: Footage,
    out_path: Path | str,
    scenario: Scenario,
    video: VideoSettings,
    *,
    progress: Progress | None = None,
) -> list[Twitch]:
    """Warps a scenario's twitches and movements into footage.

    Args:
        footage: What :func:`find_footage` found.
        out_path: ``.mp4``, ``.mkv`` or ``.mov``; sound is left out.
        scenario: Twitches, movements, light and sensor; head and size of the face are the footage's. Give it
            :data:`~twitchcam.simulate.scenario.PLAIN_CAMERA` to add no noise.
        video: Compression; size and frame times are the footage's.
        progress: Called with frames done and frames in all.

    Returns:
        The truth: twitches that lie within the video and within frames that show the face. Others are not rendered.

    Raises:
        InputError: the video cannot be read any more.
        OutputError: the result cannot be written.
        UsageError: a stretch too long to run to and fro.
    """
    width, height = (n - n % 2 for n in footage.size)
    fitted = replace(video, width=width, height=height, fps=1 / footage.step_s, jitter_s=0.0, dropped=0.0)
    scenario = replace(scenario, twitches=rendered_twitches(footage, scenario))
    write_video(footage_frames(footage, scenario, progress=progress), Path(out_path), fitted, variable=True)
    return truth_of(scenario)


def footage_frames(
    footage: Footage, scenario: Scenario, *, progress: Progress | None = None
) -> Iterator[tuple[float, Image]]:
    """The same without an encoder: ``(seconds, rgb)``; width and height are cut to even numbers."""
    twitches = rendered_twitches(footage, scenario)
    sensor = None if scenario.camera == PLAIN_CAMERA else Sensor(scenario.camera, seed=scenario.seed)
    width, height = (n - n % 2 for n in footage.size)
    total = _frame_count(footage, scenario)
    for number, (t_s, index, rgb) in enumerate(itertools.islice(_shown(footage), total)):
        active = tuple(spec for spec in twitches if spec.onset_s < t_s < spec.end_s)
        moving = tuple(m for m in scenario.movements if m.onset_s < t_s < m.end_s)
        picture = rgb[:height, :width]
        if active or moving:
            face = from_points(footage.points_px[index].astype(np.float64))
            bumps = bumps_of(replace(scenario, twitches=active, movements=moving), face, iod_px=footage.iod_px)
            picture = warped(picture, pushes_at(bumps, t_s))
        if sensor is not None:
            picture = sensor.expose(picture.astype(np.float32), t_s=t_s, number=number)
        yield t_s, np.ascontiguousarray(picture)
        if progress is not None:
            progress(number + 1, total)


def rendered_twitches(footage: Footage, scenario: Scenario) -> tuple[TwitchSpec, ...]:
    """The twitches that lie within the video and within frames that show the face."""
    count = _frame_count(footage, scenario)
    shown = list(itertools.islice(_order(footage), count))
    times_s = np.array([t_s for t_s, _ in shown])
    seen = footage.seen[[index for _, index in shown]]
    kept = []
    for spec in scenario.twitches:
        during = (times_s > spec.onset_s - footage.step_s) & (times_s < spec.end_s + footage.step_s)
        if spec.end_s <= times_s[-1] and seen[during].all():
            kept.append(spec)
    return tuple(kept)


def warped(rgb: Image, pushes: Sequence[Push]) -> Image:
    """A picture after its skin was moved; where nothing reaches, the very same values.

    Args:
        rgb: ``(height, width, 3)`` uint8.
        pushes: What moves, in pixels of the picture.
    """
    from scipy.ndimage import map_coordinates

    height, width = rgb.shape[:2]
    window = window_of(pushes, [push.centre_px for push in pushes], width=width, height=height) if pushes else None
    if window is None:
        return rgb
    rows, columns = window
    qx, qy = np.meshgrid(np.arange(columns.start, columns.stop, dtype=float), np.arange(rows.start, rows.stop))
    x, y = origin_of(pushes, qx, qy.astype(float))
    # Splines over the window, not cv2.remap: its steps of 1/32 pixel are too coarse for small twitches at this size.
    places = np.stack([y - rows.start, x - columns.start])
    part = rgb[window].astype(np.float64)
    moved = np.stack(
        [map_coordinates(part[..., c], places, order=3, mode="nearest") for c in range(part.shape[2])], axis=-1
    )
    picture = rgb.copy()
    picture[window] = np.clip(np.rint(moved), 0, 255).astype(np.uint8)
    return picture


def _frames(path: Path, stretch: Stretch) -> Iterator[Frame]:
    from twitchcam.capture.files import open_video
    from twitchcam.config import CaptureConfig

    with open_video(path, CaptureConfig(start_s=stretch.start_s, end_s=stretch.end_s)) as source:
        yield from source


def _frame_count(footage: Footage, scenario: Scenario) -> int:
    """Frames of the video: as many as the scenario lasts, or as there are."""
    asked = max(1, round(scenario.duration_s / footage.step_s))
    return asked if footage.stretch.loop else min(asked, len(footage.times_s))


def _order(footage: Footage) -> Iterator[tuple[float, int]]:
    """Time and index of each frame shown; to and fro without end if the stretch is looped."""
    if not footage.stretch.loop:
        yield from ((float(t_s), index) for index, t_s in enumerate(footage.times_s))
        return
    last = len(footage.times_s) - 1
    # The turning points are shown once.
    around = itertools.cycle([*range(last), *range(last, 0, -1)])
    yield from ((number * footage.step_s, index) for number, index in enumerate(around))


def _shown(footage: Footage) -> Iterator[tuple[float, int, Image]]:
    frames = _frames(footage.path, footage.stretch)
    if not footage.stretch.loop:
        yield from ((t_s, i, frame.to_rgb()) for (t_s, i), frame in zip(_order(footage), frames, strict=False))
        return
    width, height = footage.size
    if len(footage.times_s) * width * height * 3 > _MOST_LOOP_BYTES:
        raise UsageError(f"{footage.path}: too long to be run to and fro in memory; choose a shorter stretch")
    pictures = [frame.to_rgb() for frame in frames]
    yield from ((t_s, index, pictures[index]) for t_s, index in _order(footage))


def _smooth(
    found: FloatArray, times_s: FloatArray, seen: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> np.ndarray[tuple[int, int, int], np.dtype[np.float32]]:
    """Landmarks of every frame: filled over gaps, then averaged over about :data:`SMOOTHING_S`."""
    from scipy.interpolate import interp1d
    from scipy.ndimage import gaussian_filter1d

    if len(found) > 1:
        fill = interp1d(times_s[seen], found, axis=0, bounds_error=False, fill_value=(found[0], found[-1]))
        whole = fill(times_s)
    else:
        whole = np.repeat(found, len(times_s), axis=0)
    frames = SMOOTHING_S * (len(times_s) - 1) / float(times_s[-1])
    return np.asarray(gaussian_filter1d(whole, frames, axis=0, mode="nearest"), dtype=np.float32)
