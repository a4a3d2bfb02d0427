"""Pictures of the mouth in the face's own frame, with the motion of a pulse as large as one likes.

A point of skin at rest at ``x`` is seen at ``x + c * p(x)`` when the course is ``c``. It shall be seen at
``x + C * p(x)``. Rendering needs the other direction: which place of the picture shows what shall be seen at ``q``.
That is ``x + c * p(x)`` of the ``x`` with ``x = q - C * p(x)``, found by repetition, which converges as long as the
skin does not fold.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.face.similarity import Similarity
from twitchcam.face.template import polynomial_basis

Float64 = NDArray[np.float64]
Float32 = NDArray[np.float32]

#: Displacements are smooth: they are solved on a grid of this many pixels and interpolated.
_GRID_PX = 4
_REPETITIONS = 40
_TOLERANCE_IOD = 1e-5


class Crop:
    """A square of face coordinates that is drawn as a picture.

    Args:
        centre: ``(2,)`` its middle, face coordinates.
        half_iod: Half its side, IOD.
        side_px: Its side in pixels.

    Attributes:
        points: ``(m, 2)`` face coordinates of the nodes of the coarse grid, row by row.
    """

    def __init__(self, centre: Float64, half_iod: float, side_px: int) -> None:
        self._centre, self._px_per_iod, self._side_px = centre, side_px / (2 * half_iod), side_px
        self._n = max(2, -(-side_px // _GRID_PX) + 1)
        # From the middle of the first pixel to that of the last one.
        reach = half_iod * (1 - 1 / side_px)
        axis = np.linspace(-reach, reach, self._n)
        self._step_iod = float(axis[1] - axis[0])
        gx, gy = np.meshgrid(axis + centre[0], axis + centre[1])
        self.points: Float64 = np.stack([gx.ravel(), gy.ravel()], axis=1)
        self._low = self.points[0].copy()
        fine = np.linspace(0, self._n - 1, side_px).astype(np.float32)
        self._fine_x, self._fine_y = np.meshgrid(fine, fine)

    def place_px(self, points: Float64) -> Float64:
        """``(n, 2)`` face points to pixels of the drawn square."""
        return np.asarray((points - self._centre) * self._px_per_iod + (self._side_px - 1) / 2)

    def strain(self, pattern: Float64) -> float:
        """Largest derivative of a displacement ``(m, 2)`` given at :attr:`points`."""
        sheet = pattern.reshape(self._n, self._n, 2)
        slopes = [np.gradient(sheet[..., i], self._step_iod) for i in range(2)]
        return float(np.sqrt(sum(slope**2 for pair in slopes for slope in pair)).max())

    def draw(
        self,
        rgb: Image,
        pose: Similarity,
        bend: Float64,
        *,
        pattern: Float64 | None = None,
        present: float = 0.0,
        wanted: float = 0.0,
    ) -> Image:
        """The picture of the square, ``(side, side, 3)``.

        Args:
            rgb: ``(height, width, 3)`` uint8, the whole picture.
            pose: From face coordinates to it.
            bend: ``(6, 2)`` what the head's motion is beyond its pose.
            pattern: ``(m, 2)`` displacement at :attr:`points` for a course of 1; None changes nothing.
            present: The course in the picture, IOD.
            wanted: The course that shall be seen.
        """
        places = self.points
        if pattern is not None and present != wanted:
            skin = self._skin_at(pattern, wanted)
            places = skin + present * self._sampled(pattern, skin)
        places = places + polynomial_basis(places, 2).astype(np.float64) @ bend
        seen = pose.to_picture(places).astype(np.float32).reshape(self._n, self._n, 2)
        fine = cv2.remap(seen, self._fine_x, self._fine_y, cv2.INTER_LINEAR)
        drawn = cv2.remap(
            rgb,
            np.ascontiguousarray(fine[..., 0]),
            np.ascontiguousarray(fine[..., 1]),
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(drawn, dtype=np.uint8)

    def _skin_at(self, pattern: Float64, course: float) -> Float64:
        skin = self.points
        for _ in range(_REPETITIONS):
            nearer = self.points - course * self._sampled(pattern, skin)
            moved = float(np.abs(nearer - skin).max())
            skin = nearer
            if moved < _TOLERANCE_IOD:
                break
        return skin

    def _sampled(self, pattern: Float64, points: Float64) -> Float64:
        """A pattern given at the grid, between its nodes."""
        sheet = pattern.astype(np.float32).reshape(self._n, self._n, 2)
        at = ((points - self._low) / self._step_iod).astype(np.float32).reshape(self._n, self._n, 2)
        found = cv2.remap(
            sheet,
            np.ascontiguousarray(at[..., 0]),
            np.ascontiguousarray(at[..., 1]),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return found.reshape(-1, 2).astype(np.float64)
