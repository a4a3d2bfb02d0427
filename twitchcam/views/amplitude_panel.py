"""How large the twitches were over the session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from twitchcam.events.model import Twitch
from twitchcam.views import palette
from twitchcam.views.axes_style import GRID, bare
from twitchcam.views.rates import Span, is_counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: A running median of so many twitches shows a drift; with fewer there is none to show. Of many twitches it is one of
#: a share of them, so that the line stays calm.
_MEDIAN_OF = 9
_MEDIAN_SHARE = 1 / 20


def draw_amplitudes(axes: Axes, twitches: Sequence[Twitch], span_s: Span) -> Axes:
    """Every twitch at its largest displacement, colour by side, marker by lip; where there are many, their median.

    Args:
        axes: Where to draw; its vertical axis becomes logarithmic.
        twitches: The events, in any order.
        span_s: Begin and end of what is shown, seconds from the first frame.

    Returns:
        The axes.
    """
    ordered = sorted((t for t in twitches if t.amplitude_pct_iod > 0), key=lambda t: t.peak_s)
    faint = float(np.clip(200 / max(len(ordered), 1), 0.25, 1))
    for side, colour in palette.SIDE_COLOURS.items():
        for lip, marker in palette.LIP_MARKERS.items():
            here = [t for t in ordered if t.side is side and t.lip is lip]
            axes.scatter(
                [t.peak_s for t in here],
                [t.amplitude_pct_iod for t in here],
                s=14 + 8 * faint,
                marker=marker,
                c=[colour if is_counted(t) else palette.PAPER for t in here],
                edgecolors=palette.INK,
                linewidths=0.4,
                alpha=0.4 + 0.5 * faint,
                zorder=3,
                clip_on=False,
            )
    if len(ordered) >= 2 * _MEDIAN_OF:
        _draw_median(axes, ordered)
    axes.set_xlim(span_s)
    _scale(axes, [t.amplitude_pct_iod for t in ordered])
    axes.set_ylabel("displacement,\n% of eye distance", fontsize=9, color=palette.INK)
    bare(axes)
    axes.grid(color=GRID, linewidth=0.8, zorder=1)
    return axes


def _draw_median(axes: Axes, ordered: Sequence[Twitch]) -> None:
    count = max(_MEDIAN_OF, round(len(ordered) * _MEDIAN_SHARE) // 2 * 2 + 1)
    amplitudes_pct = np.array([t.amplitude_pct_iod for t in ordered])
    peaks_s = np.array([t.peak_s for t in ordered])[count // 2 : -(count // 2)]
    medians = np.median(np.lib.stride_tricks.sliding_window_view(amplitudes_pct, count), axis=1)
    axes.plot(peaks_s, medians, color=palette.INK, linewidth=1.3, zorder=4, label=f"median of {count} twitches")
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 0.965),
        frameon=False,
        fontsize=8,
        labelcolor=palette.GREY,
        borderpad=0,
    )


def _scale(axes: Axes, amplitudes_pct: Sequence[float]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    low, high = (min(amplitudes_pct), max(amplitudes_pct)) if amplitudes_pct else (0.5, 2.0)
    axes.set_yscale("log")
    axes.set_ylim(low / 1.4, high * 1.4)
    axes.yaxis.set_major_locator(FixedLocator([m * 10.0**e for e in range(-3, 3) for m in (1, 2, 5)]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
