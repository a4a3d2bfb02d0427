"""Whether the lower face looks as it did before: a hand, a cup or a scarf before the mouth does not.

The mesh always draws a mouth, also on the back of a hand. So the picture itself is compared, coarsely and whatever its
light, with the few appearances of the same face that were seen before. Opening the mouth and turning the head change
the picture bit by bit, and each step becomes one of the appearances; a hand comes from nowhere.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.face.similarity import Similarity

Float32 = NDArray[np.float32]

#: The patch, pixels, and half its width and height, IOD: nose to chin, cheek to cheek.
_SIDE_PX = 14
_HALF_IOD = (0.62, 0.5)
#: What is this alike is the same appearance, and is taken up into it; what is still this alike is a new one.
_SAME, _AKIN = 0.85, 0.5
_TAKEN_UP = 0.1
_MOST_APPEARANCES = 8
#: After this long nobody holds a hand there: something else has changed for good.
_PATIENCE_S = 60.0
#: A mouth opens within a few tenths of a second; looked at less often, its steps would be too large.
_INTERVAL_S = 0.09


class Familiarity:
    """Remembers how the lower face of one person looks.

    Args:
        middle: Middle of the mouth, face coordinates.
    """

    def __init__(self, middle: NDArray[np.float64]) -> None:
        self._middle = middle
        self._appearances: list[Float32] = []
        self._known_s = self._looked_s = -np.inf
        self._latest = 1.0

    def look(self, luma: Image, pose: Similarity, t_s: float) -> float:
        """How alike the lower face is to what was seen before: 1 is the same, about 0 is something else.

        It looks ten times a second; in between it says the same again.

        Args:
            luma: ``(height, width)`` uint8.
            pose: Where the face is.
            t_s: Time of the picture.
        """
        if t_s - self._looked_s < _INTERVAL_S:
            return self._latest
        self._looked_s = t_s
        patch = self._patch(luma, pose)
        if t_s - self._known_s > _PATIENCE_S:
            self._appearances = [patch]
        alike = [float(np.sum(patch * known)) for known in self._appearances]
        best = int(np.argmax(alike))
        if alike[best] >= _SAME:
            self._appearances[best] = _normalised(self._appearances[best] + np.float32(_TAKEN_UP) * patch)
        elif alike[best] >= _AKIN:
            # The first one stays: it is how the face looked when it was found.
            if len(self._appearances) >= _MOST_APPEARANCES:
                del self._appearances[1]
            self._appearances.append(patch)
        if alike[best] >= _AKIN:
            self._known_s = t_s
        self._latest = alike[best]
        return self._latest

    def _patch(self, luma: Image, pose: Similarity) -> Float32:
        """``(side, side)``, light and its slope taken out, of length 1."""
        step_x, step_y = (2 * half / _SIDE_PX for half in _HALF_IOD)
        corner = self._middle - np.array(_HALF_IOD) + np.array([step_x, step_y]) / 2
        places = corner + np.array([(0.0, 0.0), (_SIDE_PX * step_x, 0.0), (0.0, _SIDE_PX * step_y)])
        onto = np.array([[0, 0], [_SIDE_PX, 0], [0, _SIDE_PX]], np.float32)
        # A picture much finer than the patch is halved first, or single pixels would be picked from it.
        shrink = 1.0
        seen = pose.to_picture(places)
        if (coarse := pose.iod_px * step_x) > 2:
            shrink = 1 / coarse
            low, high = seen.min(axis=0), (seen[1] + seen[2] - seen[0])
            x0, y0 = (max(int(v), 0) for v in np.minimum(low, high))
            x1, y1 = (int(v) + 2 for v in np.maximum(seen.max(axis=0), high))
            part = luma[y0:y1, x0:x1]
            if part.size == 0:
                return np.zeros((_SIDE_PX, _SIDE_PX), np.float32)
            luma = np.asarray(cv2.resize(part, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
            seen = (seen - (x0, y0)) * shrink
        back = cv2.getAffineTransform(onto, seen.astype(np.float32))
        patch = cv2.warpAffine(
            luma,
            back,
            (_SIDE_PX, _SIDE_PX),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return _normalised(np.asarray(patch, np.float32))


def _plane() -> Float32:
    side = np.arange(_SIDE_PX, dtype=np.float64)
    x, y = np.meshgrid(side, side)
    q, _ = np.linalg.qr(np.stack([np.ones(x.size), x.ravel(), y.ravel()], axis=1))
    return q.astype(np.float32)


_PLANE = _plane()


def _normalised(patch: Float32) -> Float32:
    flat = patch.ravel()
    flat = flat - _PLANE @ (_PLANE.T @ flat)
    return np.asarray(flat / max(float(np.linalg.norm(flat)), 1e-6), dtype=np.float32).reshape(patch.shape)
