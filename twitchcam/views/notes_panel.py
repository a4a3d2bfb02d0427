"""What the person told meanwhile: felt twitches, triggers, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from twitchcam.session.notes_file import Note, NoteKind
from twitchcam.views import palette
from twitchcam.views.rates import Span

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Longer texts would run into each other.
_MOST_LETTERS = 24
_MARKERS = {NoteKind.FELT: "*", NoteKind.TRIGGER: "P", NoteKind.TREATMENT: "s", NoteKind.NOTE: "o"}
_SIZES = {NoteKind.FELT: 70, NoteKind.TRIGGER: 42, NoteKind.TREATMENT: 34, NoteKind.NOTE: 26}
#: Width of a letter as a share of the axes, roughly.
_LETTER = 0.0075


def described(note: Note) -> str:
    """A note in few words: ``caffeine 2``, ``stress high``, its text."""
    parts = " ".join(part for part in (note.name, note.value) if part)
    return ": ".join(part for part in (parts, note.text) if part) or note.kind.value


def placed(notes: Sequence[Note], started_at: datetime | None) -> list[Note]:
    """Notes with their second in the recording where it follows from their wall time; the others as they are."""
    return [
        replace(note, onset_s=(note.time - started_at).total_seconds())
        if note.onset_s is None and note.time is not None and started_at is not None
        else note
        for note in notes
    ]


def within(notes: Sequence[Note], span_s: Span) -> list[Note]:
    """The notes of a moment in the span, in the order of time; parts of a protocol are not among them."""
    timed = [n for n in notes if n.onset_s is not None and span_s[0] <= n.onset_s <= span_s[1]]
    return sorted((n for n in timed if n.kind is not NoteKind.PROTOCOL), key=lambda n: n.onset_s or 0.0)


def of_whole(notes: Sequence[Note], span_s: Span) -> list[Note]:
    """The notes that belong to no moment in the span, but to the session as a whole."""
    here = within(notes, span_s)
    return [note for note in notes if note not in here and note.kind is not NoteKind.PROTOCOL]


def draw_notes(axes: Axes, notes: Sequence[Note], span_s: Span) -> Axes:
    """A mark for each felt twitch, trigger, treatment and note at its moment, with its words where there is room.

    Args:
        axes: Where to draw, a lane.
        notes: With their seconds (see :func:`placed`).
        span_s: Begin and end of what is shown, seconds from the first frame.

    Returns:
        The axes.
    """
    shown = within(notes, span_s)
    for kind, marker in _MARKERS.items():
        moments = [n.onset_s for n in shown if n.kind is kind and n.onset_s is not None]
        if moments:
            face = palette.INK if kind is NoteKind.FELT else palette.PAPER
            axes.scatter(
                moments,
                [0.25] * len(moments),
                s=_SIZES[kind],
                marker=marker,
                facecolor=face,
                edgecolors=palette.INK,
                linewidths=0.9,
                label="felt it" if kind is NoteKind.FELT else kind.value,
                zorder=3,
                clip_on=False,
            )
    _write(axes, [n for n in shown if n.kind is not NoteKind.FELT], span_s)
    axes.set_ylim(0, 1)
    axes.set_yticks([0.25], ["told"])
    axes.tick_params(axis="y", length=0, labelsize=8.5, labelcolor=palette.INK)
    axes.tick_params(axis="x", length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if shown:
        axes.legend(
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
            frameon=False,
            fontsize=8,
            handletextpad=0.1,
            labelspacing=0.2,
            borderpad=0,
        )
    return axes


def _write(axes: Axes, notes: Sequence[Note], span_s: Span) -> None:
    """Writes what notes say, leaving out what would cover the words before."""
    free_from = -1.0
    for note in notes:
        assert note.onset_s is not None
        words = described(note)
        words = words if len(words) <= _MOST_LETTERS else words[: _MOST_LETTERS - 1] + "…"
        at = (note.onset_s - span_s[0]) / max(span_s[1] - span_s[0], 1e-9)
        if at < free_from:
            continue
        free_from = at + _LETTER * (len(words) + 2)
        right = at > 1 - _LETTER * len(words)
        axes.annotate(
            words,
            (note.onset_s, 0.25),
            xytext=(0, 6),
            textcoords="offset points",
            ha="right" if right else "left",
            fontsize=8,
            color=palette.INK,
            parse_math=False,
        )
