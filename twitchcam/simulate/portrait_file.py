"""Reads a portrait from an image file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from twitchcam.capture.frame import Image
from twitchcam.errors import InputError


def read_portrait(path: Path) -> Image:
    """The picture upright, ``(h, w, 3)`` uint8 RGB.

    Raises:
        InputError: the file cannot be read or is no picture.
    """
    import cv2

    try:
        data = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    except OSError as error:
        raise InputError(f"{path}: cannot read the picture: {error.strerror}") from None
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if bgr is None:
        raise InputError(f"{path}: this is not a picture that can be read; use PNG or JPEG")
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
