"""Pictures of a skin whose every point is known: a smooth texture in face coordinates, in a pose, moved locally."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Frame, Image
from twitchcam.face.similarity import Similarity

FloatArray = NDArray[np.float64]

WIDTH, HEIGHT = 320, 240
#: The face of :func:`tests.face.faces.canonical_face` fits into the picture.
POSE = Similarity(90 + 0j, 160 + 70j)

_RNG = np.random.default_rng(0)
_WAVES = 60
# From pores to cheeks: lengths of 0.15 to 0.8 IOD.
_LENGTHS_IOD = np.exp(_RNG.uniform(np.log(0.15), np.log(0.8), _WAVES))
_WAVE = 2 * np.pi / _LENGTHS_IOD * np.exp(1j * _RNG.uniform(0, 2 * np.pi, _WAVES))
_PHASE = _RNG.uniform(0, 2 * np.pi, _WAVES)
_CONTRAST = 35.0
_SIZE = np.sqrt(_LENGTHS_IOD) * _CONTRAST / np.sqrt(np.sum(_LENGTHS_IOD) / 2)


@dataclass(frozen=True, slots=True)
class Bump:
    """Skin around a place (face coordinates, x + iy) that is displaced; a Gaussian of a standard deviation."""

    at: complex
    by: complex
    width_iod: float = 0.13

    def moves(self, points: FloatArray) -> FloatArray:
        """``(n, 2)`` displacement of skin that rests at ``(n, 2)`` points."""
        p = points[:, 0] + 1j * points[:, 1]
        d = self.by * np.exp(-(np.abs(p - self.at) ** 2) / (2 * self.width_iod**2))
        return np.stack([d.real, d.imag], axis=1)


def brightness(skin: NDArray[np.complex128]) -> FloatArray:
    """Of any array of skin places, grey levels."""
    value = np.full(skin.shape, 125.0)
    for wave, size, phase in zip(_WAVE, _SIZE, _PHASE, strict=True):
        value += size * np.cos(wave.real * skin.real + wave.imag * skin.imag + phase)
    return value


@functools.cache
def picture(
    pose: Similarity = POSE, bump: Bump | None = None, *, gain: float = 1.0, offset: float = 0.0, noise_seed: int = -1
) -> Image:
    """``(240, 320)`` uint8, made once and read-only; with a seed there is noise of two grey levels."""
    x, y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    place = (x + 1j * y - pose.origin) / pose.scale
    skin = place
    if bump is not None:
        # Which skin is seen at a place: the fixed point of skin = place - displacement(skin).
        for _ in range(8):
            skin = place - bump.by * np.exp(-(np.abs(skin - bump.at) ** 2) / (2 * bump.width_iod**2))
    value = gain * brightness(skin) + offset
    if noise_seed >= 0:
        value += np.random.default_rng(noise_seed).normal(0, 2, value.shape)
    made = np.clip(np.round(value), 0, 255).astype(np.uint8)
    made.flags.writeable = False
    return made


def frame(t_s: float, luma: Image) -> Frame:
    """As a decoder would give it; in colour it is grey."""
    return Frame(t_s=t_s, luma=luma, to_rgb=lambda: np.repeat(luma[:, :, None], 3, axis=2))
