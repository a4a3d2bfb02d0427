"""Cuts: another picture from one frame to the next, as no camera that goes on filming gives it."""

from __future__ import annotations

import cv2
import numpy as np

from twitchcam.capture.frame import Image

#: Pictures are compared as so many fields, width and height: fine enough to tell them apart, too coarse for a head
#: that moves before a wall to change most of them.
_FIELDS = (16, 12)
#: A field is another one when its brightness differs by this much, of 255; noise and breathing exposure stay below.
_OTHER = 12.0
_SHARE = 0.5


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
    return bool(np.mean(np.abs(fields[1] - fields[0]) > _OTHER) > _SHARE)
