"""Names for mesh points. Landmark numbers appear here and nowhere else.

Numbers are those of MediaPipe FaceMesh (478 points, the last ten are the irises). Left and right are the subject's:
in an unmirrored picture the subject's left is on the right.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

N_LANDMARKS: Final = 478

EYE_OUTER_RIGHT: Final = 33
EYE_OUTER_LEFT: Final = 263
EYE_INNER_RIGHT: Final = 133
EYE_INNER_LEFT: Final = 362

#: Upper and lower eyelid points, in pairs that meet when the eye closes, and the corners of the same eye.
LIDS_RIGHT: Final = ((160, 144), (159, 145), (158, 153))
LIDS_LEFT: Final = ((387, 373), (386, 374), (385, 380))

#: Outer border of the lips, once around from the subject's right corner over the upper lip.
LIPS_OUTER: Final = (
    *(61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
    *(375, 321, 405, 314, 17, 84, 181, 91, 146),
)
#: Inner border of the lips, the same way around.
LIPS_INNER: Final = (
    *(78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
    *(324, 318, 402, 317, 14, 87, 178, 88, 95),
)

#: Where each site of :data:`twitchcam.motion.channels.SITES` lies: the mean of these points.
SITE_POINTS: Final[dict[str, tuple[int, ...]]] = {
    "upper_left": (269,),
    "upper_right": (39,),
    "lower_left": (405,),
    "lower_right": (181,),
    "corner_left": (291,),
    "corner_right": (61,),
}

#: Where each place of :data:`twitchcam.motion.channels.AROUND` lies: the mean of these points.
AROUND_POINTS: Final[dict[str, tuple[int, ...]]] = {
    "brow_left": (334, 296, 282, 295),
    "brow_right": (105, 66, 52, 65),
    "nose_left": (279, 358),
    "nose_right": (49, 129),
    "cheek_left": (280, 425),
    "cheek_right": (50, 205),
    "chin": (199,),
}

#: Where each place of :data:`twitchcam.motion.channels.SURROUND` lies: the mean of these offsets (x to the subject's
#: left, y down, IOD) from the middle between the corners of the mouth. Three radii of a twitch or more from its middle.
SURROUND_OFFSETS: Final[dict[str, tuple[tuple[float, float], ...]]] = {
    "beside_left": ((0.46, -0.22), (0.46, 0.0), (0.46, 0.13), (0.46, 0.30)),
    "beside_right": ((-0.46, -0.22), (-0.46, 0.0), (-0.46, 0.13), (-0.46, 0.30)),
    "below": ((-0.23, 0.30), (0.0, 0.30), (0.23, 0.30)),
}

_SITE_ROWS: Final = np.array(list(SITE_POINTS.values()))

FACE_OVAL: Final = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
#: Eye with lids and brow: what moves when a person blinks or frowns.
EYE_REGION_RIGHT: Final = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
EYE_REGION_LEFT: Final = (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
BROW_RIGHT: Final = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
BROW_LEFT: Final = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)

#: Points on bone that expression moves least: corners of the eyes, bridge of the nose, temples.
RIGID_POINTS: Final = (33, 133, 362, 263, 168, 6, 197, 195, 127, 356, 234, 454, 10, 151, 9, 8)

IRIS_RIGHT: Final = (469, 470, 471, 472)
IRIS_LEFT: Final = (474, 475, 476, 477)
NOSE_BASE: Final = 2
CHIN: Final = 152


def site_positions(points: NDArray[np.floating]) -> dict[str, NDArray[np.float64]]:
    """Place of each lip site and corner.

    Args:
        points: ``(478, k)`` landmarks in any coordinates.

    Returns:
        Site name to ``(k,)`` position in the same coordinates.
    """
    return dict(zip(SITE_POINTS, sites_of(points), strict=True))


def sites_of(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """The same as ``(6, k)``, in the order of :data:`SITE_POINTS`."""
    return np.asarray(points[_SITE_ROWS].mean(axis=1), dtype=np.float64)


def surround_of(points: NDArray[np.floating]) -> list[NDArray[np.float64]]:
    """The points whose mean is each place of :data:`SURROUND_OFFSETS`, ``(n, 2)`` each.

    Args:
        points: ``(478, 2)`` landmarks in face coordinates.
    """
    middle = points[[*SITE_POINTS["corner_left"], *SITE_POINTS["corner_right"]]].mean(axis=0)
    return [middle + np.array(offsets) for offsets in SURROUND_OFFSETS.values()]


def iod(points: NDArray[np.floating]) -> float:
    """Inter-ocular distance (outer corners of the eyes) in the unit of ``points``, from the first two coordinates."""
    return float(np.hypot(*(points[EYE_OUTER_LEFT, :2] - points[EYE_OUTER_RIGHT, :2])))
