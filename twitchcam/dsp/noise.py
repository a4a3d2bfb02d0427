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
        # Made once: tables of this size are given back to the system each time, and asked for again page by page.
        self._scaled, self._scratch = np.empty((2, filters, channels, window))

    def add(self, outputs: FloatArray) -> None:
        """Takes the next ``(n, filters, channels)`` outputs."""
        for first in range(0, len(outputs), self._window):
            some = outputs[first : first + self._window]
            self._outputs.prepare(some)
            self._outputs.show(len(some))

    def __len__(self) -> int:
        """Samples ever taken."""
        return len(self._outputs)

    def covariance(self) -> FloatArray:
        """``(filters, channels, channels)``, positive definite."""
        n = len(self._outputs)
        recent = self._outputs.rows(n - self._window, n)
        n_recent, channels = len(recent), recent.shape[2]
        scaled, scratch = self._scaled[..., :n_recent], self._scratch[..., :n_recent]
        scratch[:] = recent.transpose(1, 2, 0)
        scaled[:] = scratch
        usual = _medians(scratch)
        np.subtract(scaled, usual[..., None], out=scratch)
        np.abs(scratch, out=scratch)
        spread = np.maximum(MAD_TO_SD * _medians(scratch), self._floor[:, None])
        scaled /= spread[..., None]
        quiet = np.abs(scaled, out=scratch).max(axis=1) < _TRIM_SD
        counts = quiet.sum(axis=1)
        scaled *= quiet[:, None].astype(np.float64)
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
    """Median along the last axis, whose order is lost; numpy's own spends most of its time on preparing."""
    half = lanes.shape[-1] // 2
    lanes.partition(half, axis=-1)
    if lanes.shape[-1] % 2:
        return lanes[..., half].copy()
    return np.asarray((lanes[..., :half].max(axis=-1) + lanes[..., half]) / 2)
