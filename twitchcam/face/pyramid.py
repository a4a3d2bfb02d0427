"""The face's part of a picture at several resolutions, ready to be sampled between pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.face.similarity import Similarity

Float32 = NDArray[np.float32]

#: cv2.remap takes at most 32767 rows or columns; points are sampled as a sheet of this many columns.
_SHEET = 128
#: Half the size of the sampled part and its centre below the eye line, IOD: forehead to chin, cheek to cheek.
_HALF_IOD = 1.15
_DOWN_IOD = 0.4


class Pyramid:
    """Halved and slightly blurred copies of the neighbourhood of a face, made as far as they are asked for.

    A light blur keeps the error of interpolating between pixels below the sensor's noise.

    Args:
        luma: ``(height, width)`` uint8.
        pose: Where the face is about to be; a wide margin is kept.
        blur_px: Standard deviation of the blur, in pixels of each level.
    """

    def __init__(self, luma: Image, pose: Similarity, blur_px: float) -> None:
        height, width = luma.shape
        half = pose.iod_px * _HALF_IOD
        centre = pose.origin + pose.scale * 1j * _DOWN_IOD
        self._x0 = int(np.clip(centre.real - half, 0, max(width - 8, 0)))
        self._y0 = int(np.clip(centre.imag - half, 0, max(height - 8, 0)))
        x1 = int(np.clip(centre.real + half, self._x0 + 8, width))
        y1 = int(np.clip(centre.imag + half, self._y0 + 8, height))
        self._blur_px = blur_px
        self._plain: list[Float32] = [luma[self._y0 : max(y1, 1), self._x0 : max(x1, 1)].astype(np.float32)]
        self._blurred: dict[int, Float32] = {}

    def sample(self, points: NDArray[np.floating], pose: Similarity, px_per_iod: float) -> Float32:
        """Brightness at face points.

        Args:
            points: ``(n, 2)`` face coordinates in IOD.
            pose: From face coordinates to the picture.
            px_per_iod: The resolution at which the points lie; decides the level that is sampled.

        Returns:
            ``(n,)`` float32; points outside the picture repeat its border.
        """
        level = self._level_for(pose.iod_px / px_per_iod)
        shrink = 1.0 / 2**level
        a, b = pose.scale.real * shrink, pose.scale.imag * shrink
        # A pixel's centre is at +0.5 in continuous coordinates, on every level.
        tx = (pose.origin.real - self._x0 + 0.5) * shrink - 0.5
        ty = (pose.origin.imag - self._y0 + 0.5) * shrink - 0.5
        n = len(points)
        rows = -(-n // _SHEET)
        map_x = np.empty(rows * _SHEET, np.float32)
        map_y = np.empty(rows * _SHEET, np.float32)
        map_x[:n] = a * points[:, 0] - b * points[:, 1] + tx
        map_y[:n] = b * points[:, 0] + a * points[:, 1] + ty
        map_x[n:] = 0
        map_y[n:] = 0
        sheet = cv2.remap(
            self._level(level),
            map_x.reshape(rows, _SHEET),
            map_y.reshape(rows, _SHEET),
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(sheet.reshape(-1)[:n], dtype=np.float32)

    def _level_for(self, picture_px_per_point: float) -> int:
        smallest = min(self._plain[0].shape)
        level = 0
        while picture_px_per_point >= 1.5 and smallest >= 16:
            picture_px_per_point /= 2
            smallest //= 2
            level += 1
        return level

    def _level(self, level: int) -> Float32:
        while len(self._plain) <= level:
            above = self._plain[-1]
            height, width = above.shape[0] // 2, above.shape[1] // 2
            half = cv2.resize(above[: height * 2, : width * 2], (width, height), interpolation=cv2.INTER_AREA)
            self._plain.append(np.asarray(half, dtype=np.float32))
        if level not in self._blurred:
            blurred = cv2.GaussianBlur(self._plain[level], (0, 0), self._blur_px)
            self._blurred[level] = np.asarray(blurred, dtype=np.float32)
        return self._blurred[level]
