"""The picture of a session: how often, when, and where it twitched.

From top to bottom: twitches per minute of valid time in bins of equal length, with the time that was not valid
hatched; every twitch by lip and side, its marker's area growing with the amplitude; what the face was doing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from twitchcam.errors import OutputError
from twitchcam.events.model import Context, Lip, Segment, Side, Twitch
from twitchcam.views import palette
from twitchcam.views.rates import SHORTEST_S, Span, binned_rates, is_counted, not_valid_spans

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from twitchcam.session.reader import Session

_ROWS: tuple[tuple[Lip, Side], ...] = (
    (Lip.UPPER, Side.LEFT),
    (Lip.UPPER, Side.RIGHT),
    (Lip.LOWER, Side.LEFT),
    (Lip.LOWER, Side.RIGHT),
)
_STACK = (Side.LEFT, Side.RIGHT, Side.BOTH)
_SIDE_HATCHES = {Side.LEFT: None, Side.RIGHT: None, Side.BOTH: "xxx"}
_SIZE_STEPS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_NOT_VALID_FACE = "#EEEEEE"
_NOT_VALID_HATCH = "#BDBDBD"
_FOOTER = "A monitor, not a diagnosis.  Left and right are the subject's own.  Rates count valid time only."


def save_frequency(session: Session, path: Path) -> None:
    """Draws a session and writes the picture as PNG.

    Raises:
        OutputError: the file cannot be written.
    """
    start_s = float(session.document.get("start_s", 0.0))
    figure = frequency_figure(
        twitches=session.events,
        segments=session.segments,
        span_s=(start_s, start_s + session.duration_s),
        valid_s=session.valid_s,
        name=session.name,
    )
    try:
        figure.savefig(path, format="png", metadata={"Software": "twitchcam"})
    except OSError as error:
        raise OutputError(f"{path}: cannot write the frequency plot: {error.strerror or error}") from None


def frequency_figure(
    *,
    twitches: Sequence[Twitch],
    segments: Sequence[Segment],
    span_s: Span,
    valid_s: float,
    name: str,
) -> Figure:
    """The whole picture.

    Args:
        twitches: The events, in any order.
        segments: What the face was doing; those of a kind in :data:`NOT_VALID` are not counted as valid time.
        span_s: Where what was analysed begins and ends, seconds from the first frame of the recording.
        valid_s: Valid time in it, seconds.
        name: What the recording is called.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 5.8), dpi=150, facecolor=palette.PAPER)
    FigureCanvasAgg(figure)
    rate, raster, strip = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": (10, 9, 1), "hspace": 0.16})
    figure.subplots_adjust(left=0.125, right=0.975, top=0.845, bottom=0.125)
    draw_rates(rate, twitches, segments, span_s)
    draw_raster(raster, twitches, span_s)
    draw_contexts(strip, segments)
    strip.set_xlim(span_s[0], max(span_s[1], span_s[0] + SHORTEST_S))
    _label_time(strip, span_s)
    figure.text(0.02, 0.95, _headline(twitches, valid_s), fontsize=15, fontweight="bold", color=palette.INK)
    figure.text(0.02, 0.905, _subtitle(twitches, span_s, valid_s, name), fontsize=9.5, color=palette.GREY)
    figure.text(0.02, 0.018, _FOOTER, fontsize=8.5, color=palette.GREY)
    return figure


def draw_rates(axes: Axes, twitches: Sequence[Twitch], segments: Sequence[Segment], span_s: Span) -> None:
    """Bars of twitches per minute of valid time, sides stacked, over the hatched time that was not valid."""
    rates = binned_rates(twitches, segments, span_s)
    widths_s = np.diff(rates.edges_s)
    hidden = not_valid_spans(segments, span_s)
    _draw_not_valid(axes, hidden, span_s[1] - span_s[0])
    gap_s = min(0.08 * widths_s[0], 0.003 * (span_s[1] - span_s[0]))
    bottom = np.zeros(len(widths_s))
    for side in _STACK:
        height = np.nan_to_num(rates.per_minute[side])
        axes.bar(
            rates.edges_s[:-1] + gap_s / 2,
            height,
            widths_s - gap_s,
            bottom,
            align="edge",
            color=palette.SIDE_COLOURS[side],
            hatch=_SIDE_HATCHES[side],
            edgecolor=palette.PAPER,
            linewidth=0,
            zorder=2,
        )
        bottom += height
    highest = float(bottom.max(initial=0))
    axes.set_ylim(0, highest * 1.12 if highest > 0 else 1)
    _whole_numbers(axes)
    length_s = widths_s[0]
    axes.set_ylabel(f"twitches per minute\nin bins of {_length(length_s)}", fontsize=9, color=palette.INK)
    _bare(axes)
    axes.grid(axis="y", color="#E6E6E6", linewidth=0.8, zorder=1)
    _legend_sides(axes, twitches, hidden=bool(hidden))


