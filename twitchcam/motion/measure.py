"""From a tracked face to one row of channels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twitchcam.face import anatomy
from twitchcam.face.mesh import Mesh
from twitchcam.face.tracking import FaceFrame
from twitchcam.motion.channels import AROUND, CHANNEL_NAMES, ODDS, SITES, SURROUND, Sample, missing, quantised


def measure(t_s: float, face: FaceFrame | None, *, key: bool = False) -> Sample:
    """The channels of one frame, but those that rest on the frames around it as well.

    Args:
        t_s: Time of the frame in seconds.
        face: The tracked face, or None where there is none.
        key: Whether the encoder stored the frame whole.
    """
    t_s = round(t_s, 5)
    if face is None:
        return Sample(t_s=t_s, face=False, quality=0.0, values=missing())
    values: dict[str, float] = {}
    for site, (x, y) in zip((*SITES, *SURROUND), (*face.displacement, *face.surround), strict=True):
        values[f"{site}_out"] = 100 * (-x if site.endswith("_right") else x)
        values[f"{site}_up"] = -100 * y
    iod_px = face.pose.iod_px
    values["head_x"] = 100 * face.pose.origin.real / iod_px
    values["head_y"] = -100 * face.pose.origin.imag / iod_px
    values["head_roll"] = float(np.degrees(face.pose.roll_rad))
    values["head_yaw"] = face.mesh.yaw_deg
    values["head_pitch"] = face.mesh.pitch_deg
    values["iod"] = iod_px
    values["iod_mm"] = face.mesh.iod_mm
    values["misfit"] = face.residual
    values["familiar"] = face.familiar
    values["frozen"] = face.frozen
    values["mouth_open"] = mouth_opening_pct_iod(face.mesh)
    shapes = face.mesh.blendshapes
    values["smile_left"], values["smile_right"] = shapes["mouthSmileLeft"], shapes["mouthSmileRight"]
    lids = (shapes["eyeBlinkLeft"], shapes["eyeBlinkRight"]) if face.lids is None else face.lids
    values["lid_left"], values["lid_right"] = lids
    for place, (_, y) in zip(AROUND, face.around, strict=True):
        values[f"{place}_up"] = -100 * y
    values["mouth_tilt"] = mouth_tilt_pct_iod(face.mesh_face)
    to_left = shapes["eyeLookOutLeft"] + shapes["eyeLookInRight"]
    to_right = shapes["eyeLookOutRight"] + shapes["eyeLookInLeft"]
    values["gaze_x"] = (to_left - to_right) / 2
    values["key_frame"] = float(key)
    values.update(dict.fromkeys(ODDS, 0.0))
    row = quantised(np.array([values[name] for name in CHANNEL_NAMES]))
    return Sample(t_s=t_s, face=True, quality=round(face.quality, 2), values=row, restart=face.restart)


def mouth_opening_pct_iod(mesh: Mesh) -> float:
    """Gap between the inner borders of the lips at the middle, per cent of the IOD."""
    n = len(anatomy.LIPS_INNER) // 2
    upper, lower = anatomy.LIPS_INNER[n // 2], anatomy.LIPS_INNER[n + n // 2]
    gap = mesh.points_px[lower, :2] - mesh.points_px[upper, :2]
    return float(100 * np.hypot(*gap) / mesh.iod_px)


def mouth_tilt_pct_iod(mesh_face: NDArray[np.float64]) -> float:
    """Height of the left corner of the mouth over the right one, per cent of the IOD; the tilt of the head is out.

    Args:
        mesh_face: ``(478, 2)`` landmarks in face coordinates.
    """
    corners = anatomy.site_positions(mesh_face)
    return float(100 * (corners["corner_right"][1] - corners["corner_left"][1]))
