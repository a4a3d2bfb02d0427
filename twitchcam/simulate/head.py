"""Pose of the head over time, and the picture coordinates that follow from it.

Orthographic: a point ``(x, y, z)`` of the surface (x to the right of the picture, y down, z towards the camera) is
turned about the middle of the face and seen at ``(u, v)``. Rendering needs the way back, from ``(u, v)`` to ``(x, y)``;
since z depends on ``(x, y)``, it is found by iteration, on a coarse grid, because the depth is smooth.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twitchcam.simulate.pulse import wander
from twitchcam.simulate.scenario import HeadMotion
from twitchcam.simulate.skin import FloatArray
from twitchcam.simulate.stage import DEPTH_STEP_PX, Stage

SWAY_BAND_HZ = (0.05, 0.9)
_ITERATIONS = 60
_TOLERANCE_PX = 1e-3


@dataclass(frozen=True, slots=True)
class Pose:
    """Seen at ``pivot + shift + plane @ (xy - pivot) + lean * z``.

    Attributes:
        shift_px: ``(2,)``.
        plane: ``(2, 2)``: rotation, foreshortening and scale in the picture.
        lean: ``(2,)``: how far a point moves in the picture for each pixel that it stands out.
    """

    shift_px: FloatArray
    plane: FloatArray
    lean: FloatArray


def poses(head: HeadMotion, *, iod_px: float, seed: int) -> Callable[[float], Pose]:
    """The pose as a function of time in seconds."""
    rng = np.random.default_rng([seed, 2])
    sway_px = head.sway_pct_iod / 100 * iod_px
    x, y, roll, scale, yaw, pitch = (
        wander(rng, rms=rms, band_hz=SWAY_BAND_HZ)
        for rms in (
            sway_px,
            sway_px,
            head.roll_sway_deg,
            head.scale_sway_pct / 100,
            head.yaw_sway_deg,
            head.pitch_sway_deg,
        )
    )

    def pose(t_s: float) -> Pose:
        return pose_of(
            shift_px=(x(t_s), y(t_s)),
            roll_deg=head.roll_deg + roll(t_s),
            yaw_deg=head.yaw_deg + yaw(t_s),
            pitch_deg=head.pitch_deg + pitch(t_s),
            scale=1.0 + scale(t_s),
        )

    return pose


def pose_of(*, shift_px: tuple[float, float], roll_deg: float, yaw_deg: float, pitch_deg: float, scale: float) -> Pose:
    """A pose from angles; signs as in :class:`~twitchcam.simulate.scenario.HeadMotion`."""
    roll, yaw, pitch = (math.radians(a) for a in (roll_deg, yaw_deg, pitch_deg))
    turn = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    tilt = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    whole = scale * (tilt @ nod @ turn)
    return Pose(np.array(shift_px), whole[:2, :2], whole[:2, 2])


class View:
    """Maps between the stage and the picture for any pose."""

    def __init__(self, stage: Stage, *, width: int, height: int, still_background: bool) -> None:
        from scipy.interpolate import make_interp_spline
        from scipy.ndimage import spline_filter

        self._pivot = stage.face.centre_px
        self._head = stage.head if still_background else None
        self._u = np.arange(width, dtype=np.float32)[None, :]
        self._v = np.arange(height, dtype=np.float32)[:, None]
        rows, columns = stage.depth_px.shape
        self._coarse = np.meshgrid(DEPTH_STEP_PX * np.arange(columns), DEPTH_STEP_PX * np.arange(rows))
        self._depth = spline_filter(stage.depth_px.astype(np.float64), order=3, mode="nearest")
        # Interpolation from the coarse grid to pixels as two matrices: exact, unlike cv2.remap's 1/32 steps.
        up_x, up_y = (
            np.asarray(make_interp_spline(DEPTH_STEP_PX * np.arange(n), np.eye(n), k=3)(np.arange(size)), np.float32)
            for n, size in ((columns, width), (rows, height))
        )
        self._up_x, self._up_y = np.ascontiguousarray(up_x.T), up_y

    def depth_at(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Height of the surface at places of the stage; any shape."""
        from scipy.ndimage import map_coordinates

        places = np.stack([y, x]) / DEPTH_STEP_PX
        return np.asarray(map_coordinates(self._depth, places, order=3, mode="nearest", prefilter=False))

    def seen_at(self, pose: Pose, xy: tuple[float, float]) -> FloatArray:
        """Where a place on the head is seen; ``(2,)``."""
        place = np.array(xy)
        z = float(self.depth_at(place[:1], place[1:])[0])
        return np.asarray(self._pivot + pose.shift_px + pose.plane @ (place - self._pivot) + pose.lean * z)

    def stage_map(self, pose: Pose) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """For every pixel of the picture the place of the stage that is seen there; two ``(height, width)`` arrays."""
        back = np.asarray(np.linalg.inv(pose.plane), dtype=np.float64)
        start = self._pivot - back @ (self._pivot + pose.shift_px)
        lean = back @ pose.lean
        x = np.float32(back[0, 0]) * self._u + (np.float32(back[0, 1]) * self._v + np.float32(start[0]))
        y = np.float32(back[1, 0]) * self._u + (np.float32(back[1, 1]) * self._v + np.float32(start[1]))
        if np.any(np.abs(lean) > 1e-6):
            coarse = self._coarse_depth(back, start, lean)
            z = _product(_product(self._up_y, coarse), self._up_x)
            x -= np.float32(lean[0]) * z
            y -= np.float32(lean[1]) * z
        if self._head is not None:
            x = self._u + self._head * (x - self._u)
            y = self._v + self._head * (y - self._v)
        return x, y

    def _coarse_depth(self, back: FloatArray, start: FloatArray, lean: FloatArray) -> NDArray[np.float32]:
        u, v = self._coarse
        x0 = back[0, 0] * u + back[0, 1] * v + start[0]
        y0 = back[1, 0] * u + back[1, 1] * v + start[1]
        z = self.depth_at(x0, y0)
        for _ in range(_ITERATIONS):
            new = self.depth_at(x0 - lean[0] * z, y0 - lean[1] * z)
            change = float(np.max(np.abs(new - z))) * float(np.max(np.abs(lean)))
            z = new
            if change < _TOLERANCE_PX:
                break
        return z.astype(np.float32)


def _product(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """OpenCV's matrix product, not numpy's: the threads of BLAS, waiting in a spin, take the cores from cv2.remap."""
    import cv2

    nothing: Any = None
    return np.asarray(cv2.gemm(a, b, 1.0, nothing, 0.0), dtype=np.float32)
