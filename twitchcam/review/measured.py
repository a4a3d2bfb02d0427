"""Measures a twitch that a person saw and the detector did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.events.model import Lip, Side
from twitchcam.motion.channels import LIP_SITES, Sample
from twitchcam.views.traces import SlidingTraces

FloatArray = NDArray[np.float64]

#: The largest displacement is looked for this far from where the person put the twitch, seconds.
REACH_S = 0.3
#: The running median needs so much around it.
MARGIN_S = 1.2
#: The twitch lasts while its displacement is over this share of the largest.
_FOOT_SHARE = 0.2
#: A length is measured up to here; what goes on longer is no longer this twitch.
_LONGEST_HALF_S = 0.5
_SHORTEST_S = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """A displacement at some lip sites."""

    onset_s: float
    duration_s: float
    peak_s: float
    amplitude_pct_iod: float


def traces_of(samples: Sequence[Sample], start_s: float, end_s: float) -> tuple[FloatArray, FloatArray]:
    """How far each lip site is from its place in a stretch.

    Args:
        samples: Samples of the stretch with :data:`MARGIN_S` more on either side, where there is so much.
        start_s: Begin of the stretch, seconds.
        end_s: Its end.

    Returns:
        ``(n,)`` times and ``(n, 4)`` displacements in % IOD, in the order of ``LIP_SITES``; NaN is missing.
    """
    middle_s, half_s = (start_s + end_s) / 2, (end_s - start_s) / 2
    return SlidingTraces(samples, past_s=half_s, future_s=half_s).around(middle_s)


def sites_of(lip: Lip, side: Side) -> list[int]:
    """Numbers of the lip sites that a label means."""
    lips = (Lip.UPPER, Lip.LOWER) if lip is Lip.BOTH else (lip,)
    sides = (Side.LEFT, Side.RIGHT) if side is Side.BOTH else (side,)
    return [LIP_SITES.index(f"{a}_{b}") for a in lips for b in sides]


def measured(times_s: FloatArray, traces: FloatArray, lip: Lip, side: Side, t_s: float) -> Pulse | None:
    """The largest displacement near a moment at the places that a label means; None where nothing was measured there.

    Args:
        times_s: ``(n,)`` times in seconds.
        traces: ``(n, 4)`` displacements as of :func:`traces_of`.
        lip: Which lip the person saw move.
        side: Which side.
        t_s: When.
    """
    known = ~np.isnan(traces).any(axis=1)
    moved = np.where(known, traces[:, sites_of(lip, side)].max(axis=1, initial=0), -np.inf)
    near = known & (np.abs(times_s - t_s) <= REACH_S)
    if not near.any():
        return None
    peak = int(np.argmax(np.where(near, moved, -np.inf)))
    foot = _FOOT_SHARE * moved[peak]
    first = last = peak
    while first > 0 and moved[first - 1] > foot and times_s[peak] - times_s[first - 1] <= _LONGEST_HALF_S:
        first -= 1
    while last < len(moved) - 1 and moved[last + 1] > foot and times_s[last + 1] - times_s[peak] <= _LONGEST_HALF_S:
        last += 1
    onset_s = float(times_s[max(first - 1, 0)])
    end_s = float(times_s[min(last + 1, len(moved) - 1)])
    return Pulse(
        onset_s=onset_s,
        duration_s=max(end_s - onset_s, _SHORTEST_S),
        peak_s=float(times_s[peak]),
        amplitude_pct_iod=float(moved[peak]),
    )
