"""The shape of a twitch in time, and a bank of filters matched to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.dsp.bandpass import Bandpass

FloatArray = NDArray[np.float64]

#: Points per grid step when the mean of a pulse over the phase of the grid is made.
_PHASES = 8


def pulse(
    t_s: FloatArray, onset_s: FloatArray | float, duration_s: FloatArray | float, rise: FloatArray | float
) -> FloatArray:
    """A smooth pulse of height 1: a half cosine up during ``rise * duration_s``, another one down, 0 elsewhere."""
    u, rises = np.broadcast_arrays((t_s - onset_s) / duration_s, rise)
    inside = (u > 0) & (u < 1)
    since, up = u[inside], rises[inside]
    # Half a turn on the way up, the other half on the way down.
    turn = np.where(since < up, since / up, 1 + (since - up) / (1 - up))
    made = np.zeros(u.shape)
    made[inside] = 0.5 - 0.5 * np.cos(np.pi * turn)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Templates of band-passed pulses.

    Attributes:
        kernels: ``(widths, length)`` unit energy; their inner product with a stretch of the band-passed signal is the
            matched output.
        durations_s: ``(widths,)``.
        peak_index: ``(widths,)`` index within the kernel at which the pulse itself is at its peak.
        gains: ``(widths,)`` matched output for a pulse of height 1.
    """

    kernels: FloatArray
    durations_s: FloatArray
    peak_index: NDArray[np.int_]
    gains: FloatArray

    @property
    def length(self) -> int:
        """Samples per kernel."""
        return int(self.kernels.shape[1])


def matched_bank(bandpass: Bandpass, durations_s: tuple[float, ...], *, rise: float, tail_s: float) -> Bank:
    """Filters the pulses through the same band-pass as the signal, so that its ringing is part of what is looked for.

    Args:
        bandpass: The filter that the signal goes through.
        durations_s: Pulse durations, foot to foot.
        rise: Share of the duration up to the peak.
        tail_s: How much of the filter's ringing is kept after the longest pulse.
    """
    rate = bandpass.rate_hz
    longest = max(durations_s)
    lead = int(np.ceil(rise * longest * rate)) + 1
    n = lead + int(np.ceil(((1 - rise) * longest + tail_s) * rate)) + 1
    kernels, gains = [], []
    for duration in durations_s:
        onset = lead / rate - rise * duration
        phases = (np.arange(_PHASES) - (_PHASES - 1) / 2) / _PHASES / rate
        # The frames of a camera fall anywhere on a pulse: the template is the mean over that.
        shape = np.mean([pulse(np.arange(n) / rate + p, onset, duration, rise) for p in phases], axis=0)
        out = bandpass.response(shape)
        energy = float(np.sqrt(np.sum(out**2)))
        kernels.append(out / energy)
        gains.append(energy)
    return Bank(
        kernels=np.stack(kernels),
        durations_s=np.asarray(durations_s, dtype=np.float64),
        peak_index=np.full(len(durations_s), lead),
        gains=np.asarray(gains),
    )
