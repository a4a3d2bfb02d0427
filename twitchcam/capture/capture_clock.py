"""The time of each frame of a camera: when it was taken, not when it was fetched."""

from __future__ import annotations

#: A frame that comes so much later after the one before than their stamps say was held up; those behind it as well.
_HELD_UP_S = 0.5
#: Held up frames are left out while they are so much later than the quickest; after so long they are believed.
_STALE_S = 0.25
_BELIEVE_AFTER_S = 3.0
#: Where frames fall behind their stamps by this, without being held up, the stamps are not the times of the frames.
_UNTRUE_S = 0.5
#: At the beginning a stream sends what it had stored, faster than it was taken; that is left out, for so long at most.
_SETTLE_S = 2.0
_AS_TAKEN = 0.5
#: The two clocks may drift apart by the first share of the time; a better estimate is taken up at the second.
_DRIFT, _SLEW = 1e-4, 0.02
#: Two frames are never closer.
_RESOLUTION_S = 1e-4


class CaptureClock:
    """Places the frames of one connection on the computer's own clock.

    Frames arrive late, and by a different time each: in bursts from a network, at the mercy of other programs from a
    camera. Where the source stamps its frames, the stamps say how far apart they were taken, and the quickest arrival
    says where they lie on the computer's clock. A frame without a stamp that increases is placed by its arrival, and so
    are all where the stamps turn out to be made up. Times always increase and are never in the future.

    Args:
        after_s: Time of the last frame of the connection before, or None.
    """

    def __init__(self, after_s: float | None = None) -> None:
        self._last_s = after_s
        self._began_s: float | None = None
        self._settled = False
        self._trusted = True
        self._arrival_s = 0.0
        self._stamp_s: float | None = None
        self._lag_s = 0.0
        self._held_up_s: float | None = None

    def place(self, arrival_s: float, stamp_s: float | None) -> float | None:
        """When a frame was taken, on the clock of ``arrival_s``; None where it is too old to be of use.

        Args:
            arrival_s: When it was fetched.
            stamp_s: The source's own stamp on any scale; None where it has none.
        """
        before_s, self._stamp_s = self._stamp_s, stamp_s
        taken_s: float | None = arrival_s
        if self._trusted and stamp_s is not None and (before_s is None or stamp_s > before_s):
            taken_s = self._by_stamp(arrival_s, stamp_s, before_s)
        self._arrival_s = arrival_s
        if taken_s is None:
            return None
        if self._last_s is not None:
            taken_s = max(taken_s, self._last_s + _RESOLUTION_S)
        self._last_s = taken_s
        return taken_s

    def _by_stamp(self, arrival_s: float, stamp_s: float, before_s: float | None) -> float | None:
        lag_s = arrival_s - stamp_s
        elapsed_s = 0.0 if before_s is None else arrival_s - self._arrival_s
        step_s = 0.0 if before_s is None else stamp_s - before_s
        if not self._settled:
            if self._began_s is None:
                self._began_s = arrival_s
            stored = before_s is None or elapsed_s < _AS_TAKEN * step_s
            if stored and arrival_s - self._began_s < _SETTLE_S:
                return None
            self._settled, self._lag_s = True, lag_s
        if elapsed_s - step_s > _HELD_UP_S:
            self._held_up_s = arrival_s
        if self._held_up_s is not None:
            if lag_s > self._lag_s + _STALE_S:
                if arrival_s - self._held_up_s < _BELIEVE_AFTER_S:
                    return None
                self._lag_s = lag_s
            self._held_up_s = None
        elif lag_s > self._lag_s + _UNTRUE_S:
            self._trusted = False
            return arrival_s
        self._lag_s = max(min(lag_s, self._lag_s + _DRIFT * elapsed_s), self._lag_s - _SLEW * elapsed_s)
        return min(stamp_s + self._lag_s, arrival_s)
