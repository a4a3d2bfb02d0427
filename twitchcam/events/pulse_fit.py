"""Onset, duration and size of a twitch: the single pulse that explains the displacement best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.dsp.pulses import pulse

FloatArray = NDArray[np.float64]

#: Half the stretch that is fitted; as long as a twitch on either side of the peak.
HALF_WINDOW_S = 0.45
#: Pulses tried: durations (s), shares of the rise, and shifts of the peak (s). The longer ones are no twitches; they
#: are there so that a slow movement shows as what it is. The shortest pulses cover four frames, and there a shift wrong
#: by half a step of 12.5 ms is made up for by a height wrong by a fifth: they need the finer steps.
_DURATIONS_S = (0.05, 0.065, 0.08, 0.1, 0.12, 0.145, 0.17, 0.2, 0.235, 0.27)
_LONG_S = (0.32, 0.4, 0.5, 0.65)
_RISES = (0.3, 0.4, 0.5)
_LONG_RISES = (0.1, 0.2, 0.3, 0.4, 0.5)
_SHIFTS_S = tuple(np.arange(-12, 13) * 0.00625)
_LONG_SHIFTS_S = _SHIFTS_S[::2]
#: Steps tried: when the skin moves to stay, around the peak (s). A hair early, so that a frame at the very time of one
#: is after it, whatever the rounding of its time.
_STEPS_S = tuple(np.arange(-10, 11) * 0.02 - 1e-6)


def _grid(*axes: tuple[float, ...]) -> FloatArray:
    return np.stack([a.ravel() for a in np.meshgrid(*axes, indexing="ij")])


_TWITCHES = _grid(_DURATIONS_S, _RISES, _SHIFTS_S)
#: Half the stretch that is fitted where the rest of the mouth moves, and the pulses tried there: what is further away
#: is speech, and very short and very long pulses are what speech looks like.
_MOVING_HALF_WINDOW_S = 0.15
_MOVING = _grid((0.08, 0.1, 0.12, 0.145, 0.17, 0.2), _RISES, tuple(np.arange(-6, 7) * 0.00625))
_N_TWITCHES = _TWITCHES.shape[1]
_CANDIDATES = np.concatenate([_TWITCHES, _grid(_LONG_S, _LONG_RISES, _LONG_SHIFTS_S)], axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Foot, duration from foot to foot and time of the peak of a pulse, seconds, and its height."""

    onset_s: float
    duration_s: float
    peak_s: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseFit:
    """The best pulse.

    Attributes:
        onset_s: Foot of the pulse.
        duration_s: Foot to foot.
        peak_s: Time of the peak.
        displacement: ``(2,)`` outwards and upwards at the peak, in the unit of the signal.
        shape: Share of the movement, noise taken off, that the pulse explains; 1 is a perfect pulse out of rest.
        step: Movement that a single step near the peak explains, as a share of what the pulse explains; skin that
            moves and stays is no twitch.
        free_duration_s: Duration of the best pulse when it may be longer than a twitch.
        free_rise_s: Time to its peak; a movement made on purpose rises slowly, while a strongly compressed twitch only
            returns slowly.
    """

    onset_s: float
    duration_s: float
    peak_s: float
    displacement: FloatArray
    shape: float
    step: float
    free_duration_s: float
    free_rise_s: float

    @property
    def amplitude(self) -> float:
        """Length of the displacement."""
        return float(np.hypot(*self.displacement))

    @property
    def pulse(self) -> Pulse:
        """The pulse alone."""
        return Pulse(onset_s=self.onset_s, duration_s=self.duration_s, peak_s=self.peak_s, height=self.amplitude)


