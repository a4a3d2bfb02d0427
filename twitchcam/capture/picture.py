"""From a decoded video frame to upright pictures: brightness straight from the decoder, colour when asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
from av.sidedata.sidedata import Type as SideDataType
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from twitchcam.capture.frame import Image

#: Planar formats whose first plane is the brightness, 8 bits or little-endian 9 to 16 bits a sample.
_PLANAR = re.compile(r"(?:yuva?4\d\dp|yuvj4\d\dp|gray)(?P<bits>9|10|12|14|16)?(?P<order>le)?|nv12|nv21|nv16|nv24")

#: Pixels closer to square than this are taken as square.
_ASPECT_TOLERANCE = Fraction(1, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orientation:
    """How a stored picture becomes an upright one: first transposed, then flipped."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @property
    def mirrored(self) -> Orientation:
        """The same, seen in a mirror."""
        return Orientation(transpose=self.transpose, flip_x=not self.flip_x, flip_y=self.flip_y)

    def applied(self, image: Image) -> Image:
        """The upright picture; ``(height, width[, 3])`` in, contiguous out."""
        import cv2

        if self.transpose:
            image = np.asarray(cv2.transpose(image), dtype=np.uint8)
        if self.flip_x or self.flip_y:
            code = -1 if self.flip_x and self.flip_y else int(self.flip_x)
            image = np.asarray(cv2.flip(image, code), dtype=np.uint8)
        return np.ascontiguousarray(image)


def orientation_of(frame: av.VideoFrame) -> Orientation:
    """What the recorder's display matrix asks for: turns by quarters, and mirroring where it has it."""
    try:
        matrix = bytes(cast(Any, frame.side_data)[SideDataType.DISPLAYMATRIX])
    except KeyError:
        return Orientation()
    # x' = a x + c y and y' = b x + d y, y downwards; 16.16 fixed point, the third number of each row is not needed.
    a, b, _, c, d = (int(v) for v in np.frombuffer(matrix, dtype=np.int32)[:5])
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(flip_x=a < 0, flip_y=d < 0)
    return Orientation(transpose=True, flip_x=c < 0, flip_y=b < 0)


class PictureMaker:
    """Makes upright pictures of one size from the frames of one stream.

    Frames of another size than the first, and pixels that are not square, are scaled to the first frame's square
    pixels. One thread at a time.

    Args:
        first: The first decoded frame; it fixes size and orientation.
        sample_aspect: Width of a stored pixel over its height; None or 0 is not known.
        mirrored: The recording is a mirrored selfie: undo it.
    """

    def __init__(self, first: av.VideoFrame, sample_aspect: Fraction | None, *, mirrored: bool) -> None:
        orientation = orientation_of(first)
        self._orientation = orientation.mirrored if mirrored else orientation
        aspect = sample_aspect or Fraction(1)
        if abs(aspect - 1) <= _ASPECT_TOLERANCE:
            aspect = Fraction(1)
        self._square_size = (max(1, round(first.width * aspect)), first.height)
        self._luma_scaler = VideoReformatter()
        self._rgb_scaler = VideoReformatter()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright pictures in pixels."""
        width, height = self._square_size
        return (height, width) if self._orientation.transpose else (width, height)

    def luma(self, frame: av.VideoFrame) -> Image:
        """Brightness, ``(height, width)`` uint8, in memory of its own."""
        return self._upright(self._stored_luma(frame))

    def rgb(self, frame: av.VideoFrame) -> Image:
        """Colour, ``(height, width, 3)`` uint8 RGB, in memory of its own."""
        rgb = self._rgb_scaler.reformat(frame, format="rgb24").to_ndarray()
        return self._upright(np.asarray(rgb, dtype=np.uint8))

    def _stored_luma(self, frame: av.VideoFrame) -> Image:
        planar = _PLANAR.fullmatch(frame.format.name)
        plane = frame.planes[0]
        if planar is None or plane.line_size <= 0:
            return np.array(self._luma_scaler.reformat(frame, format="gray").to_ndarray(), dtype=np.uint8)
        if planar["bits"] is None:
            rows: Image = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
            return rows[: frame.height, : frame.width].copy()
        deep: NDArray[np.uint16] = np.frombuffer(memoryview(plane), dtype="<u2").reshape(-1, plane.line_size // 2)
        return (deep[: frame.height, : frame.width] >> (int(planar["bits"]) - 8)).astype(np.uint8)

    def _upright(self, image: Image) -> Image:
        import cv2

        height, width = image.shape[:2]
        if (width, height) != self._square_size:
            image = np.asarray(cv2.resize(image, self._square_size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return self._orientation.applied(image)
