"""What a live display says to a person: one wording, whether in the window, on the page or on a terminal."""

from __future__ import annotations

from twitchcam.events.model import Context, Lip, Side
from twitchcam.live.feed import Limit

NOTICE = "A monitor, not a diagnosis."

#: What is wrong, and what to do about it.
LIMITS: dict[Limit, str] = {
    Limit.NO_FACE: "No face is seen. Sit in front of the camera.",
    Limit.TOO_DARK: "It is too dark. Put a light in front of the face.",
    Limit.FACE_SMALL: "The face is too small. Come closer to the camera.",
    Limit.FACE_TURNED: "The face is turned away. Look towards the camera.",
    Limit.LOW_RATE: "Fewer than 20 pictures a second arrive. More light, or another camera, may help.",
    Limit.TALKING: "Talking. Twitches are not counted meanwhile.",
    Limit.MOVING: "The head or the face moves. Twitches are not counted meanwhile.",
    Limit.OCCLUDED: "Something covers the mouth. Twitches are not counted meanwhile.",
    Limit.FRAMES_DROPPED: "This computer is too slow at the moment: pictures are left out.",
    Limit.NO_CAMERA: "The camera gives no pictures. The session goes on when it does again.",
}

#: Now: the face is ...
CONTEXTS: dict[Context, str] = {
    Context.REST: "at rest",
    Context.TALKING: "talking",
    Context.SMILING: "smiling",
    Context.CHEWING: "chewing",
    Context.MOUTH_MOVEMENT: "moving the mouth",
    Context.HEAD_MOTION: "moving the head",
    Context.OCCLUDED: "covered",
    Context.NO_FACE: "not seen",
    Context.LOW_RATE: "seen too seldom",
    Context.BLINK: "blinking",
    Context.EYE_CLOSED: "closing an eye",
    Context.GAZE_SHIFT: "looking aside",
}


def place(lip: Lip, side: Side) -> str:
    """Where a twitch is; the subject's own left and right."""
    where = "both lips" if lip is Lip.BOTH else f"{lip} lip"
    return f"{where}, both sides" if side is Side.BOTH else f"{where}, {side}"
