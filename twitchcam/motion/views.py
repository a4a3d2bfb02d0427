"""What the networks of :mod:`twitchcam.motion.pulse_network` see of a moving mouth, and how it looks in the mirror."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.face.mouth_flow import NODES
from twitchcam.motion.channels import CHANNEL_NAMES, INDEX

FloatArray = NDArray[np.float64]

#: Displacements among the channels.
DISPLACED: tuple[str, ...] = tuple(name for name in CHANNEL_NAMES if name.endswith(("_out", "_up")))
#: What else is known of a frame, the same in the mirror.
LEVELS: tuple[str, ...] = ("misfit", "mouth_open", "iod")

_LEVEL_INDEX = [INDEX[name] for name in LEVELS]
_LEAST_IOD_PX, _USUAL_IOD_PX = 20.0, 100.0


@dataclass(frozen=True, slots=True)
class View:
    """How much places moved in a step, % IOD, by one or more measurements after each other.

    Attributes:
        mirror: ``(values,)`` which value each becomes when the picture is flipped.
        sign: ``(values,)`` 1, or -1 where it changes its sign.
        measurements: Which values each of the measurements has.
    """

    mirror: NDArray[np.int_]
    sign: FloatArray
    measurements: tuple[slice, ...]

    def flipped(self, values: FloatArray) -> FloatArray:
        """``(..., values)`` as a flipped picture would give them."""
        return np.asarray(values[..., self.mirror] * self.sign)


def _nodes() -> tuple[NDArray[np.int_], FloatArray]:
    """Of ``(nodes, 2)``, row by row."""
    opposite = [int(np.argmin(np.sum((NODES * (-1, 1) - node) ** 2, axis=1))) for node in NODES]
    return np.arange(2 * len(NODES)).reshape(-1, 2)[opposite].ravel(), np.tile([-1.0, 1.0], len(NODES))


def _displaced() -> tuple[NDArray[np.int_], FloatArray]:
    mirror = np.array([DISPLACED.index(_other_side(name)) for name in DISPLACED])
    return mirror, np.array([-1.0 if name == "below_out" else 1.0 for name in DISPLACED])


def _other_side(name: str) -> str:
    return "right".join(part.replace("right", "left") for part in name.split("left"))


def _joined(*parts: tuple[NDArray[np.int_], FloatArray]) -> View:
    ends = np.cumsum([0, *(len(sign) for _, sign in parts)]).tolist()
    return View(
        mirror=np.concatenate([mirror + first for (mirror, _), first in zip(parts, ends, strict=False)]),
        sign=np.concatenate([sign for _, sign in parts]),
        measurements=tuple(slice(*ends[i : i + 2]) for i in range(len(parts))),
    )


#: The two measurements from step to step, tracked and searched, and the displacements among the channels.
MOUTH = _joined(_nodes(), _nodes(), _displaced())


def steps_of(flow: FloatArray, before: FloatArray, now: FloatArray) -> FloatArray:
    """``(values,)`` how places moved in a step, % IOD, in the order of :data:`MOUTH`.

    Args:
        flow: ``(2, nodes, 2)`` of a :class:`~twitchcam.face.tracking.FaceFrame`.
        before: Displacements at the end of the step before, as in the sample.
        now: The same of this step.
    """
    return np.concatenate([100 * flow.ravel(), now - before])


def levels_of(values: FloatArray) -> FloatArray:
    """``(..., LEVELS)`` of rows of channels, of about the size of the steps."""
    misfit, opening, iod = np.moveaxis(np.nan_to_num(values[..., _LEVEL_INDEX]), -1, 0)
    return np.stack([5 * misfit, opening / 10, np.log(np.maximum(iod, _LEAST_IOD_PX) / _USUAL_IOD_PX)], axis=-1)
