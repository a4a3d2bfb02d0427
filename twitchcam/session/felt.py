"""Felt twitches beside seen ones: how many of each have the other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from twitchcam.events.model import Twitch

#: A key may be pressed a little before the skin is seen to have moved.
_EARLY_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class FeltAndSeen:
    """How felt and seen twitches agree.

    Attributes:
        felt: How many were reported as felt.
        felt_seen: How many of those were seen shortly before.
        seen: How many were seen.
        seen_felt: How many of those were reported shortly after.
    """

    felt: int
    felt_seen: int
    seen: int
    seen_felt: int

    @property
    def felt_share(self) -> float | None:
        """Share of the felt ones that were seen; None where none was felt."""
        return self.felt_seen / self.felt if self.felt else None

    @property
    def seen_share(self) -> float | None:
        """Share of the seen ones that were felt; None where none was seen, or nobody reported any."""
        return self.seen_felt / self.seen if self.seen and self.felt else None


def compare_felt(felt_s: Sequence[float], twitches: Sequence[Twitch], *, within_s: float) -> FeltAndSeen:
    """Compares reports with events: one report may stand for several twitches in a row.

    Args:
        felt_s: Times of the reports, seconds from the first frame.
        twitches: What was seen.
        within_s: How long after a twitch it is reported at most.
    """
    felt = sorted(felt_s)
    onsets = sorted(twitch.onset_s for twitch in twitches)
    felt_seen = sum(bisect_right(onsets, t + _EARLY_S) > bisect_left(onsets, t - within_s) for t in felt)
    seen_felt = sum(bisect_right(felt, t + within_s) > bisect_left(felt, t - _EARLY_S) for t in onsets)
    return FeltAndSeen(felt=len(felt), felt_seen=felt_seen, seen=len(onsets), seen_felt=seen_felt)
