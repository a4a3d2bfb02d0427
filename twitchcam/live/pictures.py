"""The picture as the live page gets it: seen in a mirror, small enough to be quick, with the lips' places."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.face.anatomy import LIPS_OUTER

MAX_WIDTH_PX = 640
_JPEG_QUALITY = 80
#: Places are told in shares of the picture's width and height.
_PLACE_DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture on its way to the page.

    Attributes:
        t_s: Its time, seconds from the first frame.
        rgb: ``(height, width, 3)`` uint8, not mirrored.
        lips_px: Points on the lips in it, the outer border first, or None.
        sites_px: Place of each lip site in it, or None.
    """

    t_s: float
    rgb: Image
    lips_px: NDArray[np.float32] | None
    sites_px: Mapping[str, tuple[float, float]] | None


def encoded(picture: Picture) -> bytes:
    """The picture for the page: four bytes of length, a JSON object of that length, a JPEG.

    The object has ``t``, ``lips`` (outer border) and ``sites``; places are those of the mirrored picture.
    """
    import cv2

    height, width = picture.rgb.shape[:2]
    head = {
        "t": round(picture.t_s, 4),
        "lips": None if picture.lips_px is None else _mirrored(picture.lips_px[: len(LIPS_OUTER)], width, height),
        "sites": None
        if picture.sites_px is None
        else dict(zip(picture.sites_px, _mirrored(list(picture.sites_px.values()), width, height), strict=True)),
    }
    shown = picture.rgb
    if width > MAX_WIDTH_PX:
        size = (MAX_WIDTH_PX, round(height * MAX_WIDTH_PX / width))
        shown = np.asarray(cv2.resize(shown, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    bgr = cv2.cvtColor(cv2.flip(shown, 1), cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    text = json.dumps(head, allow_nan=False).encode()
    return struct.pack(">I", len(text)) + text + jpeg.tobytes()


def _mirrored(points: NDArray[np.float32] | list[tuple[float, float]], width: int, height: int) -> list[list[float]]:
    shares = np.asarray(points, dtype=np.float64).reshape(-1, 2) / (width, height)
    shares[:, 0] = 1 - shares[:, 0]
    rounded: list[list[float]] = np.round(np.nan_to_num(shares), _PLACE_DECIMALS).tolist()
    return rounded
