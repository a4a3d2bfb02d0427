"""What the zoomable timeline shows: a drawing whose horizontal unit is a second."""

from __future__ import annotations

from dataclasses import dataclass

from twitchcam.session.notes_file import NoteKind
from twitchcam.views import palette
from twitchcam.views.axes_style import clock
from twitchcam.views.notes_panel import described, within
from twitchcam.views.raster_panel import ROWS, rows_of
from twitchcam.views.rates import is_counted, not_valid_spans
from twitchcam.views.report.part import Part

#: Height of a lane and of the lane of notes above them, in units of the drawing.
LANE, NOTES = 22, 18
HEIGHT = NOTES + LANE * len(ROWS)
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_MOST_TICKS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """An event in one lane."""

    event: int
    t_s: float
    top: float
    bottom: float
    colour: str
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A drawing from ``begin_s`` to ``end_s``.

    Attributes:
        begin_s: Left edge, seconds.
        end_s: Right edge, seconds.
        lanes: Names of the lanes.
        hidden: ``(begin, end)`` of the time that was not valid.
        bars: Events; higher ones are larger.
        marks: ``(second, words, felt)`` of what was told.
        ticks: ``(share of the width in %, words)``.
    """

    begin_s: float
    end_s: float
    lanes: tuple[str, ...]
    hidden: tuple[tuple[float, float], ...]
    bars: tuple[Bar, ...]
    marks: tuple[tuple[float, str, bool], ...]
    ticks: tuple[tuple[float, str], ...]


def timeline_of(part: Part, first_event: int) -> Timeline:
    """The timeline of a session; ``first_event`` is the number of its first event in the report."""
    begin_s, end_s = part.span_s[0], max(part.span_s[1], part.span_s[0] + 1)
    largest = max((t.amplitude_pct_iod for t in part.events), default=0.0) or 1.0
    bars = []
    for number, twitch in enumerate(part.events, start=first_event):
        half = LANE * (0.16 + 0.3 * min(twitch.amplitude_pct_iod / largest, 1.0) ** 0.5)
        for row in rows_of(twitch):
            middle = NOTES + LANE * (row + 0.5)
            bars.append(
                Bar(
                    event=number,
                    t_s=round(twitch.peak_s, 3),
                    top=round(middle - half, 1),
                    bottom=round(middle + half, 1),
                    colour=palette.SIDE_COLOURS[ROWS[row][1]],
                    counted=is_counted(twitch),
                )
            )
    step_s = next((s for s in _STEPS_S if (end_s - begin_s) / s <= _MOST_TICKS), _STEPS_S[-1])
    first = -(-int(begin_s) // step_s) * step_s
    ticks = [
        (round(100 * (t - begin_s) / (end_s - begin_s), 3), clock(t)) for t in range(first, int(end_s) + 1, step_s)
    ]
    return Timeline(
        begin_s=round(begin_s, 3),
        end_s=round(end_s, 3),
        lanes=tuple(f"{lip} lip, {side}" for lip, side in ROWS),
        hidden=tuple((round(a, 3), round(b, 3)) for a, b in not_valid_spans(part.session.segments, part.span_s)),
        bars=tuple(bars),
        marks=tuple(
            (round(note.onset_s or 0.0, 3), described(note), note.kind is NoteKind.FELT)
            for note in within(part.notes, part.span_s)
        ),
        ticks=tuple(ticks),
    )
