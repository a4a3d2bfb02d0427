"""Compares events with a truth: how many were found, how many are false, and how right the found ones are.

Two events belong together when the middles of their intervals are at most a tolerance apart. Matching is one to one and
the best there is: as many pairs as possible, and among those matchings the one with the smallest sum of distances.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from twitchcam.events.model import Twitch

TOLERANCE_S = 0.2
# Times come from text with 0.1 ms; what is at the tolerance but for rounding is within it.
_ROUNDING_S = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One pair: places in the sequences of truth and of events, and how far the event's middle is late (seconds)."""

    truth: int
    event: int
    late_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well events agree with the truth.

    Nothing reported is nothing false (precision 1), nothing to find is nothing missed (recall 1): where both are empty,
    precision, recall and F1 are 1; where only one is, F1 is 0. Averages over matches are None where there is no match.

    Attributes:
        truths: Events in the truth.
        events: Events to be judged.
        matched: Pairs.
        precision: Share of the events that are in the truth.
        recall: Share of the truth that was found.
        f1: Their harmonic mean.
        side_accuracy: Share of the pairs with the same side.
        lip_accuracy: Share of the pairs with the same lip.
        onset_error_s: Median of onset minus true onset; positive is late.
        onset_abs_error_s: Median of its absolute value.
        amplitude_error: Median of amplitude over true amplitude, minus 1; pairs with a true amplitude of 0 left out.
        amplitude_abs_error: Median of its absolute value.
        tolerance_s: What counted as the same time.
        matches: The pairs, in the order of the truth's time.
    """

    truths: int
    events: int
    matched: int
    precision: float
    recall: float
    f1: float
    side_accuracy: float | None
    lip_accuracy: float | None
    onset_error_s: float | None
    onset_abs_error_s: float | None
    amplitude_error: float | None
    amplitude_abs_error: float | None
    tolerance_s: float
    matches: tuple[Match, ...] = field(repr=False)

    @property
    def missed(self) -> int:
        """Events of the truth that were not found."""
        return self.truths - self.matched

    @property
    def false(self) -> int:
        """Events that are not in the truth."""
        return self.events - self.matched

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, ``missed`` and ``false`` included; what is missing is None, never NaN."""
        data = asdict(self)
        matches = data.pop("matches")
        return {**data, "missed": self.missed, "false": self.false, "matches": list(matches)}


def score(truth: Sequence[Twitch], events: Sequence[Twitch], *, tolerance_s: float = TOLERANCE_S) -> Score:
    """Compares events with the truth; either may be in any order.

    Args:
        truth: What happened.
        events: What was found.
        tolerance_s: Largest distance of the middles of two intervals that can be a pair.

    Raises:
        ValueError: a negative tolerance.
    """
    matches = match(truth, events, tolerance_s=tolerance_s)
    pairs = [(truth[m.truth], events[m.event]) for m in matches]
    onset_errors = [found.onset_s - true.onset_s for true, found in pairs]
    amplitude_errors = [
        found.amplitude_pct_iod / true.amplitude_pct_iod - 1 for true, found in pairs if true.amplitude_pct_iod > 0
    ]
    both = len(truth) + len(events)
    return Score(
        truths=len(truth),
        events=len(events),
        matched=len(pairs),
        precision=len(pairs) / len(events) if events else 1.0,
        recall=len(pairs) / len(truth) if truth else 1.0,
        f1=2 * len(pairs) / both if both else 1.0,
        side_accuracy=_share([true.side is found.side for true, found in pairs]),
        lip_accuracy=_share([true.lip is found.lip for true, found in pairs]),
        onset_error_s=_median(onset_errors),
        onset_abs_error_s=_median([abs(error) for error in onset_errors]),
        amplitude_error=_median(amplitude_errors),
        amplitude_abs_error=_median([abs(error) for error in amplitude_errors]),
        tolerance_s=tolerance_s,
        matches=matches,
    )


def match(truth: Sequence[Twitch], events: Sequence[Twitch], *, tolerance_s: float = TOLERANCE_S) -> tuple[Match, ...]:
    """The best one-to-one matching in time, in the order of the truth's time.

    Raises:
        ValueError: a negative tolerance.
    """
    if not tolerance_s >= 0:
        raise ValueError(f"expected a tolerance >= 0 s, got {tolerance_s}")
    found = [
        Match(truth=t, event=e, late_s=events[e].centre_s - truth[t].centre_s)
        for true_ones, event_ones in _clusters(truth, events, tolerance_s)
        for t, e in _assigned(truth, events, true_ones, event_ones, tolerance_s)
    ]
    return tuple(sorted(found, key=lambda m: (truth[m.truth].centre_s, m.truth)))


def _clusters(
    truth: Sequence[Twitch], events: Sequence[Twitch], tolerance_s: float
) -> Iterator[tuple[list[int], list[int]]]:
    """Stretches of time that no pair can bridge, so that long recordings are solved piece by piece."""
    marks = sorted(
        [(twitch.centre_s, 0, index) for index, twitch in enumerate(truth)]
        + [(twitch.centre_s, 1, index) for index, twitch in enumerate(events)]
    )
    cluster: tuple[list[int], list[int]] = ([], [])
    last_s = float("-inf")
    for centre_s, kind, index in marks:
        if centre_s - last_s > tolerance_s + _ROUNDING_S:
            if cluster[0] and cluster[1]:
                yield cluster
            cluster = ([], [])
        cluster[kind].append(index)
        last_s = centre_s
    if cluster[0] and cluster[1]:
        yield cluster


def _assigned(
    truth: Sequence[Twitch],
    events: Sequence[Twitch],
    true_ones: list[int],
    event_ones: list[int],
    tolerance_s: float,
) -> list[tuple[int, int]]:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    true_s = np.array([truth[i].centre_s for i in true_ones])
    event_s = np.array([events[i].centre_s for i in event_ones])
    distance = np.abs(true_s[:, None] - event_s[None, :])
    possible = distance <= tolerance_s + _ROUNDING_S
    # A pair is worth more than all the distances of the others together: first as many as possible, then the nearest.
    worth = (tolerance_s + _ROUNDING_S) * (min(distance.shape) + 1)
    rows, columns = linear_sum_assignment(np.where(possible, distance - worth, 0.0))
    return [(true_ones[r], event_ones[c]) for r, c in zip(rows, columns, strict=True) if possible[r, c]]


def _median(values: Sequence[float]) -> float | None:
    return float(median(values)) if values else None


def _share(right: Sequence[bool]) -> float | None:
    return sum(right) / len(right) if right else None