def draw_raster(axes: Axes, twitches: Sequence[Twitch], span_s: Span) -> None:
    """Every twitch in the row of its lip and side; one that has both is drawn in each, joined by a line.

    One that does not belong to valid time is hollow.
    """
    scale = _area_per_pct([t.amplitude_pct_iod for t in twitches])
    crowded = float(np.clip(100 / max(len(twitches), 1), 0.15, 1))
    for row in range(len(_ROWS)):
        axes.axhline(row, color="#E6E6E6", linewidth=0.8, zorder=1)
    for twitch in twitches:
        rows = _rows(twitch)
        axes.vlines(twitch.peak_s, rows[0], rows[-1], color=palette.GREY, linewidth=0.9, alpha=crowded, zorder=2)
        if twitch.duration_s > (span_s[1] - span_s[0]) / 80:
            axes.hlines(rows, twitch.onset_s, twitch.end_s, color=palette.INK, linewidth=2, zorder=2)
    for row, (lip, side) in enumerate(_ROWS):
        here = [t for t in twitches if row in _rows(t)]
        axes.scatter(
            [t.peak_s for t in here],
            [row] * len(here),
            s=[max(scale * t.amplitude_pct_iod, 6) for t in here],
            marker=palette.LIP_MARKERS[lip],
            c=[palette.SIDE_COLOURS[side] if is_counted(t) else palette.PAPER for t in here],
            edgecolors=palette.INK,
            linewidths=[0.6 * crowded if is_counted(t) else 0.8 for t in here],
            alpha=0.5 + 0.4 * crowded,
            zorder=3,
        )
    axes.set_ylim(len(_ROWS) - 0.4, -0.6)
    axes.set_yticks(range(len(_ROWS)), [f"{lip} lip, {side}" for lip, side in _ROWS])
    _bare(axes)
    axes.tick_params(axis="y", length=0)
    if twitches:
        _legend_sizes(axes, twitches, scale)


def draw_contexts(axes: Axes, segments: Sequence[Segment]) -> None:
    """A thin strip with a colour for what the face was doing; rest is blank."""
    present = [kind for kind in palette.CONTEXT_COLOURS if any(s.kind is kind for s in segments)]
    for kind in present:
        spans = [(s.onset_s, s.duration_s) for s in segments if s.kind is kind]
        axes.broken_barh(spans, (0, 1), facecolor=palette.CONTEXT_COLOURS[kind], linewidth=0, label=_words(kind))
    axes.set_ylim(0, 1)
    axes.set_yticks([0.5], ["context"])
    axes.tick_params(axis="y", length=0, labelsize=8.5, labelcolor=palette.INK)
    axes.tick_params(axis="x", labelsize=8.5, labelcolor=palette.INK, color=palette.GREY)
    for spine in axes.spines.values():
        spine.set_color(palette.PALE)
    if present:
        axes.legend(
            loc="upper right",
            bbox_to_anchor=(1.0, -0.95),
            ncols=len(present),
            frameon=False,
            fontsize=8.5,
            handlelength=1.0,
            handleheight=1.0,
            columnspacing=1.2,
            borderpad=0,
        )


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


def _subtitle(twitches: Sequence[Twitch], span_s: Span, valid_s: float, name: str) -> str:
    duration_s = span_s[1] - span_s[0]
    share = f" ({100 * min(valid_s / duration_s, 1):.0f} %)" if duration_s > 0 else ""
    parts = [name, f"{_clock(duration_s)} long, {_amount(valid_s)}{share} valid"]
    sides = ", ".join(f"{sum(t.side is s for t in twitches)} {s}" for s in _STACK if any(t.side is s for t in twitches))
    lips = ", ".join(f"{sum(t.lip is p for t in twitches)} {p}" for p in Lip if any(t.lip is p for t in twitches))
    if twitches:
        parts += [f"side: {sides}", f"lip: {lips}"]
    return "   ·   ".join(parts)


