"""Bland-Altman plot of two logs: the difference of their counts in each minute over the mean of the two."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from twitchcam.errors import OutputError
from twitchcam.views import palette
from twitchcam.views.saving import save

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from twitchcam.agreement import Limits


def save_bland_altman(limits: Limits, path: Path, *, first: str, second: str) -> None:
    """Draws the plot and writes it as PNG.

    Raises:
        OutputError: the file cannot be written.
    """
    figure = bland_altman_figure(limits, first=first, second=second)
    try:
        save(figure, path, format="png", metadata={"Software": "twitchcam"})
    except OSError as error:
        raise OutputError(f"{path}: cannot write the plot: {error.strerror or error}") from None


def bland_altman_figure(limits: Limits, *, first: str, second: str) -> Figure:
    """The plot; a point's area grows with how many minutes it stands for.

    Args:
        limits: Counts and their limits of agreement.
        first: Name of the first log.
        second: Name of the second.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7.5, 5), dpi=150, facecolor=palette.PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    points = Counter(((a + b) / 2, b - a) for a, b in limits.counts)
    axes.scatter(
        [mean for mean, _ in points],
        [difference for _, difference in points],
        s=[24 * number for number in points.values()],
        color=palette.BLUE,
        edgecolor=palette.PAPER,
        alpha=0.8,
        zorder=3,
    )
    axes.axhline(0, color=palette.PALE, linewidth=1, zorder=1)
    lines = (("mean", limits.mean, "-"), ("upper limit", limits.high, "--"), ("lower limit", limits.low, "--"))
    for name, value, style in lines:
        if value is None:
            continue
        axes.axhline(value, color=palette.VERMILION, linestyle=style, linewidth=1.2, zorder=2)
        axes.annotate(
            f"{name} {value:+.2f}",
            (1.0, value),
            xycoords=("axes fraction", "data"),
            xytext=(-4, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=8,
            color=palette.INK,
        )
    axes.set_xlabel("Mean of the two counts, events per minute")
    axes.set_ylabel("Difference, events per minute")
    axes.set_title(f"{second} minus {first}, minute by minute ({len(limits.counts)})", fontsize=10)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(0.12)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure
