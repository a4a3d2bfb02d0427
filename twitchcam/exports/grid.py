"""The channels at even times: what viewers of EEG and EMG, and BIDS, can hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.errors import SessionError
from twitchcam.motion.channels import CHANNELS
from twitchcam.session.reader import Session

#: These say yes or no and have no values between.
_STEPS = tuple(index for index, channel in enumerate(CHANNELS) if channel.unit == "1" and channel.decimals == 0)

#: Of a session with a single frame.
_PERIOD_S = 1 / 30

#: Frame rates that no camera has come from files made up by hand.
_MAX_RATE_HZ = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Channels from time 0 on.

    Attributes:
        rate_hz: Values a second.
        face: ``(n,)`` whether a face was tracked.
        values: ``(n, len(CHANNELS))``, NaN where nothing was measured.
    """

    rate_hz: int
    face: NDArray[np.bool_]
    values: NDArray[np.float64]


def even_grid(session: Session) -> Grid:
    """The channels of a session at the nearest whole rate, straight lines between the frames.

    Where frames are missing, no face was tracked or the measurement began anew, nothing is made up. The end is filled
    up to a full second.

    Raises:
        SessionError: the signals cannot be read or are not in order of time.
    """
    samples = list(session.samples())
    times = np.array([sample.t_s for sample in samples], dtype=np.float64)
    if np.any(np.diff(times) <= 0) or np.any(times < 0):
        raise SessionError(f"{session.path}: the times of the signals do not increase")
    steps_s = np.diff(times)
    # The mean of the usual steps: stamps may jitter, and a hole is no step.
    period_s = float(steps_s[steps_s < 1.5 * np.median(steps_s)].mean()) if len(steps_s) else _PERIOD_S
    rate_hz = min(max(round(1 / period_s), 1), _MAX_RATE_HZ)
    if len(times) == 0:
        return Grid(rate_hz=rate_hz, face=np.zeros(0, np.bool_), values=np.zeros((0, len(CHANNELS))))
    face = np.array([sample.face for sample in samples])
    began = np.array([sample.restart for sample in samples])
    values = np.stack([sample.values for sample in samples])
    seconds = int(times[-1]) + 1
    wanted = np.arange(seconds * rate_hz) / rate_hz

    right = np.clip(np.searchsorted(times, wanted - 1e-9), 1 if len(times) > 1 else 0, len(times) - 1)
    left = np.maximum(right - 1, 0)
    nearest = np.where(np.abs(wanted - times[left]) <= np.abs(times[right] - wanted), left, right)
    near = np.abs(times[nearest] - wanted) <= 0.75 * max(period_s, 1 / rate_hz)
    gap_s = times[right] - times[left]
    between = (wanted >= times[left]) & (wanted <= times[right]) & face[left] & face[right] & ~began[right]
    between &= (gap_s > 0) & (gap_s <= session.config.capture.max_gap_s)
    share = np.where(between, (wanted - times[left]) / np.where(gap_s > 0, gap_s, 1), 0)[:, None]
    lines = (1 - share) * values[left] + share * values[right]
    steps = np.where(near[:, None], values[nearest], np.nan)
    made = np.where(between[:, None], lines, steps)
    made[:, _STEPS] = steps[:, _STEPS]
    found = np.where(between, True, near & face[nearest])
    made[~found] = np.nan
    return Grid(rate_hz=rate_hz, face=found, values=made)
