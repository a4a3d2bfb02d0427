"""Recordings for tests of the screening, each made of what matters to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from twitchcam.events.model import Context, EventType, Lip, Segment, Side, Spread, Twitch
from twitchcam.screening.recording import Recording

MINUTES_10 = 600.0


def twitch(onset_s: float, side: Side = Side.LEFT, *places: str, **changes: object) -> Twitch:
    """A twitch of 0.1 s at rest; ``places`` move with it."""
    given: dict[str, object] = {
        "duration_s": 0.1,
        "peak_s": onset_s + 0.04,
        "lip": Lip.UPPER,
        "amplitude_pct_iod": 2.0,
        "confidence": 0.95,
        "context": Context.REST,
        "spread": tuple(Spread(place=place, lag_s=0.0) for place in places),
        "trial_type": EventType.TWITCH,
    }
    return Twitch(onset_s=onset_s, side=side, **{**given, **changes})


def segment(kind: Context, onset_s: float, duration_s: float = 0.2, side: Side | None = None) -> Segment:
    """A segment."""
    return Segment(onset_s=onset_s, duration_s=duration_s, kind=kind, side=side)


def onsets_s(number: int, *, seed: int = 0, length_s: float = MINUTES_10) -> list[float]:
    """Irregular times, each a burst of its own."""
    rng = np.random.default_rng(seed)
    steps = rng.exponential(1.0, number)
    room = length_s - 5 - 3 * number
    return [float(2 + 3 * i + t) for i, t in enumerate(np.cumsum(steps) * room / steps.sum())]


def blinks(*, seed: int = 1, length_s: float = MINUTES_10, every_s: float = 4.0) -> list[Segment]:
    """Blinks of both eyes at irregular times."""
    times = np.cumsum(np.random.default_rng(seed).gamma(2, every_s / 2, int(length_s / every_s)))
    return [segment(Context.BLINK, float(t), side=Side.BOTH) for t in times if t < length_s - 1]


def recording(
    twitches: Iterable[Twitch] = (),
    segments: Sequence[Segment] = (),
    *,
    length_s: float = MINUTES_10,
    **changes: object,
) -> Recording:
    """Rest from end to end unless ``segments`` say what is rest."""
    rests = any(one.kind is Context.REST for one in segments)
    whole = () if rests else (segment(Context.REST, 0.0, length_s),)
    return Recording(
        **{
            "name": "clip",
            "twitches": tuple(sorted(twitches, key=lambda one: one.onset_s)),
            "segments": (*whole, *segments),
            "end_s": length_s,
            **changes,
        }
    )


def eye_and_mouth(side: Side = Side.LEFT, number: int = 24, *, brow: bool = False, seed: int = 0) -> Recording:
    """Bursts of one side, each with that eye closing, among blinks of both."""
    times = onsets_s(number, seed=seed)
    places = (f"eye_{side}", *((f"brow_{side}",) if brow else ()))
    closings = [segment(Context.EYE_CLOSED, t + 0.02, side=side) for t in times]
    return recording((twitch(t, side, *places) for t in times), [*closings, *blinks(seed=seed + 1)])


def mirrored(given: Recording) -> Recording:
    """The same with left and right swapped."""

    def swapped(place: str) -> str:
        for one, other in (("_left", "_right"), ("_right", "_left")):
            if place.endswith(one):
                return place.removesuffix(one) + other
        return place

    return Recording(
        name=given.name,
        twitches=tuple(
            twitch(
                one.onset_s,
                one.side.mirrored,
                *(swapped(spread.place) for spread in one.spread),
                lip=one.lip,
                duration_s=one.duration_s,
                peak_s=one.peak_s,
                amplitude_pct_iod=one.amplitude_pct_iod,
                confidence=one.confidence,
                context=one.context,
                trial_type=one.trial_type,
            )
            for one in given.twitches
        ),
        segments=tuple(
            segment(one.kind, one.onset_s, one.duration_s, None if one.side is None else one.side.mirrored)
            for one in given.segments
        ),
        end_s=given.end_s,
        face_share=given.face_share,
        parts=given.parts,
    )
