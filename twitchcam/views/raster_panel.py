"""Every twitch in the row of its lip and side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from twitchcam.events.model import Lip, Side, Twitch
from twitchcam.views import palette
from twitchcam.views.axes_style import GRID, bare
from twitchcam.views.rates import Span, is_counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROWS: tuple[tuple[Lip, Side], ...] = (
    (Lip.UPPER, Side.LEFT),
    (Lip.UPPER, Side.RIGHT),
    (Lip.LOWER, Side.LEFT),
    (Lip.LOWER, Side.RIGHT),
)
_SIZE_STEPS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


def rows_of(twitch: Twitch) -> list[int]:
    """The rows that a twitch belongs to."""
    return [
        row
        for row, (lip, side) in enumerate(ROWS)
        if twitch.lip in (lip, Lip.BOTH) and twitch.side in (side, Side.BOTH)
    ]


def draw_raster(axes: Axes, twitches: Sequence[Twitch], span_s: Span) -> Axes:
    """Every twitch by lip and side; one that has both is drawn in each row, joined by a line.

    The area of a marker grows with the amplitude. A twitch that does not belong to valid time is hollow.

    Args:
        axes: Where to draw.
        twitches: The events, in any order.
        span_s: Begin and end of what is shown, seconds from the first frame.

    Returns:
        The axes.
    """
    scale = _area_per_pct([t.amplitude_pct_iod for t in twitches])
    crowded = float(np.clip(100 / max(len(twitches), 1), 0.15, 1))
    for row in range(len(ROWS)):
        axes.axhline(row, color=GRID, linewidth=0.8, zorder=1)
    _draw_lines(axes, twitches, (span_s[1] - span_s[0]) / 80, crowded)
    for row, (lip, side) in enumerate(ROWS):
        here = [t for t in twitches if row in rows_of(t)]
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
            clip_on=False,
        )
    axes.set_ylim(len(ROWS) - 0.4, -0.6)
    axes.set_yticks(range(len(ROWS)), [f"{lip} lip, {side}" for lip, side in ROWS])
    bare(axes)
    axes.grid(axis="x", color=GRID, linewidth=0.8, zorder=0)
    axes.tick_params(axis="y", length=0)
    if twitches:
        _legend_sizes(axes, twitches, scale)
    return axes


def _draw_lines(axes: Axes, twitches: Sequence[Twitch], least_s: float, crowded: float) -> None:
    """What joins the rows of a twitch, and how long those last that are long enough to be seen."""
    several = [(t.peak_s, rows) for t in twitches if len(rows := rows_of(t)) > 1]
    axes.vlines(
        [peak_s for peak_s, _ in several],
        [rows[0] for _, rows in several],
        [rows[-1] for _, rows in several],
        color=palette.GREY,
        linewidth=0.9,
        alpha=crowded,
        zorder=2,
    )
    long = [(row, t) for t in twitches if t.duration_s > least_s for row in rows_of(t)]
    axes.hlines(
        [row for row, _ in long],
        [t.onset_s for _, t in long],
        [t.end_s for _, t in long],
        color=palette.INK,
        linewidth=2,
        zorder=2,
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


def _area_per_pct(amplitudes_pct: Sequence[float]) -> float:
    """Marker area in square points per % of amplitude: smaller where there are many, so that they do not cover."""
    large = float(np.quantile(amplitudes_pct, 0.95)) if amplitudes_pct else 0.0
    return float(np.clip(9000 / len(amplitudes_pct), 50, 150)) / large if large > 0 else 0.0
