"""Movements that go together by mistake: the mouth with eyes shut on purpose, an eye with a movement of the mouth.

Looked for in the parts of the protocol in which the person does one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median, pstdev

from twitchcam.events.model import Context, Side
from twitchcam.screening.closures import Closures
from twitchcam.screening.recording import Part, Recording
from twitchcam.screening.statistics import Share, share_of

#: The other movement begins this long before to this long after the one on purpose.
_BEFORE_S, _AFTER_S = 0.15, 0.6
#: What is done on purpose at least, and the share with the other movement, for the two to be tied.
_FEWEST = 3
_TIED_SHARE = 2 / 3

_MOUTH_PARTS = (Part.SMILE, Part.LIPS_PURSED)
_MOUTH_MOVES = (Context.SMILING, Context.MOUTH_MOVEMENT, Context.TALKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One movement on purpose and the one that goes with it.

    Attributes:
        side: The side of what goes with it, where it was seen more often; None where it was not.
        with_it: Of the movements on purpose, those with it.
        lag_s: Median of how much later it began, or None.
        lag_sd_s: Standard deviation of that, or None.
    """

    side: Side | None
    with_it: Share
    lag_s: float | None
    lag_sd_s: float | None

    @property
    def tied(self) -> bool:
        """Whether the two go together."""
        share = self.with_it.share
        return share is not None and self.with_it.total >= _FEWEST and share >= _TIED_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Synkinesis:
    """Both ways.

    Attributes:
        mouth_with_eyes: Eyes shut on purpose, and a twitch, a spasm or a held pull of the mouth.
        eye_with_mouth: Lips pursed or a smile on purpose, and one eye that closes.
    """

    mouth_with_eyes: Tie
    eye_with_mouth: Tie

    @property
    def shown(self) -> tuple[Tie, ...]:
        """The ties that were shown."""
        return tuple(tie for tie in (self.mouth_with_eyes, self.eye_with_mouth) if tie.tied)


def synkinesis_of(recordings: Iterable[tuple[Recording, Closures]]) -> Synkinesis:
    """Looks through the parts of the protocol of several recordings."""
    shut: list[dict[Side, float]] = []
    moved: list[dict[Side, float]] = []
    for recording, closures in recordings:
        for part in recording.parts:
            if part.part is Part.EYES_SHUT:
                done_s = [t for t in closures.both_s if part.onset_s <= t < part.end_s]
                pulls = {side: _pulls_s(recording, side) for side in (Side.LEFT, Side.RIGHT)}
                shut += [_followers(time_s, pulls) for time_s in done_s]
            elif part.part in _MOUTH_PARTS:
                done_s = [
                    s.onset_s
                    for s in recording.segments
                    if s.kind in _MOUTH_MOVES and part.onset_s <= s.onset_s < part.end_s
                ]
                alone = {Side.LEFT: closures.left_s, Side.RIGHT: closures.right_s}
                moved += [_followers(time_s, alone) for time_s in done_s]
    return Synkinesis(mouth_with_eyes=_tie(shut), eye_with_mouth=_tie(moved))


def _pulls_s(recording: Recording, side: Side) -> list[float]:
    """When the mouth was moved on a side: twitches, spasms, and pulls that are held while both eyes are shut."""
    return [
        *(t.onset_s for t in recording.twitches if t.side is side),
        *(s.onset_s for s in recording.segments if s.kind is Context.MOUTH_PULL and s.side is side),
    ]


def _followers(time_s: float, onsets_s: Mapping[Side, Iterable[float]]) -> dict[Side, float]:
    """By side, how much later the nearest onset is, where there is one near enough."""
    found: dict[Side, float] = {}
    for side, times_s in onsets_s.items():
        lags_s = [t - time_s for t in times_s if -_BEFORE_S <= t - time_s <= _AFTER_S]
        if lags_s:
            found[side] = min(lags_s, key=abs)
    return found


def _tie(done: list[dict[Side, float]]) -> Tie:
    lags_s = {side: [one[side] for one in done if side in one] for side in (Side.LEFT, Side.RIGHT)}
    left, right = len(lags_s[Side.LEFT]), len(lags_s[Side.RIGHT])
    side = None if left == right else Side.LEFT if left > right else Side.RIGHT
    lags = lags_s[side] if side is not None else []
    return Tie(
        side=side,
        with_it=share_of(len(lags), len(done)),
        lag_s=median(lags) if lags else None,
        lag_sd_s=pstdev(lags) if lags else None,
    )
