"""Draws what the live window shows: the mirrored picture, counters and words beside it, traces below."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Image
from twitchcam.events.model import Lip, Mark, Side, Twitch
from twitchcam.face import anatomy
from twitchcam.live import words
from twitchcam.live.feed import LiveUpdate, Status
from twitchcam.live.traces import RecentTraces
from twitchcam.motion.channels import LIP_SITES
from twitchcam.views import palette
from twitchcam.views.canvas import label_of, rows_of

FloatArray = NDArray[np.float64]
Colour = tuple[int, int, int]

#: What the traces show, seconds.
PAST_S = 8.0
#: A label stays so long after its twitch became certain, and a provisional mark until then.
_LABEL_S = 2.0

_PICTURE_WIDTH, _PANEL_WIDTH = 640, 340
#: Of the line in which a note is typed.
_TYPED_HEIGHT = 64
_ROW, _GUTTER, _FOOTER, _MARGIN = 44, 124, 26, 12
_LEAST_FULL_PCT, _MOST_FULL_PCT = 1.5, 8.0
_SUBPIXEL_BITS = 4

_BACKGROUND: Colour = (24, 24, 24)
_PANEL: Colour = (34, 34, 34)
_RULE: Colour = (72, 72, 72)
_BAND: Colour = (58, 58, 58)
_TRACE: Colour = (235, 235, 235)
_TEXT: Colour = (225, 225, 225)
_DIM: Colour = (160, 160, 160)
_OUTLINE: Colour = palette.rgb(palette.SKY)
_MARK: Colour = palette.rgb(palette.YELLOW)
_ALERT: Colour = palette.rgb(palette.YELLOW)
_RECORDING: Colour = (230, 60, 50)
_KEYS = ("f  I felt one", "n  note      t  trigger", "p  pause     q  quit")


class LivePicture:
    """Follows the session and draws it.

    Args:
        min_snr: How many noise levels a movement must reach; the band of the traces ends there.
    """

    def __init__(self, min_snr: float) -> None:
        self._min_snr = min_snr
        self._traces = RecentTraces()
        self._shown: deque[tuple[float, FloatArray]] = deque()
        self._twitches: deque[Twitch] = deque()
        self._labels: deque[tuple[float, Twitch]] = deque()
        self._marks: deque[Mark] = deque()
        self._picture: Image | None = None
        self._lips: NDArray[np.float32] | None = None
        self._latest: LiveUpdate | None = None
        self._full_pct = _LEAST_FULL_PCT
        self._felt_at_s = -np.inf

    def follow(self, update: LiveUpdate) -> None:
        """Takes what a frame brought; cheap."""
        t_s = update.status.t_s
        if self._latest is not None and t_s < self._latest.status.t_s:
            # Another session began.
            for kept in (self._shown, self._twitches, self._labels, self._marks):
                kept.clear()
        self._latest = update
        for sample in update.update.samples:
            moved = self._traces.push(sample)
            self._shown.append((sample.t_s, moved))
            largest = float(np.nanmax(moved, initial=0.0))
            # Rows grow at once for a large movement and shrink slowly after it.
            self._full_pct = float(
                np.clip(max(1.25 * largest, 0.998 * self._full_pct), _LEAST_FULL_PCT, _MOST_FULL_PCT)
            )
        self._marks.extend(update.marks)
        for twitch in update.update.twitches:
            self._twitches.append(twitch)
            self._labels.append((t_s, twitch))
        while self._shown and self._shown[0][0] < t_s - PAST_S:
            self._shown.popleft()
        while self._twitches and self._twitches[0].end_s < t_s - PAST_S:
            self._twitches.popleft()
        while self._labels and self._labels[0][0] < t_s - _LABEL_S:
            self._labels.popleft()
        while self._marks and self._marks[0].peak_s < t_s - PAST_S:
            self._marks.popleft()

    def felt(self, t_s: float) -> None:
        """The person felt one: shown for a moment."""
        self._felt_at_s = t_s

    def draw(self, typed: str | None = None) -> Image:
        """The whole window, ``(height, width, 3)`` uint8 RGB.

        Args:
            typed: A note that is being typed, with what it is; None where none is.
        """
        latest = self._latest
        if latest is None:
            return np.full((480, _PICTURE_WIDTH + _PANEL_WIDTH, 3), _BACKGROUND, dtype=np.uint8)
        picture = self._mirrored(latest)
        height, bottom = picture.shape[0], len(LIP_SITES) * _ROW + _FOOTER
        canvas: Image = np.empty((max(height, 480) + bottom, _PICTURE_WIDTH + _PANEL_WIDTH, 3), dtype=np.uint8)
        canvas[:] = _BACKGROUND
        canvas[:height, :_PICTURE_WIDTH] = picture
        canvas[: max(height, 480), _PICTURE_WIDTH:] = _PANEL
        self._draw_labels(canvas, latest.status)
        self._draw_panel(canvas, latest.status)
        self._draw_traces(canvas, max(height, 480), latest)
        if typed is not None:
            self._draw_typed(canvas, height, typed)
        return canvas

    def _mirrored(self, latest: LiveUpdate) -> Image:
        """The picture as in a mirror, with the lips outlined; the last one, dimmed, where none comes."""
        import cv2

        if latest.frame is None:
            if self._picture is None:
                return np.full((480, _PICTURE_WIDTH, 3), _BACKGROUND, dtype=np.uint8)
            return np.asarray(self._picture // 3, dtype=np.uint8)
        rgb = latest.frame.to_rgb()
        scale = _PICTURE_WIDTH / rgb.shape[1]
        size = (_PICTURE_WIDTH, round(rgb.shape[0] * scale))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        picture = rgb if size == rgb.shape[1::-1] else cv2.resize(rgb, size, interpolation=method)
        picture = np.asarray(cv2.flip(picture, 1), dtype=np.uint8)
        lips = latest.update.lips_px
        if lips is not None and np.isfinite(lips).all():
            outline = np.asarray(lips[: len(anatomy.LIPS_OUTER)], dtype=np.float64) * scale
            outline[:, 0] = _PICTURE_WIDTH - 1 - outline[:, 0]
            cv2.polylines(picture, [_fixed(outline)], True, _OUTLINE, 1, cv2.LINE_AA, _SUBPIXEL_BITS)
        self._picture = picture
        return picture.copy()

    def _draw_labels(self, canvas: Image, status: Status) -> None:
        top = _MARGIN
        for _, twitch in self._labels:
            top = _tag(canvas, label_of(twitch), _MARGIN, top, palette.rgb(palette.SIDE_COLOURS[twitch.side]))
        decided_s = max((twitch.peak_s for twitch in self._twitches), default=-np.inf)
        for mark in self._marks:
            if status.t_s - mark.peak_s < 1.0 and mark.peak_s > decided_s + 0.1:
                top = _tag(canvas, f"{mark.lip} lip, {mark.side} ?", _MARGIN, top, _MARK)
        if status.t_s - self._felt_at_s < _LABEL_S:
            _tag(canvas, "felt: noted", _MARGIN, top, _OUTLINE)

    def _draw_panel(self, canvas: Image, status: Status) -> None:
        left, y = _PICTURE_WIDTH + _MARGIN, 34
        if status.keeps_images != "nothing":
            _disc(canvas, left + 6, y - 6, _RECORDING)
        _write(canvas, words.kept(status), left + (0 if status.keeps_images == "nothing" else 20), y, 0.45, _TEXT)
        y += 40
        columns = {Side.LEFT: left + 90, Side.RIGHT: left + 190}
        for side, x in columns.items():
            _write(canvas, str(side), x, y, 0.5, palette.rgb(palette.SIDE_COLOURS[side]))
        for lip in (Lip.UPPER, Lip.LOWER):
            y += 42
            _write(canvas, f"{lip} lip", left, y, 0.5, _TEXT)
            for side, x in columns.items():
                _write(canvas, str(words.count_of(status, lip, side)), x, y, 1.0, _TEXT, 2)
        y += 40
        _write(canvas, f"{words.total_of(status)} in all; {words.rate_of(status)}", left, y, 0.5, _TEXT)
        y += 24
        valid = f"{words.clock(status.valid_s)} valid of {words.clock(status.t_s)}"
        _write(canvas, valid, left, y, 0.45, _DIM)
        y += 30
        for line, colour in self._said(status):
            for part in _wrapped(line, 36):
                _write(canvas, part, left, y, 0.48, colour)
                y += 22
            y += 4
        y = canvas.shape[0] - len(LIP_SITES) * _ROW - _FOOTER - 12 - 20 * (len(_KEYS) - 1)
        for line in _KEYS:
            _write(canvas, line, left, y, 0.42, _DIM)
            y += 20

    def _said(self, status: Status) -> list[tuple[str, Colour]]:
        """What is to do and what limits the measurement, most important first."""
        said: list[tuple[str, Colour]] = []
        if status.protocol is not None:
            step = status.protocol
            said.append((f"{step.number} of {step.total}, {step.left_s:.0f} s: {step.instruction}", _OUTLINE))
        if status.paused:
            said.append(("Paused: nothing is measured. p goes on.", _ALERT))
        said += [(words.sentence(limit), _ALERT) for limit in status.limits[:3]]
        if not said:
            rate = "" if status.rate_hz is None else f"{status.rate_hz:.0f} frames a second: "
            said.append((f"{rate}all is well.", _DIM))
        return said

    def _draw_traces(self, canvas: Image, top: int, latest: LiveUpdate) -> None:
        left, right = _GUTTER, canvas.shape[1] - _MARGIN
        now_s = latest.status.t_s
        times_s = np.array([moment_s for moment_s, _ in self._shown])
        displacement_pct = np.array([moved for _, moved in self._shown]).reshape(-1, len(LIP_SITES))
        xs = _x_of(times_s, now_s, left, right)
        for row, site in enumerate(LIP_SITES):
            high, low = top + row * _ROW + 4, top + (row + 1) * _ROW - 2
            usable = low - high
            band_pct = self._min_snr * latest.noise_pct_iod.get(site, 0.0)
            canvas[low - round(min(band_pct / self._full_pct, 1.0) * usable) : low, left:right] = _BAND
            canvas[low, left:right] = _RULE
            self._draw_findings(canvas, row, high, low, now_s)
            heights = np.clip(displacement_pct[:, row] / self._full_pct, 0, 1) * usable
            _line(canvas, np.column_stack((xs, low - heights)))
            _write(canvas, site.replace("_", ", "), _MARGIN, low - 12, 0.45, _TEXT)
        baseline = canvas.shape[0] - 9
        _write(canvas, words.NOTICE, _MARGIN, baseline, 0.4, _DIM)
        scale = f"row height {self._full_pct:.1f} %; grey: noise"
        _write(canvas, scale, right - 250, baseline, 0.4, _DIM)

    def _draw_findings(self, canvas: Image, row: int, high: int, low: int, now_s: float) -> None:
        import cv2

        left, right = _GUTTER, canvas.shape[1] - _MARGIN
        for twitch in self._twitches:
            if row in rows_of(twitch):
                begin, end = _x_of(np.array((twitch.onset_s, twitch.end_s)), now_s, left, right).round().astype(int)
                canvas[high:low, begin : max(end, begin + 3)] = palette.rgb(palette.SIDE_COLOURS[twitch.side])
        for mark in self._marks:
            if LIP_SITES[row] == f"{mark.lip}_{mark.side}":
                x = int(_x_of(np.array([mark.peak_s]), now_s, left, right)[0])
                corners = np.array(((x, high + 9), (x - 5, high), (x + 5, high)), dtype=np.int32)
                cv2.fillConvexPoly(canvas, corners, _MARK, cv2.LINE_AA)

    def _draw_typed(self, canvas: Image, height: int, typed: str) -> None:
        canvas[height - _TYPED_HEIGHT : height, :_PICTURE_WIDTH] = _BACKGROUND
        _write(canvas, "Enter keeps it, Esc does not", _MARGIN, height - 44, 0.42, _DIM)
        _write(canvas, f"{typed[-52:]}_", _MARGIN, height - 16, 0.6, _TEXT)


def _x_of(moments_s: FloatArray, now_s: float, left: int, right: int) -> FloatArray:
    return np.clip(right - (now_s - moments_s) * (right - left) / PAST_S, left, right)


def _tag(canvas: Image, text: str, left: int, top: int, colour: Colour) -> int:
    """A label with a coloured edge; returns where the next one begins."""
    import cv2

    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 0.6, 1)
    bottom = top + height + 14
    canvas[top:bottom, left : left + width + 22] = _BACKGROUND
    canvas[top:bottom, left : left + 6] = colour
    _write(canvas, text, left + 14, bottom - 7, 0.6, (255, 255, 255))
    return bottom + 6


def _write(canvas: Image, text: str, x: int, y: int, size: float, colour: Colour, thickness: int = 1) -> None:
    import cv2

    # OpenCV's letters are ASCII.
    plain = text.encode("ascii", "replace").decode()
    cv2.putText(canvas, plain, (x, y), cv2.FONT_HERSHEY_DUPLEX, size, colour, thickness, cv2.LINE_AA)


def _disc(canvas: Image, x: int, y: int, colour: Colour) -> None:
    import cv2

    cv2.circle(canvas, (x, y), 7, colour, -1, cv2.LINE_AA)


def _line(canvas: Image, points: FloatArray) -> None:
    """A line of ``(n, 2)`` points, with holes where points are missing."""
    import cv2

    known = np.isfinite(points).all(axis=1)
    cuts = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
    for piece in np.split(points, cuts):
        if len(piece) > 1 and np.isfinite(piece).all():
            cv2.polylines(canvas, [_fixed(piece)], False, _TRACE, 1, cv2.LINE_AA, _SUBPIXEL_BITS)


def _fixed(points: FloatArray) -> NDArray[np.int32]:
    return np.round(points * (1 << _SUBPIXEL_BITS)).astype(np.int32).reshape(-1, 1, 2)


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width)
