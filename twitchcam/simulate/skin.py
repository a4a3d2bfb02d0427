"""Local motion of the skin: Gaussian bumps of displacement, and the way back from a picture to the skin at rest.

A bump says where the skin *goes*: a point of skin at rest at ``x`` is seen at ``x + d(x)``. Rendering needs the other
direction, which skin is seen at ``q``; that is the fixed point of ``x = q - d(x)``, unique as long as the skin does not
fold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.simulate.pulse import Course

FloatArray = NDArray[np.float64]
#: Bumps end here, in radii (standard deviations). The rest of the Gaussian there is taken off, so that it ends at 0.
REACH = 4.0
_REST = math.exp(-0.5 * REACH**2)
_ITERATIONS = 40
_TOLERANCE_PX = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bump:
    """One moving patch of skin.

    Attributes:
        centre_px: ``(x, y)`` at rest.
        vector_px: Displacement of the centre when the course is 1.
        sigma_px: Radius along x and y.
        course: Factor over time.
    """

    centre_px: tuple[float, float]
    vector_px: tuple[float, float]
    sigma_px: tuple[float, float]
    course: Course


@dataclass(frozen=True, slots=True)
class Push:
    """A bump at one instant: the course is multiplied into the vector."""

    centre_px: tuple[float, float]
    vector_px: tuple[float, float]
    sigma_px: tuple[float, float]


def pushes_at(bumps: Sequence[Bump], t_s: float, *, least_px: float = 1e-3) -> tuple[Push, ...]:
    """The bumps that move the skin by at least ``least_px`` at a time."""
    found = []
    for bump in bumps:
        factor = bump.course(t_s)
        vector = (bump.vector_px[0] * factor, bump.vector_px[1] * factor)
        if abs(vector[0]) + abs(vector[1]) >= least_px:
            found.append(Push(bump.centre_px, vector, bump.sigma_px))
    return tuple(found)


def window_of(
    pushes: Sequence[Push], seen_px: Sequence[tuple[float, float]], *, width: int, height: int
) -> tuple[slice, slice] | None:
    """Rows and columns of the picture that are touched when the centres are seen at ``seen_px``; None outside it."""
    boxes = []
    for push, (u, v) in zip(pushes, seen_px, strict=True):
        # A quarter more than the reach, for heads that are nearer or turned.
        reach = 1.25 * REACH * max(push.sigma_px) + max(map(abs, push.vector_px)) + 2
        boxes.append((u - reach, v - reach, u + reach, v + reach))
    low, high = np.min(boxes, axis=0), np.max(boxes, axis=0)
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(width, int(high[2]) + 1), min(height, int(high[3]) + 1)
    return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def displacement(pushes: Sequence[Push], x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where the skin goes.

    Args:
        pushes: What moves it.
        x: Any shape, place at rest.
        y: Same shape.

    Returns:
        Displacement along x and along y, same shape.
    """
    dx = np.zeros_like(x)
    dy = np.zeros_like(y)
    for push in pushes:
        (cx, cy), (vx, vy), (sx, sy) = push.centre_px, push.vector_px, push.sigma_px
        radius2 = ((x - cx) / sx) ** 2 + ((y - cy) / sy) ** 2
        weight = np.maximum(0.0, (np.exp(-0.5 * radius2) - _REST) / (1.0 - _REST))
        dx += vx * weight
        dy += vy * weight
    return dx, dy


def origin_of(pushes: Sequence[Push], qx: FloatArray, qy: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Which skin, by its place at rest, is seen at ``q``; the inverse of ``x + d(x)``.

    Args:
        pushes: What moves the skin.
        qx: Any shape, place in the picture.
        qy: Same shape.

    Returns:
        Place at rest along x and y, same shape, to 1e-4 px.
    """
    x, y = qx, qy
    for _ in range(_ITERATIONS):
        dx, dy = displacement(pushes, x, y)
        nx, ny = qx - dx, qy - dy
        step = max(float(np.max(np.abs(nx - x))), float(np.max(np.abs(ny - y))))
        x, y = nx, ny
        if step < _TOLERANCE_PX:
            break
    return x, y
