"""The face's own frame: a similarity between face coordinates and the picture.

Face coordinates have their origin midway between the outer corners of the eyes, the inter-ocular distance (IOD) as
unit, x towards the subject's left (right in an unmirrored picture) and y down. A similarity of the plane is one complex
multiplication and one addition, and is kept like that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from twitchcam.face import anatomy


@dataclass(frozen=True, slots=True)
class Similarity:
    """Maps a face point ``p`` (as x + iy, in IOD) to the picture point ``scale * p + origin`` (pixels)."""

    scale: complex
    origin: complex

    @classmethod
    def from_mesh(cls, points_px: NDArray[np.float64]) -> Self:
        """From the outer corners of the eyes of a ``(478, >=2)`` mesh."""
        right = complex(*points_px[anatomy.EYE_OUTER_RIGHT, :2])
        left = complex(*points_px[anatomy.EYE_OUTER_LEFT, :2])
        return cls(left - right, (left + right) / 2)

    @property
    def iod_px(self) -> float:
        """Inter-ocular distance in pixels."""
        return abs(self.scale)

    @property
    def roll_rad(self) -> float:
        """Angle from the picture's x axis to the line of the eyes, clockwise on the screen."""
        return float(np.angle(self.scale))

    def to_picture(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """``(n, 2)`` face points in IOD to pixels."""
        p = (points[:, 0] + 1j * points[:, 1]) * self.scale + self.origin
        return np.stack([p.real, p.imag], axis=1)

    def to_face(self, points_px: NDArray[np.floating]) -> NDArray[np.float64]:
        """``(n, 2)`` pixels to face points in IOD."""
        p = (points_px[:, 0] + 1j * points_px[:, 1] - self.origin) / self.scale
        return np.stack([p.real, p.imag], axis=1)

    def after(self, first: Self) -> Similarity:
        """The similarity that applies ``first`` and then this one."""
        return Similarity(self.scale * first.scale, self.scale * first.origin + self.origin)

    def inverse(self) -> Similarity:
        """The way back."""
        return Similarity(1 / self.scale, -self.origin / self.scale)
