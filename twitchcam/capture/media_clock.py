"""The time of each decoded picture: the container's time stamps, made to begin at 0 and to increase."""

from __future__ import annotations

#: Times are kept to 10 microseconds; what is closer than that is the same moment.
RESOLUTION_S = 1e-5


class MediaClock:
    """Turns the time stamps of decoded frames into seconds since the first frame.

    A stamp that does not increase is refused: two pictures cannot have one time. A step back of more than
    ``max_step_back_s`` means that two recordings were stuck together: time goes on from there, one frame later. A
    picture without a stamp follows the one before by one frame period.

    Args:
        period_s: Time between two frames on average, for pictures without a stamp.
        zero_s: Stamp of the file's first frame when reading begins further on; None takes the first stamp seen.
        max_step_back_s: Largest step back that is taken for disorder and not for a new beginning.

    Attributes:
        refused: Count of pictures dropped because their time did not increase or could not be known.
        guessed: Count of pictures whose time was derived from the one before.
        rejoined_s: Times at which the stamps began anew.
    """

    def __init__(self, period_s: float, *, zero_s: float | None = None, max_step_back_s: float = 1.0) -> None:
        self._period_s = period_s
        self._zero_s = zero_s
        self._max_step_back_s = max_step_back_s
        self._last_s: float | None = None
        self.refused = 0
        self.guessed = 0
        self.rejoined_s: list[float] = []

    def place(self, stamp_s: float | None) -> float | None:
        """Seconds since the first frame, or None where the picture must be dropped.

        Args:
            stamp_s: Presentation time in seconds on the container's own scale; None where it has none.
        """
        t_s = self._time(stamp_s)
        if t_s is None or (self._last_s is not None and t_s < self._last_s + RESOLUTION_S):
            self.refused += 1
            return None
        self._last_s = t_s
        return t_s

    def _time(self, stamp_s: float | None) -> float | None:
        if stamp_s is None:
            if self._last_s is None and self._zero_s is not None:
                return None
            self.guessed += 1
            return 0.0 if self._last_s is None else self._last_s + self._period_s
        if self._zero_s is None:
            self._zero_s = stamp_s if self._last_s is None else stamp_s - self._last_s - self._period_s
        t_s = stamp_s - self._zero_s
        if self._last_s is not None and t_s < self._last_s - self._max_step_back_s:
            t_s = self._last_s + self._period_s
            self._zero_s = stamp_s - t_s
            self.rejoined_s.append(t_s)
        return t_s