def _amount(seconds: float, kind: str = "") -> str:
    """A length of time in words, in seconds where minutes would be mostly rounding."""
    return f"{seconds:.0f} {kind}seconds" if seconds < 120 else f"{seconds / 60:.1f} {kind}minutes"


def _legend_sides(axes: Axes, twitches: Sequence[Twitch], *, hidden: bool) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=palette.SIDE_COLOURS[side], edgecolor=palette.PAPER, hatch=_SIDE_HATCHES[side], label=label)
        for side, label in ((Side.LEFT, "left side"), (Side.RIGHT, "right side"), (Side.BOTH, "both sides"))
        if any(t.side is side for t in twitches)
    ]
    if hidden:
        handles.append(
            Patch(facecolor=_NOT_VALID_FACE, edgecolor=_NOT_VALID_HATCH, hatch="////", label="not valid time")
        )
    if handles:
        axes.legend(
            handles=handles,
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=len(handles),
            frameon=False,
            fontsize=8.5,
            handlelength=1.3,
            columnspacing=1.2,
            borderpad=0.2,
        )


def _legend_sizes(axes: Axes, twitches: Sequence[Twitch], scale: float) -> None:
    largest = max(t.amplitude_pct_iod for t in twitches)
    steps = [step for step in _SIZE_STEPS if step <= largest * 1.01][-3:] or [_SIZE_STEPS[0]]
    outside = "hollow: not in valid time;  " if not all(map(is_counted, twitches)) else ""
    handles = [axes.scatter([], [], s=0, label=f"{outside}area: largest displacement, % of the distance of the eyes")]
    handles += [
        axes.scatter(
            [],
            [],
            s=max(scale * step, 6),
            marker=palette.LIP_MARKERS[Lip.UPPER],
            color=palette.PALE,
            edgecolors=palette.INK,
            linewidths=0.5,
            label=f"{step:g} %",
        )
        for step in steps
    ]
    axes.legend(
        handles=handles,
        loc="lower right",
        bbox_to_anchor=(1.0, 0.965),
        ncols=len(handles),
        frameon=False,
        fontsize=8,
        labelcolor=palette.GREY,
        handletextpad=0.2,
        columnspacing=1.0,
        borderpad=0,
    )


def _rows(twitch: Twitch) -> list[int]:
    """The rows of the raster that a twitch belongs to."""
    return [
        row
        for row, (lip, side) in enumerate(_ROWS)
        if twitch.lip in (lip, Lip.BOTH) and twitch.side in (side, Side.BOTH)
    ]


def _area_per_pct(amplitudes_pct: Sequence[float]) -> float:
    """Marker area in square points per % of amplitude: smaller where there are many, so that they do not cover."""
    large = float(np.quantile(amplitudes_pct, 0.95)) if amplitudes_pct else 0.0
    return float(np.clip(9000 / len(amplitudes_pct), 50, 150)) / large if large > 0 else 0.0


def _draw_not_valid(axes: Axes, spans: Sequence[Span], duration_s: float) -> None:
    """Grey over the time that was not valid, hatched where it is wide enough for a hatch to be seen."""
    wide = [span for span in spans if span[1] - span[0] > duration_s / 100]
    for chosen, hatch in ((spans, None), (wide, "////")):
        axes.broken_barh(
            [(begin_s, end_s - begin_s) for begin_s, end_s in chosen],
            (0, 1),
            transform=axes.get_xaxis_transform(),
            facecolor=_NOT_VALID_FACE,
            edgecolor=_NOT_VALID_HATCH,
            hatch=hatch,
            linewidth=0,
            zorder=0,
        )


def _bare(axes: Axes) -> None:
    for spine in ("top", "right", "left"):
        axes.spines[spine].set_visible(False)
    axes.spines["bottom"].set_color(palette.PALE)
    axes.tick_params(axis="x", length=0)
    axes.tick_params(axis="y", labelsize=9, labelcolor=palette.INK, color=palette.PALE)


def _whole_numbers(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=2))


def _label_time(axes: Axes, span_s: Span) -> None:
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
    step = next((s for s in steps if (span_s[1] - span_s[0]) / s <= 12), steps[-1])
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _clock(value)))
    unit = "h:min:s" if span_s[1] >= 3600 else "min:s"
    axes.annotate(
        unit,
        (0, 0),
        xycoords="axes fraction",
        xytext=(-18, -6),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=8.5,
        color=palette.GREY,
    )


def _clock(seconds: float) -> str:
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _length(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"


def _words(kind: Context) -> str:
    return kind.value.replace("_", " ")
