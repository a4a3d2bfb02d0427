"""Closing of the eyes: of one alone, or of both as in a blink."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from twitchcam.events.model import Context, Segment, Side

#: Two eyes that begin to close this close together close together.
_TOGETHER_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Closures:
    """When eyes begin to close, seconds from the first frame, in order.

    Attributes:
        both_s: Of both eyes at once.
        left_s: Of the left eye alone.
        right_s: Of the right eye alone.
    """

    both_s: tuple[float, ...]
    left_s: tuple[float, ...]
    right_s: tuple[float, ...]

    def alone_s(self, side: Side) -> tuple[float, ...]:
        """Onsets of the closures of one eye alone."""
        return self.left_s if side is Side.LEFT else self.right_s

    def any_s(self, side: Side) -> tuple[float, ...]:
        """Onsets of all closures of one eye, alone or with the other."""
        return tuple(sorted((*self.both_s, *self.alone_s(side))))

    @property
    def total(self) -> int:
        """Count of all closures."""
        return len(self.both_s) + len(self.left_s) + len(self.right_s)


def closures_of(segments: Iterable[Segment]) -> Closures:
    """Every closure in the segments; one without a side is of both eyes, and so are two at the same time."""
    onsets_s: dict[Side, list[float]] = {side: [] for side in Side}
    for segment in segments:
        if segment.kind is Context.BLINK or segment.kind is Context.EYE_CLOSED:
            onsets_s[segment.side or Side.BOTH].append(segment.onset_s)
    both_s = sorted(onsets_s[Side.BOTH])
    # A lid that was seen to close beside a blink of both is part of that blink.
    left_s, right_s = (
        [onset_s for onset_s in sorted(onsets_s[side]) if not _near(both_s, onset_s)]
        for side in (Side.LEFT, Side.RIGHT)
    )
    alone = {
        Side.LEFT: tuple(onset_s for onset_s in left_s if not _near(right_s, onset_s)),
        Side.RIGHT: tuple(onset_s for onset_s in right_s if not _near(left_s, onset_s)),
    }
    # Two eyes that close together begin with the first of them, whichever that is.
    paired_s = sorted([*(set(left_s) - set(alone[Side.LEFT])), *(set(right_s) - set(alone[Side.RIGHT]))])
    together_s = [later for before, later in pairwise([-math.inf, *paired_s]) if later - before > _TOGETHER_S]
    return Closures(both_s=tuple(sorted((*both_s, *together_s))), left_s=alone[Side.LEFT], right_s=alone[Side.RIGHT])


def _near(ordered_s: Sequence[float], time_s: float) -> bool:
    place = bisect_left(ordered_s, time_s - _TOGETHER_S)
    return place < len(ordered_s) and ordered_s[place] <= time_s + _TOGETHER_S
