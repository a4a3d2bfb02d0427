"""Stretches in which a face was followed, made of a few numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.face.faces import canonical_face
from twitchcam.dsp.pulses import pulse
from twitchcam.events.model import Twitch
from twitchcam.face.similarity import Similarity
from twitchcam.face.template import bump_basis
from twitchcam.face.tracking import sites_in_face
from twitchcam.magnify.follow import Piece
from twitchcam.motion.channels import SITES

FloatArray = NDArray[np.float64]

WIDTH_IOD = 0.13
_X, _Y = np.meshgrid(np.arange(-3, 4) * 0.16, 0.92 + np.arange(-2, 4) * 0.16)
NODES = np.stack([_X.ravel(), _Y.ravel()], axis=1)


def site(name: str) -> FloatArray:
    return sites_in_face(canonical_face())[SITES.index(name)]


def field_of(place: FloatArray, direction: tuple[float, float], patch_iod: float = 0.12) -> FloatArray:
    """``(k, 2)`` weights of a patch of skin that is displaced by ``direction`` at its middle."""
    points = np.stack(np.meshgrid(np.linspace(-0.5, 0.5, 40), np.linspace(0.6, 1.4, 32)), axis=-1).reshape(-1, 2)
    reach = np.exp(-np.sum((points - place) ** 2, axis=1) / (2 * patch_iod**2))
    basis = bump_basis(points, NODES, WIDTH_IOD).astype(np.float64)
    # As the registration does, prefer small weights where the basis is nearly redundant.
    left = basis.T @ basis + 0.05 * np.eye(len(NODES))
    return np.linalg.solve(left, basis.T @ (reach[:, None] * direction))


def piece(
    event: Twitch | None = None,
    weights: FloatArray | None = None,
    *,
    noise_pct_iod: float = 0.05,
    drift_pct_iod: float = 0.0,
    seconds: float = 5.0,
    rate_hz: float = 30.0,
    seed: int = 0,
) -> Piece:
    """A followed face whose field moves as ``weights`` during an event, with white noise in every bump."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    fields = noise_pct_iod / 100 * rng.standard_normal((len(t), len(NODES), 2))
    fields += (drift_pct_iod / 100 * np.sin(2 * np.pi * t / 4))[:, None, None]
    if event is not None:
        rise = (event.peak_s - event.onset_s) / event.duration_s
        course = event.amplitude_pct_iod / 100 * pulse(t, event.onset_s, event.duration_s, rise)
        fields += course[:, None, None] * weights
    return Piece(
        times_s=t,
        poses=(Similarity(100 + 0j, 160 + 70j),) * len(t),
        bends=np.zeros((len(t), 6, 2)),
        fields=fields,
        nodes=NODES,
        width_iod=WIDTH_IOD,
        mesh_face=canonical_face(),
    )
