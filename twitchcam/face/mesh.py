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
from twitchcam.face.model_file import model_path

#: Diameter of the human iris in mm: 11.7 (Hashemi et al. 2015, doi:10.1016/j.jcjo.2014.10.013, gives 11.8 +- 0.5).
IRIS_MM = 11.7


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

    Raises:
        ModelError: the model file is missing or altered.
        DependencyError: MediaPipe cannot be loaded here.
    """

    def __init__(self, mode: Literal["video", "image"] = "video", min_confidence: float = 0.5) -> None:
        path = model_path()
        with _quiet():
            try:
                import mediapipe
                from mediapipe.tasks.python import BaseOptions, vision
            except (ImportError, OSError) as error:
                raise _cannot_load(error) from None
            self._mediapipe: Any = mediapipe
            running_mode = vision.RunningMode.VIDEO if mode == "video" else vision.RunningMode.IMAGE
            options = vision.FaceLandmarkerOptions(
                base_options=BaseOptions(model_asset_path=str(path)),
                running_mode=running_mode,
                min_face_detection_confidence=min_confidence,
                min_face_presence_confidence=min_confidence,
                min_tracking_confidence=min_confidence,
                output_face_blendshapes=True,
                output_facial_transformation_matrixes=True,
            )
            try:
                self._landmarker: Any = vision.FaceLandmarker.create_from_options(options)
            except OSError as error:  # its native library is loaded only now, and may miss others
                raise _cannot_load(error) from None
        self._video = mode == "video"
        self._last_ms = -1
        self._first = True

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
        if not result.face_landmarks:
            return None
        points = np.array([(p.x, p.y, p.z) for p in result.face_landmarks[0]], dtype=np.float64)
        points *= (width, height, width)
        rotation = np.asarray(result.facial_transformation_matrixes[0], dtype=np.float64)[:3, :3]
        return Mesh(
            points_px=points,
            blendshapes={c.category_name: float(c.score) for c in result.face_blendshapes[0]},
            yaw_deg=float(np.degrees(np.arctan2(rotation[0, 2], rotation[2, 2]))),
            pitch_deg=float(np.degrees(np.arcsin(np.clip(rotation[1, 2], -1, 1)))),
        )

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
