"""The rate ratio of each trigger with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from twitchcam.trends.triggers import Trigger
from twitchcam.views import palette
from twitchcam.views.axes_style import bare

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIGNIFICANT = 0.05
_MOST = 8.0
_TICKS = (0.125, 0.25, 0.5, 1, 2, 4, 8)


def draw_triggers(axes: Axes, triggers: Sequence[Trigger]) -> Axes:
    """A line for each trigger that has days enough: its rate ratio, filled where it is unlikely to be chance.

    Args:
        axes: Where to draw; its horizontal axis becomes logarithmic.
        triggers: In the order in which they shall stand from the top.

    Returns:
        The axes.
    """
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    shown = [one for one in triggers if one.found is not None]
    axes.set_xscale("log")
    axes.axvline(1, color=palette.GREY, linewidth=1)
    for row, trigger in enumerate(shown):
        assert trigger.found is not None
        ratio, low, high = (min(max(value, 1 / _MOST), _MOST) for value in trigger.found.ratio)
        clear = trigger.p_corrected is not None and trigger.p_corrected < _SIGNIFICANT
        axes.hlines(row, low, high, color=palette.INK, linewidth=1.4)
        axes.scatter(ratio, row, s=40, color=palette.BLUE if clear else palette.PAPER, edgecolors=palette.INK, zorder=3)
    axes.set_xlim(1 / _MOST, _MOST)
    axes.xaxis.set_major_locator(FixedLocator(list(_TICKS)))
    axes.xaxis.set_major_formatter(FixedFormatter([f"{tick:g} x" for tick in _TICKS]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks(range(len(shown)), [trigger.split for trigger in shown], parse_math=False)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    bare(axes)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=8.5, labelcolor=palette.INK, color=palette.GREY, length=3)
    return axes
