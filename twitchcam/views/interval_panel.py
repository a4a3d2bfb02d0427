"""How long it is from one twitch to the next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twitchcam.events.model import Twitch
from twitchcam.views import palette
from twitchcam.views.axes_style import GRID, bare
from twitchcam.views.rates import Span, is_counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Bins in a factor of ten; one begins where bursts end.
_BINS_A_DECADE = 8
_BURST_S = 2.0
_TICKS = {0.1: "0.1 s", 0.3: "0.3 s", 1: "1 s", 3: "3 s", 10: "10 s", 30: "30 s", 60: "1 min"}
_TICKS |= {300: "5 min", 1800: "30 min", 7200: "2 h"}


def intervals_s(twitches: Sequence[Twitch], not_valid: Sequence[Span] = ()) -> NDArray[np.float64]:
    """Seconds from each twitch that counts to the next one, where all the time between them was valid."""
    onsets = sorted(t.onset_s for t in twitches if is_counted(t))
    begins_s = np.array([begin_s for begin_s, _ in not_valid])
    whole = [b - a for a, b in pairwise(onsets) if np.searchsorted(begins_s, a) == np.searchsorted(begins_s, b)]
    return np.array(whole, dtype=np.float64)


def draw_intervals(axes: Axes, twitches: Sequence[Twitch], not_valid: Sequence[Span] = ()) -> Axes:
    """A histogram of the times between twitches, on a logarithmic axis, with the limit of a burst.

    Args:
        axes: Where to draw.
        twitches: The events, in any order.
        not_valid: Time that was not valid; a pair of twitches with some of it between them is left out.

    Returns:
        The axes.
    """
    from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

    found_s = intervals_s(twitches, not_valid)
    found_s = found_s[found_s > 0]
    low, high = (min(0.1, found_s.min()), max(10.0, found_s.max())) if len(found_s) else (0.1, 10.0)
    first = np.floor(_BINS_A_DECADE * np.log10(low / _BURST_S))
    last = np.ceil(_BINS_A_DECADE * np.log10(high / _BURST_S * 1.001))
    edges_s = _BURST_S * 10 ** (np.arange(first, last + 1) / _BINS_A_DECADE)
    axes.set_xscale("log")
    axes.hist(found_s, bins=edges_s.tolist(), color=palette.GREY, edgecolor=palette.PAPER, linewidth=0.6, zorder=2)
    axes.axvline(_BURST_S, color=palette.INK, linewidth=1, linestyle=(0, (4, 3)), zorder=3)
    axes.annotate(
        "closer than this: one burst",
        (_BURST_S, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-4, 3),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=8,
        color=palette.GREY,
    )
    axes.set_xlim(edges_s[0], edges_s[-1])
    ticks = {at: label for at, label in _TICKS.items() if edges_s[0] <= at <= edges_s[-1]}
    axes.xaxis.set_major_locator(FixedLocator(list(ticks)))
    axes.xaxis.set_major_formatter(FixedFormatter(list(ticks.values())))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True, min_n_ticks=2))
    if not len(found_s):
        axes.set_ylim(0, 1)
    axes.set_xlabel("time from one twitch to the next", fontsize=9, color=palette.INK)
    axes.set_ylabel("how often", fontsize=9, color=palette.INK)
    bare(axes)
    axes.tick_params(axis="x", labelsize=8.5, labelcolor=palette.INK, pad=6)
    axes.grid(axis="y", color=GRID, linewidth=0.8, zorder=1)
    return axes