def fit_pulse(t_s: FloatArray, signal: FloatArray, peak_s: float, noise_energy: float) -> PulseFit:
    """Least squares over a grid of pulses on a straight baseline.

    Args:
        t_s: ``(n,)`` times around the peak.
        signal: ``(n, 2)`` displacement.
        peak_s: Rough time of the peak.
        noise_energy: Energy (sum of squares about a straight line) that noise alone has in such a stretch.
    """
    t = t_s - peak_s
    duration, rise, shift = _CANDIDATES
    onset = shift - rise * duration
    baseline, moved, product, energy, explained = _compared(t, signal, _CANDIDATES)
    best = _first_best(explained[:_N_TWITCHES])
    freest = _first_best(explained)
    steps = (t[None, :] > np.asarray(_STEPS_S)[:, None]).astype(np.float64)
    steps -= (steps @ baseline) @ baseline.T
    as_step = np.sum((steps @ moved) ** 2, axis=1) / np.maximum(np.sum(steps**2, axis=1), 1e-12)
    unexplained = max(float(np.sum(moved**2)) - float(explained[best]) - noise_energy, 0.0)
    return PulseFit(
        onset_s=float(peak_s + onset[best]),
        duration_s=float(duration[best]),
        peak_s=float(peak_s + shift[best]),
        displacement=np.asarray(product[best] / energy[best]),
        shape=float(explained[best] / max(explained[best] + unexplained, 1e-12)),
        step=float(as_step.max() / max(explained[best], 1e-12)),
        free_duration_s=float(duration[freest]),
        free_rise_s=float(duration[freest] * rise[freest]),
    )


def fit_moving_pulse(t_s: FloatArray, signal: FloatArray, peak_s: float) -> Pulse:
    """Least squares near the peak of a twitch that is known to be one, while the rest of the mouth moves as well.

    Args:
        t_s: ``(n,)`` times around the peak.
        signal: ``(n, 2)`` displacement.
        peak_s: Time of the peak, to about a frame.

    """
    near = np.abs(t_s - peak_s) <= _MOVING_HALF_WINDOW_S
    duration, rise, shift = _MOVING
    _, _, product, energy, explained = _compared(t_s[near] - peak_s, signal[near], _MOVING)
    best = _first_best(explained)
    return Pulse(
        onset_s=float(peak_s + shift[best] - rise[best] * duration[best]),
        duration_s=float(duration[best]),
        peak_s=float(peak_s + shift[best]),
        height=float(np.hypot(*product[best]) / max(float(energy[best]), 1e-12)),
    )


def _compared(
    t: FloatArray, signal: FloatArray, candidates: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Baseline ``(n, 2)``, signal without it, product with each pulse, energy of each, and what each explains."""
    duration, rise, shift = candidates
    shapes = pulse(t[None, :], (shift - rise * duration)[:, None], duration[:, None], rise[:, None])
    baseline, _ = np.linalg.qr(np.stack([np.ones_like(t), t], axis=1))
    level = shapes - (shapes @ baseline) @ baseline.T
    moved = signal - baseline @ (baseline.T @ signal)
    energy = np.sum(level**2, axis=1)
    usable = energy > 0.05 * energy.max()
    product = level @ moved
    explained = np.where(usable, np.sum(product**2, axis=1) / np.maximum(energy, 1e-12), 0)
    return baseline, moved, product, energy, explained


def _first_best(explained: FloatArray) -> int:
    """Index of the largest; of those that only rounding tells apart, the first.

    Short pulses may cover a single frame, and then several of them fit alike.
    """
    return int(np.argmax(explained >= explained.max() * (1 - 1e-9)))


def resting_energy(signal: FloatArray, length: int) -> float:
    """Median energy about a straight line of stretches of ``length`` samples of an ``(n, 2)`` signal."""
    n = len(signal) // length
    if n == 0:
        return 0.0
    t = np.arange(length) - (length - 1) / 2
    baseline, _ = np.linalg.qr(np.stack([np.ones(length), t], axis=1))
    cut = signal[len(signal) - n * length :].reshape(n, length, -1)
    left = cut - baseline @ (baseline.T @ cut)
    return float(np.median(np.sum(left**2, axis=(1, 2))))
