"""Every blink and every other closing of the eyes, with its side.

An eye is closed from the frame in which it leaves its open place to the one in which it is back, if it was shut in
between. Both eyes together and short are a blink. Both for longer, or one alone, as when it is pulled shut with the
mouth, are none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from twitchcam.config import EyeConfig
from twitchcam.events.model import Context, Segment, Side
from twitchcam.motion.channels import INDEX, Sample

_SIDES = (Side.LEFT, Side.RIGHT)
_LIDS = slice(INDEX["lid_left"], INDEX["lid_right"] + 1)
#: Rounding of time stamps must not decide.
_SLACK_S = 1e-6


@dataclass(frozen=True, slots=True)
class _Closure:
    """One eye from open to open: its largest closure, sums of its and the other eye's, how far the head went."""

    onset_s: float
    highest: float = 0.0
    own: float = 0.0
    other: float = 0.0
    place: tuple[float, float] = (0.0, 0.0)
    carried: float = 0.0
    end_s: float | None = None


class EyeReader:
    """Takes one sample a frame and gives closures as soon as nothing that follows can change them.

    Args:
        config: When an eye is open and closed, and how long a blink is.
    """

    def __init__(self, config: EyeConfig) -> None:
        self._config = config
        self._closing: dict[Side, _Closure] = {}
        self._ended: dict[Side, _Closure] = {}
        self._last_s = 0.0
        self._both_until_s = -math.inf

    def read(self, sample: Sample) -> list[Segment]:
        """Closures that became certain with a frame that shows the face."""
        self._last_s = sample.t_s
        lids = sample.values[_LIDS].tolist()
        if max(lids) < self._config.open_below and not self._closing and not self._ended:
            return []
        x, y = sample["head_x"], sample["head_y"]
        for side, closed, other in zip(_SIDES, lids, reversed(lids), strict=True):
            now = self._closing.get(side)
            if closed >= self._config.open_below:
                before = now or _Closure(sample.t_s, place=(x, y))
                self._closing[side] = _Closure(
                    onset_s=before.onset_s,
                    highest=max(before.highest, closed),
                    own=before.own + closed,
                    other=before.other + other,
                    place=before.place,
                    carried=max(before.carried, math.hypot(x - before.place[0], y - before.place[1])),
                )
            elif now is not None:
                self._end(side, sample.t_s)
        return self._told()

    def interrupt(self) -> list[Segment]:
        """The face was lost or the recording ended: what is closed ends here."""
        for side in [*self._closing]:
            self._end(side, self._last_s)
        return self._told()

    def _end(self, side: Side, end_s: float) -> None:
        closure = self._closing.pop(side)
        if closure.highest >= self._config.closed and end_s - closure.onset_s >= self._config.min_s - _SLACK_S:
            self._ended[side] = replace(closure, end_s=end_s)

    def _told(self) -> list[Segment]:
        """What ended and waits for nothing: eyes that closed together are one closure."""
        told = []
        # Whichever began first comes first, so that a flipped picture is told alike.
        for side in sorted(self._ended, key=lambda s: self._ended[s].onset_s):
            one, other = self._ended.get(side), side.mirrored
            if one is None:
                continue
            partner = self._ended.get(other)
            if partner is not None and self._in_step(one, partner):
                self._ended.clear()
                told.append(self._joint(one, partner))
            elif not self._waits(one, self._closing.get(other)):
                del self._ended[side]
                told += self._single(side, one)
        return told

    def _in_step(self, one: _Closure, other: _Closure) -> bool:
        return abs(one.onset_s - other.onset_s) <= self._config.together_s + _SLACK_S

    def _waits(self, one: _Closure, other: _Closure | None) -> bool:
        """Whether the other eye, still closed, may yet make one closure with this one."""
        if other is None or not self._in_step(one, other):
            return False
        assert one.end_s is not None
        return self._last_s - one.end_s <= self._config.max_blink_s + _SLACK_S

    def _joint(self, one: _Closure, other: _Closure) -> Segment:
        assert one.end_s is not None
        assert other.end_s is not None
        onset_s = min(one.onset_s, other.onset_s)
        return self._both(onset_s, max(one.end_s, other.end_s) - onset_s)

    def _single(self, side: Side, one: _Closure) -> list[Segment]:
        """An eye without its partner: a blink all the same if the other was as good as closed meanwhile."""
        assert one.end_s is not None
        duration_s = one.end_s - one.onset_s
        if one.other >= self._config.other_share * one.own:
            # Where the other eye only flickered meanwhile, both are told once.
            return [self._both(one.onset_s, duration_s)] if one.onset_s >= self._both_until_s else []
        # Of a head that moves fast, one eye changes its looks more than the other.
        fast = one.carried > self._config.max_head_pct_iod_s * duration_s
        if fast or duration_s < self._config.min_one_sided_s - _SLACK_S:
            return []
        return [Segment(onset_s=one.onset_s, duration_s=duration_s, kind=Context.EYE_CLOSED, side=side)]

    def _both(self, onset_s: float, duration_s: float) -> Segment:
        self._both_until_s = onset_s + duration_s
        kind = Context.BLINK if duration_s <= self._config.max_blink_s + _SLACK_S else Context.EYE_CLOSED
        return Segment(onset_s=onset_s, duration_s=duration_s, kind=kind, side=Side.BOTH)
