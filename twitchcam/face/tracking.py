"""What every tracker gives: where the face is in one frame and how its places moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Frame
from twitchcam.face import anatomy
from twitchcam.face.mesh import Mesh
from twitchcam.face.similarity import Similarity


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceFrame:
    """A tracked face in one frame.

    Attributes:
        t_s: Time of the frame.
        mesh: The latest face mesh; up to one anchor interval old.
        mesh_face: Its landmarks in face coordinates, ``(478, 2)``, IOD.
        pose: From face coordinates to this frame's picture.
        displacement: ``(6, 2)`` displacement of :data:`twitchcam.motion.channels.SITES` in face coordinates (x to the
            subject's left, y down), IOD, continuous since the last restart.
        residual: Unexplained share of the mouth's picture, 0 is perfect.
        quality: 0-1.
        frozen: Share of the mouth's pixels that are exactly as in the frame before: how much the encoder left out.
        familiar: How alike the lower face is to what was seen before; a hand before the mouth is not.
        restart: True where ``displacement`` has no relation to the frames before.
        around: ``(7, 2)`` displacement of :data:`twitchcam.motion.channels.AROUND`, as ``displacement``.
        surround: ``(3, 2)`` displacement of :data:`twitchcam.motion.channels.SURROUND`, as ``displacement``.
        lids: Closure of the left and the right eye, 0-1, or None where only the mesh knows.
        flow: ``(2, nodes, 2)`` movement of the skin around the mouth since the step before, measured in two ways (see
            :meth:`twitchcam.face.mouth_flow.MouthFlow.advance`), IOD; None where the mouth is at rest or no step ends.
    """

    t_s: float
    mesh: Mesh
    mesh_face: NDArray[np.float64]
    pose: Similarity
    displacement: NDArray[np.float64]
    residual: float
    quality: float
    restart: bool
    frozen: float = 0.0
    familiar: float = 1.0
    around: NDArray[np.float64] = field(default_factory=lambda: np.zeros((len(anatomy.AROUND_POINTS), 2)))
    surround: NDArray[np.float64] = field(default_factory=lambda: np.zeros((len(anatomy.SURROUND_OFFSETS), 2)))
    lids: tuple[float, float] | None = None
    flow: NDArray[np.float64] | None = None

    @property
    def lips_px(self) -> NDArray[np.float32]:
        """``(40, 2)`` outer and inner outline of the lips in this frame's picture, for drawing."""
        lips = self.mesh_face[[*anatomy.LIPS_OUTER, *anatomy.LIPS_INNER]]
        return self.pose.to_picture(lips).astype(np.float32)

    @property
    def sites_px(self) -> NDArray[np.float64]:
        """``(6, 2)`` places of the sites in this frame's picture, for drawing."""
        return self.pose.to_picture(sites_in_face(self.mesh_face))


class Tracker(Protocol):
    """Finds and follows one face through the frames of one recording, in order."""

    def track(self, frame: Frame) -> FaceFrame | None:
        """The face in the next frame, or None where there is none."""

    @property
    def warnings(self) -> list[str]:
        """What limits the tracking, a plain sentence each."""

    def close(self) -> None:
        """Releases models."""


def sites_in_face(mesh_face: NDArray[np.float64]) -> NDArray[np.float64]:
    """``(6, 2)`` places of the sites, in the order of :data:`twitchcam.motion.channels.SITES`."""
    return anatomy.sites_of(mesh_face)
