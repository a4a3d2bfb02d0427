"""Which of several faces is followed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: A face this far from where the followed one was last seen is another one, in widths of that face.
_REACH = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a face is in the picture: its middle and its width, pixels."""

    x: float
    y: float
    width: float


class FaceChoice:
    """Picks one face at the start and after a loss, and then stays with it.

    Args:
        wanted: ``largest``, ``leftmost``, or a number: that many faces from the left of the picture, from 1.
    """

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._last: Box | None = None

    def pick(self, faces: Sequence[Box]) -> int | None:
        """The place of the face to be followed among those of a picture; None where it is not there."""
        place = self._nearest(faces) if self._last is not None else None
        if place is None:
            place = self._by_rule(faces)
        self._last = None if place is None else faces[place]
        return place

    def _nearest(self, faces: Sequence[Box]) -> int | None:
        assert self._last is not None
        if not faces:
            return None
        place = nearest(faces, self._last)
        return place if _distance(faces[place], self._last) <= _REACH * self._last.width else None

    def _by_rule(self, faces: Sequence[Box]) -> int | None:
        if not faces:
            return None
        if self._wanted == "largest":
            return max(range(len(faces)), key=lambda place: faces[place].width)
        order = sorted(range(len(faces)), key=lambda place: faces[place].x)
        number = 1 if self._wanted == "leftmost" else int(self._wanted)
        return order[number - 1] if number <= len(order) else None


def nearest(faces: Sequence[Box], to: Box) -> int:
    """The place of the face that is nearest to another one; there is at least one."""
    return min(range(len(faces)), key=lambda place: _distance(faces[place], to))


def too_few(faces: Sequence[Box], wanted: str, t_s: float) -> str:
    """That the chosen face is not among those of a picture, as a sentence for a person."""
    seen = "there is one face" if len(faces) == 1 else f"there are {len(faces)} faces"
    return f"{seen} in the picture at {t_s:.1f} s and none is number {wanted} from the left (--face chooses another)"


def _distance(one: Box, other: Box) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def described(faces: Sequence[Box], place: int, t_s: float) -> str:
    """Which of several faces is followed, as a sentence for a person."""
    order = sorted(range(len(faces)), key=lambda other: faces[other].x)
    return (
        f"{len(faces)} faces are in the picture at {t_s:.1f} s; number {order.index(place) + 1} from the left of the "
        "picture was followed (--face chooses another)"
    )
