"""Sub-pixel registration of a face against a slowly renewed reference of itself.

Three layers, coarse to fine, each explaining what the one before left:

1. *pose*: an affine motion of the rigid skin at low resolution, for the head's movement from frame to frame;
2. *head*: a quadratic motion of the rigid skin, which holds perspective and turning to second order;
3. *mouth*: a smooth displacement field over the mouth, a grid of Gaussian bumps, relative to the head.

The mouth's reference is the mean of many registered frames, so it has almost no noise of its own, and it is renewed in
place, so that nothing jumps. When it no longer fits (the mouth opened, the head turned) everything starts from the
present frame, and the displacement goes on from where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.config import RegistrationConfig
from twitchcam.face.pyramid import Pyramid
from twitchcam.face.regions import Raster, mouth_raster, rigid_raster
from twitchcam.face.similarity import Similarity
from twitchcam.face.template import Step, Template, bump_basis, polynomial_basis

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

_NONE: Float64 = np.zeros((3, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How one frame was explained.

    Attributes:
        pose: Similarity part of the head's motion.
        displacement: ``(m, 2)`` displacement of the followed points against the reference, IOD, face coordinates.
        surround: ``(s, 2)`` the same of the means around the mouth.
        head_residual: Unexplained share of the rigid skin's picture (0 is perfect).
        mouth_residual: The same for the mouth.
        largest: Largest displacement anywhere on the mouth, IOD.
    """

    pose: Similarity
    displacement: Float64
    surround: Float64
    head_residual: float
    mouth_residual: float
    largest: float


