"""How far each eye is closed, on every frame.

The open eye, seen a moment ago, is the reference. Closing is predicted from it: the upper lid's edge goes down over the
eye and draws the skin above after it; a gaze to the side shifts what is between the lids. The picture is compared with
such predictions, and a parabola between the best closures gives the closure. Nothing is carried from frame to frame,
so an onset is exact to a frame. While no prediction fits, the mesh's own estimate stands in, and where that lasts, the
reference is made anew.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twitchcam.config import EyelidConfig
from twitchcam.face import anatomy
from twitchcam.face.mesh import Mesh
from twitchcam.face.pyramid import Pyramid
from twitchcam.face.similarity import Similarity
from twitchcam.face.template import polynomial_basis

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

#: Left eye, right eye: corners (outer, inner), lids and the mesh's estimate of closure.
_EYES = (
    (anatomy.EYE_OUTER_LEFT, anatomy.EYE_INNER_LEFT, anatomy.LIDS_LEFT, "eyeBlinkLeft"),
    (anatomy.EYE_OUTER_RIGHT, anatomy.EYE_INNER_RIGHT, anatomy.LIDS_RIGHT, "eyeBlinkRight"),
)
_ROWS, _COLUMNS = 18, 10
_N = _ROWS * _COLUMNS
#: The patch: share of the eye's width, and how far above the upper lid and below the lower one (IOD).
_WIDTH = 0.72
_ABOVE_IOD = 0.09
_BELOW_IOD = 0.03
#: What is predicted: closures, and shifts of the iris along the eye (IOD).
_CLOSURES = np.linspace(0.0, 1.0, 9)
_GAZES_IOD = np.array([0.0, -0.06, -0.03, 0.03, 0.06])
_NARROWEST_IOD = 0.02
_HARMLESS = 1.0


class Eyelids:
    """Follows both eyes.

    Args:
        config: Resolution and when an eye is open enough to be a reference.
    """

    def __init__(self, config: EyelidConfig) -> None:
        self._config = config
        self._eyes = [_Eye(config, *eye) for eye in _EYES]
        self._arrange()

    def forget(self) -> None:
        """The face was lost: the eyes are to be found anew."""
        self._eyes = [_Eye(self._config, *eye) for eye in _EYES]

    def look(self, mesh: Mesh, mesh_face: Float64, bend: Float64) -> None:
        """Takes a mesh anchor: where the eyes are and how far it thinks that they are closed.

        Args:
            mesh: The anchor.
            mesh_face: ``(478, 2)`` its landmarks in face coordinates.
            bend: ``(6, 2)`` the head's motion apart from the similarity in that frame.
        """
        for eye in self._eyes:
            eye.look(mesh, mesh_face, bend)
        self._arrange()

    def advance(self, pyramid: Pyramid, pose: Similarity, bend: Float64) -> tuple[float, float]:
        """Closure of the left and the right eye in a frame, 0 open to 1 closed."""
        moved = self._points + self._quadratic @ bend.astype(np.float32)
        seen = pyramid.sample(moved, pose, self._config.px_per_iod)
        left, right = self._eyes
        return left.closure(seen[:_N]), right.closure(seen[_N:])

    @property
    def stirred(self) -> bool:
        """Whether an eye does not look as it did when it was open and at rest: the mesh should be asked."""
        return any(eye.stirred for eye in self._eyes)

    def rebase(self, bend: Float64) -> None:
        """The head's motion is from now on told against the present frame, in which it had this ``bend``."""
        for eye in self._eyes:
            eye.points = eye.points + polynomial_basis(eye.points, 2) @ bend.astype(np.float32)
        self._arrange()

    def renew(self) -> None:
        """Takes the open eyes since the last time into the reference."""
        for eye in self._eyes:
            eye.renew()

    def _arrange(self) -> None:
        self._points = np.concatenate([eye.points for eye in self._eyes])
        self._quadratic = polynomial_basis(self._points, 2)


