"""Pose of the head over time.

Orthographic: a point ``(x, y, z)`` of the surface (x to the right of the picture, y down, z towards the camera) is
turned about the middle of the face and seen at ``(u, v)``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from twitchcam.simulate.pulse import wander
from twitchcam.simulate.scenario import HeadMotion
from twitchcam.simulate.skin import FloatArray

SWAY_BAND_HZ = (0.05, 0.9)


@dataclass(frozen=True, slots=True)
class Pose:
    """Seen at ``pivot + shift + plane @ (xy - pivot) + lean * z``.

    Attributes:
        shift_px: ``(2,)``.
        plane: ``(2, 2)``: rotation, foreshortening and scale in the picture.
        lean: ``(2,)``: how far a point moves in the picture for each pixel that it stands out.
    """

    shift_px: FloatArray
    plane: FloatArray
    lean: FloatArray

    @property
    def slant(self) -> float:
        """How far on the stage, in pixels, a point hides or shows what is behind it for each pixel it stands out."""
        return float(np.hypot(*np.linalg.solve(self.plane, self.lean)))


def poses(head: HeadMotion, *, iod_px: float, seed: int) -> Callable[[float], Pose]:
    """The pose as a function of time in seconds."""
    rng = np.random.default_rng([seed, 2])
    sway_px = head.sway_pct_iod / 100 * iod_px
    x, y, roll, scale, yaw, pitch = (
        wander(rng, rms=rms, band_hz=SWAY_BAND_HZ)
        for rms in (
            sway_px,
            sway_px,
            head.roll_sway_deg,
            head.scale_sway_pct / 100,
            head.yaw_sway_deg,
            head.pitch_sway_deg,
        )
    )

    def pose(t_s: float) -> Pose:
        return pose_of(
            shift_px=(x(t_s), y(t_s)),
            roll_deg=head.roll_deg + roll(t_s),
            yaw_deg=head.yaw_deg + yaw(t_s),
            pitch_deg=head.pitch_deg + pitch(t_s),
            scale=1.0 + scale(t_s),
        )

    return pose


def pose_of(*, shift_px: tuple[float, float], roll_deg: float, yaw_deg: float, pitch_deg: float, scale: float) -> Pose:
    """A pose from angles; signs as in :class:`~twitchcam.simulate.scenario.HeadMotion`."""
    roll, yaw, pitch = (math.radians(a) for a in (roll_deg, yaw_deg, pitch_deg))
    turn = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    tilt = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    whole = scale * (tilt @ nod @ turn)
    return Pose(np.array(shift_px), whole[:2, :2], whole[:2, 2])
