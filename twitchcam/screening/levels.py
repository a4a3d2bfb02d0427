"""The level that evidence supports, and the conditions that are met and missed on the way to the next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twitchcam.events.model import Side
from twitchcam.screening.criteria import (
    MAX_BOTH_SHARE,
    MAX_P,
    MIN_BURSTS,
    MIN_EYE_SHARE,
    MIN_FACE_SHARE,
    MIN_VALID_S,
    TREMBLING_S,
)
from twitchcam.screening.evidence import Evidence


class Lack(StrEnum):
    """What is missing for a session to be sufficient."""

    TIME = "time"
    FACE = "face"
    BURSTS = "bursts"


class Obstacle(StrEnum):
    """Why the next level is not reached."""

    NO_TWITCH = "no_twitch"
    NO_SIDE = "no_side"
    BOTH_SIDES = "both_sides"
    CHANGING_SIDE = "changing_side"
    NO_EYES = "no_eyes"
    EYE_SELDOM = "eye_seldom"
    EYE_CHANCE = "eye_chance"
    REGULAR = "regular"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What can be stated.

    Attributes:
        level: 0, 1 or 2.
        side: The side that is favoured; None at level 0.
        lacks: What is missing to say anything; empty is sufficient.
        obstacles: Why it is not a level higher, all of them.
        stronger: At level 2: seen on several days.
    """

    level: int
    side: Side | None
    lacks: tuple[Lack, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    stronger: bool = False

    @property
    def sufficient(self) -> bool:
        """Whether enough was seen to say so."""
        return not self.lacks


def level_of(evidence: Evidence) -> Level:
    """The level of some evidence."""
    lacks = tuple(_lacks(evidence))
    if lacks:
        return Level(level=0, side=None, lacks=lacks)
    obstacles = tuple(_against_side(evidence))
    if obstacles:
        return Level(level=0, side=None, obstacles=obstacles)
    side = evidence.leading
    assert side is not None
    obstacles = tuple(_against_pattern(evidence))
    if obstacles:
        return Level(level=1, side=side, obstacles=obstacles)
    days = sum(day.laterality.favoured is side for day in evidence.days if day.date is not None)
    return Level(level=2, side=side, stronger=days >= 2 or evidence.babinski.count >= 2)


def _lacks(evidence: Evidence) -> list[Lack]:
    bursts = evidence.laterality.bursts
    missing = {
        Lack.TIME: evidence.valid_s < MIN_VALID_S,
        Lack.FACE: evidence.face_share < MIN_FACE_SHARE,
        Lack.BURSTS: 0 < bursts < MIN_BURSTS,
    }
    return [lack for lack, is_missing in missing.items() if is_missing]


def _against_side(evidence: Evidence) -> list[Obstacle]:
    laterality = evidence.laterality
    if laterality.bursts == 0:
        return [Obstacle.NO_TWITCH]
    sides = {day.laterality.favoured for day in evidence.days} - {None}
    standing = {
        Obstacle.NO_SIDE: laterality.favoured is None,
        Obstacle.BOTH_SIDES: max(laterality.both, laterality.in_step) >= MAX_BOTH_SHARE * laterality.bursts
        or evidence.rhythm.trembling_s >= TREMBLING_S,
        Obstacle.CHANGING_SIDE: len(sides) > 1,
    }
    return [obstacle for obstacle, stands in standing.items() if stands]


def _against_pattern(evidence: Evidence) -> list[Obstacle]:
    eye = evidence.eye
    standing = {
        Obstacle.NO_EYES: not eye.seen,
        Obstacle.EYE_SELDOM: eye.seen and (eye.alone.share or 0.0) < MIN_EYE_SHARE,
        Obstacle.EYE_CHANCE: eye.seen and (eye.chance.p is None or eye.chance.p >= MAX_P),
        Obstacle.REGULAR: not evidence.rhythm.irregular,
        Obstacle.LOCKED: bool(evidence.locked_to or evidence.synkinesis.shown),
    }
    return [obstacle for obstacle, stands in standing.items() if stands]
