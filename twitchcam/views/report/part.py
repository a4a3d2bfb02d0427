"""One session of a report, with what is counted of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from twitchcam.errors import UsageError
from twitchcam.events.model import Context, EventType, Side, Twitch
from twitchcam.session.notes_file import NOTES_NAME, Note, NoteKind, read_notes
from twitchcam.session.reader import Session
from twitchcam.trends.felt import FeltAndSeen, felt_and_seen
from twitchcam.views.frequency import whole_span
from twitchcam.views.notes_panel import placed, within
from twitchcam.views.raster_panel import ROWS, rows_of
from twitchcam.views.rates import NOT_VALID, Span, first_of_bursts, is_counted, not_valid_spans, valid_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A session and what a report needs of it.

    Attributes:
        session: The session, perhaps as it was reviewed.
        span_s: Begin and end of what was analysed, seconds from the first frame.
        valid_s: Valid time in it.
        notes: What was told, with seconds where they are known.
    """

    session: Session
    span_s: Span
    valid_s: float
    notes: tuple[Note, ...]

    @property
    def events(self) -> tuple[Twitch, ...]:
        """Every event, those outside valid time as well."""
        return self.session.events

    @property
    def counted(self) -> list[Twitch]:
        """The events that enter a rate."""
        return [twitch for twitch in self.events if is_counted(twitch)]

    @property
    def bursts(self) -> int:
        """Bursts of the events that enter a rate."""
        return len(first_of_bursts(self.counted))

    @property
    def hidden_s(self) -> dict[Context, float]:
        """Seconds of each kind of time that was not valid."""
        seconds: dict[Context, float] = {}
        for kind in NOT_VALID:
            of_kind = [segment for segment in self.session.segments if segment.kind is kind]
            seconds[kind] = sum(end_s - begin_s for begin_s, end_s in not_valid_spans(of_kind, self.span_s))
        longest = sorted(seconds.items(), key=lambda item: (-item[1], item[0]))
        return {kind: total_s for kind, total_s in longest if total_s > 0}

    @property
    def felt(self) -> FeltAndSeen:
        """Felt twitches against seen ones."""
        marks_s = [n.onset_s for n in within(self.notes, self.span_s) if n.kind is NoteKind.FELT]
        return felt_and_seen([mark_s for mark_s in marks_s if mark_s is not None], [t.onset_s for t in self.events])


def part_of(session: Session) -> Part:
    """Reads what belongs to a session.

    Raises:
        SessionError: its notes cannot be read.
    """
    span_s = whole_span(session)
    return Part(
        session=session,
        span_s=span_s,
        valid_s=session.valid_s if session.complete else valid_in(session.segments, span_s),
        notes=tuple(placed(read_notes(session.path / NOTES_NAME), session.started_at)),
    )


def check_one_subject(sessions: Iterable[Session]) -> str | None:
    """The subject of all sessions.

    Raises:
        UsageError: they are of different people.
    """
    subjects = {session.subject for session in sessions}
    if len(subjects) > 1:
        told = ", ".join(sorted("not told" if subject is None else repr(subject) for subject in subjects))
        raise UsageError(f"sessions of different people do not go into one report: {told}")
    return next(iter(subjects), None)


def place_counts(twitches: Iterable[Twitch]) -> list[int]:
    """Twitches at each place in the order of :data:`ROWS`; one that has both lips or sides counts at each."""
    counts = [0] * len(ROWS)
    for twitch in twitches:
        for row in rows_of(twitch):
            counts[row] += 1
    return counts


def share_of(side: Side, twitches: Sequence[Twitch]) -> int:
    """Twitches of a side."""
    return sum(twitch.side is side for twitch in twitches)


def spasms(twitches: Iterable[Twitch]) -> int:
    """How many of the events are spasms."""
    return sum(twitch.trial_type is EventType.SPASM for twitch in twitches)
