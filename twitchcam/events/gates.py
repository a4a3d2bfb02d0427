"""What a twitch must not be taken for: each gate measures one property of a peak and compares it with its limit.

A twitch is short, comes out of rest and goes back to it, on one side of one lip. Speech, smiles, blinks of the
light and movements of the head fail at least one of that. Every gate is measured for every peak, so that the debug
output can say by how much a rejected one failed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from twitchcam.config import DetectionConfig
from twitchcam.events.confidence import Evidence, confidence
from twitchcam.events.lips import place_told_by_direction
from twitchcam.events.places import N_DISPLACEMENTS
from twitchcam.events.pulse_fit import HALF_WINDOW_S, Pulse, PulseFit, fit_pulse, resting_energy
from twitchcam.events.run import Peak, Run
from twitchcam.motion.channels import INDEX

FloatArray = NDArray[np.float64]

#: Around a peak, the pulse itself and its filter's ringing: not surroundings. Seconds before and after.
_OWN_S = (0.2, 0.35)
_SURROUND_PERCENTILE = 75
#: A period of what remains of a lamp's flicker.
_FLICKER_S = 0.1
#: How near to a peak a bad fit or an I-frame spoils it, and how far back the usual fit is looked for.
_NEAR_S = 0.12
_USUAL_S = 8.0
#: Share of the picture that usually stays as it was from which on an encoder is suspected to move the skin by itself,
#: and at which it is sure to: a patch stays behind while the head moves, and catches up. Low bit rates of what a webcam
#: sees keep .7 to .9.
_SUSPECT, _SURE = 0.93, 0.97
#: What strong compression leaves out of a small movement: its displacement is seen as 1 / (1 + this). Median over
#: rendered twitches of 1 and 2 % IOD of three people.
_LEFT_OUT = 0.22
#: Of the pulses that fit nearly as well the shorter are higher, so noise that shortens one heightens it, and the other
#: way round: the size is corrected by this power of the duration over the one that comes out right. Shorter ones than
#: the least are blurred by the exposure, which makes up for the rest. Median over the same.
_BY_DURATION, _RIGHT_S, _LEAST_S = 0.25, 0.18, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One measured property: ``value`` must be at most ``limit`` (at least, where ``least``)."""

    name: str
    value: float
    limit: float
    least: bool = False

    @property
    def passed(self) -> bool:
        """Whether the peak may be a twitch as far as this gate knows."""
        return self.value >= self.limit if self.least else self.value <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be said of a peak: the place, its pulse, the size of the twitch, how likely it is one, the gates."""

    place: int
    pulse: Pulse
    amplitude_pct_iod: float
    confidence: float
    gates: tuple[Gate, ...]

    @property
    def failed(self) -> Gate | None:
        """The first gate that rejects it, or None."""
        return next((gate for gate in self.gates if not gate.passed), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A judged peak: the place, the pulse that fits it, what speaks for and against it, how likely it is, the gates."""

    place: int
    fit: PulseFit
    evidence: Evidence
    confidence: float
    gates: tuple[Gate, ...]

    @property
    def amplitude_pct_iod(self) -> float:
        """Size of the twitch: that of the pulse, corrected for its duration and what the encoder left out of it."""
        by_duration = math.pow(max(self.fit.duration_s, _LEAST_S) / _RIGHT_S, _BY_DURATION)
        return self.fit.amplitude * by_duration * (1 + _LEFT_OUT * min(self.evidence.compressed, 1.0))

    @property
    def failed(self) -> Gate | None:
        """The first gate that rejects it, or None."""
        return self.decision.failed

    @property
    def decision(self) -> Decision:
        """What is to be said of it."""
        return Decision(
            place=self.place,
            pulse=self.fit.pulse,
            amplitude_pct_iod=self.amplitude_pct_iod,
            confidence=self.confidence,
            gates=self.gates,
        )


