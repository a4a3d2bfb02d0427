"""What else moved with a twitch: which place, on which side, and how much later.

A place moved when it left where it was before the twitch by much more than it does otherwise, and by more than the skin
of the lip takes along. A brow counts where it goes up, an eye where it closes. The lag is from foot to foot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.config import SpreadConfig
from twitchcam.events.model import Lip, Side, Spread
from twitchcam.events.run import Run
from twitchcam.motion.channels import INDEX

FloatArray = NDArray[np.float64]

#: Around the foot of a twitch: rest before it, and where a place may follow it (seconds, the latter beyond its end).
_BEFORE_S = (0.6, 0.12)
_EARLY_S = 0.12
_LATE_S = 0.15
_USUAL_S = 8.0
_STEP_S = 0.2
#: Levels of a rise through which the line to its foot is laid.
_LEVELS = (0.2, 0.5)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place that may move: its channels, which way counts (0 is any), and the skin's own share (see config)."""

    name: str
    channels: tuple[str, ...]
    way: int
    carried: float


def _places() -> tuple[_Place, ...]:
    made = []
    for side in ("left", "right"):
        made += [
            _Place(f"eye_{side}", (f"lid_{side}",), 1, 0.0),
            _Place(f"brow_{side}", (f"brow_{side}_up",), 1, 0.2),
            _Place(f"cheek_{side}", (f"cheek_{side}_up",), 0, 0.2),
            _Place(f"nose_{side}", (f"nose_{side}_up",), 0, 0.25),
            _Place(f"corner_{side}", (f"corner_{side}_out", f"corner_{side}_up"), 0, 0.65),
        ]
    return (*made, _Place("chin", ("chin_up",), 0, 1.0))


_PLACES = _places()
#: From this share on the other side of the lip does more than what skin takes along.
_ACROSS = 0.45


def _across(lips: tuple[str, ...], side: Side) -> tuple[_Place, ...]:
    """The same lip on the other side, for a twitch of one side."""
    if side is Side.BOTH:
        return ()
    other = side.mirrored
    channels = tuple(f"{lip}_{other}_{way}" for lip in lips for way in ("out", "up"))
    return (_Place(f"lip_{other}", channels, 0, _ACROSS),)


def spread_of(
    run: Run, config: SpreadConfig, *, lip: Lip, side: Side, onset_s: float, end_s: float, amplitude_pct_iod: float
) -> tuple[Spread, ...]:
    """The places that moved with a twitch, in the order of their lags.

    Args:
        run: The stretch that it is in.
        config: Thresholds.
        lip: Where the twitch is.
        side: The same.
        onset_s: Its foot.
        end_s: When the skin is back.
        amplitude_pct_iod: Its size.
    """
    rate = run.rate_hz

    def index(t_s: float) -> int:
        return max(round((t_s - run.start_s) * rate), 0)

    first, last = index(onset_s - _BEFORE_S[0]), index(end_s + _LATE_S) + 1
    values = run.values.rows(first, last)
    t_s = np.array([run.time_s(first + i) for i in range(len(values))])
    rest = t_s < onset_s - _BEFORE_S[1]
    near = t_s >= onset_s - _EARLY_S
    if rest.sum() < 3 or near.sum() < 3:
        return ()
    usual = run.values.rows(index(onset_s - _USUAL_S), index(onset_s - _BEFORE_S[1]))
    step = max(1, round(_STEP_S * rate))
    own = ("upper", "lower") if lip is Lip.BOTH else (lip.value,)
    own_side = ("left", "right") if side is Side.BOTH else (side.value,)
    lips = _Place("lip", tuple(f"{a}_{b}_{way}" for a in own for b in own_side for way in ("out", "up")), 0, 0.0)
    moved_s = _foot(t_s[near], _away(values, rest, lips)[near])
    found = []
    for place in (*_PLACES, *_across(own, side)):
        away = _away(values, rest, place)[near]
        least = config.min_closure if place.name.startswith("eye") else config.min_pct_iod
        least = max(least, place.carried * amplitude_pct_iod, config.min_snr * _noise(usual, place, step))
        if away.max() >= least:
            found.append(Spread(place=place.name, lag_s=round(_foot(t_s[near], away) - moved_s, 3)))
    return tuple(sorted(found, key=lambda spread: (spread.lag_s, spread.place)))


def _away(values: FloatArray, rest: NDArray[np.bool_], place: _Place) -> FloatArray:
    """How far a place is from where it was at rest, in the way that counts."""
    moved = values[:, [INDEX[name] for name in place.channels]]
    moved = moved - np.median(moved[rest], axis=0)
    return np.asarray(place.way * moved[:, 0] if place.way else np.sqrt(np.sum(moved**2, axis=1)))


def _noise(usual: FloatArray, place: _Place, step: int) -> float:
    """Robust standard deviation of what a place does otherwise within a fifth of a second."""
    if len(usual) <= step:
        return np.inf
    channels = [INDEX[name] for name in place.channels]
    changed = usual[step:, channels] - usual[:-step, channels]
    return float(1.4826 * np.sqrt(np.sum(np.median(np.abs(changed), axis=0) ** 2)))


def _foot(t_s: FloatArray, away: FloatArray) -> float:
    """When a rise to the largest value begins: where the line through two levels of its flank meets zero."""
    top = int(np.argmax(away))
    low, high = (_crossing(t_s, away, top, level * away[top]) for level in _LEVELS)
    return low - (high - low) * _LEVELS[0] / (_LEVELS[1] - _LEVELS[0])


def _crossing(t_s: FloatArray, away: FloatArray, top: int, level: float) -> float:
    """The last time before the top at which a level was crossed, between frames."""
    below = np.flatnonzero(away[:top] < level)
    if len(below) == 0:
        return float(t_s[0])
    i = below[-1]
    share = (level - away[i]) / max(away[i + 1] - away[i], 1e-9)
    return float(t_s[i] + share * (t_s[i + 1] - t_s[i]))
