"""One picture with its own time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A decoded picture, upright and unmirrored, and the time it was taken.

    The brightness plane is what nearly every frame needs and comes straight from the decoder; the colour picture is
    made only when someone asks for it (the face mesh does, a few times a second).

    Attributes:
        t_s: Seconds since the first frame of the recording, from the container's time stamps or the capture clock.
        luma: ``(height, width)`` uint8 brightness.
        to_rgb: Makes the ``(height, width, 3)`` uint8 RGB picture of the same frame.
        key: True when the encoder stored this frame whole (I-frame); its compression noise differs from its
            neighbours'.
    """

    t_s: float
    luma: Image
    to_rgb: Callable[[], Image]
    key: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.luma.shape
        return width, height


def from_rgb(t_s: float, rgb: Image, *, key: bool = False) -> Frame:
    """A frame from a picture in memory (tests, simulation, cameras).

    Args:
        t_s: Time in seconds.
        rgb: ``(height, width, 3)`` uint8.
        key: As in :class:`Frame`.
    """
    import cv2

    luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return Frame(t_s=t_s, luma=luma, to_rgb=lambda: rgb, key=key)
