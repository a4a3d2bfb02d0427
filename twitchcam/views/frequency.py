"""The picture of a session: how often, when, where and how strongly it twitched.

From top to bottom: what was told; twitches and bursts per minute of valid time, with the time that was not valid
hatched; every twitch by lip and side; what the face was doing; how large each twitch was; how long it is from one to
the next. Each panel is a function of its own that takes and returns matplotlib axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from twitchcam.errors import OutputError, UsageError
from twitchcam.events.model import Lip, Segment, Twitch
from twitchcam.session.notes_file import NOTES_NAME, Note, read_notes
from twitchcam.trends.poisson import rate_interval
from twitchcam.views import palette
from twitchcam.views.amplitude_panel import draw_amplitudes
from twitchcam.views.axes_style import clock, label_time, mark_time
from twitchcam.views.context_panel import draw_contexts
from twitchcam.views.interval_panel import draw_intervals
from twitchcam.views.notes_panel import described, draw_notes, of_whole, placed, within
from twitchcam.views.raster_panel import draw_raster
from twitchcam.views.rate_panel import STACK, draw_rates
from twitchcam.views.rates import SHORTEST_S, Span, first_of_bursts, is_counted, not_valid_spans, valid_in
from twitchcam.views.saving import save

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from twitchcam.session.reader import Session

FORMATS = ("png", "svg", "pdf")

_FOOTER = "A monitor, not a diagnosis.  Left and right are the subject's own.  Rates count valid time only."
#: Heights of the panels in inches, and of what is between them.
_HEIGHTS = {"notes": 0.3, "rates": 1.95, "raster": 1.75, "contexts": 0.19, "amplitudes": 1.25, "intervals": 1.1}
_GAPS = {"notes": 0.28, "rates": 0.3, "raster": 0.3, "contexts": 0.3, "amplitudes": 0.5, "intervals": 0.0}
_ABOVE_INCH, _BELOW_INCH = 0.95, 0.78
_UNTITLED_INCH = 0.35
_WIDTH_INCH, _LEFT, _RIGHT = 10.0, 0.125, 0.975
_RIGHT_OF_LEGEND = 0.915
#: Nothing is known of the shape of a distribution of fewer.
_FEWEST_FOR_SHAPE = 3


def save_frequency(session: Session, path: Path, *, per_s: float | None = None, span_s: Span | None = None) -> None:
    """Draws a session and writes the picture; the suffix of the path says whether as PNG, SVG or PDF.

    The same session gives the same file.

    Args:
        session: What to draw, finished or not.
        path: The file to write.
        per_s: Length of a bin in seconds; None chooses one.
        span_s: Begin and end of what is shown, seconds from the first frame; None shows all.

    Raises:
        OutputError: the file cannot be written.
        UsageError: the span does not overlap the session, or bins are too many.
    """
    import matplotlib

    figure = session_figure(session, per_s=per_s, span_s=span_s)
    kind = path.suffix.lstrip(".")
    metadata = {
        "png": {"Software": "twitchcam"},
        "svg": {"Creator": "twitchcam", "Date": None},
        "pdf": {"Creator": "twitchcam", "Producer": "twitchcam", "CreationDate": None},
    }[kind]
    try:
        with matplotlib.rc_context({"svg.hashsalt": "twitchcam", "pdf.fonttype": 42}):
            save(figure, path, format=kind, metadata=metadata)
    except OSError as error:
        raise OutputError(f"{path}: cannot write the frequency plot: {error.strerror or error}") from None


def whole_span(session: Session) -> Span:
    """Where what was analysed begins and ends, seconds from the first frame of the recording."""
    start_s = float(session.document.get("start_s", 0.0))
    return start_s, start_s + session.duration_s


def session_figure(session: Session, *, per_s: float | None = None, span_s: Span | None = None) -> Figure:
    """The whole picture of a session.

    Args:
        session: What to draw, finished or not.
        per_s: Length of a bin in seconds; None chooses one.
        span_s: Begin and end of what is shown; None shows all.

    Raises:
        UsageError: the span does not overlap the session, or bins are too many.
        SessionError: the notes cannot be read.
    """
    whole_s = whole_span(session)
    notes = placed(read_notes(session.path / NOTES_NAME), session.started_at)
    name = session.name if session.complete else f"{session.name} (not complete)"
    if span_s is None:
        return frequency_figure(
            twitches=session.events,
            segments=session.segments,
            span_s=whole_s,
            valid_s=session.valid_s if session.complete else valid_in(session.segments, whole_s),
            name=name,
            notes=notes,
            per_s=per_s,
        )
    shown_s = max(span_s[0], whole_s[0]), min(span_s[1], whole_s[1])
    if not shown_s[0] < shown_s[1]:
        raise UsageError(f"{session.path}: lasts from {clock(whole_s[0])} to {clock(whole_s[1])}; name a time in it")
    return frequency_figure(
        twitches=[t for t in session.events if shown_s[0] <= t.onset_s < shown_s[1]],
        segments=session.segments,
        span_s=shown_s,
        valid_s=valid_in(session.segments, shown_s),
        name=f"{name}, from {clock(shown_s[0])} to {clock(shown_s[1])}",
        notes=notes,
        per_s=per_s,
    )


def frequency_figure(
    *,
    twitches: Sequence[Twitch],
    segments: Sequence[Segment],
    span_s: Span,
    valid_s: float,
    name: str,
    notes: Sequence[Note] = (),
    per_s: float | None = None,
    titled: bool = True,
) -> Figure:
    """The whole picture; panels that would have nothing to show are left out.

    Args:
        twitches: The events, in any order.
        segments: What the face was doing; those of a kind in :data:`NOT_VALID` are not counted as valid time.
        span_s: Where what is shown begins and ends, seconds from the first frame of the recording.
        valid_s: Valid time in it, seconds.
        name: What the recording is called.
        notes: What was told, with their seconds.
        per_s: Length of a bin in seconds; None chooses one.
        titled: Also write what was found above the panels, and below them what it is not.

    Returns:
        A figure whose axes are labelled ``rates``, ``raster``, ``contexts``, and perhaps ``notes``, ``amplitudes``,
        ``intervals``.
    """
    hidden = not_valid_spans(segments, span_s)
    names = ["rates", "raster", "contexts"]
    if within(notes, span_s):
        names.insert(0, "notes")
    if len(twitches) >= _FEWEST_FOR_SHAPE:
        names += ["amplitudes", "intervals"]
    figure, panels = _panels(names, _ABOVE_INCH if titled else _UNTITLED_INCH)
    draw_rates(panels["rates"], twitches, segments, span_s, per_s)
    draw_raster(panels["raster"], twitches, span_s)
    draw_contexts(panels["contexts"], segments)
    timed = [panels[panel] for panel in names if panel != "intervals"]
    if "notes" in panels:
        draw_notes(panels["notes"], notes, span_s)
    if "amplitudes" in panels:
        draw_amplitudes(panels["amplitudes"], twitches, span_s)
        draw_intervals(panels["intervals"], twitches, hidden)
    for axes in timed:
        axes.set_xlim(span_s[0], max(span_s[1], span_s[0] + SHORTEST_S))
        mark_time(axes, span_s)
        axes.tick_params(axis="x", labelbottom=False)
    label_time(timed[-1], span_s)
    if titled:
        _write_titles(figure, twitches, span_s, valid_s, name, of_whole(notes, span_s))
    return figure


def _write_titles(
    figure: Figure, twitches: Sequence[Twitch], span_s: Span, valid_s: float, name: str, told: Sequence[Note]
) -> None:
    height = figure.get_figheight()
    figure.text(0.02, 1 - 0.3 / height, _headline(twitches, valid_s), fontsize=15, fontweight="bold", color=palette.INK)
    figure.text(
        0.02,
        1 - 0.38 / height,
        _subtitle(twitches, span_s, valid_s, name, told),
        fontsize=9.5,
        linespacing=1.5,
        va="top",
        color=palette.GREY,
        parse_math=False,
    )
    figure.text(0.02, 0.1 / height, _FOOTER, fontsize=8.5, color=palette.GREY)


def _panels(names: Sequence[str], above_inch: float) -> tuple[Figure, dict[str, Axes]]:
    """A figure just high enough for its panels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    height = above_inch + _BELOW_INCH + sum(_HEIGHTS[n] + _GAPS[n] for n in names[:-1]) + _HEIGHTS[names[-1]]
    figure = Figure(figsize=(_WIDTH_INCH, height), dpi=150, facecolor=palette.PAPER)
    FigureCanvasAgg(figure)
    right = _RIGHT_OF_LEGEND if "notes" in names else _RIGHT
    panels: dict[str, Axes] = {}
    top = height - above_inch
    for name in names:
        bottom = top - _HEIGHTS[name]
        panels[name] = figure.add_axes((_LEFT, bottom / height, right - _LEFT, _HEIGHTS[name] / height), label=name)
        top = bottom - _GAPS[name]
    return figure, panels


