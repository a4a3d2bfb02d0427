"""Every shift of the gaze to a side and back."""

from __future__ import annotations

from twitchcam.config import EyeConfig
from twitchcam.events.model import Context, Segment, Side
from twitchcam.motion.channels import Sample

#: Rounding of time stamps must not decide.
_SLACK_S = 1e-6
#: Share of a step with which the level follows small changes, at each frame.
_FOLLOW = 0.05


class GazeReader:
    """Takes one sample a frame; a shift is told when the gaze has come to rest at another place.

    Args:
        config: How far and for how long a gaze must go.
    """

    def __init__(self, config: EyeConfig) -> None:
        self._config = config
        self._level: float | None = None
        self._leaving_s: float | None = None
        self._settling: tuple[float, float] = (0.0, 0.0)

    def read(self, sample: Sample) -> list[Segment]:
        """Shifts that became certain with a frame that shows the face."""
        config = self._config
        if max(sample["lid_left"], sample["lid_right"]) >= config.open_below:
            return []  # The gaze of a closed eye is a guess.
        gaze, t_s = sample["gaze_x"], sample.t_s
        if self._level is None:
            self._level = gaze
        away = gaze - self._level
        if abs(away) < config.gaze_still:
            self._leaving_s = None
            self._level += _FOLLOW * away
            return []
        if self._leaving_s is None:
            self._leaving_s = t_s
            self._settling = (t_s, gaze)
        if abs(gaze - self._settling[1]) >= config.gaze_still:
            self._settling = (t_s, gaze)
        since_s, place = self._settling
        if t_s - since_s < config.gaze_settled_s - _SLACK_S:
            return []
        onset_s, moved = self._leaving_s, place - self._level
        self._level, self._leaving_s = place, None
        if abs(moved) < config.gaze_shift:
            return []
        side = Side.LEFT if moved > 0 else Side.RIGHT
        # At mesh anchors the gaze jumps at once; a shift still lasts as long as the saccade that it is.
        duration_s = max(since_s - onset_s, config.gaze_least_s)
        return [Segment(onset_s=onset_s, duration_s=duration_s, kind=Context.GAZE_SHIFT, side=side)]

    def interrupt(self) -> list[Segment]:
        """The face was lost or the recording ended: a shift that did not come to rest is none."""
        self._level = self._leaving_s = None
        return []
