"""The portrait on its stage: scaled, centred, its surroundings filled in, with depth and a mask of the head.

Stage coordinates are pixels of the video with the head at rest. The texture holds the picture finer than that, so that
one interpolation from it to the video loses little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.simulate.geometry import FaceGeometry
from twitchcam.simulate.head import pose_of
from twitchcam.simulate.scenario import HeadMotion, Scenario, VideoSettings
from twitchcam.simulate.skin import FloatArray

FINENESS = 2
# The surface is sampled this finely, but not finer than every 3 pixels.
_DEPTH_STEP_IOD = 0.04
# Slope of the surface times slant of the pose: at 1 the surface folds over.
_MOST_SLANT = 0.7
_STEEPEST = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is in front of the camera, at rest.

    Attributes:
        texture: ``(h, w, 3)`` float32 RGB, 0-255, :data:`FINENESS` texels a pixel.
        margin_px: Stage coordinate 0 is this many pixels inside the texture, along either axis.
        face: Landmarks in stage coordinates.
        depth_px: ``(ceil(height / step) + 1, ceil(width / step) + 1)`` float64: height of the surface towards the
            camera about the middle of the face, at multiples of the step.
        depth_step_px: That step.
        head: ``(height, width)`` float32: 1 on the head, falling to 0 around it.
    """

    texture: NDArray[np.float32]
    margin_px: int
    face: FaceGeometry
    depth_px: FloatArray
    depth_step_px: float
    head: NDArray[np.float32]


def build(portrait: Image, face: FaceGeometry, scenario: Scenario, video: VideoSettings) -> Stage:
    """Puts a portrait on the stage.

    Args:
        portrait: ``(h, w, 3)`` uint8 RGB.
        face: Its landmarks, in pixels of the portrait.
        scenario: Gives the size of the face and the sharpness.
        video: Gives the size of the picture.
    """
    import cv2

    factor = scenario.iod_px / face.iod_px * FINENESS
    height, width = portrait.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LANCZOS4
    scaled = np.asarray(cv2.resize(portrait, size, interpolation=method), dtype=np.uint8)
    scale = (size[0] / width, size[1] / height)
    margin_px = round(0.6 * scenario.iod_px)
    canvas_size = (FINENESS * (video.width + 2 * margin_px), FINENESS * (video.height + 2 * margin_px))
    centre = (face.centre_px + 0.5) * scale - 0.5
    left = round(canvas_size[0] / 2 - float(centre[0]))
    top = round(canvas_size[1] / 2 - float(centre[1]))
    texture = _filled(scaled, left=left, top=top, size=canvas_size, blur_px=0.25 * scenario.iod_px * FINENESS)
    if scenario.camera.lens_blur_px > 0:
        blur = scenario.camera.lens_blur_px * FINENESS
        texture = np.asarray(cv2.GaussianBlur(texture, (0, 0), blur), dtype=np.float32)
    on_stage = face.moved(
        scale=(scale[0] / FINENESS, scale[1] / FINENESS),
        offset_px=(
            (0.5 * scale[0] - 0.5 + left) / FINENESS - margin_px,
            (0.5 * scale[1] - 0.5 + top) / FINENESS - margin_px,
        ),
    )
    step_px = max(3.0, _DEPTH_STEP_IOD * on_stage.iod_px)
    steepest = min(_STEEPEST, _MOST_SLANT / (_slant(scenario.head) + 1e-6))
    return Stage(
        texture=texture,
        margin_px=margin_px,
        face=on_stage,
        depth_px=_depth(on_stage, video, step_px=step_px, steepest=steepest),
        depth_step_px=step_px,
        head=_head_mask(on_stage, video),
    )


def _filled(picture: Image, *, left: int, top: int, size: tuple[int, int], blur_px: float) -> NDArray[np.float32]:
    """The picture at its place; outside it, its edge drawn out and blurred (a reflection would show a second face)."""
    import cv2

    width, height = size
    h, w = picture.shape[:2]
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + w), min(height, top + h)
    inside = picture[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.float32)
    borders = (y0, height - y1, x0, width - x1)
    whole = cv2.copyMakeBorder(inside, *borders, cv2.BORDER_REPLICATE)
    if not any(borders):
        return np.asarray(whole, dtype=np.float32)
    # The blur is made on a small copy: it is wide, and its result is smooth.
    small = cv2.resize(whole, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    soft = cv2.resize(cv2.GaussianBlur(small, (0, 0), blur_px / 8), (width, height), interpolation=cv2.INTER_CUBIC)
    inner = np.zeros((height, width), dtype=np.float32)
    inner[y0:y1, x0:x1] = 1.0
    feather = max(3, round(blur_px / 4)) | 1
    inner = np.asarray(cv2.erode(inner, np.ones((feather, feather), np.uint8)), dtype=np.float32)
    weight = np.asarray(cv2.blur(inner, (feather, feather)), dtype=np.float32)[..., None]
    return np.asarray(weight * whole + (1 - weight) * soft, dtype=np.float32)


def _depth(face: FaceGeometry, video: VideoSettings, *, step_px: float, steepest: float) -> FloatArray:
    """The surface through the landmarks; flat behind the rim of the face, gentle enough not to fold when turned."""
    from scipy.interpolate import RBFInterpolator
    from scipy.ndimage import gaussian_filter, grey_dilation

    centre, iod = face.centre_px, face.iod_px
    z = face.points[:, 2] - face.points[:, 2].mean()
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    rings = np.concatenate([centre + r * iod * np.c_[np.cos(turns), 1.2 * np.sin(turns)] for r in (2.0, 3.0, 5.0)])
    places = np.concatenate([face.points[:, :2], rings]) / iod
    heights = np.concatenate([z, np.full(len(rings), z.min())])
    surface = RBFInterpolator(places, heights, kernel="thin_plate_spline", smoothing=1e-3)
    xs, ys = (step_px * np.arange(int(np.ceil(size / step_px)) + 1) for size in (video.width, video.height))
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2) / iod
    depth = surface(grid).reshape(len(ys), len(xs)).clip(z.min(), z.max())
    # Steep flanks (nose, rim of the face) would fold over when the head is turned. The lowest surface that is nowhere
    # steeper, and nowhere below this one, has none: every point is raised to the cones that stand on the others.
    reach = int(np.ceil(np.ptp(z) / steepest / step_px))
    away = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) * step_px
    gentle = grey_dilation(depth, structure=-steepest * away, mode="nearest")
    return np.asarray(gaussian_filter(gentle, 0.08 * iod / step_px, mode="nearest"))


def _slant(head: HeadMotion) -> float:
    """The largest slant that the head's pose and sway come to."""
    yaw_deg = abs(head.yaw_deg) + 3 * head.yaw_sway_deg
    pitch_deg = abs(head.pitch_deg) + 3 * head.pitch_sway_deg
    return pose_of(shift_px=(0, 0), roll_deg=0, yaw_deg=yaw_deg, pitch_deg=pitch_deg, scale=1.0).slant


def _head_mask(face: FaceGeometry, video: VideoSettings) -> NDArray[np.float32]:
    import cv2

    iod = face.iod_px
    outline = cv2.convexHull(face.points[:, :2].astype(np.float32))
    mask = np.zeros((video.height, video.width), dtype=np.uint8)
    cv2.fillConvexPoly(mask, np.round(outline).astype(np.int32), 1)
    distance = cv2.distanceTransform(1 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) / iod
    u = np.clip((distance - 0.35) / 0.9, 0.0, 1.0)
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * u), dtype=np.float32)
