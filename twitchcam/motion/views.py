"""What the networks of :mod:`twitchcam.motion.pulse_network` see of a moving mouth, and how it looks in the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from twitchcam.face.mouth_flow import NODES
from twitchcam.motion.channels import CHANNEL_NAMES, INDEX

FloatArray = NDArray[np.float64]
ViewName = Literal["tracked", "searched", "channels"]

#: Displacements among the channels.
DISPLACED: tuple[str, ...] = tuple(name for name in CHANNEL_NAMES if name.endswith(("_out", "_up")))
#: What else is known of a frame, the same in the mirror.
LEVELS: tuple[str, ...] = ("misfit", "mouth_open", "iod")

_LEVEL_INDEX = [INDEX[name] for name in LEVELS]
_LEAST_IOD_PX, _USUAL_IOD_PX = 20.0, 100.0


@dataclass(frozen=True, slots=True)
class View:
    """A measurement of how places moved in a step, % IOD.

    Attributes:
        mirror: ``(values,)`` which value each becomes when the picture is flipped.
        sign: ``(values,)`` 1, or -1 where it changes its sign.
    """

    mirror: NDArray[np.int_]
    sign: FloatArray

    def flipped(self, values: FloatArray) -> FloatArray:
        """``(..., values)`` as a flipped picture would give them."""
        return np.asarray(values[..., self.mirror] * self.sign)


def _nodes_view() -> View:
    """Of ``(nodes, 2)``, row by row."""
    opposite = [int(np.argmin(np.sum((NODES * (-1, 1) - node) ** 2, axis=1))) for node in NODES]
    mirror = np.arange(2 * len(NODES)).reshape(-1, 2)[opposite].ravel()
    return View(mirror, np.tile([-1.0, 1.0], len(NODES)))


def _channels_view() -> View:
    mirror = np.array([DISPLACED.index(_other_side(name)) for name in DISPLACED])
    return View(mirror, np.array([-1.0 if name == "below_out" else 1.0 for name in DISPLACED]))


def _other_side(name: str) -> str:
    return "right".join(part.replace("right", "left") for part in name.split("left"))


#: The two measurements from step to step, and the displacements among the channels.
VIEWS: dict[ViewName, View] = {"tracked": _nodes_view(), "searched": _nodes_view(), "channels": _channels_view()}


def levels_of(values: FloatArray) -> FloatArray:
    """``(..., LEVELS)`` of rows of channels, of about the size of the steps."""
    misfit, opening, iod = np.moveaxis(np.nan_to_num(values[..., _LEVEL_INDEX]), -1, 0)
    return np.stack([5 * misfit, opening / 10, np.log(np.maximum(iod, _LEAST_IOD_PX) / _USUAL_IOD_PX)], axis=-1)
