"""FaceLandmarker behind a small door: colour picture in, named measurements out.

MediaPipe is imported only when a mesh is opened, its chatter on stderr is silenced, and it is always closed explicitly
(its finaliser at interpreter exit prints a traceback otherwise).
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.errors import DependencyError
from twitchcam.face import anatomy
from twitchcam.face.choice import Box, FaceChoice, described, nearest, too_few
from twitchcam.face.model_file import model_path

#: Diameter of the human iris in mm: 11.7 (Hashemi et al. 2015, doi:10.1016/j.jcjo.2014.10.013, gives 11.8 +- 0.5).
IRIS_MM = 11.7

#: Where one of several faces is to be followed, so many are looked for.
MOST_FACES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """The face mesh of one picture.

    Attributes:
        points_px: ``(478, 3)`` float64: x to the right and y down in pixels, z in pixels (towards the camera is
            negative).
        blendshapes: Name to 0-1.
        yaw_deg: Turn of the head to the subject's left.
        pitch_deg: Nod, up is positive.
    """

    points_px: NDArray[np.float64]
    blendshapes: dict[str, float]
    yaw_deg: float
    pitch_deg: float

    @property
    def iod_px(self) -> float:
        """Inter-ocular distance in the picture, pixels."""
        return anatomy.iod(self.points_px)

    @property
    def iod_mm(self) -> float:
        """Inter-ocular distance in millimetres, from the irises."""
        iris_px = np.mean([_span(self.points_px, anatomy.IRIS_LEFT), _span(self.points_px, anatomy.IRIS_RIGHT)])
        return float(self.iod_px / iris_px * IRIS_MM) if iris_px > 0 else float("nan")


class MeshFinder:
    """Finds the face mesh in one picture after another. Use as a context manager.

    Args:
        mode: ``video`` follows the face from call to call (and smooths), ``image`` looks anew each time.
        min_confidence: 0-1, for detection, presence and tracking.
        choice: Which of several faces, as in :class:`~twitchcam.config.FaceConfig`.
        tell_others: Look for other faces where one is found for the first time, and say which is followed.

    Attributes:
        warnings: Which of several faces is followed, a sentence each.

    Raises:
        ModelError: the model file is missing or altered.
        DependencyError: MediaPipe cannot be loaded here.
    """

    def __init__(
        self,
        mode: Literal["video", "image"] = "video",
        min_confidence: float = 0.5,
        *,
        choice: str = "any",
        tell_others: bool = False,
    ) -> None:
        path = model_path()
        self.warnings: list[str] = []
        self._wanted = choice
        self._choice = None if choice == "any" else FaceChoice(choice)
        self._tells = tell_others or self._choice is not None
        self._min_confidence = min_confidence
        with _quiet():
            try:
                import mediapipe
                from mediapipe.tasks.python import BaseOptions, vision
            except (ImportError, OSError) as error:
                raise _cannot_load(error) from None
            self._mediapipe: Any = mediapipe
            self._vision: Any = vision
            self._base: Any = BaseOptions(model_asset_path=str(path))
            running_mode = vision.RunningMode.VIDEO if mode == "video" else vision.RunningMode.IMAGE
            self._landmarker: Any = self._opened(running_mode, 1 if self._choice is None else MOST_FACES)
        self._video = mode == "video"
        self._last_ms = -1
        self._first = True

    def _opened(self, running_mode: object, faces: int) -> Any:  # noqa: ANN401 - MediaPipe has no types
        options = self._vision.FaceLandmarkerOptions(
            base_options=self._base,
            running_mode=running_mode,
            num_faces=faces,
            min_face_detection_confidence=self._min_confidence,
            min_face_presence_confidence=self._min_confidence,
            min_tracking_confidence=self._min_confidence,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        try:
            return self._vision.FaceLandmarker.create_from_options(options)
        except OSError as error:  # its native library is loaded only now, and may miss others
            raise _cannot_load(error) from None

    def find(self, rgb: Image, t_s: float) -> Mesh | None:
        """The mesh of the face in a picture, or None.

        Args:
            rgb: ``(height, width, 3)`` uint8.
            t_s: Time of the picture in seconds; must not decrease from call to call.
        """
        height, width = rgb.shape[:2]
        image = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
        # The first call logs about delegates; later ones are silent, and muting costs system calls.
        with _quiet() if self._first else contextlib.nullcontext():
            if self._video:
                self._last_ms = max(self._last_ms + 1, round(t_s * 1000))
                result = self._landmarker.detect_for_video(image, self._last_ms)
            else:
                result = self._landmarker.detect(image)
        self._first = False
        faces = [np.array([(p.x, p.y, p.z) for p in face]) * (width, height, width) for face in result.face_landmarks]
        place = self._place([_box(points) for points in faces], image, t_s)
        if place is None:
            return None
        points = faces[place]
        rotation = np.asarray(result.facial_transformation_matrixes[place], dtype=np.float64)[:3, :3]
        return Mesh(
            points_px=points,
            blendshapes={c.category_name: float(c.score) for c in result.face_blendshapes[place]},
            yaw_deg=float(np.degrees(np.arctan2(rotation[0, 2], rotation[2, 2]))),
            pitch_deg=float(np.degrees(np.arcsin(np.clip(rotation[1, 2], -1, 1)))),
        )

    def _place(self, faces: list[Box], image: Any, t_s: float) -> int | None:  # noqa: ANN401
        """The place of the followed face among those that were found."""
        alone = 0 if faces else None
        place = alone if self._choice is None else self._choice.pick(faces)
        if place is None and faces and self._tells:
            self._tells = False
            self.warnings.append(too_few(faces, self._wanted, t_s))
        elif place is not None and self._tells:
            self._tells = False
            everyone = faces if self._choice is not None else self._everyone(image)
            if len(everyone) > 1:
                followed = nearest(everyone, faces[place])
                self.warnings.append(described(everyone, followed, t_s))
        return place

    def _everyone(self, image: Any) -> list[Box]:  # noqa: ANN401
        """All faces of one picture."""
        with _quiet(), self._opened(self._vision.RunningMode.IMAGE, MOST_FACES) as landmarker:
            result = landmarker.detect(image)
        width, height = image.width, image.height
        return [_box(np.array([(p.x * width, p.y * height) for p in face])) for face in result.face_landmarks]

    def close(self) -> None:
        """Releases the model."""
        if self._landmarker is not None:
            with _quiet():
                self._landmarker.close()
            self._landmarker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _box(points: NDArray[np.float64]) -> Box:
    """Where the landmarks of a face are, from their outer edges."""
    left, right = float(points[:, 0].min()), float(points[:, 0].max())
    top, bottom = float(points[:, 1].min()), float(points[:, 1].max())
    return Box(x=(left + right) / 2, y=(top + bottom) / 2, width=right - left)


def _cannot_load(error: Exception) -> DependencyError:
    return DependencyError(f"mediapipe cannot be loaded ({error}); `twitchcam check` says what to install")


def _span(points: NDArray[np.float64], ring: tuple[int, ...]) -> float:
    """Mean diameter of a ring of four points."""
    a, b, c, d = (points[i, :2] for i in ring)
    return float((np.hypot(*(a - c)) + np.hypot(*(b - d))) / 2)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Sends what native libraries write to file descriptor 2 to nowhere for a moment."""
    try:
        saved = os.dup(2)
    except OSError:
        yield
        return
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(saved, 2)
        os.close(saved)
