"""Pictures as ``data:`` addresses, so that a page needs no other file."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from twitchcam.views import palette
from twitchcam.views.saving import save

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI = 110
_WIDTH_INCH = 9.5
_ABOVE_INCH, _BELOW_INCH = 0.3, 0.4
_RIGHT = 0.97


def address_of(figure: Figure) -> str:
    """A figure as a PNG in a ``data:`` address."""
    out = io.BytesIO()
    save(figure, out, format="png", dpi=_DPI, metadata={"Software": "twitchcam"})
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def drawn(height_inch: float, draw: Callable[[Axes], object], *, left: float = 0.085) -> str:
    """A picture of one panel as a ``data:`` address.

    Args:
        height_inch: Height of the panel.
        draw: Draws it.
        left: Where the panel begins, as a share of the width; what is written before it needs the room.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    height = height_inch + _ABOVE_INCH + _BELOW_INCH
    figure = Figure(figsize=(_WIDTH_INCH, height), facecolor=palette.PAPER)
    FigureCanvasAgg(figure)
    draw(figure.add_axes((left, _BELOW_INCH / height, _RIGHT - left, height_inch / height)))
    return address_of(figure)
