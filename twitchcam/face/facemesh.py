"""The mesh-only tracker: the face mesh on every frame, nothing finer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Frame
from twitchcam.config import FaceConfig
from twitchcam.face import anatomy
from twitchcam.face.mesh import MeshFinder
from twitchcam.face.similarity import Similarity
from twitchcam.face.tracking import FaceFrame, sites_in_face


class FaceMeshTracker:
    """Displacement of the sites from the mesh alone, head motion taken out by a similarity fit on bony points.

    The mesh is followed from frame to frame (VIDEO mode). That smooths short twitches to a fifth of their size, so
    amplitudes are too small; but found anew on each frame (IMAGE mode) it jitters by more than is gained, and fewer
    twitches are found.
    """

    def __init__(self, face: FaceConfig) -> None:
        self._finder = MeshFinder("video", face.min_confidence, choice=face.choice, tell_others=True)
        self._home: NDArray[np.float64] | None = None
        self._rigid_home: NDArray[np.float64] = np.zeros((0, 2))

    def track(self, frame: Frame) -> FaceFrame | None:
        """The face in the next frame, or None where there is none."""
        mesh = self._finder.find(frame.to_rgb(), frame.t_s)
        if mesh is None:
            self._home = None
            return None
        points = mesh.points_px[:, :2]
        restart = self._home is None
        if self._home is None:
            start = Similarity.from_mesh(mesh.points_px)
            face = start.to_face(points)
            self._home = sites_in_face(face)
            self._rigid_home = face[list(anatomy.RIGID_POINTS)]
        pose = fit_similarity(self._rigid_home, points[list(anatomy.RIGID_POINTS)])
        mesh_face = pose.to_face(points)
        return FaceFrame(
            t_s=frame.t_s,
            mesh=mesh,
            mesh_face=mesh_face,
            pose=pose,
            displacement=sites_in_face(mesh_face) - self._home,
            residual=0.0,
            quality=1.0,
            restart=restart,
        )

    @property
    def warnings(self) -> list[str]:
        """Which of several faces is followed, a sentence each."""
        return self._finder.warnings

    def close(self) -> None:
        """Releases the mesh model."""
        self._finder.close()


def fit_similarity(face: NDArray[np.float64], picture: NDArray[np.float64]) -> Similarity:
    """Least-squares similarity that takes ``(n, 2)`` face points onto ``(n, 2)`` picture points."""
    p, q = face[:, 0] + 1j * face[:, 1], picture[:, 0] + 1j * picture[:, 1]
    p0, q0 = p - p.mean(), q - q.mean()
    scale = complex(np.vdot(p0, q0) / np.vdot(p0, p0))
    return Similarity(scale, complex(q.mean() - scale * p.mean()))
