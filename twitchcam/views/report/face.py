"""A drawn face with the four lip places, each sized by how often it twitched."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from twitchcam.events.model import Side
from twitchcam.views import palette
from twitchcam.views.raster_panel import ROWS

#: Centres of the places in the drawing, in the order of :data:`ROWS`. As in a photograph, the subject's left is on the
#: viewer's right.
_CENTRES = ((137.0, 172.0), (83.0, 172.0), (137.0, 206.0), (83.0, 206.0))
_LARGEST_RADIUS = 17.0
_LEAST_RADIUS = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A circle of the drawing.

    Attributes:
        x: Centre, in units of the drawing.
        y: The same.
        radius: Area grows with the count; 0 where nothing twitched.
        colour: Of the side.
        count: Twitches.
        label: Which lip and side.
    """

    x: float
    y: float
    radius: float
    colour: str
    count: int
    label: str


def places(counts: Sequence[int]) -> list[Place]:
    """The circles for the counts of the four places, in the order of :data:`ROWS`."""
    largest = max(counts, default=0)
    made = []
    for (lip, side), (x, y), number in zip(ROWS, _CENTRES, counts, strict=True):
        radius = max(_LARGEST_RADIUS * math.sqrt(number / largest), _LEAST_RADIUS) if number else 0.0
        colour = palette.SIDE_COLOURS[Side(side)]
        made.append(Place(x=x, y=y, radius=round(radius, 1), colour=colour, count=number, label=f"{lip} lip, {side}"))
    return made
