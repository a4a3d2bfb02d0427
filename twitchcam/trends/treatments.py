"""Before and after a treatment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from twitchcam.trends.compare import Comparison, compare, usable
from twitchcam.trends.days import Day, Told

#: Fewer days on a side say nothing about how much days differ.
FEWEST_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """The days before a treatment against those after it.

    Attributes:
        name: What it was.
        on: The day it began; that day is on neither side.
        days_before: Days with sessions from the treatment before, or the first day, up to it.
        days_after: Days with sessions after it, up to the next treatment.
        found: The rate after it against the rate before; None while there are not enough days.
    """

    name: str
    on: date
    days_before: int
    days_after: int
    found: Comparison | None


def treatments_of(days: Sequence[Day], told: Sequence[Told]) -> list[Treatment]:
    """Every treatment that was told, in order; several of one day are one."""
    names: dict[date, list[str]] = {}
    for one in told:
        if one.name not in names.setdefault(one.on, []):
            names[one.on].append(one.name)
    moments = sorted(names)
    looked = usable(days)
    made = []
    for index, on in enumerate(moments):
        since = moments[index - 1] if index else date.min
        until = moments[index + 1] if index + 1 < len(moments) else date.max
        before = [day for day in looked if since < day.on < on]
        after = [day for day in looked if on < day.on < until]
        sufficient = min(len(before), len(after)) >= FEWEST_DAYS
        made.append(
            Treatment(
                name=", ".join(names[on]),
                on=on,
                days_before=len(before),
                days_after=len(after),
                found=compare(after, before) if sufficient else None,
            )
        )
    return made
