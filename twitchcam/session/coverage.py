"""How much of a recording was analysed."""

from __future__ import annotations

from dataclasses import dataclass

from twitchcam.motion.channels import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much was analysed.

    Attributes:
        start_s: Time of the first frame analysed, seconds from the first frame of the recording.
        end_s: End of the last frame analysed.
        frames: Count of frames analysed.
        face_frames: Count of those with a face.
        rate_hz: Their mean rate, or None for fewer than two.
        valid_s: Valid time among them, seconds.
    """

    start_s: float
    end_s: float
    frames: int
    face_frames: int
    rate_hz: float | None
    valid_s: float

    @property
    def duration_s(self) -> float:
        """Length of what was analysed, seconds."""
        return self.end_s - self.start_s


class Coverage:
    """Counts frames as they come.

    Args:
        stated_hz: Frame rate that the source states; how long a single frame lasts follows from it.

    Attributes:
        frames: Count of frames so far.
    """

    def __init__(self, stated_hz: float | None) -> None:
        self._stated_hz = stated_hz
        self._first_s = self._last_s = 0.0
        self._face_frames = 0
        self.frames = 0

    def add(self, sample: Sample) -> None:
        """Counts the next frame."""
        if self.frames == 0:
            self._first_s = sample.t_s
        self._last_s = sample.t_s
        self.frames += 1
        self._face_frames += sample.face

    def extent(self, valid_s: float) -> Extent:
        """How much it is so far; ``valid_s`` is the valid time in it."""
        span_s = self._last_s - self._first_s
        rate_hz, period_s = None, 0.0
        if self.frames > 1 and span_s > 0:
            rate_hz, period_s = (self.frames - 1) / span_s, span_s / (self.frames - 1)
        elif self.frames and self._stated_hz:
            period_s = 1 / self._stated_hz
        return Extent(
            start_s=self._first_s,
            end_s=self._last_s + period_s,
            frames=self.frames,
            face_frames=self._face_frames,
            rate_hz=rate_hz,
            valid_s=valid_s,
        )
