"""The trace of each event: how far the skin at the lip sites was from its place, as paths of SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twitchcam.events.model import Twitch
from twitchcam.motion.channels import INDEX, LIP_SITES, Sample
from twitchcam.session.signals_file import read_signal_windows
from twitchcam.views.raster_panel import rows_of

FloatArray = NDArray[np.float64]

#: Shown before the onset and after the end, seconds.
MARGIN_S = 0.6
#: A spasm is cut after this, seconds.
LONGEST_S = 4.0
WIDTH, HEIGHT = 200, 44
_TOP = 3
#: A trace is never enlarged beyond this full height, % IOD: noise must not look like a twitch.
_LEAST_FULL_PCT = 0.8

_OUT = [INDEX[f"{site}_out"] for site in LIP_SITES]
_UP = [INDEX[f"{site}_up"] for site in LIP_SITES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is drawn for one event, in units of a picture of :data:`WIDTH` by :data:`HEIGHT`.

    Attributes:
        own: Paths of the sites that twitched.
        others: Paths of the other lip sites.
        begin: Where the event begins.
        end: Where it ends.
        full_pct: What the full height means, % IOD.
    """

    own: tuple[str, ...]
    others: tuple[str, ...]
    begin: float
    end: float
    full_pct: float


def traces_of(signals: Path, events: Sequence[Twitch]) -> list[Trace | None]:
    """The trace of each event; None where the signals do not show it, or are missing.

    Raises:
        SessionError: the signals cannot be read.
    """
    if not signals.exists():
        return [None] * len(events)
    spans = [(t.onset_s - MARGIN_S, min(t.end_s, t.onset_s + LONGEST_S) + MARGIN_S) for t in events]
    windows = read_signal_windows(signals, spans)
    return [_trace(event, span, window) for event, span, window in zip(events, spans, windows, strict=True)]


def _trace(event: Twitch, span_s: tuple[float, float], window: Sequence[Sample]) -> Trace | None:
    if len(window) < 2:
        return None
    times_s = np.array([sample.t_s for sample in window])
    values = np.array([sample.values for sample in window])
    # The skin's place is where it is before the twitch; after a restart there is no relation to that.
    before = (times_s < event.onset_s) & np.isfinite(values[:, _OUT[0]])
    place = np.median(values[before], axis=0) if before.any() else np.nanmedian(values, axis=0)
    if not np.isfinite(place[_OUT + _UP]).all():
        return None
    moved = np.hypot(values[:, _OUT] - place[_OUT], values[:, _UP] - place[_UP])
    own = rows_of(event)
    # The rows of a raster stand in the order of the lip sites.
    highest = float(np.nanmax(moved[:, own]))
    full_pct = max(1.05 * max(highest, event.amplitude_pct_iod), _LEAST_FULL_PCT)

    def x(t_s: float) -> float:
        return round(WIDTH * (t_s - span_s[0]) / (span_s[1] - span_s[0]), 1)

    def path(row: int) -> str:
        heights = np.clip(moved[:, row] / full_pct, 0, 1.05)
        return _path([x(t) for t in times_s.tolist()], (HEIGHT - 1 - (HEIGHT - 1 - _TOP) * heights).tolist())

    return Trace(
        own=tuple(path(row) for row in own),
        others=tuple(path(row) for row in range(len(LIP_SITES)) if row not in own),
        begin=x(event.onset_s),
        end=min(x(event.end_s), float(WIDTH)),
        full_pct=full_pct,
    )


def _path(xs: Sequence[float], ys: Sequence[float]) -> str:
    """A path through points, interrupted where one is missing."""
    parts, down = [], False
    for x, y in zip(xs, ys, strict=True):
        if y != y:
            down = False
            continue
        parts.append(f"{'L' if down else 'M'}{x:g} {y:.1f}")
        down = True
    return "".join(parts)
