"""Where a twitch sits: spatial templates of the four lip places over all measured channels.

A patch of skin that moves takes its neighbours along. Each lip place therefore has a template over the displacement
channels of the mouth, one for each direction; weighed with the inverse of the noise covariance it is the best linear
detector of a patch at that place (generalised least squares). The skin around the mouth, which no such patch reaches,
has channels of its own, in which the template is zero: what moves them and the mouth together, such as a rest of head
motion, cancels. How much such motion there will be is not learned: a blink or a nod may make more of it at any time
than all the time before. Any affine motion of the lower face as a whole is therefore free, and explains nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.events.model import Lip, Side
from twitchcam.motion.channels import LIP_SITES, SITES, SURROUND

FloatArray = NDArray[np.float64]

#: Number of displacement channels: two for each site of the mouth, which come first, and for the skin around it.
N_MOUTH = 2 * len(SITES)
N_DISPLACEMENTS = N_MOUTH + 2 * len(SURROUND)

#: Places of the sites on an average face, IOD from the middle of the mouth, x outwards and y down.
_OUT_IOD = {"upper": 0.17, "lower": 0.17, "corner": 0.31}
_DOWN_IOD = {"upper": -0.06, "lower": 0.11, "corner": 0.0}
#: The same of the skin around the mouth (:data:`twitchcam.face.anatomy.SURROUND_OFFSETS`, their means).
_SURROUND_IOD = {"beside_left": (0.46, 0.0525), "beside_right": (-0.46, 0.0525), "below": (0.0, 0.3)}
#: So many times the variance of the noise is what the lower face may move as a whole at any time.
_FREE = 1e3
#: Scale of the affine motions.
_REACH_IOD = 0.3
#: Share of a patch's peak displacement that the registration's smooth field shows at its place: the median over
#: rendered twitches of 1 and 2 % IOD at webcam quality. Strong compression leaves out more (:mod:`.gates`).
_RESPONSE = {Lip.UPPER: 0.87, Lip.LOWER: 0.84}


@dataclass(frozen=True, slots=True)
class Place:
    """One of the four lip places."""

    lip: Lip
    side: Side


PLACES: tuple[Place, ...] = tuple(Place(Lip(site.split("_")[0]), Side(site.split("_")[1])) for site in LIP_SITES)
#: Index of the place on the other side of the same lip.
OPPOSITE: tuple[int, ...] = tuple(
    next(j for j, other in enumerate(PLACES) if other.lip is p.lip and other.side is p.side.mirrored) for p in PLACES
)


def templates(width_iod: float) -> FloatArray:
    """``(places, channels, 2)``: what a displacement of 1 outwards, and of 1 upwards, at a place does to each channel.

    Args:
        width_iod: Standard deviation of the moving patch.
    """
    xy = np.array([_position(site) for site in SITES])
    made = np.zeros((len(PLACES), N_DISPLACEMENTS, 2))
    for k in range(len(PLACES)):
        reach = _RESPONSE[PLACES[k].lip] * np.exp(-np.sum((xy - xy[k]) ** 2, axis=1) / (2 * width_iod**2))
        # "Outwards" is the other way on the other side.
        same_way = np.sign(xy[:, 0]) * np.sign(xy[k, 0])
        made[k, 0:N_MOUTH:2, 0] = reach * same_way
        made[k, 1:N_MOUTH:2, 1] = reach
    return made


def common_motions() -> FloatArray:
    """``(channels, 6)``: what each affine motion of the whole lower face does to each channel."""
    places = [*(_position(site) for site in SITES), *(_SURROUND_IOD[name] for name in SURROUND)]
    made = np.zeros((N_DISPLACEMENTS, 6))
    for i, (name, (x, y)) in enumerate(zip((*SITES, *SURROUND), places, strict=True)):
        shape = np.array([1.0, x / _REACH_IOD, y / _REACH_IOD])
        made[2 * i, :3] = -shape if name.endswith("_right") else shape
        made[2 * i + 1, 3:] = shape
    return made


def _position(site: str) -> tuple[float, float]:
    part, side = site.split("_")
    return (_OUT_IOD[part] if side == "left" else -_OUT_IOD[part]), _DOWN_IOD[part]


_COMMON: FloatArray = common_motions() @ common_motions().T


class PlaceDetector:
    """Spatial detector for one noise covariance.

    Args:
        shapes: ``(places, channels, 2)`` from :func:`templates`.
        covariance: ``(filters, channels, channels)`` of the matched outputs.
    """

    def __init__(self, shapes: FloatArray, covariance: FloatArray) -> None:
        self._shapes = shapes
        usual = np.trace(covariance, axis1=1, axis2=2) / covariance.shape[1]
        self._inverse = np.linalg.inv(covariance + _FREE * usual[:, None, None] * _COMMON)[:, None]
        # Weighted templates, (filters, places, 2, channels), and the information that each holds, (.., 2, 2).
        weighted = shapes.swapaxes(1, 2) @ self._inverse
        information = weighted @ shapes
        self._estimate = np.linalg.solve(information, weighted)
        self._root = np.linalg.cholesky(information)
        # Straight from outputs to whitened displacements, (filters, 2 places, channels).
        whitened = self._root.swapaxes(2, 3) @ self._estimate
        self._whitened = whitened.reshape(len(covariance), -1, whitened.shape[-1])

    def snr(self, outputs: FloatArray) -> FloatArray:
        """Length of the best displacement over its noise.

        Args:
            outputs: ``(..., filters, channels)`` matched outputs.

        Returns:
            ``(..., filters, places)``; squared, it is chi-square with two degrees of freedom where there is only noise.
        """
        squared = (self._whitened @ outputs[..., None])[..., 0] ** 2
        return np.asarray(np.sqrt(squared[..., 0::2] + squared[..., 1::2]))

    def noise(self, filter_index: int) -> FloatArray:
        """``(places,)`` standard deviation of a displacement's matched output along one direction."""
        whitening = np.linalg.inv(self._root[filter_index])
        return np.asarray(np.sqrt(np.sum(whitening**2, axis=(1, 2)) / 2))

    def displacement(self, filter_index: int, place: int, signal: FloatArray) -> FloatArray:
        """Displacement of the skin at a place, ``(n, 2)`` out and up, from ``(n, channels)``."""
        return np.asarray(signal @ self._estimate[filter_index, place].T)

    def both_sides(self, filter_index: int, place: int, signal: FloatArray) -> FloatArray:
        """Displacements of a place and of the same place of the other side, estimated together.

        Args:
            filter_index: Of the bank.
            place: The place.
            signal: ``(n, channels)``.

        Returns:
            ``(n, 2, 2)``: of this side and of the other, outwards and up.
        """
        pair = np.concatenate([self._shapes[place], self._shapes[OPPOSITE[place]]], axis=1)
        weighted = pair.T @ self._inverse[filter_index, 0]
        return np.asarray((signal @ np.linalg.solve(weighted @ pair, weighted).T).reshape(-1, 2, 2))

    def opposite_share(self, filter_index: int, place: int, output: FloatArray) -> float:
        """How much the other side of the lip moves, as a share of this side."""
        this, other = np.hypot(*self.both_sides(filter_index, place, output[None])[0].T)
        return float(other / max(this, 1e-9))
