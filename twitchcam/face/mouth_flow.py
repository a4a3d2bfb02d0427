"""How the skin around the mouth moves from one frame to the next, measured only while the mouth moves.

The registration of :mod:`twitchcam.face.registration` compares with a reference, and an open mouth is unlike it.
This compares with the frame before, in the face's own frame, so the head's motion is out. What is around each node of a
grid is looked for (Lucas and Kanade 1981, in a pyramid after Bouguet 2000), and the motion of every pixel is searched
for and averaged around the nodes (dense inverse search, Kroeger et al. 2016, doi:10.1007/978-3-319-46493-0_29). At rest
there is nothing to tell from speech, and nothing is done.

The sizes are no settings: the networks of :mod:`twitchcam.motion.pulse_network` learned from exactly this.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from twitchcam.dsp.steps import StepClock
from twitchcam.face.pyramid import Pyramid
from twitchcam.face.similarity import Similarity

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

#: Nodes, IOD from the middle of the mouth's sites; x to the subject's left, y down.
NODES: Float64 = np.array([(x, y) for y in (-0.25, -0.12, 0.0, 0.13, 0.27) for x in 0.15 * np.arange(-3, 4)])

#: The sheet that is sampled: points per IOD, and how far it reaches from the middle of the mouth.
_PX_PER_IOD = 72.0
_HALF_WIDTH_IOD, _ABOVE_IOD, _BELOW_IOD = 0.66, 0.42, 0.46
#: Side of the square that is looked for, in points of the sheet, and when looking ends.
_WINDOW_PX, _LEVELS, _LEAST_TEXTURE = 17, 2, 1e-5
_STOP = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 12, 0.01)
#: Of the search: the finest of its halvings, its patches, and how wide the mean around a node is.
_FINEST, _PATCH_PX, _STRIDE_PX, _REFINEMENTS, _NODE_WIDTH_IOD = 1, 8, 4, 5, 0.06
#: No skin goes further in a step: the search went astray.
_MOST_IOD = 0.15
#: Grey levels that the darkest and the lightest skin get in the first sheet, and the least contrast that is stretched.
_DARK, _LIGHT, _LEAST_CONTRAST = 30.0, 220.0, 20.0
#: A place of the mouth that goes so far within so much time wakes the measurement for so long.
_WAKING_IOD, _WAKING_S, _AWAKE_S = 0.03, 0.25, 1.0


class MouthFlow:
    """Compares each step's last frame with that of the step before, while the mouth moves.

    It begins with a face that has no relation to the frames before.

    Args:
        middle: ``(2,)`` middle of the mouth's sites, face coordinates.
    """

    def __init__(self, middle: Float64) -> None:
        self._points = _points(middle)
        self._nodes_px = NODES * _PX_PER_IOD + _MIDDLE_PX
        self._weights = _weights(self._nodes_px)
        self._search = _search()
        self._clock = StepClock()
        self._awake_until_s = -np.inf
        self._recent: deque[tuple[float, Float64]] = deque()
        self._before: tuple[Pyramid, Similarity] | None = None
        self._sheet: NDArray[np.uint8] | None = None
        self._stretch: tuple[float, float] | None = None

    def advance(self, t_s: float, pyramid: Pyramid, pose: Similarity, displacement: Float64) -> Float64 | None:
        """Takes the next frame.

        Args:
            t_s: Its time.
            pyramid: The frame.
            pose: Where the face is in it.
            displacement: ``(6, 2)`` of the mouth's sites, IOD: whether the mouth moves.

        Returns:
            ``(2, nodes, 2)`` movement of each node since the step before, tracked and searched, IOD, face coordinates;
            None where the frame ends no step, is the first one, or the mouth is at rest.
        """
        if not self._clock.push(t_s, restart=False):
            return None
        before, self._before = self._before, (pyramid, pose)
        if not self._awake(t_s, displacement) or before is None:
            self._sheet = None
            return None
        # The frame before is looked at only now where the mouth was at rest in it.
        earlier = self._seen(*before) if self._sheet is None else self._sheet
        self._sheet = self._seen(pyramid, pose)
        return self._compared(self._sheet, earlier)

    def _awake(self, t_s: float, displacement: Float64) -> bool:
        recent = self._recent
        recent.append((t_s, displacement))
        while t_s - recent[0][0] > _WAKING_S:
            recent.popleft()
        if np.abs(displacement - recent[0][1]).max() > _WAKING_IOD:
            self._awake_until_s = t_s + _AWAKE_S
        return t_s <= self._awake_until_s

    def _seen(self, pyramid: Pyramid, pose: Similarity) -> NDArray[np.uint8]:
        sheet = pyramid.sample(self._points, pose, _PX_PER_IOD).reshape(_SHAPE)
        if self._stretch is None:
            low, high = np.percentile(sheet, (0.5, 99.5))
            self._stretch = float(low), (_LIGHT - _DARK) / max(float(high - low), _LEAST_CONTRAST)
        low, gain = self._stretch
        return np.asarray(np.clip((sheet - low) * gain + _DARK, 0, 255), dtype=np.uint8)

    def _compared(self, now: NDArray[np.uint8], before: NDArray[np.uint8]) -> Float64:
        # From now back to before: the nodes stay where they are in the newer picture.
        nodes = self._nodes_px.astype(np.float32).reshape(-1, 1, 2)
        unknown: Any = None
        there, found, _ = cv2.calcOpticalFlowPyrLK(
            now,
            before,
            nodes,
            unknown,
            winSize=(_WINDOW_PX, _WINDOW_PX),
            maxLevel=_LEVELS,
            criteria=_STOP,
            minEigThreshold=_LEAST_TEXTURE,
        )
        tracked = np.where(found > 0, (nodes - there)[:, 0], np.float32(0.0))
        searched = -(self._weights @ self._search.calc(now, before, unknown).reshape(-1, 2))
        moved = np.stack([tracked, searched]).astype(np.float64) / _PX_PER_IOD
        return np.asarray(np.clip(moved, -_MOST_IOD, _MOST_IOD))


_SHAPE = int((_ABOVE_IOD + _BELOW_IOD) * _PX_PER_IOD), int(2 * _HALF_WIDTH_IOD * _PX_PER_IOD)
#: Column and row of the middle of the mouth in the sheet.
_MIDDLE_PX: Float64 = np.array([(_SHAPE[1] - 1) / 2, _ABOVE_IOD * _PX_PER_IOD])


def _points(middle: Float64) -> Float64:
    rows, columns = np.indices(_SHAPE).reshape(2, -1)
    return np.asarray(middle + (np.stack([columns, rows], axis=1) - _MIDDLE_PX) / _PX_PER_IOD)


def _weights(nodes_px: Float64) -> Float32:
    """``(nodes, pixels)`` of the mean around each node."""
    row, column = np.indices(_SHAPE).reshape(2, -1)
    apart2 = (column - nodes_px[:, :1]) ** 2 + (row - nodes_px[:, 1:]) ** 2
    weights = np.exp(-apart2 / (2 * (_NODE_WIDTH_IOD * _PX_PER_IOD) ** 2))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def _search() -> cv2.DISOpticalFlow:
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(_FINEST)
    search.setPatchSize(_PATCH_PX)
    search.setPatchStride(_STRIDE_PX)
    search.setVariationalRefinementIterations(_REFINEMENTS)
    return search
