"""How sure a detection is: a logistic model of a few measured properties, fitted on rendered and real footage."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for and against a peak.

    Attributes:
        snr: Matched output over noise.
        opposite: Movement of the other side of the lip, as a share.
        surround: Activity before and after, as a share.
        shape: Share of the movement that a single pulse explains.
        step: The same for a step, relative to the pulse.
        duration_s: Duration of the pulse that fits best, long ones included.
        misfit_rise: Unexplained share of the picture over its usual level.
        key_frame: Whether the encoder stored a frame whole at the peak.
        frozen: Share of the picture that the encoder left as it was, usually; 0 without compression.
        amplitude_pct_iod: Size of the pulse that fits best.
    """

    snr: float
    opposite: float
    surround: float
    shape: float
    step: float
    duration_s: float
    misfit_rise: float
    key_frame: bool
    frozen: float
    amplitude_pct_iod: float

    @property
    def compressed(self) -> float:
        """How strongly the recording is compressed: 0 keeps what the sensor saw, 1 is strong, 1.5 the most."""
        return min(max((self.frozen - _GENTLE) / _STRONG, 0.0), 1.5)

    def features(self) -> tuple[float, ...]:
        """The terms of the model, in the order of :data:`WEIGHTS`."""
        # Compression makes movements of its own, and they are small.
        small = max(0.0, -math.log(max(self.amplitude_pct_iod, 0.05)))
        loudness = math.log(max(self.snr, 0.1) / 6)
        compressed = self.compressed
        return (
            1.0,
            loudness,
            loudness**2,
            min(self.opposite, 1.5),
            min(self.surround, 1.0),
            self.shape,
            min(self.step, 1.5),
            math.log(max(self.duration_s, 0.05) / 0.15),
            min(abs(math.log(max(self.misfit_rise, 1e-3))), 1.0),
            float(self.key_frame),
            compressed,
            compressed * loudness,
            small,
            compressed * small,
        )


#: Share of frozen pixels up to which an encoder keeps what the sensor saw, noise included, and how much more than that
#: is strong compression.
_GENTLE, _STRONG = 0.55, 0.3

#: Fitted with ``python -m tests.benchmarks.fit_confidence`` on 2026-11-27: rendered twitches of 0.25-1 %, rest and
#: blinks of ten people at both qualities, and 65 real clips in which no twitch is known.
WEIGHTS: tuple[float, ...] = (
    *(3.374, 5.884, 0.767, -0.803, -2.031, -0.286, -1.771, 0.673, -0.652, -1.457),
    *(-1.867, -0.816, -1.021, 0.573),
)


def confidence(evidence: Evidence) -> float:
    """The share of detections with such evidence that are twitches, 0-1."""
    logit = sum(w * x for w, x in zip(WEIGHTS, evidence.features(), strict=True))
    return 1 / (1 + math.exp(-min(max(logit, -30.0), 30.0)))
