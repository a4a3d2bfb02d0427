"""One reference appearance and the linear solver that explains a picture as a small deformation of it.

The method is inverse-compositional registration (Baker & Matthews 2004, doi:10.1023/B:VISI.0000011205.11775.fd) with a
displacement field that is linear in its parameters and a Gaussian prior on them. The expensive part, the inverse of the
normal equations, is done once per template; each step per frame is then one matrix-vector product over all pixels. All
of them weigh in, which is why it finds displacements of a few thousandths of the inter-ocular distance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

#: Parameters of brightness: offset, two slopes, contrast. They absorb lamp flicker and drifting light.
_N_LIGHT = 4
_HARMLESS = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Result of one solver step.

    Attributes:
        delta: ``(k, 2)`` change of the displacement coefficients, IOD.
        residual: Robust standard deviation of what was unexplained *before* the step, over that of the template.
    """

    delta: Float64
    residual: float


class Template:
    """Reference values at ``n`` points with ``k`` displacement functions.

    Args:
        points: ``(n, 2)`` face coordinates, IOD.
        values: ``(n,)`` reference brightness.
        gradient: ``(n, 2)`` brightness per IOD along x and y.
        basis: ``(n, k)`` displacement functions at the points.
        prior_sd: ``(k,)`` expected size of each coefficient, IOD; inf is free.
        noise_sd: Expected standard deviation of the brightness noise (grey levels); sets how far the prior is obeyed.
        clip: Differences beyond this many grey levels are cut: a speck of light must not pull the whole fit.
    """

    def __init__(
        self,
        *,
        points: Float32,
        values: Float32,
        gradient: Float32,
        basis: Float32,
        prior_sd: Float64,
        noise_sd: float,
        clip: float,
    ) -> None:
        x, y = points[:, 0] - points[:, 0].mean(), points[:, 1] - points[:, 1].mean()
        self._spread = float(values.std()) + _HARMLESS
        contrast = (values - values.mean()) / self._spread
        light = np.stack([np.ones_like(x), x, y, contrast], axis=1)
        jacobian = np.concatenate([gradient[:, :1] * basis, gradient[:, 1:] * basis, light], axis=1)
        normal = (jacobian.T @ jacobian).astype(np.float64)
        precision = np.concatenate([1 / prior_sd**2, 1 / prior_sd**2, np.full(_N_LIGHT, _HARMLESS)])
        normal[np.diag_indices_from(normal)] += noise_sd**2 * precision + _HARMLESS
        inverse = np.linalg.inv(normal).astype(np.float32)
        k = basis.shape[1]
        self._solve: Float32 = np.ascontiguousarray((inverse @ jacobian.T)[: 2 * k])
        self._pull: Float64 = inverse[: 2 * k, : 2 * k].astype(np.float64) * (noise_sd**2 * precision[: 2 * k])
        self._k = k
        self._clip = clip
        self.values = values
        self.basis = basis

    def step(self, seen: Float32, coefficients: Float64) -> Step:
        """Explains the brightness seen at the points under the present displacement.

        Args:
            seen: ``(n,)`` brightness.
            coefficients: ``(k, 2)`` of the present displacement; the prior holds for them, not for each step, so what
                the picture does not show cannot wander off.
        """
        difference = seen - self.values
        difference -= np.float32(np.mean(difference))
        residual = float(np.mean(np.abs(difference))) * 1.2533 / self._spread
        np.clip(difference, -self._clip, self._clip, out=difference)
        q = self._solve @ difference + self._pull @ coefficients.T.ravel()
        delta = -np.stack([q[: self._k], q[self._k :]], axis=1).astype(np.float64)
        return Step(delta=delta, residual=residual)


def polynomial_basis(points: NDArray[np.floating], degree: int) -> Float32:
    """``(n, 3)`` or ``(n, 6)``: 1, x, y and, for degree 2, x2, xy, y2."""
    x, y = points[:, 0], points[:, 1]
    columns = [np.ones_like(x), x, y]
    if degree == 2:
        columns += [x * x, x * y, y * y]
    return np.stack(columns, axis=1).astype(np.float32)


def bump_basis(points: NDArray[np.floating], nodes: Float64, width: float) -> Float32:
    """``(n, k)`` Gaussian bumps around ``(k, 2)`` nodes; ``width`` is their standard deviation."""
    x = _bumps(points[:, 0], nodes[:, 0], width)
    return x * _bumps(points[:, 1], nodes[:, 1], width)


def _bumps(at: NDArray[np.floating], centres: Float64, width: float) -> Float32:
    """``(n, k)``; on a grid few coordinates differ, and only those are computed."""
    places, place = np.unique(at, return_inverse=True)
    middles, middle = np.unique(centres, return_inverse=True)
    table = np.exp(-((places[:, None] - middles[None, :]) ** 2) / (2 * width**2)).astype(np.float32)
    return np.asarray(table[:, middle][place])
