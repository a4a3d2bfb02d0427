"""Resting asymmetry: how much higher the left corner of the mouth stands than the right one while the face rests."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from twitchcam.events.model import OVERLAID, Context, Segment
from twitchcam.motion.channels import Sample

#: Beyond this turn of the head perspective alone tilts a mouth.
MAX_YAW_DEG = 15.0
#: Fewer frames than this at rest say nothing.
MIN_FRAMES = 50
_STEP_PCT_IOD = 0.1
#: A segment is known to have ended well before this much later.
_LATEST_S = 60.0


class RestingAsymmetry:
    """Collects the tilt of the mouth over the segments of rest; memory grows neither with their number nor length."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, int]] = deque()
        # Of the segment that goes on: what is too old to belong to another one.
        self._settled: Counter[int] = Counter()
        self._seen: Counter[int] = Counter()

    def add(self, samples: Iterable[Sample], segments: Iterable[Segment]) -> None:
        """Takes samples and the segments that ended, each in the order of time."""
        for sample in samples:
            if sample.face and abs(sample["head_yaw"]) <= MAX_YAW_DEG:
                self._waiting.append((sample.t_s, round(sample["mouth_tilt"] / _STEP_PCT_IOD)))
            while self._waiting and self._waiting[0][0] < sample.t_s - _LATEST_S:
                self._settled[self._waiting.popleft()[1]] += 1
        for segment in segments:
            if segment.kind not in OVERLAID:
                self._ended(segment)

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

    def _ended(self, segment: Segment) -> None:
        """Segments of a context follow each other: what is not older than the last one belongs to this one."""
        taken, self._settled = self._settled, Counter()
        while self._waiting and self._waiting[0][0] < segment.end_s:
            t_s, step = self._waiting.popleft()
            if t_s >= segment.onset_s:
                taken[step] += 1
        if segment.kind is Context.REST:
            self._seen.update(taken)
