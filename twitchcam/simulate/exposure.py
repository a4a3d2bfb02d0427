"""Light and sensor: from what reaches the lens to 8-bit pixels."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.simulate.pulse import wander
from twitchcam.simulate.scenario import Camera

DRIFT_BAND_HZ = (0.02, 0.2)


_LEVELS = 1 << 16


class Sensor:
    """Exposes frames; the noise of a frame depends on the seed and the frame's number alone."""

    def __init__(self, camera: Camera, *, seed: int) -> None:
        from scipy.special import ndtri

        self._camera = camera
        self._seed = seed
        # Normal noise from 16 random bits and a table of quantiles: a sixth of the time of a normal generator.
        self._noise = (camera.noise_sigma * ndtri((np.arange(_LEVELS) + 0.5) / _LEVELS)).astype(np.float32)
        rng = np.random.default_rng([seed, 4])
        self._drift = wander(rng, rms=camera.drift_depth, band_hz=DRIFT_BAND_HZ)
        self._phase = float(rng.uniform(0, 2 * math.pi))

    def gain(self, t_s: float, *, rows: int) -> NDArray[np.float32]:
        """Brightness factor of every row of the frame whose first row is read at ``t_s``; ``(rows, 1, 1)``."""
        camera = self._camera
        row_s = t_s + camera.readout_s * np.arange(rows) / rows
        flicker = camera.flicker_depth * np.sin(2 * math.pi * camera.flicker_hz * row_s + self._phase)
        light = camera.exposure_gain * (1.0 + self._drift(t_s)) * (1.0 + flicker)
        return light.astype(np.float32)[:, None, None]

    def expose(self, light: NDArray[np.float32], *, t_s: float, number: int) -> Image:
        """A frame.

        Args:
            light: ``(height, width, 3)`` float32, 0-255; changed in place.
            t_s: Its time.
            number: Its number, for the noise.

        Returns:
            ``(height, width, 3)`` uint8.
        """
        import cv2

        light *= self.gain(t_s, rows=light.shape[0])
        noise = self._noise_of(number, light.size).reshape(light.shape)
        return np.asarray(cv2.add(light, noise, dtype=cv2.CV_8U), dtype=np.uint8)

    def _noise_of(self, number: int, count: int) -> NDArray[np.float32]:
        source = np.random.SFC64([self._seed, 5, number])
        bits = np.asarray(source.random_raw((count + 3) // 4)).view(np.uint16)[:count]
        return np.take(self._noise, bits, mode="clip")
