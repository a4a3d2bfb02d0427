"""Draws one picture of a magnified clip: as recorded, beside it with more motion, and below both what was measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.events.model import Twitch
from twitchcam.magnify.gain import Gain
from twitchcam.magnify.isolate import Pulse
from twitchcam.views import palette
from twitchcam.views.canvas import label_of

FloatArray = NDArray[np.float64]
Colour = tuple[int, int, int]

#: Sizes for panels of this many pixels; all others in proportion.
_REFERENCE_PX = 480
_HEADER, _GAP, _TRACE, _FOOTER = 44, 4, 76, 26
_SUBPIXEL_BITS = 4
#: How far from what moves the tip of an arrowhead is, of the side of a panel.
_POINTER_OFF = 0.17
#: The trace's height stands for at least this, % IOD.
_LEAST_FULL_PCT = 0.5
#: The band of noise reaches this many standard deviations.
_NOISE_BAND = 2.0

_BACKGROUND: Colour = (24, 24, 24)
_BAND: Colour = (58, 58, 58)
_TRACE_COLOUR: Colour = (232, 232, 232)
_TEXT: Colour = (205, 205, 205)
_WHITE: Colour = (255, 255, 255)
_NOTICE = "left, right: the subject's own.  A monitor, not a diagnosis."
_AS_RECORDED = "as recorded"


class MagnifiedCanvas:
    """Draws the pictures of one clip.

    Args:
        event: What is shown.
        title: What is written before its label, such as its number.
        gain: The factor that is used.
        pulse: What was measured; None where it could not be.
        slow: How many times slower the clip is.
        span_s: Times of the recording at which the clip begins and ends.
        panel_px: Side of each of the two pictures.
        places_px: ``(p, 2)`` where the skin moves in them; an arrowhead beside each points to it.

    Attributes:
        size: Width and height of what is drawn; even, as H.264 asks.
    """

    def __init__(
        self,
        *,
        event: Twitch,
        title: str,
        gain: Gain,
        pulse: Pulse | None,
        slow: float,
        span_s: tuple[float, float],
        panel_px: int,
        places_px: FloatArray | None = None,
    ) -> None:
        self._event, self._gain, self._pulse = event, gain, pulse
        self._title = f"{title}  {label_of(event)}" if title else label_of(event)
        self._slowed = f"{slow:g} x slower" if slow != 1 else "real time"
        self._span_s = span_s
        self._panel_px = panel_px
        self._places_px = np.zeros((0, 2)) if places_px is None else places_px
        self._unit = panel_px / _REFERENCE_PX
        self._colour = palette.rgb(palette.SIDE_COLOURS[event.side])
        width = 2 * panel_px + self._px(_GAP)
        height = self._px(_HEADER) + panel_px + self._px(_TRACE) + self._px(_FOOTER)
        self.size = (width + width % 2, height + height % 2)

    def draw(self, recorded: Image, magnified: Image, t_s: float) -> Image:
        """The picture of a moment.

        Args:
            recorded: ``(panel, panel, 3)`` uint8, the crop as it was recorded.
            magnified: The same with the motion magnified.
            t_s: Time of the recording in seconds.
        """
        width, height = self.size
        canvas: Image = np.empty((height, width, 3), dtype=np.uint8)
        canvas[:] = _BACKGROUND
        top, side = self._px(_HEADER), self._panel_px
        right = side + self._px(_GAP)
        canvas[top : top + side, :side] = recorded
        canvas[top : top + side, right : right + side] = magnified
        for left in (0, right):
            self._draw_pointers(canvas, left)
        self._draw_header(canvas, t_s)
        self._draw_caption(canvas, _AS_RECORDED, 0)
        self._draw_caption(canvas, str(self._gain), right)
        self._draw_trace(canvas, t_s)
        self._write(canvas, _NOTICE, self._px(10), height - self._px(8), 0.42, _TEXT)
        return canvas

    def _draw_pointers(self, canvas: Image, left: int) -> None:
        """Arrowheads that come from away of the mouth and leave what moves in view."""
        import cv2

        middle = np.array([self._panel_px / 2, self._panel_px / 2])
        for place in self._places_px:
            away = (place - middle) / max(float(np.hypot(*(place - middle))), 1e-6)
            across = np.array([-away[1], away[0]])
            tip = place + _POINTER_OFF * self._panel_px * away
            foot = tip + 15 * self._unit * away
            corners = np.array([tip, foot + 7 * self._unit * across, foot - 7 * self._unit * across])
            shift = np.array([left, self._px(_HEADER)])
            fixed = np.round((corners + shift) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
            cv2.fillConvexPoly(canvas, fixed, self._colour, cv2.LINE_AA, _SUBPIXEL_BITS)
            cv2.polylines(
                canvas, [fixed.reshape(-1, 1, 2)], True, _BACKGROUND, self._px(1), cv2.LINE_AA, _SUBPIXEL_BITS
            )

    def _draw_header(self, canvas: Image, t_s: float) -> None:
        bar, bottom = self._px(6), self._px(_HEADER)
        if self._event.onset_s <= t_s < self._event.end_s:
            canvas[bottom - bar : bottom] = self._colour
        canvas[:bottom, :bar] = self._colour
        base = self._px(28)
        self._write(canvas, self._title, self._px(18), base, 0.62, _WHITE)
        clock = f"{int(t_s // 60)}:{t_s % 60:05.2f}   {self._slowed}"
        self._write(canvas, clock, self.size[0] - self._width(clock, 0.55) - self._px(12), base, 0.55, _TEXT)

    def _draw_caption(self, canvas: Image, text: str, left: int) -> None:
        size = 0.5
        # A caption that gives a reason may be longer than a panel is wide.
        size *= min(1.0, (self._panel_px - self._px(24)) / max(self._width(text, size), 1))
        bottom = self._px(_HEADER) + self._panel_px
        top = bottom - self._px(26)
        canvas[top:bottom, left : left + self._width(text, size) + self._px(20)] = _BACKGROUND
        self._write(canvas, text, left + self._px(10), bottom - self._px(8), size, _WHITE)

    def _draw_trace(self, canvas: Image, t_s: float) -> None:
        import cv2

        begin_s, end_s = self._span_s
        left, right = self._px(10), self.size[0] - self._px(10)
        top = self._px(_HEADER) + self._panel_px + self._px(6)
        bottom = top + self._px(_TRACE - 10)

        def x_of(moment_s: float) -> int:
            share = (moment_s - begin_s) / max(end_s - begin_s, 1e-9)
            return round(left + float(np.clip(share, 0, 1)) * (right - left))

        if self._pulse is not None:
            pulse = self._pulse
            full = max(1.15 * float(np.abs(pulse.raw_iod).max()), _LEAST_FULL_PCT / 100)
            # What goes down is drawn as well: there is no motion that is not shown.
            low = min(float(pulse.raw_iod.min()), -0.25 * full)
            scale = (bottom - top) / (full - low)

            def y_of(course: FloatArray) -> FloatArray:
                return bottom - (course - low) * scale

            band = y_of(np.array([_NOISE_BAND, -_NOISE_BAND]) * pulse.noise_iod)
            canvas[round(band[0]) : round(band[1]) + 1, left:right] = _BAND
            onset, end = x_of(self._event.onset_s), x_of(self._event.end_s)
            canvas[bottom - self._px(3) : bottom + self._px(2), onset : max(end, onset + 2)] = self._colour
            shown = (pulse.times_s >= begin_s) & (pulse.times_s <= end_s)
            x = np.array([x_of(moment_s) for moment_s in pulse.times_s[shown]], dtype=np.float64)
            points = np.stack([x, y_of(pulse.raw_iod[shown])], axis=1) * (1 << _SUBPIXEL_BITS)
            cv2.polylines(
                canvas,
                [np.round(points).astype(np.int32).reshape(-1, 1, 2)],
                False,
                _TRACE_COLOUR,
                self._px(1.2),
                cv2.LINE_AA,
                _SUBPIXEL_BITS,
            )
            told = f"motion along its direction; peak {100 * pulse.size_iod:.2f} %, noise {100 * pulse.noise_iod:.2f} %"
            self._write(canvas, told, left + self._px(2), top + self._px(11), 0.42, _TEXT)
        now = x_of(t_s)
        canvas[top:bottom, now : now + max(1, self._px(1.5))] = _WHITE

    def _width(self, text: str, size: float) -> int:
        import cv2

        (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, size * self._unit, self._px(0.8))
        return int(width)

    def _write(self, canvas: Image, text: str, x: int, y: int, size: float, colour: Colour) -> None:
        import cv2

        font = cv2.FONT_HERSHEY_DUPLEX
        cv2.putText(canvas, text, (x, y), font, size * self._unit, colour, self._px(0.8), cv2.LINE_AA)

    def _px(self, reference: float) -> int:
        return max(1, round(reference * self._unit))
