"""Where the parts of a face are in a picture, as far as rendering needs to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twitchcam.errors import InputError
from twitchcam.events.model import Lip, Side
from twitchcam.simulate.skin import FloatArray

EYE_OUTER = {Side.RIGHT: 33, Side.LEFT: 263}
MOUTH_CORNER = {Side.RIGHT: 61, Side.LEFT: 291}
# Outer border of the lips from the corner to the midline.
LIP_BORDER = {
    (Lip.UPPER, Side.RIGHT): (61, 185, 40, 39, 37, 0),
    (Lip.UPPER, Side.LEFT): (291, 409, 270, 269, 267, 0),
    (Lip.LOWER, Side.RIGHT): (61, 146, 91, 181, 84, 17),
    (Lip.LOWER, Side.LEFT): (291, 375, 321, 405, 314, 17),
}
UPPER_LID = {Side.RIGHT: 159, Side.LEFT: 386}
LOWER_LID = {Side.RIGHT: 145, Side.LEFT: 374}
LIP_MIDDLE = {Lip.UPPER: 0, Lip.LOWER: 17}
_MODEL = Path(__file__).resolve().parents[2] / "models" / "face_landmarker.task"


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


def from_landmarks(landmarks: Sequence[Any], *, width: int, height: int) -> FaceGeometry:
    """Geometry from MediaPipe's normalised landmarks of a ``width`` x ``height`` picture."""
    points = np.array([[p.x * width, p.y * height, -p.z * width] for p in landmarks], dtype=np.float64)
    return FaceGeometry(points)


@contextmanager
def face_finder() -> Iterator[Any]:
    """A FaceLandmarker for single pictures; call ``.find(rgb)`` for the geometry or None."""
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(_MODEL)),
        running_mode=vision.RunningMode.IMAGE,
        num_faces=1,
    )
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        yield _Finder(landmarker)


class _Finder:
    def __init__(self, landmarker: Any) -> None:
        self._landmarker = landmarker

    def find(self, rgb: NDArray[np.uint8]) -> FaceGeometry | None:
        import mediapipe as mp

        height, width = rgb.shape[:2]
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
        faces = self._landmarker.detect(image).face_landmarks
        return from_landmarks(faces[0], width=width, height=height) if faces else None


def find_face(rgb: NDArray[np.uint8], *, name: str = "picture") -> FaceGeometry:
    """The face in a picture.

    Args:
        rgb: ``(height, width, 3)`` uint8.
        name: For the message.

    Raises:
        InputError: there is no face in it.
    """
    with face_finder() as finder:
        face: FaceGeometry | None = finder.find(rgb)
    if face is None:
        raise InputError(f"{name}: no face was found; use a picture that shows one face from the front")
    return face
