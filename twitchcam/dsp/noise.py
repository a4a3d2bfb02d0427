"""Running robust noise level of several channels together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twitchcam.dsp.history import History

FloatArray = NDArray[np.float64]

#: Median absolute deviation of a normal distribution to its standard deviation.
MAD_TO_SD = 1.4826
_TRIM_SD = 3.5
#: So much of the correlation is never believed: channels that repeat each other would leave no noise at all.
_LEAST_DOUBT = 0.02


class NoiseLevel:
    """Covariance of each filter's output over the last stretch, with peaks left out.

    The spread of each channel is the median absolute deviation; samples in which some channel is beyond 3.5 of it are
    not noise and do not count; the correlation of the rest, scaled to the robust spreads, is the covariance.

    Args:
        filters: Number of filters.
        channels: Number of channels.
        window: Samples looked back at.
        floor: Smallest standard deviation that is believed, ``(filters,)``.
    """

    def __init__(self, *, filters: int, channels: int, window: int, floor: FloatArray) -> None:
        self._window = window
        self._floor = floor
        self._outputs = History(window, (filters, channels))

    def add(self, output: FloatArray) -> None:
        """Takes the next ``(filters, channels)`` output."""
        self._outputs.append(output)

    def __len__(self) -> int:
        """Samples ever taken."""
        return len(self._outputs)

    def covariance(self) -> FloatArray:
        """``(filters, channels, channels)``, positive definite."""
        n = len(self._outputs)
        recent = self._outputs.rows(n - self._window, n)
        spread = MAD_TO_SD * np.median(np.abs(recent - np.median(recent, axis=0)), axis=0)
        spread = np.maximum(spread, self._floor[:, None])
        made = []
        for i in range(recent.shape[1]):
            scaled = recent[:, i] / spread[i]
            quiet = scaled[np.abs(scaled).max(axis=1) < _TRIM_SD]
            correlation = np.eye(recent.shape[2])
            if len(quiet) > 4 * recent.shape[2]:
                product = quiet.T @ quiet / len(quiet)
                size = np.sqrt(np.maximum(np.diag(product), 1e-12))
                product /= np.outer(size, size)
                # A channel that does not move at all still has the noise of the floor.
                np.fill_diagonal(product, 1.0)
                # The fewer samples, the less their correlation is believed.
                share = max(quiet.shape[1] / (quiet.shape[1] + 2 * len(quiet)), _LEAST_DOUBT)
                correlation = (1 - share) * product + share * correlation
            made.append(correlation * np.outer(spread[i], spread[i]))
        return np.stack(made)
