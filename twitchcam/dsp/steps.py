"""Steps of about a thirtieth of a second, whatever the frame rate: what learned from 30 Hz video counts in them."""

from __future__ import annotations

#: Frames that follow faster than this are one step together. A thirtieth of a second with room for uneven frame times;
#: from 39 Hz on two frames or more are a step.
LEAST_STEP_S = 0.026
#: Times count as ``signals.csv`` keeps them, so that the file tells the same steps.
_DECIMALS = 5


class StepClock:
    """Says which frames end a step. It rests on the times of the frames alone, so all that count in steps agree."""

    def __init__(self) -> None:
        self._last_s: float | None = None

    def push(self, t_s: float, *, restart: bool) -> bool:
        """Takes the next frame with a face.

        Args:
            t_s: Its time.
            restart: Whether the measurement starts anew with it.

        Returns:
            Whether it ends a step; the first frame and one that starts anew do.
        """
        t_s = round(t_s, _DECIMALS)
        if self._last_s is not None and not restart and t_s - self._last_s < LEAST_STEP_S:
            return False
        self._last_s = t_s
        return True
