"""The pictures of the benchmark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.methods import ANCHOR, FACEMESH, FUSED
from tests.benchmarks.outcomes import Summary
from tests.benchmarks.statistics import Bin, Interval
from twitchcam.views import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = {ANCHOR: palette.GREY, FACEMESH: palette.SKY, FUSED: palette.VERMILION}
_MARKERS = {ANCHOR: "s", FACEMESH: "^", FUSED: "o"}
_DPI = 130


def f1_by_amplitude(path: Path, cells: Mapping[str, Mapping[str, Mapping[float, Summary]]]) -> None:
    """F1 with its interval.

    Args:
        path: PNG.
        cells: Quality, method, amplitude in % IOD to summary.
    """
    figure = _figure(4.2 * len(cells), 4.0)
    axes = figure.subplots(1, len(cells), sharey=True, squeeze=False)[0]
    for ax, (quality, methods) in zip(axes, cells.items(), strict=True):
        for method, by_size in methods.items():
            sizes = sorted(by_size)
            f1 = [by_size[a].f1 for a in sizes]
            low = [max(by_size[a].f1 - by_size[a].interval.low, 0) for a in sizes]
            high = [max(by_size[a].interval.high - by_size[a].f1, 0) for a in sizes]
            ax.errorbar(sizes, f1, yerr=(low, high), label=method, capsize=3, **_style(method))
        ax.set_xscale("log", base=2)
        sizes = sorted({a for by_size in methods.values() for a in by_size})
        ax.set_xticks(sizes, [f"{a:g}" for a in sizes])
        ax.minorticks_off()
        ax.set(title=quality, xlabel="size of the twitch, % IOD", ylim=(0, 1.03))
        ax.grid(color=palette.PALE, linewidth=0.6)
    axes[0].set_ylabel("F1, mean over videos")
    figure.legend(*axes[0].get_legend_handles_labels(), frameon=False, loc="outside lower center", ncols=3)
    _save(figure, path)


def rates_by_context(path: Path, rates: Mapping[str, Mapping[str, tuple[float, Interval]]]) -> None:
    """False alarms per minute with exact intervals.

    Args:
        path: PNG.
        rates: Context, method to rate and interval.
    """
    figure = _figure(7.0, 0.8 + 0.55 * len(rates))
    ax = figure.subplots()
    for row, by_method in enumerate(rates.values()):
        for k, (method, (rate, interval)) in enumerate(by_method.items()):
            y = row + 0.22 * (k - (len(by_method) - 1) / 2)
            ax.errorbar(
                [rate],
                [y],
                xerr=([rate - interval.low], [interval.high - rate]),
                label=method if row == 0 else None,
                capsize=2,
                **{**_style(method), "linestyle": "none"},
            )
    ax.set_yticks(range(len(rates)), list(rates))
    ax.invert_yaxis()
    ax.set_xscale("symlog", linthresh=0.5)
    ax.set_xlim(left=0)
    ax.set_xticks([0, 0.1, 0.5, 2, 5, 20, 50], ["0", "0.1", "0.5", "2", "5", "20", "50"])
    ax.minorticks_off()
    ax.set_xlabel("false alarms per minute, 95 % interval")
    ax.grid(axis="x", color=palette.PALE, linewidth=0.6)
    figure.legend(frameon=False, loc="outside lower center", ncols=3)
    _save(figure, path)


def reliability_diagram(path: Path, curves: Mapping[str, Sequence[Bin]]) -> None:
    """Share that is right against confidence, bins of equal count.

    Args:
        path: PNG.
        curves: Name to bins.
    """
    figure = _figure(4.4, 4.2)
    ax = figure.subplots()
    ax.plot([0, 1], [0, 1], color=palette.GREY, linewidth=0.8, linestyle=":")
    for (name, bins), colour in zip(curves.items(), (palette.VERMILION, palette.BLUE, palette.GREEN), strict=False):
        x, y = [b.confidence for b in bins], [b.share for b in bins]
        ax.plot(x, y, color=colour, marker="o", markersize=4, linewidth=1.2, label=name)
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share that is a twitch")
    ax.grid(color=palette.PALE, linewidth=0.6)
    ax.legend(frameon=False, loc="upper left")
    _save(figure, path)


def bars(path: Path, groups: Mapping[str, Mapping[str, float]], unit: str) -> None:
    """Horizontal bars in groups.

    Args:
        path: PNG.
        groups: Group, name of the bar to its length.
        unit: What the lengths are.
    """
    rows = [(group, name, value) for group, named in groups.items() for name, value in named.items()]
    figure = _figure(6.5, 0.8 + 0.32 * len(rows))
    ax = figure.subplots()
    colours = dict(zip(groups, (palette.BLUE, palette.ORANGE, palette.GREEN, palette.PURPLE), strict=False))
    ax.barh(range(len(rows)), [v for *_, v in rows], color=[colours.get(g, palette.GREY) for g, *_ in rows])
    ax.set_yticks(range(len(rows)), [f"{group}: {name}" for group, name, _ in rows])
    ax.invert_yaxis()
    ax.set_xlabel(unit)
    for y, (*_, value) in enumerate(rows):
        ax.annotate(f"{value:.3g}", (value, y), xytext=(3, 0), textcoords="offset points", va="center", fontsize=8)
    ax.margins(x=0.12)
    _save(figure, path)


def _style(method: str) -> dict[str, Any]:
    colour = _COLOURS.get(method, palette.INK)
    return {"color": colour, "marker": _MARKERS.get(method, "o"), "markersize": 4.5, "linewidth": 1.3}


def _figure(width: float, height: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=_DPI, metadata={"Software": None})
