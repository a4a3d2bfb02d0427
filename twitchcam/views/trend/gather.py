"""Takes from a session what a trend looks at; signals are never read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from twitchcam.events.model import Twitch
from twitchcam.session.notes_file import NoteKind
from twitchcam.session.reader import Session
from twitchcam.trends.days import Tally, Told, Visit
from twitchcam.views.raster_panel import ROWS, rows_of
from twitchcam.views.rates import Span, first_of_bursts, valid_in
from twitchcam.views.report.part import Part, part_of

PLACES: tuple[str, ...] = tuple(f"{lip}_{side}" for lip, side in ROWS)


def visit_of(session: Session) -> Visit:
    """A session as a trend sees it.

    Raises:
        SessionError: its notes cannot be read.
    """
    part = part_of(session)
    began = session.started_at
    moment = None if began is None else began + timedelta(seconds=part.span_s[0])
    return Visit(
        name=session.name,
        started_at=moment,
        cells=_cells(part, began),
        felt=part.felt,
        triggers=_told(part, NoteKind.TRIGGER, moment),
        treatments=_told(part, NoteKind.TREATMENT, moment),
    )


def _cells(part: Part, began: datetime | None) -> dict[tuple[date, int] | None, Tally]:
    """What was counted in each hour of each day; valid time is shared among the hours as the segments say."""
    spans = {None: part.span_s} if began is None else dict(_hours(part.span_s, began))
    valid_s = {cell: valid_in(part.session.segments, span_s) for cell, span_s in spans.items()}
    # What session.json says of valid time is exact; segments only say how it is shared.
    known_s = sum(valid_s.values())
    factor = part.valid_s / known_s if known_s > 0 else 0.0

    def cell_of(twitch: Twitch) -> tuple[date, int] | None:
        if began is None:
            return None
        first, last = part.span_s[0], max(part.span_s[1] - 1e-3, part.span_s[0])
        moment = began + timedelta(seconds=min(max(twitch.onset_s, first), last))
        return moment.date(), moment.hour

    counted = part.counted
    twitches = Counter(map(cell_of, counted))
    bursts = Counter(map(cell_of, first_of_bursts(counted)))
    places = {
        place: Counter(map(cell_of, first_of_bursts(t for t in counted if row in rows_of(t))))
        for row, place in enumerate(PLACES)
    }
    return {
        cell: Tally(
            valid_s=factor * valid_s[cell],
            twitches=twitches[cell],
            bursts=bursts[cell],
            by_place={place: places[place][cell] for place in PLACES},
        )
        for cell in spans
    }


def _hours(span_s: Span, began: datetime) -> Sequence[tuple[tuple[date, int], Span]]:
    """The hours of the clock that a span touches, each with its part of it."""
    made = []
    begin_s = span_s[0]
    while True:
        moment = began + timedelta(seconds=begin_s)
        full = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        end_s = min((full - began).total_seconds(), span_s[1])
        made.append(((moment.date(), moment.hour), (begin_s, end_s)))
        if end_s >= span_s[1]:
            return made
        begin_s = end_s


def _told(part: Part, kind: NoteKind, began: datetime | None) -> tuple[Told, ...]:
    told = []
    for note in part.notes:
        moment = note.time or began
        if note.kind is kind and moment is not None:
            told.append(Told(on=moment.date(), name=note.name or note.text or kind.value, value=note.value))
    return tuple(told)
