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

#: How long after the peak a filter ends, and how long it is waited for something that stands out more.
_LOOK_AHEAD_S = 0.12
_WAIT_S = 0.1
#: So long after a movement what stands out less is its filter's ringing.
_RINGS_S = 0.45


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
        self._wait = max(1, round(_WAIT_S * rate_hz))
        self._rings = round(_RINGS_S * rate_hz)
        self._highest = self._ringing = 0.0
        self._best: tuple[int, int] | None = None
        self._last = -self._rings
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
        if index - self._last > self._rings:
            self._ringing = 0.0
        if height > max(self._highest, self._ringing) and height >= self._min_snr:
            self._highest, self._best = height, (index, int(np.argmax(snr.max(axis=0))))
        elif self._best is not None and index - self._best[0] >= self._wait:
            self._found.append(self._best)
            self._ringing, self._last = self._highest, self._best[0]
            self._highest, self._best = 0.0, None

    def take(self) -> list[tuple[int, int]]:
        """Grid sample of the peak and number of the place of each new mark."""
        found, self._found = self._found, []
        return found
