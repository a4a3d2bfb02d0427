"""What limits the measurement, in plain words."""

from __future__ import annotations

from twitchcam.live.feed import Limit

_SENTENCES: dict[Limit, str] = {
    Limit.NO_CAMERA: "The camera gives no picture: waiting for it.",
    Limit.NO_FACE: "No face is seen: sit before the camera.",
    Limit.TOO_DARK: "It is too dark: more light from the front.",
    Limit.LOW_RATE: "Too few frames a second to count twitches: more light, or fewer other programs.",
    Limit.FACE_SMALL: "The face is small in the picture: come closer.",
    Limit.FACE_TURNED: "The face is turned away: look at the camera.",
    Limit.OCCLUDED: "Something is before the mouth.",
    Limit.TALKING: "Talking: not counted.",
    Limit.MOVING: "Moving on purpose: not counted.",
    Limit.FRAMES_DROPPED: "This machine is too slow for every frame: some are dropped.",
}


def sentence(limit: Limit) -> str:
    """A limit as a sentence for the person before the camera."""
    return _SENTENCES[limit]
