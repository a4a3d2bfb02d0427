"""Events as words in other programs: ``twitch upper left``, ``spasm both lips right``; and back."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TypeVar

from twitchcam.events.model import EventType, Lip, Segment, Side, Twitch

Place = TypeVar("Place", Lip, Side)

#: An annotation of one moment is taken as an event of this length around it, seconds.
MOMENT_S = 0.1

_WORD = re.compile(r"[^\W\d_]+")
_PER_CENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_KINDS = {
    "twitch": EventType.TWITCH,
    "twitches": EventType.TWITCH,
    "spasm": EventType.SPASM,
    "spasms": EventType.SPASM,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the words of an annotation say; ``amplitude_pct_iod`` is 0 where they give no size."""

    kind: EventType
    lip: Lip
    side: Side
    amplitude_pct_iod: float = 0.0


def place_words(lip: Lip, side: Side) -> str:
    """Where it is, as in ``upper left`` or ``both lips right``."""
    lips = "both lips" if lip is Lip.BOTH else lip.value
    sides = "both sides" if side is Side.BOTH else side.value
    return f"{lips} {sides}"


def words_of(twitch: Twitch) -> str:
    """An event in words; :func:`label_of` understands them."""
    return f"{twitch.trial_type.value} {place_words(twitch.lip, twitch.side)}"


def segment_words(segment: Segment) -> str:
    """A segment in words, as in ``eye closed left`` or ``rhythm both 5.25 Hz``."""
    words = [segment.kind.value.replace("_", " "), segment.side, frequency_words(segment)]
    return " ".join(word for word in words if word)


def frequency_words(segment: Segment) -> str:
    """How fast a rhythm goes, as in ``5.25 Hz``; empty for what has no frequency."""
    return "" if segment.frequency_hz is None else f"{segment.frequency_hz:.2f} Hz"


def amplitude_words(twitch: Twitch) -> str:
    """Its size in words, as in ``1.52 % IOD``."""
    return f"{twitch.amplitude_pct_iod:.2f} % IOD"


def label_of(*texts: str) -> Label | None:
    """What the words of an annotation say, in any of its texts; None where none of them says twitch or spasm."""
    words = {word.casefold() for text in texts for word in _WORD.findall(text)}
    kinds = {kind for word, kind in _KINDS.items() if word in words}
    if not kinds:
        return None
    sizes = [match[1] for text in texts if (match := _PER_CENT.search(text))]
    return Label(
        kind=EventType.SPASM if EventType.SPASM in kinds else EventType.TWITCH,
        lip=_one_of(words, Lip.UPPER, Lip.LOWER) or Lip.BOTH,
        side=_one_of(words, Side.LEFT, Side.RIGHT) or Side.BOTH,
        amplitude_pct_iod=float(sizes[0]) if sizes else 0.0,
    )


def event_from(label: Label, start_s: float, end_s: float) -> Twitch:
    """The event that an annotation stands for; one without length is a moment in its middle.

    Raises:
        ValueError: the times are not numbers, or the end comes before the start.
    """
    if not (math.isfinite(start_s) and math.isfinite(end_s)):
        raise ValueError(f"expected finite times, got {start_s} and {end_s}")
    if end_s < start_s:
        raise ValueError(f"the end ({end_s:g} s) comes before the start ({start_s:g} s)")
    if end_s == start_s:
        start_s, end_s = start_s - MOMENT_S / 2, end_s + MOMENT_S / 2
    return Twitch(
        onset_s=start_s,
        duration_s=end_s - start_s,
        peak_s=(start_s + end_s) / 2,
        lip=label.lip,
        side=label.side,
        amplitude_pct_iod=label.amplitude_pct_iod,
        trial_type=label.kind,
    )


def _one_of(words: set[str], first: Place, second: Place) -> Place | None:
    """The only one of the two that is named."""
    named = [place for place in (first, second) if place.value in words]
    return named[0] if len(named) == 1 else None
