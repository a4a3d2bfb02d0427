"""Marks before anything is certain: movements that stand out as soon as a pulse is over.

A decision needs the second that follows; somebody who watches wants to see at once that something moved. The filters
are those of the decision without the ringing at their ends, so they answer sooner and are a little less sure. Marks
never reach a log.
"""

from __future__ import annotations

import numpy as np

from twitchcam.config import Config
from twitchcam.dsp.history import History
from twitchcam.dsp.pulses import Bank
from twitchcam.events.places import N_DISPLACEMENTS, PlaceDetector

#: How long after the peak a filter ends.
_LOOK_AHEAD_S = 0.12


class EarlyMarks:
    """Follows one stretch of measurement.

    Args:
        config: Settings.
        bank: The filters of the decision.
        rate_hz: Grid rate.
    """

    def __init__(self, config: Config, bank: Bank, rate_hz: float) -> None:
        lead = int(bank.peak_index[0])
        kernels = bank.kernels[:, : lead + 1 + round(_LOOK_AHEAD_S * rate_hz)]
        energy = np.sqrt(np.sum(kernels**2, axis=1, keepdims=True))
        self._kernels = kernels / energy
        self._after_peak = kernels.shape[1] - 1 - lead
        self._min_snr = config.detection.min_snr
        self._apart = max(1, round(config.detection.separation_s * rate_hz))
        self._highest = 0.0
        self._best: tuple[int, int] | None = None
        self._last = -self._apart
        self._found: list[tuple[int, int]] = []

    def look(self, filtered: History, detector: PlaceDetector) -> None:
        """Takes the newest row of the band-passed displacements.

        Args:
            filtered: The band-passed displacements so far.
            detector: The spatial detector in force.
        """
        n = len(filtered)
        stretch = filtered.rows(n - self._kernels.shape[1], n)
        if len(stretch) < self._kernels.shape[1]:
            return
        snr = detector.snr(self._kernels @ stretch[:, :N_DISPLACEMENTS])
        height = float(snr.max())
        index = n - 1 - self._after_peak
        if height > self._highest and height >= self._min_snr:
            self._highest, self._best = height, (index, int(np.argmax(snr.max(axis=0))))
        elif self._best is not None:
            # It no longer rises: what stood out is over.
            if self._best[0] - self._last >= self._apart:
                self._found.append(self._best)
                self._last = self._best[0]
            self._best, self._highest = None, height
        else:
            self._highest = height if height >= self._min_snr else 0.0

    def take(self) -> list[tuple[int, int]]:
        """Grid sample of the peak and number of the place of each new mark."""
        found, self._found = self._found, []
        return found
