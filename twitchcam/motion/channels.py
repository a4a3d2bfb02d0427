"""The channels: what is measured on every frame. One row of ``signals.csv`` is one :class:`Sample`.

Displacements are in per cent of the inter-ocular distance (IOD, outer corners of the eyes), in the face's own frame:
``_out`` is positive away from the midline on either side, ``_up`` is positive towards the eyes. So a mirrored picture
swaps the names ``left`` and ``right`` and changes no number.

Values are rounded to each channel's decimals *before* anything is detected from them. The file therefore holds exactly
what the detector saw, and finding events again from the file gives the same events.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Channel:
    """Name, unit, decimals kept and meaning of one channel."""

    name: str
    unit: str
    decimals: int
    meaning: str


#: The places around the mouth whose motion is measured, each with an ``_out`` and an ``_up`` channel.
LIP_SITES: tuple[str, ...] = ("upper_left", "upper_right", "lower_left", "lower_right")
SITES: tuple[str, ...] = (*LIP_SITES, "corner_left", "corner_right")
#: The skin around the mouth, each with an ``_out`` and an ``_up`` channel: what the head does there, beyond what the
#: rigid skin above says. A twitch of a lip does not reach it. The middle of ``below`` has no side: out is to the left.
SURROUND: tuple[str, ...] = ("beside_left", "beside_right", "below")
#: Places around the mouth and the eyes, each with an ``_up`` channel.
AROUND: tuple[str, ...] = ("brow_left", "brow_right", "nose_left", "nose_right", "cheek_left", "cheek_right", "chin")

#: How likely a twitch of each lip is while the mouth moves.
ODDS: tuple[str, ...] = ("odds_upper", "odds_lower")


def _site_channels() -> tuple[Channel, ...]:
    made = []
    for site in SITES:
        where = site.replace("_", " ")
        made.append(Channel(f"{site}_out", "% IOD", 2, f"displacement of the {where} site away from the midline"))
        made.append(Channel(f"{site}_up", "% IOD", 2, f"displacement of the {where} site towards the eyes"))
    return tuple(made)


def _surround_channels() -> tuple[Channel, ...]:
    made = []
    for place in SURROUND:
        part, _, side = place.partition("_")
        where = f"skin {part} the mouth" + (f" on the {side}" if side else "")
        out = "away from the midline" if side else "to the subject's left"
        made.append(Channel(f"{place}_out", "% IOD", 1, f"displacement of the {where} {out}"))
        made.append(Channel(f"{place}_up", "% IOD", 1, f"displacement of the {where} towards the eyes"))
    return tuple(made)


def _around_channels() -> tuple[Channel, ...]:
    words = {"brow": "brow", "nose": "side of the nose", "cheek": "cheek", "chin": "chin"}
    made = []
    for place in AROUND:
        part, _, side = place.partition("_")
        where = f"{side} {words[part]}".strip()
        made.append(Channel(f"{place}_up", "% IOD", 1, f"displacement of the {where} towards the eyes"))
    return tuple(made)


def _odds_channels() -> tuple[Channel, ...]:
    made = []
    for name in ODDS:
        lip = name.removeprefix("odds_")
        meaning = f"log odds that a twitch of the {lip} lip peaked 11 steps before, while the mouth moves; those of the"
        made.append(Channel(name, "1", 1, f"{meaning} right side are negative, and 0 is no twitch, or rest"))
    return tuple(made)


CHANNELS: tuple[Channel, ...] = (
    *_site_channels(),
    *_surround_channels(),
    Channel("head_x", "% IOD", 1, "place of the head in the picture, to the subject's left"),
    Channel("head_y", "% IOD", 1, "place of the head in the picture, upwards"),
    Channel("head_roll", "deg", 0, "tilt of the head towards the subject's left shoulder"),
    Channel("head_yaw", "deg", 0, "turn of the head to the subject's left, at mesh anchors"),
    Channel("head_pitch", "deg", 0, "nod of the head, up is positive, at mesh anchors"),
    Channel("iod", "px", 0, "distance of the outer corners of the eyes in the picture"),
    Channel("iod_mm", "mm", 0, "the same in millimetres, from the iris (11.7 mm)"),
    Channel("misfit", "1", 3, "share of the mouth region's picture that the motion model does not explain"),
    Channel("mouth_open", "% IOD", 1, "gap between the inner lips, at mesh anchors"),
    Channel("smile_left", "1", 2, "blendshape mouthSmileLeft, at mesh anchors"),
    Channel("smile_right", "1", 2, "blendshape mouthSmileRight, at mesh anchors"),
    Channel("lid_left", "1", 2, "closure of the left eye, 0 open to 1 closed"),
    Channel("lid_right", "1", 2, "closure of the right eye, 0 open to 1 closed"),
    Channel("gaze_x", "1", 2, "gaze to the subject's left, -1 to 1, at mesh anchors"),
    Channel(
        "frozen", "1", 2, "share of the mouth's pixels that are exactly as in the frame before: strong compression"
    ),
    Channel("familiar", "1", 2, "likeness of the lower face to how it looked before; low behind a hand"),
    Channel("key_frame", "1", 0, "1 where the encoder stored the frame whole; compression noise jumps there"),
    *_around_channels(),
    Channel("mouth_tilt", "% IOD", 1, "height of the left corner of the mouth over the right one, at mesh anchors"),
    *_odds_channels(),
)

CHANNEL_NAMES: tuple[str, ...] = tuple(c.name for c in CHANNELS)
INDEX: dict[str, int] = {name: i for i, name in enumerate(CHANNEL_NAMES)}
_DECIMALS = np.array([c.decimals for c in CHANNELS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Everything measured on one frame.

    Attributes:
        t_s: Time of the frame in seconds, rounded to 10 microseconds.
        face: True where a face was tracked; where False, ``values`` are NaN.
        quality: 0-1, how far the measurement can be trusted (0 where there is no face).
        values: ``(len(CHANNELS),)`` float64 in the order of :data:`CHANNELS`; NaN is missing.
        restart: True where the displacement starts anew (first frame, face found again, cut): it has no relation to
            the samples before.
    """

    t_s: float
    face: bool
    quality: float
    values: FloatArray
    restart: bool = False

    def __getitem__(self, channel: str) -> float:
        return float(self.values[INDEX[channel]])


def quantised(values: FloatArray) -> FloatArray:
    """Values rounded to the decimals of each channel; shape ``(len(CHANNELS),)`` in and out."""
    scale = 10.0**_DECIMALS
    return np.round(values * scale) / scale + 0.0


def missing() -> FloatArray:
    """A row of NaN, for a frame without a face."""
    return np.full(len(CHANNELS), np.nan)
