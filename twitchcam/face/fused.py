"""The fused tracker: mesh anchors a few times a second, sub-pixel registration on every frame."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Frame, Image
from twitchcam.config import EyelidConfig, FaceConfig, PeripheryConfig, RegistrationConfig
from twitchcam.face import anatomy
from twitchcam.face.eyelids import Eyelids
from twitchcam.face.familiarity import Familiarity
from twitchcam.face.mesh import Mesh, MeshFinder
from twitchcam.face.mouth_flow import MouthFlow
from twitchcam.face.periphery import Periphery
from twitchcam.face.registration import Fit, Registration
from twitchcam.face.similarity import Similarity
from twitchcam.face.tracking import FaceFrame, sites_in_face

#: Where mesh and registration disagree by more than this about the head (IOD; share of the scale), the mesh wins.
_HEAD_TOLERANCE = 0.12
_SLACK_S = 1e-3
#: How far around the sites of the mouth unchanged pixels are counted.
_FROZEN_REACH_IOD = 0.15


class FusedTracker:
    """Mesh anchors say where the face and its parts are; registration between and at them says how far they moved.

    Args:
        face: Anchor interval and confidence.
        registration: The registration's settings.
        periphery: Settings of the places around the mouth.
        eyelid: Settings of the eyelids.
    """

    def __init__(
        self,
        face: FaceConfig,
        registration: RegistrationConfig,
        periphery: PeripheryConfig | None = None,
        eyelid: EyelidConfig | None = None,
    ) -> None:
        self._face = face
        self._periphery_config = periphery or PeripheryConfig()
        self._eyelids = Eyelids(eyelid or EyelidConfig())
        self._periphery: Periphery | None = None
        self._around: NDArray[np.float64] = np.zeros((len(anatomy.AROUND_POINTS), 2))
        self._lids = (0.0, 0.0)
        self._around_renewed_s = 0.0
        self._config = registration
        self._finder = MeshFinder("video", face.min_confidence, choice=face.choice, tell_others=True)
        self._registration: Registration | None = None
        self._mesh: Mesh | None = None
        self._mesh_face: NDArray[np.float64] = np.zeros((0, 2))
        self._home: NDArray[np.float64] = np.zeros((0, 2))
        self._offset: NDArray[np.float64] = np.zeros((0, 2))
        self._surround_offset = np.zeros((len(anatomy.SURROUND_OFFSETS), 2))
        self._anchored_s = -math.inf
        self._stirred = True
        self._at_anchor: tuple[NDArray[np.float64], Similarity] | None = None
        self._renewed_s = 0.0
        self._refitted_s = 0.0
        self._before: Image | None = None
        self._familiarity: Familiarity | None = None
        self._flow: MouthFlow | None = None

    def track(self, frame: Frame) -> FaceFrame | None:
        """The face in the next frame, or None where there is none."""
        face = self._tracked(frame)
        self._before = frame.luma
        return face

    def _tracked(self, frame: Frame) -> FaceFrame | None:
        if self._registration is None:
            return self._start(frame) if self._anchor_due(frame) else None
        fit = self._registration.advance(frame.luma)
        self._stirred = self._stirred or self._moved_since_anchor(fit)
        lost = fit.head_residual > 2 * self._config.max_head_residual
        if lost or self._anchor_due(frame):
            anchored_s = self._anchored_s
            mesh = self._look(frame)
            if mesh is None:
                self._registration = None
                return None
            if lost:
                # Perhaps it is another person.
                self._familiarity = None
            if lost or _apart(fit.pose, Similarity.from_mesh(mesh.points_px)):
                return self._begin(frame, mesh)
            self._mesh_face = fit.pose.to_face(mesh.points_px)
            self._pull_to_mesh(fit, frame.t_s - anchored_s)
            self._at_anchor = (self._offset + fit.displacement, fit.pose)
            self._look_around(mesh, self._registration)
        self._follow_around(self._registration)
        displacement = self._offset + fit.displacement
        surround = self._surround_offset + fit.surround
        flow = self._follow_mouth(frame, self._registration, displacement)
        self._keep_reference_fresh(frame, fit)
        return self._face_frame(frame, fit.pose, displacement, surround, fit.mouth_residual, flow=flow)

    @property
    def warnings(self) -> list[str]:
        """Which of several faces is followed, a sentence each."""
        return self._finder.warnings

    def close(self) -> None:
        """Releases the mesh model."""
        self._finder.close()

    def _anchor_due(self, frame: Frame) -> bool:
        """The mesh is asked often while something moves; at rest it would say the same again."""
        face = self._face
        interval_s = face.anchor_interval_s if self._stirred else face.rest_anchor_interval_s
        return frame.t_s - self._anchored_s >= interval_s - _SLACK_S

    def _moved_since_anchor(self, fit: Fit) -> bool:
        if self._at_anchor is None:
            return True
        displacement, pose = self._at_anchor
        mouth = float(np.abs(self._offset + fit.displacement - displacement).max())
        head = abs(fit.pose.origin - pose.origin) / pose.iod_px
        return mouth > self._face.anchor_mouth_iod or head > self._face.anchor_head_iod

    def _look(self, frame: Frame) -> Mesh | None:
        self._anchored_s = frame.t_s
        self._mesh = self._finder.find(frame.to_rgb(), frame.t_s)
        self._stirred = self._mesh is None
        return self._mesh

    def _start(self, frame: Frame) -> FaceFrame | None:
        mesh = self._look(frame)
        if mesh is None:
            return None
        self._familiarity = None
        self._home = sites_in_face(Similarity.from_mesh(mesh.points_px).to_face(mesh.points_px))
        return self._begin(frame, mesh)

    def _begin(self, frame: Frame, mesh: Mesh) -> FaceFrame:
        """Everything anew from the mesh: a face found, or one that moved faster than it can be followed."""
        pose = Similarity.from_mesh(mesh.points_px)
        self._mesh_face = pose.to_face(mesh.points_px)
        self._offset = sites_in_face(self._mesh_face) - self._home
        self._at_anchor = (self._offset, pose)
        self._surround_offset = np.zeros_like(self._surround_offset)
        self._refit(frame, pose)
        self._begin_around(mesh)
        assert self._registration is not None
        self._flow = MouthFlow(sites_in_face(self._mesh_face).mean(axis=0))
        self._follow_mouth(frame, self._registration, self._offset)
        return self._face_frame(frame, pose, self._offset, self._surround_offset, 0.0, restart=True)

    def _begin_around(self, mesh: Mesh) -> None:
        assert self._registration is not None
        pyramid, pose = self._registration.pyramid, self._registration.pose
        self._periphery = Periphery(pyramid, pose, self._mesh_face, self._periphery_config)
        self._around = np.zeros_like(self._around)
        self._eyelids.forget()
        self._eyelids.look(mesh, self._mesh_face, self._registration.bend)
        self._lids = self._eyelids.advance(pyramid, pose, self._registration.bend)

    def _look_around(self, mesh: Mesh, registration: Registration) -> None:
        assert self._periphery is not None
        self._periphery.look(registration.pyramid, registration.pose, self._mesh_face, registration.bend)
        self._eyelids.look(mesh, self._mesh_face, registration.bend)

    def _follow_around(self, registration: Registration) -> None:
        assert self._periphery is not None
        pyramid, pose, bend = registration.pyramid, registration.pose, registration.bend
        self._around = self._periphery.advance(pyramid, pose, bend)
        self._lids = self._eyelids.advance(pyramid, pose, bend)
        self._stirred = self._stirred or self._eyelids.stirred

    def _follow_mouth(
        self, frame: Frame, registration: Registration, displacement: NDArray[np.float64]
    ) -> NDArray[np.float64] | None:
        assert self._flow is not None
        return self._flow.advance(frame.t_s, registration.pyramid, registration.pose, displacement)

    def _refit(self, frame: Frame, pose: Similarity) -> None:
        sites = sites_in_face(self._mesh_face)
        surround = anatomy.surround_of(self._mesh_face)
        self._registration = Registration(frame.luma, pose, self._mesh_face, sites, self._config, surround)
        self._renewed_s = self._refitted_s = frame.t_s

    def _keep_reference_fresh(self, frame: Frame, fit: Fit) -> None:
        config = self._config
        assert self._registration is not None
        outgrown = (
            fit.mouth_residual > config.max_residual
            or fit.head_residual > config.max_head_residual
            or fit.largest > config.max_displacement_iod
        )
        if outgrown and frame.t_s - self._refitted_s >= config.refit_interval_s - _SLACK_S:
            self._offset = self._offset + fit.displacement
            self._surround_offset = self._surround_offset + fit.surround
            if self._periphery is not None:
                self._periphery.rebase(self._registration.bend)
                self._eyelids.rebase(self._registration.bend)
            self._refit(frame, fit.pose)
        elif frame.t_s - self._renewed_s >= config.renewal_interval_s - _SLACK_S and not outgrown:
            self._registration.renew()
            self._renewed_s = frame.t_s
        if self._periphery is not None and frame.t_s - self._around_renewed_s >= config.renewal_interval_s - _SLACK_S:
            self._periphery.renew()
            self._eyelids.renew()
            self._around_renewed_s = frame.t_s

    def _pull_to_mesh(self, fit: Fit, since_s: float) -> None:
        """Draws a displacement that has run away during large movements back to what the mesh sees.

        Below the tolerance nothing happens, so the mesh's jitter never reaches the signal at rest.
        """
        config = self._config
        seen = sites_in_face(self._mesh_face) - self._home
        ahead = self._offset + fit.displacement - seen
        distance = np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
        excess = np.maximum(distance - config.mesh_tolerance_iod, 0) / np.maximum(distance, 1e-9)
        share = 1 - math.exp(-since_s / config.mesh_pull_s)
        self._offset = self._offset - share * excess * ahead
        # The mesh knows nothing of this skin; what has run away goes back to where it began.
        self._surround_offset = (1 - share) * self._surround_offset

    def _face_frame(
        self,
        frame: Frame,
        pose: Similarity,
        displacement: NDArray[np.float64],
        surround: NDArray[np.float64],
        residual: float,
        *,
        restart: bool = False,
        flow: NDArray[np.float64] | None = None,
    ) -> FaceFrame:
        assert self._mesh is not None
        return FaceFrame(
            t_s=frame.t_s,
            mesh=self._mesh,
            mesh_face=self._mesh_face,
            pose=pose,
            displacement=displacement,
            residual=residual,
            frozen=self._frozen_share(frame.luma, pose),
            familiar=self._familiar(frame, pose),
            quality=float(np.clip(1 - residual / (2 * self._config.max_residual), 0, 1)),
            restart=restart,
            around=self._around,
            surround=surround,
            lids=self._lids,
            flow=flow,
        )

    def _familiar(self, frame: Frame, pose: Similarity) -> float:
        if self._familiarity is None:
            self._familiarity = Familiarity(sites_in_face(self._mesh_face).mean(axis=0))
        return self._familiarity.look(frame.luma, pose, frame.t_s)

    def _frozen_share(self, luma: Image, pose: Similarity) -> float:
        """Share of the mouth's pixels that are exactly as they were in the frame before."""
        if self._before is None or self._before.shape != luma.shape:
            return 0.0
        places = pose.to_picture(sites_in_face(self._mesh_face))
        reach = _FROZEN_REACH_IOD * pose.iod_px
        (x0, y0), (x1, y1) = np.floor(places.min(axis=0) - reach), np.ceil(places.max(axis=0) + reach)
        height, width = luma.shape
        window = (slice(max(int(y0), 0), min(int(y1), height)), slice(max(int(x0), 0), min(int(x1), width)))
        return float(np.mean(luma[window] == self._before[window])) if luma[window].size else 0.0


def _apart(tracked: Similarity, seen: Similarity) -> bool:
    shift = abs(tracked.origin - seen.origin) / seen.iod_px
    return shift > _HEAD_TOLERANCE or abs(tracked.scale / seen.scale - 1) > _HEAD_TOLERANCE
