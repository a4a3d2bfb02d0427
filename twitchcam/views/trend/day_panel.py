"""Bursts per minute of valid time by day, with exact intervals and treatments; and by hour of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from twitchcam.trends.days import Day, Tally
from twitchcam.trends.treatments import Treatment
from twitchcam.views import palette
from twitchcam.views.axes_style import GRID, bare

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Intervals of days with little valid time are long: above this multiple of the highest rate they are cut.
_HIGHEST = 2.2
#: Day 0 of matplotlib.
_EPOCH = date(1970, 1, 1)


def draw_days(axes: Axes, days: Sequence[Day], treatments: Sequence[Treatment] = ()) -> Axes:
    """A point with its interval for each day, a line at each treatment, and the rate before and after it.

    Args:
        axes: Where to draw.
        days: In order.
        treatments: In order.

    Returns:
        The axes.
    """
    import matplotlib.dates as mdates

    known = [day for day in days if day.tally.valid_s > 0]
    on = np.array([_number(day.on) for day in known])
    _draw_rates(axes, on, [day.tally for day in known])
    axes.xaxis_date()
    locator = mdates.AutoDateLocator(minticks=2, maxticks=9)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    if len(on):
        margin = max((on[-1] - on[0]) * 0.02, 0.6)
        axes.set_xlim(on[0] - margin, on[-1] + margin)
    for number, treatment in enumerate(treatments):
        at = _number(treatment.on)
        axes.axvline(at, color=palette.VERMILION, linewidth=1.4, linestyle=(0, (5, 2)), zorder=2)
        begin, end = axes.get_xlim()
        late = at > begin + 0.75 * (end - begin)
        axes.annotate(
            treatment.name[:30],
            (at, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2 + 10 * (number % 2)),
            textcoords="offset points",
            ha="right" if late else "left",
            fontsize=8.5,
            color=palette.VERMILION,
            parse_math=False,
        )
        if treatment.found is None or not len(on):
            continue
        until = _number(treatments[number + 1].on) if number + 1 < len(treatments) else axes.get_xlim()[1]
        since = _number(treatments[number - 1].on) if number else axes.get_xlim()[0]
        sides = ((since, at, treatment.found.rate_without), (at, until, treatment.found.rate_with))
        for first, last, (rate, low, high) in sides:
            axes.fill_between([first, last], low, high, color=palette.VERMILION, alpha=0.12, linewidth=0, zorder=0)
            axes.hlines(rate, first, last, color=palette.VERMILION, linewidth=1, zorder=1)
    return axes


def draw_hours(axes: Axes, hours: Mapping[int, Tally]) -> Axes:
    """A point with its interval for each hour of the day that has valid time. Returns the axes."""
    _draw_rates(axes, np.array([hour + 0.5 for hour in hours]), list(hours.values()))
    axes.set_xlim(0, 24)
    axes.set_xticks(range(0, 25, 3), [f"{hour}:00" for hour in range(0, 25, 3)])
    return axes


def _number(on: date) -> float:
    """A day as matplotlib counts them."""
    return float((on - _EPOCH).days)


def _draw_rates(axes: Axes, at: np.ndarray[tuple[int], np.dtype[np.float64]], tallies: Sequence[Tally]) -> None:
    rates = np.array([tally.per_min or 0.0 for tally in tallies])
    bounds = np.array([tally.interval or (0.0, 0.0) for tally in tallies]).reshape(-1, 2)
    faint = float(np.clip(60 / max(len(at), 1), 0.25, 0.9))
    axes.vlines(at, bounds[:, 0], bounds[:, 1], color=palette.GREY, linewidth=1, alpha=faint, zorder=2)
    axes.scatter(at, rates, s=18, color=palette.BLUE, edgecolors=palette.INK, linewidths=0.5, zorder=3, clip_on=False)
    highest = float(rates.max(initial=0.0))
    top = float(bounds[:, 1].max(initial=0.0))
    axes.set_ylim(0, (min(top, _HIGHEST * highest) if highest > 0 else top) * 1.05 or 1.0)
    axes.set_ylabel("bursts per minute\nof valid time", fontsize=9, color=palette.INK)
    bare(axes)
    axes.tick_params(axis="x", labelsize=8.5, labelcolor=palette.INK)
    axes.grid(axis="y", color=GRID, linewidth=0.8, zorder=0)
