"""Draws one annotated picture: the frame with the lips outlined, the label of a twitch, and the traces below it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.events.model import Lip, Segment, Side, Twitch
from twitchcam.face import anatomy
from twitchcam.motion.channels import LIP_SITES
from twitchcam.views import palette
from twitchcam.views.rates import NOT_VALID

FloatArray = NDArray[np.float64]
Colour = tuple[int, int, int]
Lasting = TypeVar("Lasting", Twitch, Segment)

#: What the traces show: this long before the present moment and this long after it.
PAST_S = 4.0
FUTURE_S = 1.0
#: A label stays at least this long, so that one can read it.
LABEL_S = 0.6

#: Largest displacement that traces are scaled for where no twitch says what to expect, % IOD.
_USUAL_PCT = 2.0
#: The full height of a trace's row in % IOD, at least and at most.
_LEAST_FULL_PCT = 1.0
_MOST_FULL_PCT = 8.0
#: The smallest width that the letters are readable at; narrower pictures are enlarged.
_LEAST_WIDTH = 480
#: Sizes for a picture 640 wide; all others in proportion.
_REFERENCE_WIDTH = 640
_ROW, _GUTTER, _FOOTER = 27, 116, 28
_SUBPIXEL_BITS = 4

_BACKGROUND: Colour = (24, 24, 24)
_RULE: Colour = (72, 72, 72)
_TRACE: Colour = (232, 232, 232)
_TEXT: Colour = (205, 205, 205)
_OUTLINE: Colour = palette.rgb(palette.SKY)
_NOTICE = "left, right: the subject's own.  A monitor, not a diagnosis."


def rows_of(twitch: Twitch) -> list[int]:
    """Numbers of the lip sites (in the order of ``LIP_SITES``) that a twitch is at."""
    lips = (Lip.UPPER, Lip.LOWER) if twitch.lip is Lip.BOTH else (twitch.lip,)
    sides = (Side.LEFT, Side.RIGHT) if twitch.side is Side.BOTH else (twitch.side,)
    return [LIP_SITES.index(f"{lip}_{side}") for lip in lips for side in sides]


def label_of(twitch: Twitch) -> str:
    """What is written while a twitch lasts."""
    lip = "both lips" if twitch.lip is Lip.BOTH else f"{twitch.lip} lip"
    side = "both sides" if twitch.side is Side.BOTH else str(twitch.side)
    return f"{lip}, {side}  {twitch.amplitude_pct_iod:.1f} %"


class Canvas:
    """Draws the pictures of one video.

    Args:
        width: Width of the video's pictures in pixels.
        height: Their height.
        twitches: The events to mark, in any order.
        segments: What the face was doing; while time is not valid the picture says why.

    Attributes:
        size: Width and height of what is drawn: the picture, enlarged where it is very small, and the traces below
            it. Both are even, as H.264 asks.
    """

    def __init__(self, width: int, height: int, twitches: Sequence[Twitch], segments: Sequence[Segment] = ()) -> None:
        self._enlarged = max(1, -(-_LEAST_WIDTH // width))
        self._picture = (width * self._enlarged, height * self._enlarged)
        self._twitches = _Timed(twitches)
        self._uncounted = _Timed([segment for segment in segments if segment.kind in NOT_VALID])
        self._unit = self._picture[0] / _REFERENCE_WIDTH
        panel = self._px(len(LIP_SITES) * _ROW + _FOOTER)
        self.size = (self._picture[0] + self._picture[0] % 2, self._picture[1] + panel + (self._picture[1] + panel) % 2)
        # One very large twitch is cut at the top rather than flattening all others.
        usual = float(np.quantile([t.amplitude_pct_iod for t in twitches], 0.75)) if twitches else _USUAL_PCT
        self._full_pct = float(np.clip(1.4 * usual, _LEAST_FULL_PCT, _MOST_FULL_PCT))

    def draw(
        self,
        rgb: Image,
        t_s: float,
        *,
        lips_px: NDArray[np.float32] | None,
        sites_px: Mapping[str, tuple[float, float]] | None,
        traces: tuple[FloatArray, FloatArray],
    ) -> Image:
        """The annotated picture.

        Args:
            rgb: ``(height, width, 3)`` uint8.
            t_s: Its time in seconds.
            lips_px: ``(n, 2)`` points on the lips in the picture, those of ``anatomy.LIPS_OUTER`` first, or None.
            sites_px: Places of the lip sites in the picture, or None.
            traces: Times and displacements as :meth:`twitchcam.views.traces.SlidingTraces.around` gives them.
        """
        import cv2

        width, height = self.size
        canvas: Image = np.empty((height, width, 3), dtype=np.uint8)
        canvas[:] = _BACKGROUND
        if self._enlarged > 1:
            rgb = np.asarray(cv2.resize(rgb, self._picture, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
        canvas[: self._picture[1], : self._picture[0]] = rgb
        present = [t for t in self._twitches.within(t_s - LABEL_S, t_s) if t_s < max(t.end_s, t.onset_s + LABEL_S)]
        if lips_px is not None and np.isfinite(lips_px).all():
            outer = lips_px[: len(anatomy.LIPS_OUTER)]
            self._polyline(canvas, outer * self._enlarged, _OUTLINE, closed=True)
        if sites_px is not None:
            self._draw_pointers(canvas, present, sites_px)
        self._draw_labels(canvas, present)
        for segment in self._uncounted.within(t_s, t_s):
            self._draw_reason(canvas, f"{segment.kind.replace('_', ' ')}: not counted")
        self._draw_traces(canvas, t_s, traces)
        return canvas

    def _draw_pointers(
        self, canvas: Image, present: Sequence[Twitch], sites_px: Mapping[str, tuple[float, float]]
    ) -> None:
        """A small arrowhead beside each place that twitches, pointing to it and leaving it in view."""
        import cv2

        places = np.array([sites_px.get(site, (np.nan, np.nan)) for site in LIP_SITES]) * self._enlarged
        if not np.isfinite(places).all():
            return
        middle = places.mean(axis=0)
        for twitch in present:
            colour = palette.rgb(palette.SIDE_COLOURS[twitch.side])
            for row in rows_of(twitch):
                away = places[row] - middle
                away /= max(float(np.hypot(*away)), 1e-6)
                across = np.array((-away[1], away[0]))
                tip = places[row] + 7 * self._unit * away
                foot = tip + 13 * self._unit * away
                corners = np.array((tip, foot + 6 * self._unit * across, foot - 6 * self._unit * across))
                fixed = _fixed(corners)
                cv2.fillConvexPoly(canvas, fixed, colour, cv2.LINE_AA, _SUBPIXEL_BITS)
                cv2.polylines(canvas, [fixed], True, _BACKGROUND, self._px(0.6), cv2.LINE_AA, _SUBPIXEL_BITS)

    def _draw_labels(self, canvas: Image, present: Sequence[Twitch]) -> None:
        top = self._px(10)
        for twitch in present:
            text = label_of(twitch)
            (width, height), _ = self._text_size(text, 0.62)
            pad, left = self._px(8), self._px(10)
            colour = palette.rgb(palette.SIDE_COLOURS[twitch.side])
            bottom = top + height + 2 * pad
            canvas[top:bottom, left : left + width + 2 * pad + self._px(6)] = _BACKGROUND
            canvas[top:bottom, left : left + self._px(6)] = colour
            self._write(canvas, text, left + self._px(6) + pad, bottom - pad, 0.62, (255, 255, 255))
            top = bottom + self._px(6)

    def _draw_reason(self, canvas: Image, text: str) -> None:
        (width, height), _ = self._text_size(text, 0.45)
        pad, top, right = self._px(6), self._px(10), self._picture[0] - self._px(10)
        left, bottom = max(right - width - 2 * pad, 0), top + height + 2 * pad
        canvas[top:bottom, left:right] = _BACKGROUND
        self._write(canvas, text, left + pad, bottom - pad, 0.45, _TEXT)

    def _draw_traces(self, canvas: Image, t_s: float, traces: tuple[FloatArray, FloatArray]) -> None:
        left, right = self._px(_GUTTER), self.size[0] - self._px(8)
        per_second = (right - left) / (PAST_S + FUTURE_S)
        now = left + PAST_S * per_second

        def x_of(moments_s: FloatArray) -> FloatArray:
            return np.clip(now + (moments_s - t_s) * per_second, left, right)

        times_s, displacement_pct = traces
        usable, margin = self._px(_ROW - 6), self._px(3)
        for row, site in enumerate(LIP_SITES):
            top = self._picture[1] + self._px(row * _ROW)
            bottom = top + self._px(_ROW) - margin
            canvas[bottom, left:right] = _RULE
            for twitch in self._twitches.within(t_s - PAST_S, t_s + FUTURE_S):
                if row in rows_of(twitch):
                    begin, end = x_of(np.array((twitch.onset_s, twitch.end_s))).round().astype(int)
                    colour = palette.rgb(palette.SIDE_COLOURS[twitch.side])
                    canvas[top + margin : bottom, begin : max(end, begin + 2)] = colour
            heights = np.clip(displacement_pct[:, row] / self._full_pct, 0, 1) * usable
            points = np.column_stack((x_of(times_s), bottom - heights))
            for piece in _pieces(points):
                self._polyline(canvas, piece, _TRACE, closed=False)
            self._write(canvas, _site_name(site), self._px(10), bottom - self._px(4), 0.42, _TEXT)
        floor = self._picture[1] + self._px(len(LIP_SITES) * _ROW)
        canvas[self._picture[1] : floor, int(now)] = _TEXT
        baseline = floor + self._px(_FOOTER) - self._px(7)
        self._write(canvas, _NOTICE, self._px(10), baseline, 0.4, _TEXT)
        clock = f"{int(t_s // 60)}:{t_s % 60:04.1f}"
        (width, _), _ = self._text_size(clock, 0.42)
        self._write(canvas, clock, right - width, baseline, 0.42, _TEXT)
        scale = f"row height {self._full_pct:.1f} %"
        (scale_width, _), _ = self._text_size(scale, 0.4)
        self._write(canvas, scale, right - width - scale_width - self._px(18), baseline, 0.4, _TEXT)

    def _polyline(self, canvas: Image, points: NDArray[Any], colour: Colour, *, closed: bool) -> None:
        import cv2

        thickness = self._px(1.2 if not closed else 0.8)
        cv2.polylines(canvas, [_fixed(points)], closed, colour, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)

    def _text_size(self, text: str, size: float) -> tuple[tuple[int, int], int]:
        import cv2

        (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, size * self._unit, self._px(0.8))
        return (width, height), below

    def _write(self, canvas: Image, text: str, x: int, y: int, size: float, colour: Colour) -> None:
        import cv2

        font = cv2.FONT_HERSHEY_DUPLEX
        cv2.putText(canvas, text, (x, y), font, size * self._unit, colour, self._px(0.8), cv2.LINE_AA)

    def _px(self, reference: float) -> int:
        return max(1, round(reference * self._unit))


def _fixed(points: NDArray[Any]) -> NDArray[np.int32]:
    """``(n, 2)`` points in the fixed-point pixels that OpenCV draws with."""
    scaled = np.asarray(points, dtype=np.float64) * (1 << _SUBPIXEL_BITS)
    return np.round(scaled).astype(np.int32).reshape(-1, 1, 2)


class _Timed(Generic[Lasting]):
    """Things with a begin and an end, to be asked for by time; quick however many there are."""

    def __init__(self, things: Sequence[Lasting]) -> None:
        self._things: list[Lasting] = sorted(things, key=lambda thing: thing.onset_s)
        self._onsets_s: list[float] = [thing.onset_s for thing in self._things]
        self._longest_s: float = max((thing.end_s - thing.onset_s for thing in self._things), default=0.0)

    def within(self, begin_s: float, end_s: float) -> list[Lasting]:
        """Those of which some part lies between two times, in the order of their onsets."""
        first = bisect_left(self._onsets_s, begin_s - self._longest_s)
        last = bisect_right(self._onsets_s, end_s)
        return [thing for thing in self._things[first:last] if thing.end_s > begin_s]


def _site_name(site: str) -> str:
    lip, side = site.split("_")
    return f"{lip}, {side}"


def _pieces(points: FloatArray) -> list[FloatArray]:
    """A line of ``(n, 2)`` points cut where points are missing; pieces of one point are left out."""
    known = np.isfinite(points).all(axis=1)
    cuts = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
    return [piece for piece in np.split(points, cuts) if len(piece) > 1 and np.isfinite(piece).all()]
