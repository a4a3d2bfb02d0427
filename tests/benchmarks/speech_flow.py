"""Motion of the lower face from one frame to the next, which needs no reference: for the trial on talking alone.

Each frame is sampled in the face's own frame, so the head's motion is out; dense inverse search (Kroeger et al. 2016,
doi:10.1007/978-3-319-46493-0_29) then compares it with the frame before. A mean around each node of a grid is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.keys import code_digest, key_of, versions
from tests.benchmarks.rendering import LIBRARIES
from twitchcam.capture.files import open_video
from twitchcam.config import CaptureConfig, Config
from twitchcam.face.fused import FusedTracker
from twitchcam.face.pyramid import Pyramid
from twitchcam.face.tracking import FaceFrame, sites_in_face

FloatArray = NDArray[np.float64]
Float32 = NDArray[np.float32]

#: Middles of the means, IOD from the middle of the mouth's sites; x to the subject's left, y down.
NODES: FloatArray = np.array([(x, y) for y in (-0.25, -0.12, 0.0, 0.13, 0.27) for x in 0.15 * np.arange(-3, 4)])
_NODE_WIDTH_IOD = 0.06
_PX_PER_IOD = 72.0
_HALF_WIDTH_IOD, _ABOVE_IOD, _BELOW_IOD = 0.66, 0.42, 0.46
_PATCH_PX, _STRIDE_PX, _REFINEMENTS = 8, 3, 5
#: Grey levels that the darkest and the lightest skin get.
_DARK, _LIGHT = 10.0, 245.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Motion of the lower face.

    Attributes:
        t_s: ``(n,)`` time of each frame.
        moved: ``(n, nodes, 2)`` how far each node went since the frame before, % IOD, x to the subject's left and y
            down; NaN where the face was not followed from the one to the other.
    """

    t_s: FloatArray
    moved: Float32

    @property
    def rate_hz(self) -> float:
        """Frames per second."""
        return 1 / float(np.median(np.diff(self.t_s)))


def flow_of(video: Path, key: str, cache: Path) -> Flow:
    """Reads a video, or what was kept of it.

    Args:
        video: The file.
        key: Names its content.
        cache: Folder of everything cached.
    """
    whole = key_of(key, Path(__file__).read_text(encoding="utf-8"), code_digest("face"), versions(*LIBRARIES))
    path = cache / "flow" / f"{video.stem}-{whole}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        flow = _measured(video)
        np.savez(path, t_s=flow.t_s, moved=flow.moved)
    with np.load(path) as kept:
        return Flow(t_s=kept["t_s"], moved=kept["moved"])


def flow_between(sheets: Float32, followed: NDArray[np.bool_], nodes_px: FloatArray) -> Float32:
    """Motion of nodes from sheet to sheet.

    Args:
        sheets: ``(n, rows, columns)`` brightness.
        followed: ``(n,)`` whether a sheet shows the same skin as the one before.
        nodes_px: ``(nodes, 2)`` column and row of each node.

    Returns:
        ``(n, nodes, 2)`` in pixels of the sheet, NaN where not followed.
    """
    rows, columns = sheets.shape[1:]
    row, column = np.indices((rows, columns)).reshape(2, -1)
    width = _NODE_WIDTH_IOD * _PX_PER_IOD
    apart2 = (column - nodes_px[:, :1]) ** 2 + (row - nodes_px[:, 1:]) ** 2
    weights = np.exp(-apart2 / (2 * width**2))
    weights /= weights.sum(axis=1, keepdims=True)
    low, high = np.percentile(sheets[::5], (0.5, 99.5))
    scale = (_LIGHT - _DARK) / max(high - low, 1.0)
    pictures = np.clip((sheets - low) * scale + _DARK, 0, 255).astype(np.uint8)
    search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    search.setPatchSize(_PATCH_PX)
    search.setPatchStride(_STRIDE_PX)
    search.setVariationalRefinementIterations(_REFINEMENTS)
    moved = np.full((len(sheets), len(nodes_px), 2), np.nan, np.float32)
    for i, (before, now) in enumerate(pairwise(pictures), start=1):
        if followed[i]:
            # From now back to before: the nodes stay where they are in the newer picture.
            moved[i] = -(weights @ search.calc(now, before, None).reshape(-1, 2))
    return moved


def _measured(video: Path) -> Flow:
    config = Config()
    tracker = FusedTracker(config.face, config.registration, config.periphery, config.eyelid)
    times: list[float] = []
    sheets: list[Float32 | None] = []
    followed: list[bool] = []
    points: FloatArray | None = None
    with open_video(video, CaptureConfig()) as source:
        for frame in source:
            face = tracker.track(frame)
            followed.append(face is not None and not face.restart and bool(sheets) and sheets[-1] is not None)
            times.append(frame.t_s)
            if face is None:
                sheets.append(None)
                continue
            if points is None:
                points = _points(face)
            pyramid = Pyramid(frame.luma, face.pose, config.registration.blur_px)
            sheets.append(pyramid.sample(points, face.pose, _PX_PER_IOD).reshape(_shape()))
    tracker.close()
    none = np.zeros(_shape(), np.float32)
    shown = np.array([none if sheet is None else sheet for sheet in sheets])
    moved = flow_between(shown, np.array(followed), NODES * _PX_PER_IOD + _middle_px())
    return Flow(t_s=np.array(times), moved=moved * np.float32(100 / _PX_PER_IOD))


def _shape() -> tuple[int, int]:
    return int((_ABOVE_IOD + _BELOW_IOD) * _PX_PER_IOD), int(2 * _HALF_WIDTH_IOD * _PX_PER_IOD)


def _middle_px() -> FloatArray:
    """Column and row of the middle of the mouth."""
    return np.array([(_shape()[1] - 1) / 2, _ABOVE_IOD * _PX_PER_IOD])


def _points(face: FaceFrame) -> FloatArray:
    rows, columns = np.indices(_shape()).reshape(2, -1)
    middle = sites_in_face(face.mesh_face).mean(axis=0)
    return np.asarray(middle + (np.stack([columns, rows], axis=1) - _middle_px()) / _PX_PER_IOD)
