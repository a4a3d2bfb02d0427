"""Motion of the lower face from one frame to the next, which needs no reference: for the trial on talking alone.

Each frame is sampled in the face's own frame, so the head's motion is out. It is compared with the frame before in two
ways: what is around each node of a grid is looked for there (Lucas and Kanade 1981, in a pyramid after Bouguet 2000),
and the motion of every pixel is searched for and averaged around the nodes (dense inverse search, Kroeger et al. 2016,
doi:10.1007/978-3-319-46493-0_29). The program's own channels are kept beside it: they come from a reference instead.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
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
from twitchcam.motion.channels import CHANNELS
from twitchcam.motion.measure import measure

FloatArray = NDArray[np.float64]
Float32 = NDArray[np.float32]
Flags = NDArray[np.bool_]

#: Nodes, IOD from the middle of the mouth's sites; x to the subject's left, y down.
NODES: FloatArray = np.array([(x, y) for y in (-0.25, -0.12, 0.0, 0.13, 0.27) for x in 0.15 * np.arange(-3, 4)])
_PX_PER_IOD = 72.0
_HALF_WIDTH_IOD, _ABOVE_IOD, _BELOW_IOD = 0.66, 0.42, 0.46
#: Side of the square that is looked for, pixels of the sheet, and when looking ends.
_WINDOW_PX, _LEVELS, _LEAST_TEXTURE = 17, 2, 1e-5
_STOP = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 12, 0.01)
#: Of the search: its patches, and how wide the mean around a node is.
_PATCH_PX, _STRIDE_PX, _REFINEMENTS, _NODE_WIDTH_IOD = 8, 3, 5, 0.06
#: No skin goes further in a frame: the search went astray (% IOD).
_MOST_PCT_IOD = 15.0
#: Grey levels that the darkest and the lightest skin get.
_DARK, _LIGHT = 10.0, 245.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """What was measured in a video.

    Attributes:
        t_s: ``(n,)`` time of each frame.
        tracked: ``(n, nodes, 2)`` how far each node went since the frame before, % IOD, x to the subject's left and y
            down, as its surroundings are found again; NaN where the face was not followed from the one to the other.
        searched: The same from the motion of every pixel.
        channels: ``(n, len(CHANNELS))`` the program's channels; NaN where there was no face.
        followed: ``(n,)`` whether a frame shows the same skin as the one before.
    """

    t_s: FloatArray
    tracked: Float32
    searched: Float32
    channels: FloatArray
    followed: Flags

    @property
    def rate_hz(self) -> float:
        """Frames per second."""
        return 1 / float(np.median(np.diff(self.t_s)))


def motion_of(video: Path, key: str, cache: Path) -> Motion:
    """Reads a video, or what was kept of it.

    Args:
        video: The file.
        key: Names its content.
        cache: Folder of everything cached.
    """
    own = Path(__file__).read_text(encoding="utf-8")
    whole = key_of(key, own, code_digest("face"), code_digest("motion"), versions(*LIBRARIES))
    path = cache / "motion" / f"{video.stem}-{whole}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = _measured(video)
        np.savez(path, **{field.name: getattr(made, field.name) for field in fields(Motion)})
    with np.load(path) as kept:
        return Motion(**{field.name: kept[field.name] for field in fields(Motion)})


def motion_between(sheets: Float32, followed: Flags, nodes_px: FloatArray) -> tuple[Float32, Float32]:
    """Motion of nodes from sheet to sheet, tracked and searched.

    Args:
        sheets: ``(n, rows, columns)`` brightness.
        followed: ``(n,)`` whether a sheet shows the same skin as the one before.
        nodes_px: ``(nodes, 2)`` column and row of each node.

    Returns:
        Twice ``(n, nodes, 2)`` in pixels of the sheet; NaN where not followed, 0 for a node that was not found again.
    """
    low, high = np.percentile(sheets[::5], (0.5, 99.5))
    scale = (_LIGHT - _DARK) / max(high - low, 1.0)
    pictures = np.clip((sheets - low) * scale + _DARK, 0, 255).astype(np.uint8)
    weights = _weights(sheets.shape[1:], nodes_px)
    search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    search.setPatchSize(_PATCH_PX)
    search.setPatchStride(_STRIDE_PX)
    search.setVariationalRefinementIterations(_REFINEMENTS)
    tracked, searched = np.full((2, len(sheets), len(nodes_px), 2), np.nan, np.float32)
    for i, (before, now) in enumerate(pairwise(pictures), start=1):
        if followed[i]:
            # From now back to before: the nodes stay where they are in the newer picture.
            tracked[i] = -_looked_for(now, before, nodes_px)
            searched[i] = -(weights @ search.calc(now, before, None).reshape(-1, 2))
    return tracked, searched


def _weights(shape: tuple[int, ...], nodes_px: FloatArray) -> FloatArray:
    """``(nodes, pixels)`` of the mean around each node."""
    row, column = np.indices(shape).reshape(2, -1)
    width = _NODE_WIDTH_IOD * _PX_PER_IOD
    apart2 = (column - nodes_px[:, :1]) ** 2 + (row - nodes_px[:, 1:]) ** 2
    weights = np.exp(-apart2 / (2 * width**2))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _looked_for(now: Any, before: Any, nodes_px: FloatArray) -> Float32:
    nodes: Any = nodes_px.astype(np.float32).reshape(-1, 1, 2)
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        now,
        before,
        nodes,
        None,
        winSize=(_WINDOW_PX, _WINDOW_PX),
        maxLevel=_LEVELS,
        criteria=_STOP,
        minEigThreshold=_LEAST_TEXTURE,
    )
    return np.where(found > 0, (there - nodes)[:, 0], np.float32(0.0))


def _measured(video: Path) -> Motion:
    config = Config()
    tracker = FusedTracker(config.face, config.registration, config.periphery, config.eyelid)
    times: list[float] = []
    sheets: list[Float32 | None] = []
    rows: list[FloatArray] = []
    followed: list[bool] = []
    points: FloatArray | None = None
    with open_video(video, CaptureConfig()) as source:
        for frame in source:
            face = tracker.track(frame)
            followed.append(face is not None and not face.restart and bool(sheets) and sheets[-1] is not None)
            times.append(frame.t_s)
            rows.append(measure(frame.t_s, face, key=frame.key).values)
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
    kept = np.array(followed)
    tracked, searched = (
        np.clip(moved * np.float32(100 / _PX_PER_IOD), -_MOST_PCT_IOD, _MOST_PCT_IOD)
        for moved in motion_between(shown, kept, NODES * _PX_PER_IOD + _middle_px())
    )
    return Motion(
        t_s=np.array(times),
        tracked=tracked,
        searched=searched,
        channels=np.array(rows).reshape(-1, len(CHANNELS)),
        followed=kept,
    )


def _shape() -> tuple[int, int]:
    return int((_ABOVE_IOD + _BELOW_IOD) * _PX_PER_IOD), int(2 * _HALF_WIDTH_IOD * _PX_PER_IOD)


def _middle_px() -> FloatArray:
    """Column and row of the middle of the mouth."""
    return np.array([(_shape()[1] - 1) / 2, _ABOVE_IOD * _PX_PER_IOD])


def _points(face: FaceFrame) -> FloatArray:
    rows, columns = np.indices(_shape()).reshape(2, -1)
    middle = sites_in_face(face.mesh_face).mean(axis=0)
    return np.asarray(middle + (np.stack([columns, rows], axis=1) - _middle_px()) / _PX_PER_IOD)
