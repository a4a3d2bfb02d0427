"""A thin strip with a colour for what the face was doing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from twitchcam.events.model import Segment
from twitchcam.views import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_contexts(axes: Axes, segments: Sequence[Segment]) -> Axes:
    """A colour for each context that is not valid time; rest is blank. Returns the axes."""
    present = [kind for kind in palette.CONTEXT_COLOURS if any(s.kind is kind for s in segments)]
    for kind in present:
        spans = [(s.onset_s, s.duration_s) for s in segments if s.kind is kind]
        words = kind.value.replace("_", " ")
        axes.broken_barh(spans, (0, 1), facecolor=palette.CONTEXT_COLOURS[kind], linewidth=0, label=words)
    axes.set_ylim(0, 1)
    axes.set_yticks([0.5], ["context"])
    axes.tick_params(axis="y", length=0, labelsize=8.5, labelcolor=palette.INK)
    axes.tick_params(axis="x", length=0)
    for spine in axes.spines.values():
        spine.set_color(palette.PALE)
    if present:
        axes.legend(
            loc="upper right",
            bbox_to_anchor=(1.0, -0.1),
            ncols=len(present),
            frameon=False,
            fontsize=8.5,
            handlelength=1.0,
            handleheight=1.0,
            columnspacing=1.2,
            borderpad=0,
        )
    return axes
