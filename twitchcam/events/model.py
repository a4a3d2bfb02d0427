"""The vocabulary of findings: twitches, segments, sides and lips.

Times are seconds from the first frame of the recording. An interval is ``[onset_s, onset_s + duration_s)``.
Left and right are the subject's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: Twitches less than this apart share a burst, in the log by default and in the screening always. It stands here so
#: that a look at a log need not load the configuration.
BURST_GAP_S: Final = 2.0


class Lip(StrEnum):
    """Which lip moved."""

    UPPER = "upper"
    LOWER = "lower"
    BOTH = "both"


class Side(StrEnum):
    """Which side moved; the subject's left or right."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"

    @property
    def mirrored(self) -> Side:
        """The side that this one becomes when the picture is flipped."""
        return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.BOTH: Side.BOTH}[self]


class EventType(StrEnum):
    """Kind of event in ``events.tsv``."""

    TWITCH = "twitch"
    SPASM = "spasm"


class Context(StrEnum):
    """What the face was doing; the kinds of ``segments.tsv`` and the ``context`` of an event."""

    REST = "rest"
    TALKING = "talking"
    SMILING = "smiling"
    CHEWING = "chewing"
    MOUTH_MOVEMENT = "mouth_movement"
    HEAD_MOTION = "head_motion"
    OCCLUDED = "occluded"
    NO_FACE = "no_face"
    LOW_RATE = "low_rate"
    BLINK = "blink"
    EYE_CLOSED = "eye_closed"
    GAZE_SHIFT = "gaze_shift"
    RHYTHM = "rhythm"
    MOUTH_PULL = "mouth_pull"


#: Kinds of segments that lie over those that say what the face was doing; they take nothing from valid time.
OVERLAID = frozenset({Context.BLINK, Context.EYE_CLOSED, Context.GAZE_SHIFT, Context.RHYTHM, Context.MOUTH_PULL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Another place that moved with a twitch, and how much later (seconds; negative is earlier)."""

    place: str
    lag_s: float

    def __str__(self) -> str:
        return f"{self.place}{self.lag_s:+.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Twitch:
    """One labelled event.

    Attributes:
        onset_s: When the skin starts to leave its place (the foot of the pulse).
        duration_s: From the onset to the return; > 0.
        peak_s: Time of the largest displacement.
        lip: Which lip.
        side: The subject's side.
        amplitude_pct_iod: Peak displacement of the skin at the lip site, in per cent of the inter-ocular distance.
        amplitude_mm: The same in millimetres, or None where the scale is not known.
        snr: Peak of the matched output over its running noise level (robust standard deviations).
        confidence: 0-1, the calibrated share of such detections that are twitches.
        context: What the face was doing.
        spread: What else moved with it.
        burst: Number of the burst it belongs to, from 1; twitches less than 2 s apart share one. 0: not yet assigned.
        trial_type: ``twitch`` or ``spasm``.

    Raises:
        ValueError: a duration or amplitude that is not positive, a confidence outside 0-1.
    """

    onset_s: float
    duration_s: float
    peak_s: float
    lip: Lip
    side: Side
    amplitude_pct_iod: float
    amplitude_mm: float | None = None
    snr: float | None = None
    confidence: float | None = None
    context: Context | None = None
    spread: tuple[Spread, ...] = ()
    burst: int = 0
    trial_type: EventType = EventType.TWITCH

    def __post_init__(self) -> None:
        if not (math.isfinite(self.onset_s) and self.duration_s > 0):
            raise ValueError(f"expected a finite onset and a positive duration, got {self.onset_s}, {self.duration_s}")
        if not self.amplitude_pct_iod >= 0:
            raise ValueError(f"expected an amplitude >= 0, got {self.amplitude_pct_iod}")
        if self.confidence is not None and not 0 <= self.confidence <= 1:
            raise ValueError(f"expected a confidence in 0-1, got {self.confidence}")

    @property
    def end_s(self) -> float:
        """End of the event in seconds."""
        return self.onset_s + self.duration_s

    @property
    def centre_s(self) -> float:
        """Middle of the interval; events are matched in time by it."""
        return self.onset_s + self.duration_s / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of the recording in one context.

    Attributes:
        onset_s: Begin.
        duration_s: Length.
        kind: What it is.
        side: Only where the context has one: which eye closed, where the gaze went, which side moves evenly.
        frequency_hz: Of a ``rhythm``, else None.
    """

    onset_s: float
    duration_s: float
    kind: Context
    side: Side | None = None
    frequency_hz: float | None = None

    @property
    def end_s(self) -> float:
        """End of the segment in seconds."""
        return self.onset_s + self.duration_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A movement that may turn out to be a twitch; shown at once, decided later."""

    peak_s: float
    lip: Lip
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A peak that was not taken for a twitch, and why: for the debug output.

    Attributes:
        t_s: Time of the peak.
        lip: Where it was strongest.
        side: The same.
        snr: Its size over the noise level.
        gate: Name of the gate that rejected it: a parameter of the configuration's ``detection`` section,
            ``min_rate_hz`` of ``capture``, ``release_s`` of ``spasm``, or ``edge``, the seconds of signal on the
            shorter side of the peak.
        value: What was measured.
        limit: What would have been allowed.
    """

    t_s: float
    lip: Lip
    side: Side
    snr: float
    gate: str
    value: float
    limit: float