def judge(peak: Peak, run: Run, config: DetectionConfig) -> Verdict:
    """Fits the pulse and measures every gate.

    Args:
        peak: The candidate.
        run: The stretch that it is in, with as much after the peak as there will be.
        config: Limits.
    """
    rate = run.rate_hz

    def around(before_s: float, after_s: float) -> FloatArray:
        return run.values.rows(peak.index - round(before_s * rate), peak.index + round(after_s * rate) + 1)

    fit, shorter_side_s = _fit(peak, run)
    near = around(_NEAR_S, _NEAR_S)
    misfit = float(near[:, INDEX["misfit"]].max())
    usual_misfit, usual_frozen = np.median(around(_USUAL_S, 0)[:, [INDEX["misfit"], INDEX["frozen"]]], axis=0).tolist()
    usual_misfit = max(usual_misfit, 1e-3)
    surround, common = _surround(peak, run, config.surround_s)
    evidence = Evidence(
        snr=peak.snr,
        opposite=peak.detector.opposite_share(peak.filter_index, peak.place, peak.output),
        surround=surround,
        shape=fit.shape,
        step=fit.step,
        duration_s=fit.free_duration_s,
        misfit_rise=misfit / usual_misfit,
        key_frame=bool(near[:, INDEX["key_frame"]].max() > 0),
        frozen=usual_frozen,
        amplitude_pct_iod=fit.amplitude,
    )
    sure = confidence(evidence)
    head = around(0.2, 0.2)[:, [INDEX["head_x"], INDEX["head_y"]]]
    opening = around(HALF_WINDOW_S, HALF_WINDOW_S)[:, INDEX["mouth_open"]]
    gates = (
        Gate(name="edge", value=shorter_side_s, limit=HALF_WINDOW_S / 2, least=True),
        Gate(name="max_misfit", value=misfit, limit=max(config.max_misfit, config.max_misfit_usual * usual_misfit)),
        # A blink shakes the picture of the whole face, and next to nothing of it is a displacement.
        Gate(
            name="max_misfit_rise",
            value=evidence.misfit_rise / (1 + fit.amplitude),
            limit=config.max_misfit_rise,
        ),
        Gate(
            name="min_frozen_pct_iod",
            value=fit.amplitude,
            limit=float(np.interp(usual_frozen, (_SUSPECT, _SURE), (0.0, config.min_frozen_pct_iod))),
            least=True,
        ),
        familiar_gate(peak, run, config),
        Gate(
            name="max_head_speed_pct_iod_s",
            value=_speed(head, rate),
            limit=config.max_head_speed_pct_iod_s,
        ),
        Gate(name="max_opening_pct_iod", value=float(np.ptp(opening)), limit=config.max_opening_pct_iod),
        Gate(name="max_opposite", value=evidence.opposite, limit=config.max_opposite),
        Gate(name="max_surround", value=evidence.surround, limit=config.max_surround),
        Gate(name="max_common_surround", value=common, limit=config.max_common_surround),
        Gate(name="min_shape", value=evidence.shape, limit=config.min_shape, least=True),
        Gate(name="max_step", value=fit.step, limit=config.max_step),
        Gate(name="max_rise_s", value=fit.free_rise_s, limit=config.max_rise_s),
        Gate(name="max_duration_s", value=fit.free_duration_s, limit=config.max_duration_s),
        Gate(name="min_confidence", value=sure, limit=config.min_confidence, least=True),
    )
    place = place_told_by_direction(peak, run, evidence.compressed)
    return Verdict(place=place, fit=fit, evidence=evidence, confidence=sure, gates=gates)


def familiar_gate(peak: Peak, run: Run, config: DetectionConfig) -> Gate:
    """Whether the lower face looks as it did before: behind a hand it does not."""
    reach = round(_NEAR_S * run.rate_hz)
    near = run.values.rows(peak.index - reach, peak.index + reach + 1)[:, INDEX["familiar"]]
    return Gate(name="min_familiar", value=float(near.min()), limit=config.min_familiar, least=True)


def _fit(peak: Peak, run: Run) -> tuple[PulseFit, float]:
    """The pulse, and how many seconds of signal there are on the shorter side of the peak."""
    rate = run.rate_hz
    half = round(HALF_WINDOW_S * rate)
    first = max(peak.index - half, 0)
    last = min(peak.index + half + 1, len(run))
    raw = run.values.rows(0, last)[:, :N_DISPLACEMENTS]
    signal = peak.detector.displacement(peak.filter_index, peak.place, raw)
    t_s = np.array([run.time_s(i) for i in range(first, last)])
    stretch = signal[len(signal) - len(t_s) :]
    before = signal[: max(len(signal) - len(t_s), 0)]
    fit = fit_pulse(t_s, stretch, peak.t_s, resting_energy(before, len(t_s)))
    return fit, min(peak.index - first, last - 1 - peak.index) / rate


def _surround(peak: Peak, run: Run, reach_s: float) -> tuple[float, float]:
    """Activity before and after the pulse, as a share of its own: of the place, and of both sides together.

    Of both sides counts the mean of the two, mirrored: speech moves them alike, other twitches of a burst do not. What
    is left of a lamp's flicker, 10 Hz in a recording of 30 Hz or so, does as well, and a running mean takes it out.
    """
    rate = run.rate_hz
    first = max(peak.index - round(reach_s * rate), 0)
    stretch = run.filtered.rows(first, peak.index + round(reach_s * rate) + 1)
    alone = peak.detector.displacement(peak.filter_index, peak.place, stretch)
    sides = peak.detector.both_sides(peak.filter_index, peak.place, stretch)
    at = peak.index - first
    own = slice(max(at - round(_OWN_S[0] * rate), 0), at + round(_OWN_S[1] * rate) + 1)

    def share(moved: FloatArray, of: FloatArray) -> float:
        others = np.delete(np.hypot(*moved.T), own)
        return float(np.percentile(others, _SURROUND_PERCENTILE) / np.hypot(*of[own].T).max()) if len(others) else 0.0

    together = uniform_filter1d(sides.mean(axis=1), max(1, round(_FLICKER_S * rate)), axis=0, mode="constant")
    return share(alone, alone), share(together, sides[:, 0])


def _speed(place: FloatArray, rate_hz: float) -> float:
    """Largest speed over steps of about a tenth of a second."""
    step = max(1, round(0.1 * rate_hz))
    if len(place) <= step:
        return 0.0
    moved = place[step:] - place[:-step]
    return float(np.hypot(moved[:, 0], moved[:, 1]).max() * rate_hz / step)