def _headline(twitches: Sequence[Twitch], valid_s: float) -> str:
    count, counted = len(twitches), sum(map(is_counted, twitches))
    if valid_s <= 0 and count == 0:
        return "Nothing could be counted: no valid time"
    if count == 0:
        return f"No twitch found in {_amount(valid_s, 'valid ')}"
    noun = "twitch" if count == 1 else "twitches"
    rate = f": {60 * counted / valid_s:.1f} a minute" if valid_s >= 60 else ""
    where = f" in {_amount(valid_s, 'valid ')}{rate}"
    return f"{count} {noun}{where}" if counted == count else f"{count} {noun}, {counted}{where}"


def _subtitle(twitches: Sequence[Twitch], span_s: Span, valid_s: float, name: str, told: Sequence[Note]) -> str:
    duration_s = span_s[1] - span_s[0]
    share = f" ({100 * min(valid_s / duration_s, 1):.0f} %)" if duration_s > 0 else ""
    parts = [name, f"{clock(duration_s)} long, {_amount(valid_s)}{share} valid"]
    sides = ", ".join(f"{sum(t.side is s for t in twitches)} {s}" for s in STACK if any(t.side is s for t in twitches))
    lips = ", ".join(f"{sum(t.lip is p for t in twitches)} {p}" for p in Lip if any(t.lip is p for t in twitches))
    if twitches:
        parts += [f"side: {sides}", f"lip: {lips}"]
    lines = [parts]
    second = []
    if twitches and valid_s >= 60:
        bursts = len(first_of_bursts(filter(is_counted, twitches)))
        low, high = rate_interval(bursts, valid_s / 60)
        second.append(f"{bursts} bursts: {60 * bursts / valid_s:.2g} a minute (95 % interval {low:.2g} to {high:.2g})")
    if told:
        second.append("told: " + ", ".join(map(described, told)))
    if second:
        lines.append(second)
    return "\n".join("   ·   ".join(line) for line in lines)


def _amount(seconds: float, kind: str = "") -> str:
    """A length of time in words, in seconds where minutes would be mostly rounding."""
    return f"{seconds:.0f} {kind}seconds" if seconds < 120 else f"{seconds / 60:.1f} {kind}minutes"
