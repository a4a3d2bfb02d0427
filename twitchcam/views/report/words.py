"""What was found, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from twitchcam.events.model import Context, Lip, Side
from twitchcam.trends.felt import BEFORE_MARK_S, FeltAndSeen
from twitchcam.trends.poisson import rate_interval
from twitchcam.views.report.part import Part, share_of, spasms

NOTICE = (
    "twitchcam measures how the skin around the lips moves in a picture. It is a monitor, not a diagnosis: it cannot "
    "say why something moves. Show this report and the video to a doctor."
)
EMERGENCY = (
    "A droop of the face, weakness or trouble speaking that is new and sudden is an emergency, whatever this page "
    "says. So are rhythmic jerks of one side that are new, spread to the hand or come with clouded awareness."
)

_LEVELS = {
    (0, False): "Too little was seen to say whether there is a pattern.",
    (0, True): "Enough was seen, and no one-sided pattern was shown.",
    (1, True): "The twitches favour the {side} side.",
    (2, True): "A one-sided eye-and-mouth pattern on the {side} side, of the kind described in hemifacial spasm. "
    "This is a description, not a diagnosis.",
}


def amount(seconds: float) -> str:
    """``45 seconds``, ``13.4 minutes`` or ``8.0 hours``."""
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.1f} minutes" if seconds < 2 * 3600 else f"{seconds / 3600:.1f} hours"


def count(number: int, one: str, many: str) -> str:
    """``1 twitch``, ``3 twitches``."""
    return f"{number:,} {one if number == 1 else many}"


def headline(parts: Sequence[Part]) -> str:
    """The result in one sentence."""
    events = sum(len(part.events) for part in parts)
    valid_s = sum(part.valid_s for part in parts)
    if valid_s <= 0 and events == 0:
        return "Nothing could be counted: no time was valid."
    if events == 0:
        return f"No twitch was seen in {amount(valid_s)} of valid time."
    bursts = sum(part.bursts for part in parts)
    found = count(events, "twitch", "twitches")
    held = sum(spasms(part.events) for part in parts)
    held_words = f" ({count(held, 'of them a spasm', 'of them spasms')} held for a second or more)" if held else ""
    return f"{found}{held_words} in {count(bursts, 'burst', 'bursts')} in {amount(valid_s)} of valid time."


def sentences(parts: Sequence[Part]) -> list[str]:
    """What else was found, the most telling first."""
    said = []
    events = [twitch for part in parts for twitch in part.events]
    valid_s = sum(part.valid_s for part in parts)
    bursts = sum(part.bursts for part in parts)
    if valid_s >= 60:
        low, high = rate_interval(bursts, valid_s / 60)
        if bursts:
            rate = 60 * bursts / valid_s
            said.append(
                f"That is {rate:.2g} bursts a minute (95 % interval {low:.2g} to {high:.2g}). A burst is one twitch, "
                "or several less than two seconds apart."
            )
        else:
            said.append(f"The true rate may still be up to {high:.2g} bursts a minute (95 % interval).")
    if events:
        said.append(_where(parts))
        said.append(_how_large(parts))
    felt = sum((part.felt for part in parts), start=FeltAndSeen(felt=0, felt_and_seen=0, seen=0, seen_and_felt=0))
    if felt.felt:
        marks = count(felt.felt, "twitch was", "twitches were")
        shared = f"{felt.seen_and_felt} {'was' if felt.seen_and_felt == 1 else 'were'} felt"
        said.append(
            f"{marks} felt; with {felt.felt_and_seen} of them one was seen in the {BEFORE_MARK_S:.0f} seconds before. "
            f"Of {felt.seen} seen, {shared}."
        )
    return said


def _where(parts: Sequence[Part]) -> str:
    events = [twitch for part in parts for twitch in part.events]
    sides = [f"{n} on the {side}" for side in (Side.LEFT, Side.RIGHT) if (n := share_of(side, events))]
    if both := share_of(Side.BOTH, events):
        sides.append(f"{both} on both sides")
    lips = [f"{n} of the {lip} lip" for lip in (Lip.UPPER, Lip.LOWER) if (n := sum(t.lip is lip for t in events))]
    if both := sum(t.lip is Lip.BOTH for t in events):
        lips.append(f"{both} of both lips")
    return f"Side: {', '.join(sides)}. Lip: {', '.join(lips)}. Left and right are the person's own."


def _how_large(parts: Sequence[Part]) -> str:
    events = [twitch for part in parts for twitch in part.events]
    amplitude = f"{median(t.amplitude_pct_iod for t in events):.2g} % of the distance of the eyes"
    known_mm = [t.amplitude_mm for t in events if t.amplitude_mm is not None]
    if known_mm:
        amplitude += f", about {median(known_mm):.1f} mm"
    length = median(t.duration_s for t in events)
    return f"The middle one moved the skin by {amplitude}, and lasted {length:.2f} s."


def screening_heading(screening: dict[str, object]) -> str:
    """What the screening says, in one sentence."""
    if isinstance(headline := screening.get("headline"), str) and headline:
        return headline
    level = screening["level"]
    key = (level if isinstance(level, int) else 0, bool(screening["sufficient"]) or level != 0)
    return _LEVELS[key].format(side=screening["side"])


def kind_words(kind: Context) -> str:
    """Why time was not valid, as a person would say it."""
    return {
        Context.NO_FACE: "no face seen",
        Context.LOW_RATE: "too few frames a second",
        Context.HEAD_MOTION: "head moving",
        Context.OCCLUDED: "mouth covered",
        Context.MOUTH_MOVEMENT: "mouth moving on purpose",
    }.get(kind, kind.value.replace("_", " "))
