"""Where the parts of a face are in a picture, as far as rendering needs to know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twitchcam.capture.frame import Image
from twitchcam.errors import InputError
from twitchcam.events.model import Lip, Side
from twitchcam.face import anatomy
from twitchcam.simulate.skin import FloatArray

EYE_OUTER = {Side.RIGHT: anatomy.EYE_OUTER_RIGHT, Side.LEFT: anatomy.EYE_OUTER_LEFT}
BROW = {Side.RIGHT: anatomy.BROW_RIGHT[2], Side.LEFT: anatomy.BROW_LEFT[2]}
CHEEK = {side: anatomy.AROUND_POINTS[f"cheek_{side}"][0] for side in (Side.RIGHT, Side.LEFT)}
UPPER_LID = {Side.RIGHT: anatomy.LIDS_RIGHT[1][0], Side.LEFT: anatomy.LIDS_LEFT[1][0]}
_RING = anatomy.LIPS_OUTER
#: Outer border of each quarter of the lips, from the corner of the mouth to the midline.
LIP_BORDER = {
    (Lip.UPPER, Side.RIGHT): _RING[0:6],
    (Lip.UPPER, Side.LEFT): _RING[10:4:-1],
    (Lip.LOWER, Side.LEFT): _RING[10:16],
    (Lip.LOWER, Side.RIGHT): (_RING[0], *_RING[:14:-1]),
}
MOUTH_CORNER = {side: LIP_BORDER[(Lip.UPPER, side)][0] for side in (Side.RIGHT, Side.LEFT)}
LIP_MIDDLE = {lip: LIP_BORDER[(lip, Side.LEFT)][-1] for lip in (Lip.UPPER, Lip.LOWER)}


@dataclass(frozen=True, slots=True)
class FaceGeometry:
    """Landmarks of one face and the axes that follow from them.

    Attributes:
        points: ``(n, 3)`` float64: x, y in pixels of the picture, z in the same unit, positive towards the camera.
    """

    points: FloatArray

    @property
    def iod_px(self) -> float:
        """Distance of the outer corners of the eyes in the picture."""
        return float(np.linalg.norm(self._eye_line))

    @property
    def to_left(self) -> FloatArray:
        """Unit vector ``(2,)`` in the picture, towards the subject's left."""
        return self._eye_line / np.linalg.norm(self._eye_line)

    @property
    def up(self) -> FloatArray:
        """Unit vector ``(2,)`` in the picture, from the mouth towards the eyes; at right angles to ``to_left``."""
        x, y = self.to_left
        return np.array([y, -x])

    @property
    def centre_px(self) -> FloatArray:
        """Middle of the face, ``(2,)``: half way between the corners of the eyes and of the mouth."""
        eyes = self.points[[EYE_OUTER[Side.LEFT], EYE_OUTER[Side.RIGHT]], :2].mean(axis=0)
        mouth = self.points[[MOUTH_CORNER[Side.LEFT], MOUTH_CORNER[Side.RIGHT]], :2].mean(axis=0)
        return np.asarray((eyes + mouth) / 2)

    @property
    def _eye_line(self) -> FloatArray:
        return np.asarray(self.points[EYE_OUTER[Side.LEFT], :2] - self.points[EYE_OUTER[Side.RIGHT], :2])

    def point_px(self, landmark: int) -> tuple[float, float]:
        """A landmark in the picture."""
        return float(self.points[landmark, 0]), float(self.points[landmark, 1])

    def site_px(self, lip: Lip, side: Side, *, place: float = 0.5) -> tuple[float, float]:
        """A point on the outer border of a lip.

        Args:
            lip: ``upper`` or ``lower``.
            side: The subject's.
            place: Way from the corner of the mouth (0) to the midline (1), measured along the eye line.
        """
        border = self.points[list(LIP_BORDER[(lip, side)]), :2]
        along = (border - border[0]) @ self.to_left
        share = np.maximum.accumulate(along / along[-1])
        x, y = (float(np.interp(place, share, border[:, axis])) for axis in (0, 1))
        return x, y

    def vector_px(self, side: Side, *, angle_deg: float, length_px: float) -> tuple[float, float]:
        """A direction of the face's own frame (0 degrees outwards, 90 up) as a vector in the picture."""
        outwards = self.to_left if side is Side.LEFT else -self.to_left
        angle = np.radians(angle_deg)
        vector = length_px * (np.cos(angle) * outwards + np.sin(angle) * self.up)
        return float(vector[0]), float(vector[1])

    def moved(self, *, scale: tuple[float, float], offset_px: tuple[float, float]) -> FaceGeometry:
        """The same face after ``p * scale + offset``; depth follows the mean scale."""
        factors = np.array([scale[0], scale[1], (scale[0] + scale[1]) / 2])
        return FaceGeometry(self.points * factors + np.array([offset_px[0], offset_px[1], 0.0]))


def from_points(points_px: FloatArray) -> FaceGeometry:
    """Geometry from the points of a :class:`~twitchcam.face.mesh.Mesh`, ``(478, 3)``."""
    return FaceGeometry(points_px * np.array([1.0, 1.0, -1.0]))


def find_face(rgb: Image, *, name: str = "the picture") -> FaceGeometry:
    """The face in a picture.

    Args:
        rgb: ``(height, width, 3)`` uint8.
        name: For the message.

    Raises:
        InputError: there is no face in it.
    """
    from twitchcam.face.mesh import MeshFinder

    with MeshFinder("image") as finder:
        mesh = finder.find(rgb, 0.0)
    if mesh is None:
        raise InputError(f"{name}: no face was found; use a picture that shows one face from the front")
    return from_points(mesh.points_px)
