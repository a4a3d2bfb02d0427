"""Cuts: another picture from one frame to the next, as no camera that goes on filming gives it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.bands import BLACK
from twitchcam.capture.frame import Image

Float64 = NDArray[np.float64]

#: Pictures are compared as so many fields, width and height: fine enough to tell them apart, too coarse for a head
#: that moves before a wall to change most of them.
_FIELDS = (16, 12)
#: A field is another one when its brightness differs by this much, of 255; noise and breathing exposure stay below.
_OTHER = 12.0
_SHARE = 0.5
#: A lamp's flicker seen by a rolling shutter makes bands, along the rows or, with the camera on its side, along the
#: columns. When each line of fields may have its own light, at least this share must still differ.
_SHARE_BESIDE_LIGHT = 0.3
_LEAST_LIGHT, _MOST_LIGHT = 0.6, 1.7


def is_cut(before: Image, after: Image) -> bool:
    """Whether most of the picture is another one.

    Args:
        before: ``(height, width)`` uint8 brightness of a frame.
        after: The same of the next one; may have another size.
    """
    fields = [
        np.asarray(cv2.resize(picture, _FIELDS, interpolation=cv2.INTER_AREA), np.float64)
        for picture in (before, after)
    ]
    old, new = fields
    if np.mean(np.abs(new - old) > _OTHER) <= _SHARE:
        return False
    return all(np.mean(np.abs(new - _relit(old, new, axis)) > _OTHER) > _SHARE_BESIDE_LIGHT for axis in (0, 1))


def _relit(old: Float64, new: Float64, axis: int) -> Float64:
    """The old picture in the new one's light, which may differ from line to line."""
    light = np.median((new + BLACK) / (old + BLACK), axis=axis, keepdims=True)
    return old * np.clip(light, _LEAST_LIGHT, _MOST_LIGHT)