class Registration:
    """Follows one face from the frame it was made with.

    Args:
        luma: ``(height, width)`` uint8, the first frame.
        pose: Face coordinates of that frame.
        mesh: ``(478, 2)`` landmarks in face coordinates, for the regions.
        followed: ``(m, 2)`` points whose displacement is wanted, face coordinates.
        config: Resolutions and widths.
        surround: Groups of points, ``(n, 2)`` each, of which the mean displacement is wanted.

    Attributes:
        pose: Similarity part of the head's motion in the last frame.
        pyramid: That frame.
    """

    def __init__(
        self,
        luma: Image,
        pose: Similarity,
        mesh: Float64,
        followed: Float64,
        config: RegistrationConfig,
        surround: Sequence[Float64] = (),
    ) -> None:
        self._config = config
        pyramid = Pyramid(luma, pose, config.blur_px)
        self.pose = pose
        self.pyramid = pyramid
        self._velocity = 0j
        rigid_coarse = rigid_raster(mesh, config.pose_px_per_iod)
        rigid = rigid_raster(mesh, config.head_px_per_iod)
        self._mouth_raster = mouth_raster(mesh, config.mouth_px_per_iod)
        self._nodes = _nodes(self._mouth_raster, config.node_spacing_iod)
        self._pose_layer = self._rigid_layer(pyramid, rigid_coarse, 1)
        self._head_layer = self._rigid_layer(pyramid, rigid, 2)
        values = pyramid.sample(self._mouth_raster.points, pose, config.mouth_px_per_iod)
        self._mouth_basis = bump_basis(self._mouth_raster.points, self._nodes, config.node_width_iod)
        self._mouth_layer = self._mouth_template(values)
        self._pose_quadratic = polynomial_basis(self._pose_layer.points, 2)
        self._mouth_quadratic = polynomial_basis(self._mouth_raster.points, 2)
        self._followed_basis = bump_basis(followed, self._nodes, config.node_width_iod).astype(np.float64)
        self._surround_basis = np.zeros((len(surround), len(self._nodes)))
        for mean, group in zip(self._surround_basis, surround, strict=True):
            mean[:] = bump_basis(group, self._nodes, config.node_width_iod).mean(axis=0)
        self._bend = np.zeros((6, 2))
        self._field = np.zeros((len(self._nodes), 2))
        self._sum = np.zeros(len(values), np.float32)
        self._summed = 0

    @property
    def nodes(self) -> Float64:
        """``(k, 2)`` middles of the bumps that the mouth's displacement field is made of, face coordinates."""
        return self._nodes.copy()

    @property
    def field(self) -> Float64:
        """``(k, 2)`` weights of the bumps in the present frame, IOD."""
        return self._field.copy()

    def advance(self, luma: Image) -> Fit:
        """Registers the next frame."""
        config = self._config
        start = Similarity(self.pose.scale, self.pose.origin + self._velocity)
        pyramid = Pyramid(luma, start, config.blur_px)
        pose = self._fit_pose(pyramid, start)
        pose, bend, head_residual = self._fit_head(pyramid, pose)
        field, seen, mouth_residual = self._fit_mouth(pyramid, pose, bend)
        self._velocity = config.velocity_share * (pose.origin - self.pose.origin)
        self.pose, self._bend, self._field = pose, bend, field
        self.pyramid = pyramid
        self._sum += seen
        self._summed += 1
        return Fit(
            pose=pose,
            displacement=self._followed_basis @ field,
            surround=self._surround_basis @ field,
            head_residual=head_residual,
            mouth_residual=mouth_residual,
            largest=float(np.abs(field).max()),
        )

    @property
    def bend(self) -> Float64:
        """``(6, 2)`` the rest of the head's motion, a quadratic displacement in face coordinates."""
        return self._bend

    def renew(self) -> None:
        """Takes the mean of the registered frames since the last time into the mouth's reference."""
        if self._summed:
            share = self._config.renewal_share
            mean = self._sum / np.float32(self._summed)
            self._mouth_layer = self._mouth_template((1 - share) * self._mouth_layer.values + share * mean)
            self._sum[:] = 0
            self._summed = 0

    def _fit_pose(self, pyramid: Pyramid, pose: Similarity) -> Similarity:
        layer = self._pose_layer
        points = layer.points + self._pose_quadratic @ self._bend.astype(np.float32)
        for _ in range(self._config.steps):
            step = layer.template.step(pyramid.sample(points, pose, self._config.pose_px_per_iod), _NONE)
            change, _ = _split(step.delta)
            pose = pose.after(change)
            if self._settled(step, self._config.pose_px_per_iod):
                break
        return pose

    def _fit_head(self, pyramid: Pyramid, pose: Similarity) -> tuple[Similarity, Float64, float]:
        layer, bend, residual = self._head_layer, self._bend, 0.0
        for _ in range(self._config.steps):
            moved = layer.points + layer.template.basis @ bend.astype(np.float32)
            step = layer.template.step(pyramid.sample(moved, pose, self._config.head_px_per_iod), bend)
            bend, residual = bend + step.delta, step.residual
            if self._settled(step, self._config.head_px_per_iod):
                break
        change, bend = _split(bend)
        return pose.after(change), bend, residual

    def _fit_mouth(self, pyramid: Pyramid, pose: Similarity, bend: Float64) -> tuple[Float64, Float32, float]:
        field, residual = self._field, 0.0
        bent = self._mouth_raster.points + self._mouth_quadratic @ bend.astype(np.float32)
        seen = self._mouth_layer.values
        for _ in range(self._config.steps):
            moved = bent + self._mouth_basis @ field.astype(np.float32)
            seen = pyramid.sample(moved, pose, self._config.mouth_px_per_iod)
            step = self._mouth_layer.step(seen, field)
            field, residual = field + step.delta, step.residual
            if self._settled(step, self._config.mouth_px_per_iod):
                break
        return field, seen, residual

    def _settled(self, step: Step, px_per_iod: float) -> bool:
        """Another step would change little."""
        return px_per_iod * float(np.abs(step.delta).max()) < self._config.settled_px

    def _rigid_layer(self, pyramid: Pyramid, raster: Raster, degree: int) -> _Layer:
        values = pyramid.sample(raster.points, self.pose, raster.px_per_iod)
        points = raster.points[raster.used]
        basis = polynomial_basis(points, degree)
        template = Template(
            points=points,
            values=values[raster.used],
            gradient=_gradient(values, raster)[raster.used],
            basis=basis,
            prior_sd=np.full(basis.shape[1], np.inf),
            noise_sd=self._config.noise_sd,
            clip=self._config.clip,
        )
        return _Layer(points=points, template=template)

    def _mouth_template(self, values: Float32) -> Template:
        return Template(
            points=self._mouth_raster.points,
            values=values,
            gradient=_gradient(values, self._mouth_raster),
            basis=self._mouth_basis,
            prior_sd=np.full(len(self._nodes), self._config.prior_sd_iod),
            noise_sd=self._config.noise_sd,
            clip=self._config.clip,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    points: Float32
    template: Template


def _split(bend: Float64) -> tuple[Similarity, Float64]:
    """Divides a polynomial displacement (``(k, 2)``, k 3 or 6) into its similarity and the rest, to first order."""
    grow = (bend[1, 0] + bend[2, 1]) / 2
    turn = (bend[1, 1] - bend[2, 0]) / 2
    rest = bend.copy()
    rest[0] = 0
    rest[1] -= (grow, turn)
    rest[2] -= (-turn, grow)
    return Similarity(complex(1 + grow, turn), complex(bend[0, 0], bend[0, 1])), rest


def _gradient(values: Float32, raster: Raster) -> Float32:
    sheet = values.reshape(raster.shape)
    along_y, along_x = np.gradient(sheet)
    return np.stack([along_x.ravel(), along_y.ravel()], axis=1) * np.float32(raster.px_per_iod)


def _nodes(raster: Raster, spacing_iod: float) -> Float64:
    """Grid of bump centres over a raster, centred on it."""
    low, high = raster.points.min(axis=0), raster.points.max(axis=0)
    axes = []
    for i in range(2):
        n = max(2, round((high[i] - low[i]) / spacing_iod) + 1)
        axes.append((low[i] + high[i]) / 2 + (np.arange(n) - (n - 1) / 2) * spacing_iod)
    gx, gy = np.meshgrid(*axes)
    return np.stack([gx.ravel(), gy.ravel()], axis=1).astype(np.float64)
