"""Twitches per minute as bars, sides stacked, and bursts per minute with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from twitchcam.events.model import Segment, Side, Twitch
from twitchcam.views import palette
from twitchcam.views.axes_style import GRID, bare, draw_not_valid, length, not_valid_patch
from twitchcam.views.rates import Rates, Span, binned_rates, not_valid_spans

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STACK = (Side.LEFT, Side.RIGHT, Side.BOTH)
_SIDE_HATCHES = {Side.LEFT: None, Side.RIGHT: None, Side.BOTH: "xxx"}
#: With more bins, intervals would hide everything.
_MOST_INTERVALS = 60
#: Intervals of few bursts are long: above this multiple of the highest bar they are cut.
_HIGHEST = 1.9


def draw_rates(
    axes: Axes, twitches: Sequence[Twitch], segments: Sequence[Segment], span_s: Span, per_s: float | None = None
) -> Axes:
    """Twitches and bursts per minute of valid time over the hatched time that was not valid.

    Args:
        axes: Where to draw.
        twitches: The events, in any order.
        segments: What the face was doing.
        span_s: Begin and end of what is shown, seconds from the first frame.
        per_s: Length of a bin in seconds; None chooses one.

    Returns:
        The axes.
    """
    rates = binned_rates(twitches, segments, span_s, per_s)
    widths_s = np.diff(rates.edges_s)
    hidden = not_valid_spans(segments, span_s)
    draw_not_valid(axes, hidden, span_s[1] - span_s[0])
    gap_s = min(0.08 * widths_s[0], 0.003 * (span_s[1] - span_s[0]))
    bottom = np.zeros(len(widths_s))
    for side in STACK:
        height = np.nan_to_num(rates.per_minute[side])
        if not height.any():
            continue
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
    with_bursts = highest > 0 and len(widths_s) <= _MOST_INTERVALS
    top = highest * 1.12 if highest > 0 else 1.0
    if with_bursts:
        top = max(top, min(_draw_bursts(axes, rates), _HIGHEST * highest))
    axes.set_ylim(0, top)
    _whole_numbers(axes)
    axes.set_ylabel(f"per minute of valid time,\nin bins of {length(widths_s[0])}", fontsize=9, color=palette.INK)
    bare(axes)
    axes.grid(color=GRID, linewidth=0.8, zorder=1)
    _legend(axes, twitches, hidden=bool(hidden), with_bursts=with_bursts)
    return axes


def _draw_bursts(axes: Axes, rates: Rates) -> float:
    """Points and intervals; returns the upper end of the highest interval around a burst."""
    middles_s = (rates.edges_s[:-1] + rates.edges_s[1:]) / 2
    known = np.isfinite(rates.bursts_per_minute)
    low, high = rates.bursts_interval[:, known]
    shades = np.where(rates.bursts[known] > 0, 0.85, 0.3)
    axes.vlines(middles_s[known], low, high, color=palette.INK, linewidth=0.8, alpha=shades, zorder=3)
    axes.scatter(
        middles_s[known],
        rates.bursts_per_minute[known],
        s=13,
        color=palette.PAPER,
        edgecolors=palette.INK,
        linewidths=0.9,
        zorder=4,
        clip_on=False,
    )
    return float(np.max(high[rates.bursts[known] > 0], initial=0.0))


def _legend(axes: Axes, twitches: Sequence[Twitch], *, hidden: bool, with_bursts: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Patch | Line2D] = [
        Patch(facecolor=palette.SIDE_COLOURS[side], edgecolor=palette.PAPER, hatch=_SIDE_HATCHES[side], label=label)
        for side, label in (
            (Side.LEFT, "twitches, left side"),
            (Side.RIGHT, "twitches, right side"),
            (Side.BOTH, "twitches, both sides"),
        )
        if any(t.side is side for t in twitches)
    ]
    if with_bursts:
        handles.append(
            Line2D(
                [],
                [],
                color=palette.INK,
                linewidth=0.8,
                marker="o",
                markersize=4,
                markerfacecolor=palette.PAPER,
                markeredgecolor=palette.INK,
                label="bursts, 95 % interval",
            )
        )
    if hidden:
        handles.append(not_valid_patch())
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


def _whole_numbers(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=2))
