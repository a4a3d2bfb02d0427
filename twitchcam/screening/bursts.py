"""Bursts: twitches less than 2 s apart. They are the unit of every statistic: twitches of one are not independent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median

from twitchcam.events.model import BURST_GAP_S, EventType, Side, Twitch
from twitchcam.screening.criteria import IN_STEP_S, MAX_FOLDED, RHYTHM_CV, RHYTHM_S, RHYTHM_TWITCHES


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Twitches that belong together.

    Attributes:
        twitches: In order of time.
        side: The side of most of them; ``both`` where neither has more. A twitch that takes the lip or the
            corner of the other side along is of both.
        in_step: Whether both sides moved at once in it.
        rhythm_hz: Rate of its twitches where they are rhythmic, or None.
    """

    twitches: tuple[Twitch, ...]
    side: Side
    in_step: bool
    rhythm_hz: float | None

    @property
    def onset_s(self) -> float:
        """Begin of its first twitch."""
        return self.twitches[0].onset_s

    @property
    def end_s(self) -> float:
        """End of the twitch that ends last."""
        return max(twitch.end_s for twitch in self.twitches)

    @property
    def tonic(self) -> bool:
        """Whether a spasm is part of it."""
        return any(twitch.trial_type is EventType.SPASM for twitch in self.twitches)

    def shows(self, place: str, side: Side) -> bool:
        """Whether a place moved on this side with one of its twitches, and not on the other side as well."""
        here, there = f"{place}_{side}", f"{place}_{side.mirrored}"
        for twitch in self.twitches:
            places = {spread.place for spread in twitch.spread}
            if here in places and there not in places:
                return True
        return False


def bursts_of(twitches: Iterable[Twitch], *, gap_s: float = BURST_GAP_S) -> list[Burst]:
    """The bursts of twitches, which may come in any order."""
    groups: list[list[Twitch]] = []
    end_s = float("-inf")
    for twitch in sorted(twitches, key=lambda twitch: (twitch.onset_s, twitch.end_s)):
        if not groups or twitch.onset_s - end_s >= gap_s:
            groups.append([])
        groups[-1].append(twitch)
        end_s = max(end_s, twitch.end_s)
    return [_burst(group) for group in groups]


def _burst(twitches: Sequence[Twitch]) -> Burst:
    sides = [_side(twitch) for twitch in twitches]
    left, right = sides.count(Side.LEFT), sides.count(Side.RIGHT)
    both = len(twitches) - left - right
    side = Side.BOTH
    if left > right and left > both:
        side = Side.LEFT
    elif right > left and right > both:
        side = Side.RIGHT
    return Burst(twitches=tuple(twitches), side=side, in_step=_in_step(twitches), rhythm_hz=rhythm_hz(twitches))


def _side(twitch: Twitch) -> Side:
    """The side of a twitch; ``both`` where the lip or the corner of the other side goes along."""
    other = {f"corner_{twitch.side.mirrored}", f"lip_{twitch.side.mirrored}"}
    along = twitch.side is not Side.BOTH and any(spread.place in other for spread in twitch.spread)
    return Side.BOTH if along else twitch.side


def _in_step(twitches: Sequence[Twitch]) -> bool:
    """Whether at least half of the twitches move both sides, by themselves or with a neighbour."""
    alike = [_both_sides(twitch) for twitch in twitches]
    for i, (one, other) in enumerate(pairwise(twitches)):
        if one.side is other.side.mirrored and other.onset_s - one.onset_s <= IN_STEP_S:
            alike[i] = alike[i + 1] = True
    return 2 * sum(alike) >= len(alike)


def _both_sides(twitch: Twitch) -> bool:
    """Whether a twitch moved the other side too. Eyes do not count: one blinks all the time."""
    if twitch.side is Side.BOTH:
        return True
    if not twitch.spread:
        return False
    other = f"_{twitch.side.mirrored}"
    return any(spread.place.endswith(other) and not spread.place.startswith("eye") for spread in twitch.spread)


def rhythm_hz(twitches: Sequence[Twitch]) -> float | None:
    """Rate of twitches that follow each other evenly for long enough; None where they do not."""
    peaks_s = [twitch.peak_s for twitch in twitches if twitch.trial_type is EventType.TWITCH]
    if len(peaks_s) < RHYTHM_TWITCHES or peaks_s[-1] - peaks_s[0] < RHYTHM_S:
        return None
    steps_s = [later - earlier for earlier, later in pairwise(peaks_s)]
    usual_s = median(steps_s)
    # Where a twitch was missed, its neighbours are two steps apart.
    folded = [2 if 1.7 < step_s / usual_s < 2.3 else 1 for step_s in steps_s] if usual_s > 0 else []
    if sum(fold - 1 for fold in folded) > MAX_FOLDED * len(steps_s) or not folded:
        return None
    even_s = [step_s / fold for step_s, fold in zip(steps_s, folded, strict=True)]
    mean_s = fmean(even_s)
    deviation_s = (sum((step_s - mean_s) ** 2 for step_s in even_s) / (len(even_s) - 1)) ** 0.5
    return 1 / mean_s if deviation_s < RHYTHM_CV * mean_s else None
