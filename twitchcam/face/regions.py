"""Which skin is looked at: the rigid part that shows the head's motion, and the mouth.

Both are rasters in face coordinates (see :mod:`twitchcam.face.similarity`), made from a mesh.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from twitchcam.face import anatomy

# Margins in IOD: how far expression reaches beyond the mesh contours of what makes it.
_OVAL_INSET = 0.06
_EYE_MARGIN = 0.10
_LIPS_MARGIN = 0.22
_JAW_HALF_WIDTH = 0.55
_MOUTH_HALF_WIDTH = 0.52
_MOUTH_ABOVE = 0.22
_MOUTH_BELOW = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """A rectangular grid of face points, some of which are used.

    Attributes:
        points: ``(rows * columns, 2)`` float32, IOD, row by row.
        shape: Rows and columns.
        used: ``(rows * columns,)`` bool.
        px_per_iod: Grid points per IOD.
    """

    points: NDArray[np.float32]
    shape: tuple[int, int]
    used: NDArray[np.bool_]
    px_per_iod: float


def rigid_raster(mesh: NDArray[np.float64], px_per_iod: float) -> Raster:
    """Forehead, nose, cheekbones and outer cheeks: the face without eyes, brows, mouth, chin.

    Args:
        mesh: ``(478, 2)`` landmarks in face coordinates.
        px_per_iod: Resolution.
    """
    oval = mesh[list(anatomy.FACE_OVAL)]
    raster = _grid(oval.min(axis=0), oval.max(axis=0), px_per_iod)
    used = _depth_inside(oval, raster) > _OVAL_INSET
    for eye, brow in (
        (anatomy.EYE_REGION_LEFT, anatomy.BROW_LEFT),
        (anatomy.EYE_REGION_RIGHT, anatomy.BROW_RIGHT),
    ):
        used &= _depth_inside(mesh[[*eye, *brow]], raster) < -_EYE_MARGIN
    lips = mesh[list(anatomy.LIPS_OUTER)]
    used &= _depth_inside(lips, raster) < -_LIPS_MARGIN
    middle = lips.mean(axis=0)
    jaw = (raster.points[:, 1] > middle[1]) & (np.abs(raster.points[:, 0] - middle[0]) < _JAW_HALF_WIDTH)
    return Raster(points=raster.points, shape=raster.shape, used=used & ~jaw, px_per_iod=px_per_iod)


def mouth_raster(mesh: NDArray[np.float64], px_per_iod: float) -> Raster:
    """A rectangle around the lips, wide enough to hold a twitch of the corner and its foot; all of it is used.

    Args:
        mesh: ``(478, 2)`` landmarks in face coordinates.
        px_per_iod: Resolution.
    """
    lips = mesh[list(anatomy.LIPS_OUTER)]
    centre_x = (lips[:, 0].min() + lips[:, 0].max()) / 2
    low = np.array([centre_x - _MOUTH_HALF_WIDTH, lips[:, 1].min() - _MOUTH_ABOVE])
    high = np.array([centre_x + _MOUTH_HALF_WIDTH, lips[:, 1].max() + _MOUTH_BELOW])
    return _grid(low, high, px_per_iod)


def _grid(low: NDArray[np.float64], high: NDArray[np.float64], px_per_iod: float) -> Raster:
    columns, rows = (max(4, int(n)) for n in np.ceil((high - low) * px_per_iod))
    # Centred, so that a mirrored face gets the mirrored grid.
    middle = (low + high) / 2
    x = middle[0] + (np.arange(columns) - (columns - 1) / 2) / px_per_iod
    y = middle[1] + (np.arange(rows) - (rows - 1) / 2) / px_per_iod
    gx, gy = np.meshgrid(x, y)
    points = np.stack([gx.ravel(), gy.ravel()], axis=1).astype(np.float32)
    return Raster(points=points, shape=(rows, columns), used=np.ones(rows * columns, bool), px_per_iod=px_per_iod)


def _depth_inside(contour: NDArray[np.float64], raster: Raster) -> NDArray[np.float64]:
    """Distance (IOD) of each grid point from the convex hull of a contour: positive inside, negative outside."""
    rows, columns = raster.shape
    origin = raster.points[0]
    hull = cv2.convexHull(((contour - origin) * raster.px_per_iod).astype(np.float32))
    inside = np.zeros((rows, columns), np.uint8)
    # Four binary digits of sub-pixel position keep the mask from snapping to whole grid points.
    cv2.fillConvexPoly(inside, np.round(hull * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5) - cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
    return np.asarray(depth, dtype=np.float64).ravel() / raster.px_per_iod
