"""Sessions by day and by hour of the day: bursts over valid time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from twitchcam.trends.felt import FeltAndSeen
from twitchcam.trends.poisson import rate_interval

NOTHING_FELT = FeltAndSeen(felt=0, felt_and_seen=0, seen=0, seen_and_felt=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted in some valid time.

    Attributes:
        valid_s: Valid time, seconds.
        twitches: Twitches of it.
        bursts: Bursts that begin in it.
        by_place: Bursts with a twitch at each lip place, as in ``upper_left``.
    """

    valid_s: float = 0.0
    twitches: int = 0
    bursts: int = 0
    by_place: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        places = {*self.by_place, *other.by_place}
        return Tally(
            valid_s=self.valid_s + other.valid_s,
            twitches=self.twitches + other.twitches,
            bursts=self.bursts + other.bursts,
            by_place={place: self.by_place.get(place, 0) + other.by_place.get(place, 0) for place in places},
        )

    @property
    def valid_min(self) -> float:
        """Valid time in minutes."""
        return self.valid_s / 60

    @property
    def per_min(self) -> float | None:
        """Bursts per minute of valid time; None where there was none."""
        return self.bursts / self.valid_min if self.valid_s > 0 else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Exact 95 % Poisson interval of it; None where there was no valid time."""
        return rate_interval(self.bursts, self.valid_min) if self.valid_s > 0 else None


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(tallies, start=Tally())


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that was told for a day: a trigger with its value, or a treatment."""

    on: date
    name: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One session, as far as a trend looks at it.

    Attributes:
        name: What it is called.
        started_at: Wall time of its first frame, or None.
        cells: Date and hour to what was counted then; one cell with None where the session has no date.
        felt: Felt twitches against seen ones.
        triggers: What was told of triggers.
        treatments: Treatments that began.
    """

    name: str
    started_at: datetime | None
    cells: Mapping[tuple[date, int] | None, Tally]
    felt: FeltAndSeen = NOTHING_FELT
    triggers: tuple[Told, ...] = ()
    treatments: tuple[Told, ...] = ()

    @property
    def tally(self) -> Tally:
        """The whole session."""
        return total(self.cells.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day, all its sessions together: the unit of every statistic over days.

    Attributes:
        on: The day.
        sessions: How many sessions have a part of it.
        tally: What was counted.
        felt: Felt twitches against seen ones, of the sessions that began on it.
    """

    on: date
    sessions: int
    tally: Tally
    felt: FeltAndSeen = NOTHING_FELT


def by_day(visits: Sequence[Visit]) -> list[Day]:
    """The days with a dated session, in order; a session over midnight is split there."""
    made: dict[date, Day] = {}
    for visit in visits:
        parts: dict[date, Tally] = {}
        for cell, tally in visit.cells.items():
            if cell is not None:
                parts[cell[0]] = parts.get(cell[0], Tally()) + tally
        for on, tally in parts.items():
            day = made.get(on, Day(on=on, sessions=0, tally=Tally()))
            began = visit.started_at is not None and visit.started_at.date() == on
            felt = day.felt + visit.felt if began else day.felt
            made[on] = Day(on=on, sessions=day.sessions + 1, tally=day.tally + tally, felt=felt)
    return [made[on] for on in sorted(made)]


def by_hour(visits: Iterable[Visit]) -> dict[int, Tally]:
    """Hour of the day, 0-23, to what was counted in it, over all days; hours without valid time are left out."""
    hours: dict[int, Tally] = {}
    for visit in visits:
        for cell, tally in visit.cells.items():
            if cell is not None and tally.valid_s > 0:
                hours[cell[1]] = hours.get(cell[1], Tally()) + tally
    return dict(sorted(hours.items()))
