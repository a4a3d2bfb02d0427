"""Faces without pictures: meshes and tracked faces made of a few numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from twitchcam.face import anatomy
from twitchcam.face.mesh import Mesh
from twitchcam.face.similarity import Similarity
from twitchcam.face.tracking import FaceFrame

FloatArray = NDArray[np.float64]

SHAPES = (
    *("mouthSmileLeft", "mouthSmileRight", "eyeBlinkLeft", "eyeBlinkRight"),
    *("eyeLookOutLeft", "eyeLookInRight", "eyeLookOutRight", "eyeLookInLeft"),
)


def canonical_face() -> FloatArray:
    """``(478, 2)`` landmarks in face coordinates: the named ones where they are on a face, the rest in the middle."""
    points = np.tile([0.0, 0.5], (anatomy.N_LANDMARKS, 1))

    def ring(ids: tuple[int, ...], centre: tuple[float, float], size: tuple[float, float], start: float) -> None:
        """Once around, in the order in which the anatomy names them: from the subject's right over the top."""
        angle = start + 2 * np.pi * np.arange(len(ids)) / len(ids)
        points[list(ids)] = np.stack([centre[0] - size[0] * np.cos(angle), centre[1] - size[1] * np.sin(angle)], axis=1)

    ring(anatomy.FACE_OVAL, (0.0, 0.45), (0.78, 1.05), np.pi / 2)
    ring(anatomy.LIPS_OUTER, (0.0, 0.9), (0.3, 0.13), 0.0)
    ring(anatomy.LIPS_INNER, (0.0, 0.9), (0.24, 0.03), 0.0)
    for side, eye, brow, iris in (
        (-1, anatomy.EYE_REGION_RIGHT, anatomy.BROW_RIGHT, anatomy.IRIS_RIGHT),
        (1, anatomy.EYE_REGION_LEFT, anatomy.BROW_LEFT, anatomy.IRIS_LEFT),
    ):
        ring(brow, (side * 0.34, -0.2), (0.22, 0.05), 0.0)
        ring(eye, (side * 0.34, 0.0), (0.16, 0.07), 0.0)
        ring(iris, (side * 0.34, 0.0), (0.065, 0.065), 0.0)
    points[anatomy.EYE_OUTER_RIGHT], points[anatomy.EYE_OUTER_LEFT] = (-0.5, 0.0), (0.5, 0.0)
    points[anatomy.EYE_INNER_RIGHT], points[anatomy.EYE_INNER_LEFT] = (-0.18, 0.0), (0.18, 0.0)
    return points


def mesh_of(
    pose: Similarity, face: FloatArray | None = None, *, yaw_deg: float = 0.0, pitch_deg: float = 0.0, **shapes: float
) -> Mesh:
    """The mesh of a face as it stands in a picture."""
    points = pose.to_picture(canonical_face() if face is None else face)
    return Mesh(
        points_px=np.column_stack([points, np.zeros(len(points))]),
        blendshapes={**dict.fromkeys(SHAPES, 0.0), **shapes},
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
    )


def face_frame(
    displacement: FloatArray | None = None, *, pose: Similarity | None = None, mesh: Mesh | None = None
) -> FaceFrame:
    """A tracked face."""
    pose = pose or Similarity(100 + 0j, 320 + 200j)
    mesh = mesh or mesh_of(pose)
    return FaceFrame(
        t_s=0.0,
        mesh=mesh,
        mesh_face=pose.to_face(mesh.points_px),
        pose=pose,
        displacement=np.zeros((6, 2)) if displacement is None else displacement,
        residual=0.05,
        quality=0.9,
        restart=False,
    )


def mirrored(frame: FaceFrame, width_px: int) -> FaceFrame:
    """The same face in the flipped picture."""
    swap = [1, 0, 3, 2, 5, 4]
    pose = Similarity(frame.pose.scale.conjugate(), complex(width_px - frame.pose.origin.real, frame.pose.origin.imag))
    return replace(
        frame,
        pose=pose,
        displacement=frame.displacement[swap] * (-1, 1),
        around=frame.around[[*swap, 6]] * (-1, 1),
        lids=None if frame.lids is None else frame.lids[::-1],
    )