class _Eye:
    """One eye: its place, its reference and what follows from it."""

    def __init__(
        self, config: EyelidConfig, outer: int, inner: int, lids: tuple[tuple[int, int], ...], shape: str
    ) -> None:
        self._config = config
        self._corners = (outer, inner)
        self._lids = np.array(lids)
        self._shape = shape
        self.points: Float32 = np.zeros((_N, 2), np.float32)
        self._heights: Float64 = np.zeros(_ROWS)
        self._edges: Float64 = np.zeros((2, _COLUMNS))
        self._step_iod = 1.0
        self._told = self._told_open = 0.0
        self._doubts = 0
        self._placed = False
        self._values: Float32 | None = None
        self._pictures: Float32 = np.zeros((0, _N), np.float32)
        self._energies: Float32 = np.zeros(0, np.float32)
        self._sum = np.zeros(_N, np.float32)
        self._summed = 0
        self._closure = 0.0
        self._fits = False
        self.stirred = True

    def look(self, mesh: Mesh, mesh_face: Float64, bend: Float64) -> None:
        config = self._config
        self._told = mesh.blendshapes[self._shape]
        if self._values is not None:
            rise = self._told - self._told_open
            says_closed, says_open = rise > config.closed_rise, rise < config.open_rise
            wrong = says_open if self._closure > config.renew_below else says_closed
            self._doubts = self._doubts + 1 if wrong or not self._fits else 0
        if self._doubts > config.max_doubts:
            self._placed, self._values, self._doubts = False, None, 0
        if not self._placed and self._told < config.open_below:
            self._place(mesh_face, bend)

    def closure(self, seen: Float32) -> float:
        self._closure = self._told
        self.stirred = True
        if not self._placed:
            return self._closure
        if self._values is None:
            if self._told < self._config.open_below:
                self._learn(seen.copy())
                self._told_open = self._told
                self._fits = True
                self._closure = 0.0
            return self._closure
        level = seen - np.float32(seen.mean())
        energy = float(level @ level)
        unlike = (energy + self._energies - 2 * (self._pictures @ level)).reshape(len(_GAZES_IOD), len(_CLOSURES))
        errors = unlike.min(axis=0)
        least = float(errors.min())
        alike = least < self._config.max_unlike * max(energy, float(self._energies[0]))
        self._fits = alike or least < self._config.max_unlike_open * float(errors[0])
        self.stirred = not self._fits or int(unlike.argmin()) > 0
        if self._fits:
            self._closure = _lowest(errors.astype(np.float64))
            if self._closure < self._config.renew_below:
                self._sum += seen
                self._summed += 1
        return self._closure

    def renew(self) -> None:
        if self._values is not None and self._summed:
            share = np.float32(self._config.renewal_share)
            self._learn((1 - share) * self._values + share * self._sum / np.float32(self._summed))
            self._told_open += float(share) * (self._told - self._told_open) * (self._closure < 0.1)
        self._sum[:] = 0
        self._summed = 0

    def _place(self, face: Float64, bend: Float64) -> None:
        """A grid over the eye, upright in the face; edges of the lids along its columns."""
        outer, inner = face[self._corners[0]], face[self._corners[1]]
        width = abs(outer[0] - inner[0])
        columns = (outer[0] + inner[0]) / 2 + (np.arange(_COLUMNS) / (_COLUMNS - 1) - 0.5) * _WIDTH * width
        edges = []
        for lid in self._lids.T:
            knots = np.stack([outer, *face[lid], inner])
            knots = knots[np.argsort(knots[:, 0])]
            edges.append(np.interp(columns, knots[:, 0], knots[:, 1]))
        self._edges = np.stack(edges)
        if (self._edges[1] - self._edges[0]).mean() < _NARROWEST_IOD:
            return
        self._heights = np.linspace(self._edges[0].min() - _ABOVE_IOD, self._edges[1].max() + _BELOW_IOD, _ROWS)
        self._step_iod = _WIDTH * width / (_COLUMNS - 1)
        gx, gy = np.meshgrid(columns, self._heights)
        points = np.stack([gx.ravel(), gy.ravel()], axis=1).astype(np.float32)
        self.points = points - polynomial_basis(points, 2) @ bend.astype(np.float32)
        self._placed = True

    def _learn(self, values: Float32) -> None:
        """The reference, and the predictions from it."""
        self._values = values
        sheet = values.reshape(_ROWS, _COLUMNS).astype(np.float64)
        top, step = self._heights[0], self._heights[1] - self._heights[0]
        upper, lower = self._edges
        heights = self._heights[None, :, None]
        edge = upper + _CLOSURES[:, None, None] * (lower - upper)
        # Skin above the edge is what was above the open lid, stretched; below it is the eye.
        skin = heights < edge
        row = np.where(skin, (heights - top) * (upper - top) / (edge - top), heights - top) / step
        between = ~skin & (heights < lower)
        column = np.arange(_COLUMNS) - _GAZES_IOD[:, None, None, None] / self._step_iod * between
        pictures = _sampled(sheet, np.broadcast_to(row, column.shape), column)
        pictures = pictures.reshape(-1, _N)
        pictures -= pictures.mean(axis=1, keepdims=True)
        self._pictures = pictures.astype(np.float32)
        self._energies = np.sum(self._pictures**2, axis=1)


def _sampled(sheet: Float64, row: Float64, column: Float64) -> Float64:
    """Bilinear values of a sheet; beyond its border, the border's."""
    row = np.clip(row, 0, _ROWS - 1)
    column = np.clip(column, 0, _COLUMNS - 1)
    i, j = np.minimum(row.astype(int), _ROWS - 2), np.minimum(column.astype(int), _COLUMNS - 2)
    down, right = row - i, column - j
    above = (1 - right) * sheet[i, j] + right * sheet[i, j + 1]
    below = (1 - right) * sheet[i + 1, j] + right * sheet[i + 1, j + 1]
    return np.asarray((1 - down) * above + down * below)


def _lowest(errors: Float64) -> float:
    """Closure with the smallest error, between the steps by a parabola."""
    i = int(np.argmin(errors))
    if 0 < i < len(errors) - 1:
        before, here, after = errors[i - 1 : i + 2]
        bend = before - 2 * here + after
        shift = 0.5 * (before - after) / bend if bend > _HARMLESS else 0.0
        return float((i + np.clip(shift, -0.5, 0.5)) / (len(errors) - 1))
    return float(_CLOSURES[i])
