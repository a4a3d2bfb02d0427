"""Follows the face through a short stretch and keeps the whole displacement field of the mouth, not only its sites."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Frame, Image
from twitchcam.config import RegistrationConfig
from twitchcam.face.mesh import Mesh
from twitchcam.face.registration import Registration
from twitchcam.face.similarity import Similarity

Float64 = NDArray[np.float64]

#: Finds the face in a colour picture of a time in seconds, as :meth:`twitchcam.face.mesh.MeshFinder.find` does.
Find = Callable[[Image, float], Mesh | None]

_NO_POINTS: Float64 = np.zeros((1, 2))
_SLACK_S = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Frames whose displacements are against the same reference.

    Attributes:
        times_s: ``(n,)`` times of the frames.
        poses: From face coordinates to each picture.
        bends: ``(n, 6, 2)`` what the head's motion is beyond its pose (see :class:`Registration`).
        fields: ``(n, k, 2)`` weights of the bumps, IOD, x to the subject's left and y down.
        nodes: ``(k, 2)`` middles of the bumps, face coordinates.
        width_iod: Their standard deviation.
        mesh_face: ``(478, 2)`` landmarks in face coordinates when the piece began.
    """

    times_s: Float64
    poses: tuple[Similarity, ...]
    bends: Float64
    fields: Float64
    nodes: Float64
    width_iod: float
    mesh_face: Float64


def follow(frames: Iterable[Frame], find: Find, config: RegistrationConfig) -> tuple[Piece, ...]:
    """Registers frame after frame.

    The reference is renewed in place while it fits, and replaced where it does not: a new piece begins there. Frames
    without a face belong to no piece.

    Args:
        frames: A stretch of a recording, in order of time.
        find: Finds the face where it is not followed yet, or no more.
        config: The registration's settings.
    """
    pieces: list[_Growing] = []
    soonest_s = config.refit_interval_s - _SLACK_S
    growing: _Growing | None = None
    renewed_s = begun_s = 0.0
    for frame in frames:
        pose: Similarity | None = None
        if growing is not None:
            fit = growing.registration.advance(frame.luma)
            worst = max(fit.head_residual / config.max_head_residual, fit.mouth_residual / config.max_residual)
            if worst <= 1 or (fit.head_residual <= 2 * config.max_head_residual and frame.t_s - begun_s < soonest_s):
                if frame.t_s - renewed_s >= config.renewal_interval_s - _SLACK_S:
                    growing.registration.renew()
                    renewed_s = frame.t_s
                growing.add(frame.t_s)
                continue
            if fit.head_residual <= 2 * config.max_head_residual:
                pose = fit.pose
        mesh = find(frame.to_rgb(), frame.t_s)
        growing = None
        if mesh is not None:
            growing = _begun(frame, mesh, pose or Similarity.from_mesh(mesh.points_px), config)
            growing.add(frame.t_s)
            pieces.append(growing)
            renewed_s = begun_s = frame.t_s
    return tuple(piece.grown(config.node_width_iod) for piece in pieces)


class _Growing:
    def __init__(self, registration: Registration, mesh_face: Float64) -> None:
        self.registration = registration
        self._mesh_face = mesh_face
        self._times_s: list[float] = []
        self._poses: list[Similarity] = []
        self._bends: list[Float64] = []
        self._fields: list[Float64] = []

    def add(self, t_s: float) -> None:
        self._times_s.append(t_s)
        self._poses.append(self.registration.pose)
        self._bends.append(self.registration.bend)
        self._fields.append(self.registration.field)

    def grown(self, width_iod: float) -> Piece:
        return Piece(
            times_s=np.array(self._times_s),
            poses=tuple(self._poses),
            bends=np.stack(self._bends),
            fields=np.stack(self._fields),
            nodes=self.registration.nodes,
            width_iod=width_iod,
            mesh_face=self._mesh_face,
        )


def _begun(frame: Frame, mesh: Mesh, pose: Similarity, config: RegistrationConfig) -> _Growing:
    mesh_face = pose.to_face(mesh.points_px)
    registration = Registration(frame.luma, pose, mesh_face, _NO_POINTS, config)
    return _Growing(registration, mesh_face)
