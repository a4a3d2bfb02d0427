"""Bands of light: a lamp on mains current flickers at 100 or 120 Hz, and a rolling shutter sees that as moving bands.

Up to a tenth of the brightness wanders over the face from frame to frame. What that does to a line of the picture (a
row; a column where the camera was held on its side) is the same all along the line, which nothing that moves before
the camera is. So each line's light is measured against its own mean over the last second, and taken out where bands are
seen.
"""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Frame, Image

Float64 = NDArray[np.float64]

#: The picture in so many fields, width and height: bands are seldom narrower than a quarter of it.
_FIELDS = (24, 24)
#: Brightness is a gain on what lies above this level (0 in full range, 16 in the range of television).
BLACK = 8.0
_MEMORY_S = 1.0
_DOUBT_S = 0.4
#: Bands begin where the light of the lines changes by this share of itself from frame to frame (rms), and have ended
#: below the other; breathing exposure changes all lines alike, and noise is a tenth of it.
_BEGIN, _END = 0.012, 0.004
#: What the change of a line leaves unexplained in its fields (median) may be this share of the change.
_MOST_LEFT = 0.5
#: Another picture.
_OTHER = 0.3


class Debander:
    """Gives each frame in steady light. Frames in order of time."""

    def __init__(self) -> None:
        self._t_s = 0.0
        self._fields: Float64 | None = None
        self._mean: Float64 = np.zeros(())
        self._seen_s = 0.0
        self._strength = [0.0, 0.0]
        self._on = [False, False]

    def steady(self, frame: Frame) -> Frame:
        """The frame itself where there are no bands, else one without them (its colours are left as they are)."""
        fields = _fields_of(frame.luma)
        before, self._fields = self._fields, fields
        step_s = min(max(frame.t_s - self._t_s, 0.0), _MEMORY_S)
        self._t_s = frame.t_s
        if before is None or _middle(np.abs(fields - self._mean)) > _OTHER:
            self._mean, self._seen_s = fields, 0.0
            return frame
        self._seen_s += step_s
        # In the first second it is the mean of what there is.
        share = step_s / min(self._seen_s, _MEMORY_S) if self._seen_s else 0.0
        self._mean = self._mean + share * (fields - self._mean)
        for axis in (0, 1):
            self._watch(axis, fields - before, step_s)
        if not any(self._on):
            return frame
        return replace(frame, luma=self._relit(frame.luma, fields))

    def _watch(self, axis: int, change: Float64, step_s: float) -> None:
        change = change.T if axis else change
        line = _median(change)
        strength = float(line.std())
        if _middle(np.abs(change - line)) > _MOST_LEFT * strength:
            strength = 0.0
        self._strength[axis] += (1 - math.exp(-step_s / _DOUBT_S)) * (strength - self._strength[axis])
        self._on[axis] = self._strength[axis] > (_END if self._on[axis] else _BEGIN)

    def _relit(self, luma: Image, fields: Float64) -> Image:
        changed, light = fields - self._mean, np.zeros((1, 1))
        for axis, length in enumerate(luma.shape):
            if self._on[axis]:
                line = _median(changed.T if axis else changed)
                along = cv2.resize(line, (1, length), interpolation=cv2.INTER_CUBIC)
                light = light + (along.T if axis else along)
        gain = np.exp(-light).astype(np.float32)
        steady = (luma + np.float32(BLACK)) * gain
        return np.asarray(np.clip(np.rint(steady - np.float32(BLACK)), 0, 255), dtype=np.uint8)


def _fields_of(luma: Image) -> Float64:
    """Logarithm of the brightness of each field; a few dozen pixels stand for one."""
    step = max(1, min(luma.shape) // (5 * min(_FIELDS)))
    few = np.ascontiguousarray(luma[::step, ::step])
    return np.asarray(np.log(np.asarray(cv2.resize(few, _FIELDS, interpolation=cv2.INTER_AREA), np.float64) + BLACK))


def _median(values: Float64) -> Float64:
    """Of each row, ``(n, 1)``; on so few numbers sorting takes a fifth of the time of :func:`numpy.median`."""
    middle = values.shape[1] // 2
    return np.asarray(np.sort(values, axis=1)[:, middle - 1 : middle + 1].mean(axis=1, keepdims=True))


def _middle(values: Float64) -> float:
    """Median of all of them."""
    return float(_median(values.reshape(1, -1))[0, 0])
