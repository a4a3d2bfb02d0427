"""One tracker that goes on through several sessions, each with an engine of its own."""

from __future__ import annotations

from dataclasses import replace

from twitchcam.capture.frame import Frame
from twitchcam.face.tracking import FaceFrame, Tracker


class LentTracker:
    """A tracker for one session of several: its times begin at 0, its displacement starts anew, closing does nothing.

    Args:
        tracker: The tracker that goes on.
        zero_s: Time of the session's first frame on the tracker's clock.
    """

    def __init__(self, tracker: Tracker, zero_s: float) -> None:
        self._tracker = tracker
        self._zero_s = zero_s
        self._new = True

    def track(self, frame: Frame) -> FaceFrame | None:
        """The face in the next frame of the session."""
        face = self._tracker.track(replace(frame, t_s=frame.t_s + self._zero_s))
        if face is not None and self._new:
            self._new = False
            return replace(face, restart=True)
        return face

    @property
    def warnings(self) -> list[str]:
        """What limits the tracking."""
        return self._tracker.warnings

    def close(self) -> None:
        """Leaves the tracker to the next session."""
