"""How the face moves around the mouth: brows, sides of the nose, cheeks, chin.

Each place is a small patch, coarsely sampled where the head's motion says it is. One step of inverse-compositional
registration a frame (see :mod:`twitchcam.face.template`) follows it from where it was the frame before; all patches are
solved in one product. A patch moves as one piece: this tells what else moved with a twitch, not by how much exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twitchcam.config import PeripheryConfig
from twitchcam.face import anatomy
from twitchcam.face.pyramid import Pyramid
from twitchcam.face.similarity import Similarity
from twitchcam.face.template import polynomial_basis

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

#: Half width and half height of each patch, IOD.
_HALF_IOD = {"brow": (0.17, 0.09), "nose": (0.08, 0.10), "cheek": (0.13, 0.12), "chin": (0.15, 0.09)}
_HARMLESS = 1e-6
_N_LIGHT = 4


class Periphery:
    """Follows the places of :data:`twitchcam.face.anatomy.AROUND_POINTS` from the frame it was made with.

    Args:
        pyramid: That frame.
        pose: Face coordinates of it.
        mesh: ``(478, 2)`` landmarks in face coordinates.
        config: Resolution and expectations.
    """

    def __init__(self, pyramid: Pyramid, pose: Similarity, mesh: Float64, config: PeripheryConfig) -> None:
        self._config = config
        grids = [_patch(mesh, name, config.px_per_iod) for name in anatomy.AROUND_POINTS]
        self._shapes = [shape for _, shape in grids]
        sizes = [rows * columns for rows, columns in self._shapes]
        ends = np.cumsum(sizes)
        self._starts = (ends - sizes).astype(np.intp)
        self._parts = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        self._sizes = np.array(sizes, np.float32)
        self._patch = np.repeat(np.arange(len(sizes)), sizes)
        self._moved = np.zeros((len(sizes), 2))
        self._offset = np.zeros((len(sizes), 2))
        self._residual = np.zeros(len(sizes))
        self._spread = np.ones(len(sizes))
        self._solve = np.zeros((2 * len(sizes), ends[-1]), np.float32)
        self._pull = np.zeros((len(sizes), 2, 2))
        self._sum = np.zeros(ends[-1], np.float32)
        self._summed = 0
        self._place(np.concatenate([points for points, _ in grids]))
        self._values = pyramid.sample(self._points, pose, config.px_per_iod)
        for k in range(len(sizes)):
            self._learn(k)

    def advance(self, pyramid: Pyramid, pose: Similarity, bend: Float64) -> Float64:
        """Registers the next frame.

        Args:
            pyramid: The frame.
            pose: Similarity part of the head's motion.
            bend: ``(6, 2)`` the rest of it.

        Returns:
            ``(places, 2)`` displacement, IOD, face coordinates.
        """
        config = self._config
        moved = self._points + self._quadratic @ bend.astype(np.float32)
        moved += self._moved.astype(np.float32)[self._patch]
        seen = pyramid.sample(moved, pose, config.px_per_iod)
        difference = seen - self._values
        difference -= (np.add.reduceat(difference, self._starts) / self._sizes)[self._patch]
        self._residual = np.add.reduceat(np.abs(difference), self._starts) / self._sizes / self._spread
        np.clip(difference, -config.clip, config.clip, out=difference)
        step = (self._solve @ difference).reshape(-1, 2) + np.einsum("pij,pj->pi", self._pull, self._moved)
        self._moved = self._moved - np.clip(step, -config.max_step_iod, config.max_step_iod)
        self._sum += seen
        self._summed += 1
        return self._offset + self._moved

    def look(self, pyramid: Pyramid, pose: Similarity, mesh: Float64, bend: Float64) -> None:
        """Takes a mesh anchor: lost patches are placed anew; their displacement goes on from where it was.

        Args:
            pyramid: The anchor's frame.
            pose: Similarity part of the head's motion in it.
            mesh: ``(478, 2)`` landmarks in face coordinates.
            bend: ``(6, 2)`` the rest of the head's motion.
        """
        config = self._config
        for k, name in enumerate(anatomy.AROUND_POINTS):
            part = self._parts[k]
            here = (self._points[part] + self._quadratic[part] @ bend.astype(np.float32)).mean(axis=0)
            apart = np.hypot(*(here + self._moved[k] - _middle(mesh, name)))
            if self._residual[k] <= config.max_residual and apart <= config.mesh_tolerance_iod:
                continue
            points, _ = _patch(mesh, name, config.px_per_iod)
            self._points[part] = points - polynomial_basis(points, 2) @ bend.astype(np.float32)
            self._quadratic[part] = polynomial_basis(self._points[part], 2)
            self._values[part] = pyramid.sample(points, pose, config.px_per_iod)
            self._offset[k] += self._moved[k]
            self._moved[k] = 0
            self._learn(k)
            self._sum[part] = self._values[part] * self._summed

    def rebase(self, bend: Float64) -> None:
        """The head's motion is from now on told against the present frame, in which it had this ``bend``."""
        self._place(self._points + self._quadratic @ bend.astype(np.float32))

    def renew(self) -> None:
        """Takes the mean of the registered frames since the last time into the reference.

        What patches that were placed anew had moved before is forgotten little by little.
        """
        share = self._config.renewal_share
        self._offset *= 1 - share
        if self._summed:
            mean = self._sum / np.float32(self._summed)
            self._values = np.asarray((1 - share) * self._values + share * mean, dtype=np.float32)
            self._sum[:] = 0
            self._summed = 0
            for k in range(len(self._parts)):
                self._learn(k)

    def _place(self, points: Float32) -> None:
        self._points = np.asarray(points, dtype=np.float32)
        self._quadratic = polynomial_basis(self._points, 2)

    def _learn(self, k: int) -> None:
        """The solver for the reference of a patch: its displacement apart from offset, slopes and contrast."""
        config, part, shape = self._config, self._parts[k], self._shapes[k]
        values = self._values[part]
        along_y, along_x = (slope.ravel() * config.px_per_iod for slope in np.gradient(values.reshape(shape)))
        x, y = (self._points[part] - self._points[part].mean(axis=0)).T
        self._spread[k] = values.std() + _HARMLESS
        contrast = (values - values.mean()) / self._spread[k]
        jacobian = np.stack([along_x, along_y, np.ones_like(x), x, y, contrast], axis=1).astype(np.float64)
        normal = jacobian.T @ jacobian
        precision = (config.noise_sd / config.prior_sd_iod) ** 2
        normal[np.diag_indices_from(normal)] += np.array([precision] * 2 + [_HARMLESS] * _N_LIGHT)
        inverse = np.linalg.inv(normal)
        self._solve[2 * k : 2 * k + 2, part] = (inverse @ jacobian.T)[:2]
        self._pull[k] = inverse[:2, :2] * precision


def _middle(mesh: Float64, name: str) -> Float64:
    return np.asarray(mesh[list(anatomy.AROUND_POINTS[name])].mean(axis=0))


def _patch(mesh: Float64, name: str, px_per_iod: float) -> tuple[Float32, tuple[int, int]]:
    """Grid points around a place, and rows and columns; a mirrored face gets the mirrored grid."""
    middle = _middle(mesh, name)
    half = _HALF_IOD[name.split("_")[0]]
    columns, rows = (max(4, round(2 * h * px_per_iod)) for h in half)
    x = middle[0] + (np.arange(columns) - (columns - 1) / 2) / px_per_iod
    y = middle[1] + (np.arange(rows) - (rows - 1) / 2) / px_per_iod
    gx, gy = np.meshgrid(x, y)
    return np.stack([gx.ravel(), gy.ravel()], axis=1).astype(np.float32), (rows, columns)
