"""What the twitches are like: how many to a burst, how many places, how alike, held or short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twitchcam.events.model import EventType, Lip, Side
from twitchcam.screening.bursts import Burst
from twitchcam.screening.statistics import Share, share_of

#: Fewer twitches than this say nothing about how alike they are.
_FEWEST_ALIKE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Properties of the twitches in valid rest.

    Attributes:
        per_burst: Median of the twitches in a burst; 0 without any.
        one_place: Of all twitches, those at the commonest place (lip and side).
        spreading: Of all bursts, those in which something besides lips and eyes moved on the same side.
        moving_both: Of all bursts, those in which something besides lips and eyes moved on both sides.
        tonic: Of all bursts, those with a spasm of 1 s or more.
        lower: Of the spasms, those of the lower lip.
        likeness_cv: Coefficient of variation of the twitches' durations; small is stereotyped. None for fewer than 6.
        amplitude_pct_iod: Median amplitude, or None.
        longest_train: Most twitches in one burst.
    """

    per_burst: float
    one_place: Share
    spreading: Share
    moving_both: Share
    tonic: Share
    lower: Share
    likeness_cv: float | None
    amplitude_pct_iod: float | None
    longest_train: int


def shape_of(bursts: Sequence[Burst], leading: Side | None) -> Shape:
    """The shape of the twitches of some bursts; spreading is looked at on the leading side, or on each burst's own."""
    twitches = [twitch for burst in bursts for twitch in burst.twitches]
    places = Counter((twitch.lip, twitch.side) for twitch in twitches)
    spasms = [twitch for twitch in twitches if twitch.trial_type is EventType.SPASM]
    sizes = [len(burst.twitches) for burst in bursts]
    durations_s = np.array([twitch.duration_s for twitch in twitches])
    return Shape(
        per_burst=float(np.median(sizes)) if sizes else 0.0,
        one_place=share_of(max(places.values(), default=0), len(twitches)),
        spreading=share_of(sum(_spreads(burst, leading) for burst in bursts), len(bursts)),
        moving_both=share_of(sum(_moves_both(burst) for burst in bursts), len(bursts)),
        tonic=share_of(sum(burst.tonic for burst in bursts), len(bursts)),
        lower=share_of(sum(spasm.lip is Lip.LOWER for spasm in spasms), len(spasms)),
        likeness_cv=float(durations_s.std() / durations_s.mean()) if len(twitches) >= _FEWEST_ALIKE else None,
        amplitude_pct_iod=float(np.median([t.amplitude_pct_iod for t in twitches])) if twitches else None,
        longest_train=max(sizes, default=0),
    )


def _places(burst: Burst) -> set[str]:
    """Places other than the eyes, which blink all the time and are looked at by themselves."""
    places = {spread.place for twitch in burst.twitches for spread in twitch.spread}
    return {place for place in places if not place.startswith("eye")}


def _spreads(burst: Burst, leading: Side | None) -> bool:
    side = leading or burst.side
    return any(place.endswith(f"_{side}") for place in _places(burst))


def _moves_both(burst: Burst) -> bool:
    places = _places(burst)
    return any(f"{place.removesuffix('_left')}_right" in places for place in places if place.endswith("_left"))
