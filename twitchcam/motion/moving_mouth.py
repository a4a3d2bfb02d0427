"""How much a moving mouth looks like one in which a twitch peaks, frame by frame, as far as it is known by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from twitchcam.dsp.steps import StepClock
from twitchcam.motion.channels import INDEX, ODDS, Sample, quantised
from twitchcam.motion.pulse_network import LAG_STEPS, PulseNetwork, Weights
from twitchcam.motion.views import DISPLACED, VIEWS, ViewName, levels_of

FloatArray = NDArray[np.float64]

_DISPLACED = [INDEX[name] for name in DISPLACED]
_ODDS = [INDEX[name] for name in ODDS]
#: A step of which nothing is known, as the networks learned it.
_NOTHING: dict[ViewName, FloatArray] = {name: np.zeros(len(view.mirror)) for name, view in VIEWS.items()}


class MovingMouth:
    """Adds the odds of a twitch to the samples of one recording, in order.

    Args:
        weights: Of the networks; :func:`twitchcam.motion.weights_file.bundled_weights` gives the package's.
    """

    def __init__(self, weights: Mapping[ViewName, Weights]) -> None:
        self._weights = weights
        self._clock = StepClock()
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
            self._network = None
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
        odds = self._network.push(moved, levels_of(sample.values))
        if odds is None:
            return sample
        values = sample.values.copy()
        left, right = np.maximum(odds, 0.0).reshape(2, len(ODDS))
        values[_ODDS] = np.where(left >= right, left, -right)
        return replace(sample, values=quantised(values))


def steps_of(flow: FloatArray, before: FloatArray, now: FloatArray) -> dict[ViewName, FloatArray]:
    """How places moved in a step, % IOD, as each view has it.

    Args:
        flow: ``(2, nodes, 2)`` of a :class:`~twitchcam.face.tracking.FaceFrame`.
        before: Displacements at the end of the step before, as in the sample.
        now: The same of this step.
    """
    tracked, searched = 100 * flow.reshape(2, -1)
    return {"tracked": tracked, "searched": searched, "channels": now - before}
