"""How even bursts follow each other, and twitches within them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twitchcam.events.model import Context, Segment, Side
from twitchcam.screening.bursts import Burst
from twitchcam.screening.criteria import (
    JERK_BURSTS,
    JERK_HZ,
    JERK_SHARE,
    JERK_TWITCHES,
    JERKING_S,
    JERKING_SHARE,
    MAX_RHYTHMIC_SHARE,
    MIN_BURST_CV,
    MIN_BURSTS,
    RHYTHM_EDGE_S,
    TREMOR_HZ,
)
from twitchcam.screening.recording import ValidTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Evenness in time.

    Attributes:
        bursts: All bursts.
        rhythmic: Bursts whose twitches follow each other evenly for 2 s or more, or that fall into a stretch in which
            the mouth moves evenly: of a long train of jerks only some are told as twitches.
        jerks: Those of one side at the rate of jerks, 1-3 Hz.
        most_jerks: Most twitches in one of these.
        tremor: Those at the rate of tremor, 3-9 Hz.
        median_hz: Median rate of the rhythmic ones, or None.
        valid_s: Valid time of all recordings.
        jerking_s: Time in which one side alone moved evenly to and fro at that rate, twitches or not.
        trembling_s: The same of both sides at the rate of tremor.
        burst_cv: Coefficient of variation of the valid time between bursts, or None for fewer than 8 bursts.
    """

    bursts: int
    rhythmic: int
    jerks: int
    most_jerks: int
    tremor: int
    median_hz: float | None
    valid_s: float
    jerking_s: float
    trembling_s: float
    burst_cv: float | None

    @property
    def irregular(self) -> bool:
        """Neither the bursts nor what is in them comes like clockwork."""
        if self.jerking_s >= max(JERKING_S, JERKING_SHARE * self.valid_s):
            return False
        even = self.burst_cv is not None and self.burst_cv < MIN_BURST_CV
        return not even and self.rhythmic < MAX_RHYTHMIC_SHARE * max(self.bursts, 1)

    @property
    def jerking(self) -> bool:
        """Whether one-sided rhythmic jerks are a warning of their own."""
        if self.jerking_s >= JERKING_S or self.most_jerks >= JERK_TWITCHES:
            return True
        return self.jerks >= max(JERK_BURSTS, JERK_SHARE * self.bursts)


def rhythm_of(recordings: Sequence[tuple[Sequence[Burst], ValidTime, Sequence[Segment]]]) -> Rhythm:
    """The rhythm of several recordings.

    Args:
        recordings: Of each its bursts, its valid time and what else was seen; segments of even movement count.
    """
    even_ones = [s for _, _, segments in recordings for s in segments if s.kind is Context.RHYTHM]
    bursts = [burst for ones, _, _ in recordings for burst in ones]
    rates_hz = [burst.rhythm_hz for burst in bursts if burst.rhythm_hz is not None]
    steps_s = np.concatenate(
        [np.zeros(0), *(np.diff(valid.on_axis([burst.onset_s for burst in ones])) for ones, valid, _ in recordings)]
    )
    jerks = [len(burst.twitches) for burst in bursts if _jerks(burst)]
    even = len(bursts) >= MIN_BURSTS and len(steps_s) > 1 and steps_s.mean() > 0
    return Rhythm(
        bursts=len(bursts),
        rhythmic=sum(_rhythmic(ones, segments) for ones, _, segments in recordings),
        jerks=len(jerks),
        most_jerks=max(jerks, default=0),
        tremor=sum(_within(rate_hz, TREMOR_HZ) for rate_hz in rates_hz),
        median_hz=float(np.median(rates_hz)) if rates_hz else None,
        valid_s=sum(valid.length_s for _, valid, _ in recordings),
        jerking_s=sum(s.duration_s for s in even_ones if s.side is not Side.BOTH and _within(s.frequency_hz, JERK_HZ)),
        trembling_s=sum(s.duration_s for s in even_ones if s.side is Side.BOTH and _within(s.frequency_hz, TREMOR_HZ)),
        burst_cv=float(steps_s.std(ddof=1) / steps_s.mean()) if even else None,
    )


def _rhythmic(bursts: Sequence[Burst], segments: Sequence[Segment]) -> int:
    """Bursts that are rhythmic by their twitches, or by the movement of their side that they fall into."""
    even = sorted((s for s in segments if s.kind is Context.RHYTHM), key=lambda s: s.onset_s)
    ends_s = [segment.end_s + RHYTHM_EDGE_S for segment in even]

    def falls_into_one(burst: Burst) -> bool:
        place = bisect_right(ends_s, burst.onset_s)
        if place == len(even) or even[place].onset_s - RHYTHM_EDGE_S >= burst.end_s:
            return False
        return even[place].side in (burst.side, Side.BOTH)

    return sum(burst.rhythm_hz is not None or falls_into_one(burst) for burst in bursts)


def _within(rate_hz: float | None, band_hz: tuple[float, float]) -> bool:
    return rate_hz is not None and band_hz[0] <= rate_hz < band_hz[1]


def _jerks(burst: Burst) -> bool:
    return burst.side is not Side.BOTH and not burst.in_step and _within(burst.rhythm_hz, JERK_HZ)
