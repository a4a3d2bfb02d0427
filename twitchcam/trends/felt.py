"""Twitches that a person felt against those that were seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: A person marks a twitch after it came: a mark is of a twitch that began at most so long before it, seconds.
BEFORE_MARK_S = 3.0
#: A mark may come a little before what the picture shows, seconds.
AFTER_MARK_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class FeltAndSeen:
    """How marks of felt twitches and seen twitches agree.

    Attributes:
        felt: Marks of a felt twitch.
        felt_and_seen: Marks with a twitch seen just before.
        seen: Twitches that were seen.
        seen_and_felt: Seen twitches that a mark follows.
    """

    felt: int
    felt_and_seen: int
    seen: int
    seen_and_felt: int

    def __add__(self, other: FeltAndSeen) -> FeltAndSeen:
        return FeltAndSeen(
            felt=self.felt + other.felt,
            felt_and_seen=self.felt_and_seen + other.felt_and_seen,
            seen=self.seen + other.seen,
            seen_and_felt=self.seen_and_felt + other.seen_and_felt,
        )


def felt_and_seen(marks_s: Sequence[float], onsets_s: Sequence[float]) -> FeltAndSeen:
    """Compares marks with onsets, both in seconds of one recording.

    >>> felt_and_seen([10.0, 50.0], [9.2, 30.0])
    FeltAndSeen(felt=2, felt_and_seen=1, seen=2, seen_and_felt=1)
    """

    def belong(mark_s: float, onset_s: float) -> bool:
        return -AFTER_MARK_S <= mark_s - onset_s <= BEFORE_MARK_S

    return FeltAndSeen(
        felt=len(marks_s),
        felt_and_seen=sum(any(belong(mark_s, onset_s) for onset_s in onsets_s) for mark_s in marks_s),
        seen=len(onsets_s),
        seen_and_felt=sum(any(belong(mark_s, onset_s) for mark_s in marks_s) for onset_s in onsets_s),
    )
