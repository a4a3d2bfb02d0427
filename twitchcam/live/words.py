"""What is shown to the person before the camera, in plain words."""

from __future__ import annotations

from twitchcam.events.model import Lip, Side
from twitchcam.live.feed import Limit, Status

_SENTENCES: dict[Limit, str] = {
    Limit.NO_CAMERA: "The camera gives no picture: waiting for it.",
    Limit.NO_FACE: "No face is seen: sit before the camera.",
    Limit.TOO_DARK: "It is too dark: more light from the front.",
    Limit.LOW_RATE: "Too few frames a second to count twitches: more light, or fewer other programs.",
    Limit.FACE_SMALL: "The face is small in the picture: come closer.",
    Limit.FACE_TURNED: "The face is turned away: look at the camera.",
    Limit.OCCLUDED: "Something is before the mouth: not counted.",
    Limit.TALKING: "Talking: not counted.",
    Limit.MOVING: "Moving on purpose: not counted.",
    Limit.FRAMES_DROPPED: "This machine is too slow for every frame: some are dropped.",
}

NOTICE = "left, right: the subject's own. A monitor, not a diagnosis."


def sentence(limit: Limit) -> str:
    """A limit as a sentence for the person before the camera."""
    return _SENTENCES[limit]


def clock(seconds: float) -> str:
    """A length of time as ``1:02:03``."""
    whole = int(max(seconds, 0.0))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def count_of(status: Status, lip: Lip, side: Side) -> int:
    """Twitches at a lip and side."""
    return status.counts.get((lip, side), 0)


def total_of(status: Status) -> int:
    """All twitches."""
    return sum(status.counts.values())


def rate_of(status: Status) -> str:
    """Twitches per minute of valid time, or what is said before there is any."""
    return "no rate yet" if status.per_min is None else f"{status.per_min:.1f} a valid minute"


def kept(status: Status) -> str:
    """Whether images are kept."""
    return "no image is kept" if status.keeps_images == "nothing" else f"IMAGES ARE KEPT: {status.keeps_images}"
