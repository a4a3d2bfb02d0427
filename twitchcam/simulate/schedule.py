"""Draws twitches: when, where, which way. Seeded; the same arguments give the same twitches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from twitchcam.errors import UsageError
from twitchcam.events.model import Lip, Side
from twitchcam.simulate.scenario import MEAN_ANGLE_DEG, TwitchSpec

if TYPE_CHECKING:
    import numpy as np

MEAN_INTERVAL_S = 2.5
MIN_INTERVAL_S = 1.5
FIRST_S = 3.0
PULSE_S = (0.08, 0.20)
SIGMA_IOD = (0.09, 0.16)
_PLACES = tuple((lip, side) for lip in (Lip.UPPER, Lip.LOWER) for side in (Side.LEFT, Side.RIGHT))


def draw_twitches(
    *,
    duration_s: float,
    seed: int,
    amplitudes_pct_iod: Sequence[float],
    mean_interval_s: float = MEAN_INTERVAL_S,
    min_interval_s: float = MIN_INTERVAL_S,
    first_s: float = FIRST_S,
    tail_s: float = 1.0,
    pulse_s: tuple[float, float] = PULSE_S,
    sigma_iod: tuple[float, float] = SIGMA_IOD,
    rise: tuple[float, float] = (0.3, 0.5),
    angle_spread_deg: float = 25.0,
    place_spread: float = 0.0,
) -> tuple[TwitchSpec, ...]:
    """Twitches at random times, balanced over the four places and the amplitudes.

    Args:
        duration_s: Length of the video.
        seed: Of the draw.
        amplitudes_pct_iod: Sizes; every size comes about equally often at every place.
        mean_interval_s: Mean time from onset to onset.
        min_interval_s: Shortest time from onset to onset.
        first_s: No onset before this time.
        tail_s: No twitch ends later than this before the end.
        pulse_s: Range of the durations (uniform).
        sigma_iod: Range of the radius of the patch (uniform), fraction of the IOD.
        rise: Range of the share of the duration before the peak (uniform).
        angle_spread_deg: Standard deviation of the direction about up-and-out (upper) or down-and-out (lower).
        place_spread: Half width of the range of the patch's place along the lip; 0 is always the lip site.

    Returns:
        Twitches in onset order.

    Raises:
        UsageError: ranges that cannot be drawn from.
    """
    import numpy as np

    if not amplitudes_pct_iod:
        raise UsageError("at least one amplitude is needed to draw twitches")
    if mean_interval_s < min_interval_s:
        raise UsageError(f"the mean interval ({mean_interval_s} s) is shorter than the shortest ({min_interval_s} s)")
    for name, (low, high) in {"lengths": pulse_s, "radii": sigma_iod, "rises": rise}.items():
        if not 0 < low <= high:
            raise UsageError(f"the range of {name} must be positive and increasing, got {low:g} to {high:g}")
    if not 0 <= place_spread <= 0.5:
        raise UsageError(f"twitches can lie 0 to 0.5 of the half lip from the lip site, got {place_spread:g}")
    rng = np.random.default_rng([seed, 1])
    deck: list[tuple[Lip, Side, float]] = []
    twitches: list[TwitchSpec] = []
    onset_s = first_s + _extra(rng, mean_interval_s - min_interval_s)
    while onset_s + pulse_s[1] <= duration_s - tail_s:
        if not deck:
            deck = _shuffled_deck(rng, amplitudes_pct_iod)
        lip, side, amplitude = deck.pop()
        angle = float(np.clip(rng.normal(0.0, angle_spread_deg), -2 * angle_spread_deg, 2 * angle_spread_deg))
        twitches.append(
            TwitchSpec(
                onset_s=onset_s,
                duration_s=float(rng.uniform(*pulse_s)),
                lip=lip,
                side=side,
                amplitude_pct_iod=amplitude,
                angle_deg=MEAN_ANGLE_DEG[lip] + angle,
                sigma_iod=float(rng.uniform(*sigma_iod)),
                rise=float(rng.uniform(*rise)),
                place=0.5 + float(rng.uniform(-place_spread, place_spread)),
            )
        )
        onset_s += min_interval_s + _extra(rng, mean_interval_s - min_interval_s)
    return tuple(twitches)


def _extra(rng: np.random.Generator, mean_s: float) -> float:
    # Exponential waiting times keep onsets unpredictable; cut at four means so that no video is left empty.
    return min(float(rng.exponential(mean_s)), 4 * mean_s) if mean_s > 0 else 0.0


def _shuffled_deck(rng: np.random.Generator, amplitudes: Sequence[float]) -> list[tuple[Lip, Side, float]]:
    """Every place with every amplitude once, in rounds of four places, so that short videos are balanced too."""
    sizes = list(amplitudes)
    start = {place: int(rng.integers(len(sizes))) for place in _PLACES}
    deck = []
    for turn in range(len(sizes)):
        for index in rng.permutation(len(_PLACES)):
            lip, side = _PLACES[index]
            deck.append((lip, side, sizes[(start[(lip, side)] + turn) % len(sizes)]))
    deck.reverse()
    return deck
