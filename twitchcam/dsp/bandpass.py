"""Causal band-pass that takes a signal in pieces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt, sosfilt_zi

FloatArray = NDArray[np.float64]


class Bandpass:
    """Butterworth band-pass in second-order sections; any cut of a signal into pieces gives the same output.

    The state is seeded with the response to the first sample held for ever, so a constant offset makes no transient.

    Args:
        low_hz: Lower edge (-3 dB).
        high_hz: Upper edge; lowered to ``max_fraction`` of the rate.
        rate_hz: Sampling rate.
        order: Order of the low-pass prototype; the band-pass has twice as many poles.
        max_fraction: Largest upper edge as a fraction of the rate.

    Raises:
        ValueError: the edges are not in order at this rate.
    """

    def __init__(
        self, *, low_hz: float, high_hz: float, rate_hz: float, order: int = 2, max_fraction: float = 0.45
    ) -> None:
        high_hz = min(high_hz, max_fraction * rate_hz)
        if not 0 < low_hz < high_hz:
            raise ValueError(f"expected 0 < low_hz < high_hz, got {low_hz} and {high_hz} at {rate_hz} Hz")
        self.rate_hz = rate_hz
        self.sos: FloatArray = np.asarray(butter(order, (low_hz, high_hz), "bandpass", fs=rate_hz, output="sos"))
        self._sections = [(section[:3, None], section[4:, None]) for section in self.sos]
        self._zi: FloatArray = np.asarray(sosfilt_zi(self.sos))
        self._state: FloatArray | None = None

    def process(self, x: FloatArray) -> FloatArray:
        """Filters the next ``(n, channels)`` samples; n may be 0."""
        if len(x) == 0:
            return x
        if self._state is None:
            self._state = self._zi[:, :, None] * x[0]
        if len(x) == 1:
            return self._one(x[0])[None]
        y, self._state = sosfilt(self.sos, x, axis=0, zi=self._state)
        return np.asarray(y)

    def _one(self, x: FloatArray) -> FloatArray:
        """One sample through every section, as scipy does it (transposed direct form II), to the same last digit.

        A call of scipy with a single sample takes mostly preparation.
        """
        assert self._state is not None
        for (forward, back), state in zip(self._sections, self._state, strict=True):
            fed = forward * x
            y = fed[0] + state[0]
            ahead = state[1].copy()
            np.subtract(fed[1:], back * y, out=state)
            state[0] += ahead
            x = y
        return x

    def reset(self) -> None:
        """Forgets the past: the next sample seeds the state anew."""
        self._state = None

    def response(self, x: FloatArray) -> FloatArray:
        """Output for ``(n,)`` or ``(n, channels)`` from rest, without touching the state."""
        return np.asarray(sosfilt(self.sos, x, axis=0))
