"""From the stage to the picture and back, for any pose of the head.

Rendering needs the way back, from a pixel to the place of the stage that is seen there. It depends on the height of the
surface at that very place, so it is found by iteration: on a coarse grid, because the surface is smooth.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from twitchcam.simulate.head import Pose
from twitchcam.simulate.skin import FloatArray
from twitchcam.simulate.stage import Stage

Order: TypeAlias = Literal[1, 3]
_ITERATIONS = 30
_TOLERANCE_PX = 1e-3
# Up to this slant the surface needs no more than linear interpolation between its samples.
_SMALL_SLANT = 0.1
_FADED = 1e-12


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
        step = self._step_px = stage.depth_step_px
        self._coarse = np.meshgrid(step * np.arange(columns), step * np.arange(rows))
        # For each order of interpolation what map_coordinates needs.
        smooth = np.asarray(spline_filter(stage.depth_px, order=3, mode="nearest"))
        self._depth: dict[Order, FloatArray] = {1: stage.depth_px, 3: smooth}
        self._slopes = [np.asarray(slope) for slope in np.gradient(stage.depth_px, step)]
        # Interpolation from the coarse grid to pixels as two matrices: exact, unlike cv2.remap's 1/32 steps.
        up_x, up_y = (
            np.asarray(make_interp_spline(step * np.arange(n), np.eye(n), k=3)(np.arange(size)), np.float32)
            for n, size in ((columns, width), (rows, height))
        )
        # Far from its node a spline fades to numbers so small that the processor takes fifty times as long for them.
        up_x[np.abs(up_x) < _FADED] = 0
        up_y[np.abs(up_y) < _FADED] = 0
        self._up_x, self._up_y = np.ascontiguousarray(up_x.T), up_y

    def depth_at(self, x: FloatArray, y: FloatArray, *, order: Order = 3) -> FloatArray:
        """Height of the surface at places of the stage; any shape; ``order`` 3 is cubic, 1 linear."""
        return self._sampled(self._depth[order], x, y, order=order)

    def _sampled(self, field: FloatArray, x: FloatArray, y: FloatArray, *, order: Order) -> FloatArray:
        from scipy.ndimage import map_coordinates

        places = np.stack([y, x]) / self._step_px
        return np.asarray(map_coordinates(field, places, order=order, mode="nearest", prefilter=False))

    def seen_at(self, pose: Pose, xy: tuple[float, float]) -> tuple[float, float]:
        """Where a place on the head is seen in the picture."""
        place = np.array(xy)
        z = float(self.depth_at(place[:1], place[1:])[0])
        u, v = self._pivot + pose.shift_px + pose.plane @ (place - self._pivot) + pose.lean * z
        return float(u), float(v)

    def stage_map(self, pose: Pose) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """For every pixel of the picture the place of the stage that is seen there; two ``(height, width)`` arrays."""
        back = np.asarray(np.linalg.inv(pose.plane), dtype=np.float64)
        start = self._pivot - back @ (self._pivot + pose.shift_px)
        lean = back @ pose.lean
        x = np.float32(back[0, 0]) * self._u + (np.float32(back[0, 1]) * self._v + np.float32(start[0]))
        y = np.float32(back[1, 0]) * self._u + (np.float32(back[1, 1]) * self._v + np.float32(start[1]))
        if np.any(np.abs(lean) > 1e-6):
            coarse = self._coarse_depth(back, start, lean)
            z = self._up_y @ coarse @ self._up_x
            x -= np.float32(lean[0]) * z
            y -= np.float32(lean[1]) * z
        if self._head is not None:
            x = self._u + self._head * (x - self._u)
            y = self._v + self._head * (y - self._v)
        return x, y

    def _coarse_depth(self, back: FloatArray, start: FloatArray, lean: FloatArray) -> NDArray[np.float32]:
        """Height of what is seen at the nodes of the coarse grid, by Newton's method: ``z = depth(xy0 - lean z)``."""
        u, v = self._coarse
        x0 = back[0, 0] * u + back[0, 1] * v + start[0]
        y0 = back[1, 0] * u + back[1, 1] * v + start[1]
        slant = float(np.hypot(*lean))
        order: Order = 1 if slant < _SMALL_SLANT else 3
        z = self.depth_at(x0, y0, order=order)
        for _ in range(_ITERATIONS):
            x, y = x0 - lean[0] * z, y0 - lean[1] * z
            change = self.depth_at(x, y, order=order) - z
            if slant >= _SMALL_SLANT:
                slope_y, slope_x = (self._sampled(slope, x, y, order=1) for slope in self._slopes)
                change /= 1.0 + lean[0] * slope_x + lean[1] * slope_y
            z += change
            if float(np.max(np.abs(change))) * slant < _TOLERANCE_PX:
                break
        return z.astype(np.float32)
