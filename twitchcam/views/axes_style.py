"""What the panels of a session's picture share: bare axes, the axis of time, the hatch of time not valid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from twitchcam.views import palette
from twitchcam.views.rates import Span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

_TICK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_MOST_TICKS = 12
_NOT_VALID_FACE = "#EEEEEE"
_NOT_VALID_HATCH = "#BDBDBD"
GRID = "#E6E6E6"


def bare(axes: Axes) -> None:
    """Takes away every line that says nothing."""
    for spine in ("top", "right", "left"):
        axes.spines[spine].set_visible(False)
    axes.spines["bottom"].set_color(palette.PALE)
    axes.tick_params(axis="x", length=0)
    axes.tick_params(axis="y", labelsize=9, labelcolor=palette.INK, color=palette.PALE)


def draw_not_valid(axes: Axes, spans: Sequence[Span], duration_s: float) -> None:
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


def not_valid_patch() -> Patch:
    """The entry of a legend for time that was not valid."""
    from matplotlib.patches import Patch

    return Patch(facecolor=_NOT_VALID_FACE, edgecolor=_NOT_VALID_HATCH, hatch="////", label="not valid time")


def mark_time(axes: Axes, span_s: Span) -> None:
    """Puts the ticks, and so the grid, of the axis of time at round times."""
    from matplotlib.ticker import MultipleLocator

    length_s = span_s[1] - span_s[0]
    step = next((s for s in _TICK_STEPS_S if length_s / s <= _MOST_TICKS), _TICK_STEPS_S[-1])
    axes.xaxis.set_major_locator(MultipleLocator(step))


def label_time(axes: Axes, span_s: Span) -> None:
    """Writes minutes and seconds below the axes, at round times."""
    from matplotlib.ticker import FuncFormatter

    mark_time(axes, span_s)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: clock(value)))
    axes.tick_params(axis="x", labelsize=8.5, labelcolor=palette.INK, color=palette.GREY, labelbottom=True)
    axes.annotate(
        "h:min:s" if span_s[1] >= 3600 else "min:s",
        (0, 0),
        xycoords="axes fraction",
        xytext=(-18, -6),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=8.5,
        color=palette.GREY,
    )


def clock(seconds: float) -> str:
    """``4:05`` or ``1:04:05``."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def length(seconds: float) -> str:
    """``20 s`` or ``5 min``."""
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"
