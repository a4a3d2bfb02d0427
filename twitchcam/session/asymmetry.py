"""Resting asymmetry: how much higher the left corner of the mouth stands than the right one while the face rests."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from twitchcam.events.model import Context, Segment
from twitchcam.motion.channels import Sample

#: Beyond this turn of the head perspective alone tilts a mouth.
MAX_YAW_DEG = 15.0
#: Fewer frames than this at rest say nothing.
MIN_FRAMES = 50
_STEP_PCT_IOD = 0.1


class RestingAsymmetry:
    """Collects the tilt of the mouth over the segments of rest; memory does not grow with their number."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, int]] = deque()
        self._seen: Counter[int] = Counter()

    def add(self, samples: Iterable[Sample], segments: Iterable[Segment]) -> None:
        """Takes samples and the segments that ended, each in the order of time."""
        for sample in samples:
            if sample.face and abs(sample["head_yaw"]) <= MAX_YAW_DEG:
                self._waiting.append((sample.t_s, round(sample["mouth_tilt"] / _STEP_PCT_IOD)))
        for segment in segments:
            if segment.kind is Context.REST:
                self._rest(segment)

    def median_pct_iod(self) -> float | None:
        """The median over all rest so far, or None where there was too little of it."""
        total = sum(self._seen.values())
        if total < MIN_FRAMES:
            return None
        below = 0
        for step in sorted(self._seen):
            below += self._seen[step]
            if 2 * below >= total:
                return round(step * _STEP_PCT_IOD, 1) + 0.0
        return None

    def _rest(self, segment: Segment) -> None:
        while self._waiting and self._waiting[0][0] < segment.end_s:
            t_s, step = self._waiting.popleft()
            if t_s >= segment.onset_s:
                self._seen[step] += 1
