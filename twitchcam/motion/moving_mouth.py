"""How much a moving mouth looks like one in which a twitch peaks, frame by frame, as far as it is known by then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from twitchcam.dsp.steps import StepClock
from twitchcam.motion.channels import INDEX, ODDS, Sample, quantised
from twitchcam.motion.pulse_network import LAG_STEPS, PulseNetwork, Weights
from twitchcam.motion.views import DISPLACED, MOUTH, levels_of, steps_of
from twitchcam.motion.whitening import Whitener

FloatArray = NDArray[np.float64]

_DISPLACED = [INDEX[name] for name in DISPLACED]
_ODDS = [INDEX[name] for name in ODDS]
#: A step of which nothing is known, as the networks learned it.
_NOTHING: FloatArray = np.zeros(len(MOUTH.mirror))


class MovingMouth:
    """Adds the odds of a twitch to the samples of one recording, in order.

    Args:
        weights: Of the networks; :func:`twitchcam.motion.weights_file.bundled_weights` gives the package's.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._clock = StepClock()
        self._whitener: Whitener | None = None
        self._network: PulseNetwork | None = None
        self._displaced: FloatArray | None = None
        self._unknown = 0

    def complete(self, sample: Sample, flow: FloatArray | None) -> Sample:
        """The sample with the odds that are known with it.

        Args:
            sample: What was measured of the frame.
            flow: That of its :class:`~twitchcam.face.tracking.FaceFrame`; None where there is no face.
        """
        if not sample.face:
            # Whoever is seen next may be somebody else.
            self._network = self._whitener = None
            return sample
        if not self._clock.push(sample.t_s, restart=sample.restart):
            return sample
        before, self._displaced = self._displaced, sample.values[_DISPLACED]
        if sample.restart or flow is None or before is None:
            # The head went too fast for a moment, or the mouth came to rest: what was before is still to be told of.
            self._unknown += 1
            if self._network is None or self._unknown > LAG_STEPS:
                self._network = None
                return sample
            moved = _NOTHING
        else:
            self._unknown = 0
            moved = steps_of(flow, before, self._displaced)
        if self._network is None:
            self._network = PulseNetwork(self._weights)
        if self._whitener is None:
            self._whitener = Whitener(self._weights.usual)
        odds = self._network.push(moved, moved @ self._whitener.matrix, levels_of(sample.values))
        if moved is not _NOTHING:
            self._whitener.push(moved)
        if odds is None:
            return sample
        values = sample.values.copy()
        left, right = np.maximum(odds, 0.0).reshape(2, len(ODDS))
        values[_ODDS] = np.where(left >= right, left, -right)
        return replace(sample, values=quantised(values))
