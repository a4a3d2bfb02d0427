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
        alike: Samples that say the same: those within about half a period of the band's upper edge.
    """

    def __init__(self, *, filters: int, channels: int, window: int, floor: FloatArray, alike: float = 1.0) -> None:
        self._window = window
        self._floor = floor
        self._alike = alike
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
        n_recent = len(recent)
        filters, channels = recent.shape[1:]
        lanes = np.ascontiguousarray(recent.reshape(n_recent, -1).T)
        spread = MAD_TO_SD * _medians(np.abs(lanes - _medians(lanes)[:, None]))
        spread = np.maximum(spread.reshape(filters, channels), self._floor[:, None])
        scaled = lanes.reshape(filters, channels, n_recent) / spread[..., None]
        quiet = np.abs(scaled).max(axis=1) < _TRIM_SD
        counts = quiet.sum(axis=1)
        scaled *= quiet[:, None]
        product = scaled @ scaled.swapaxes(1, 2) / np.maximum(counts, 1)[:, None, None]
        size = np.sqrt(np.maximum(np.diagonal(product, axis1=1, axis2=2), 1e-12))
        product /= size[:, :, None] * size[:, None, :]
        # A channel that does not move at all still has the noise of the floor.
        product[:, range(channels), range(channels)] = 1.0
        alone = np.eye(channels)
        counts = counts / self._alike
        told = (counts > 4 * channels)[:, None, None]
        # The fewer samples, the less their correlation is believed.
        doubt = np.maximum((2 * channels / np.maximum(counts, 2 * channels)) ** 2, _LEAST_DOUBT)[:, None, None]
        correlation = np.where(told, (1 - doubt) * product + doubt * alone, alone)
        return np.asarray(correlation * (spread[:, :, None] * spread[:, None, :]))


def _medians(lanes: FloatArray) -> FloatArray:
    """``(n,)`` median of each row of ``(n, samples)``; numpy's own spends most of its time on preparing."""
    half = lanes.shape[1] // 2
    if lanes.shape[1] % 2:
        return np.asarray(np.partition(lanes, half, axis=1)[:, half])
    ordered = np.partition(lanes, half, axis=1)
    return np.asarray((ordered[:, :half].max(axis=1) + ordered[:, half]) / 2)
