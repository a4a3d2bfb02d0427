"""What the live loop tells those who show it, and what they may ask of it.

The loop runs in one thread and owns the engine and the session folder. Displays (the window, the local page, the
lines on a terminal) get a :class:`LiveUpdate` for every frame, which they must take without blocking, and put commands
into the loop's queue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from twitchcam.capture.frame import Frame
from twitchcam.engine import Update
from twitchcam.events.model import Context, Lip, Mark, Side
from twitchcam.session.notes_file import NoteKind


class Limit(StrEnum):
    """What limits the measurement now."""

    NO_FACE = "no_face"
    TOO_DARK = "too_dark"
    FACE_SMALL = "face_small"
    FACE_TURNED = "face_turned"
    LOW_RATE = "low_rate"
    TALKING = "talking"
    MOVING = "moving"
    OCCLUDED = "occluded"
    FRAMES_DROPPED = "frames_dropped"
    NO_CAMERA = "no_camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolStep:
    """The part of the guided protocol that is going on.

    Attributes:
        name: Short, as in ``notes.tsv``.
        instruction: What the person is to do, a sentence.
        left_s: Seconds until the next part.
        number: Which part it is, from 1.
        total: How many there are.
    """

    name: str
    instruction: str
    left_s: float
    number: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The session so far.

    Attributes:
        t_s: Seconds since the first frame.
        time: Wall time now, with offset.
        valid_s: Seconds in which a twitch would have been counted.
        counts: ``(lip, side)`` to twitches.
        per_min: Twitches per minute of valid time; None before there is any.
        rate_hz: Frames per second that arrive.
        dropped: Frames that were dropped or lost since the start.
        context: What the face is doing.
        limits: What limits the measurement now, most important first.
        paused: Whether measuring is paused.
        keeps_images: What is recorded: nothing, clips around twitches, all.
        protocol: Part of the guided protocol, or None.
        ended: True with the last update.
    """

    t_s: float = 0.0
    time: datetime
    valid_s: float = 0.0
    counts: dict[tuple[Lip, Side], int] = field(default_factory=dict)
    per_min: float | None = None
    rate_hz: float | None = None
    dropped: int = 0
    context: Context | None = None
    limits: tuple[Limit, ...] = ()
    paused: bool = False
    keeps_images: str = "nothing"
    protocol: ProtocolStep | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveUpdate:
    """What one frame brought.

    Attributes:
        frame: The picture, not mirrored; None where only the status changed (no camera, the end).
        update: What the engine said.
        marks: Provisional marks that are new.
        noise_pct_iod: ``{site: noise level}`` of the lip sites, % IOD, for the band around the traces.
        status: The session so far.
    """

    frame: Frame | None = None
    update: Update = field(default_factory=Update)
    marks: tuple[Mark, ...] = ()
    noise_pct_iod: dict[str, float] = field(default_factory=dict)
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    """Write a note with the present time; a felt twitch is one of kind ``felt``."""

    kind: NoteKind
    name: str = ""
    value: str = ""
    text: str = ""


class Control(StrEnum):
    """Commands without an argument."""

    PAUSE = "pause"
    RESUME = "resume"
    QUIT = "quit"


Command: TypeAlias = AddNote | Control


class Display(Protocol):
    """Shows the session; called from the loop's thread."""

    def show(self, update: LiveUpdate) -> None:
        """Takes what a frame brought; must not block."""

    def close(self) -> None:
        """Ends the display."""
