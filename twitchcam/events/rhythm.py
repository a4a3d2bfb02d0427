"""Rhythm: a stretch in which a side of the mouth moves to and fro evenly, with its frequency.

A window is rhythmic when the movement repeats itself: its autocorrelation comes back near to one after a period, having
been low in between. That holds for the waves of a tremor and neither for speech nor for twitches, whose intervals
differ. Jerks come at about even intervals only; they are looked for over a longer window and less strictly. Both sides
together at 3-9 Hz look like tremor; one side at 1-3 Hz is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len

from twitchcam.config import RhythmConfig
from twitchcam.events.model import Context, Segment, Side
from twitchcam.motion.channels import INDEX

FloatArray = NDArray[np.float64]

_PARTS = ("upper", "lower", "corner")
_SIDES = (Side.LEFT, Side.RIGHT)
#: The channels of the left side, then as many of the right one.
_MOUTH = [INDEX[f"{part}_{side}_{way}"] for side in _SIDES for part in _PARTS for way in ("out", "up")]
_HEAD = [INDEX["head_x"], INDEX["head_y"]]
_OPENING = INDEX["mouth_open"]
#: Above the fastest rhythm, so much is the error of a frequency.
_TOLERANCE = 1.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How evenly a window moves.

    Attributes:
        frequency_hz: Repetitions a second.
        regularity: Autocorrelation after one period, 0-1.
        size: ``{side: root mean square}`` of what repeats itself on a side, in the unit of the signal. Noise does not
            repeat itself and is not in it, so it does not make two sides of a small movement alike.
        first: The sample of the window at which it begins.
        last: The sample at which it ends.
    """

    frequency_hz: float
    regularity: float
    size: dict[Side, float]
    first: int
    last: int


def rhythm_of(values: FloatArray, rate_hz: float, config: RhythmConfig) -> Rhythm | None:
    """The rhythm of a window, or None where it has none.

    Args:
        values: ``(n, channels)`` in the order of :data:`twitchcam.motion.channels.CHANNELS`, evenly sampled.
        rate_hz: Their rate.
        config: Band and limits.
    """
    opening = values[:, _OPENING]
    # No deviation is larger than half of the range, which is known sooner.
    if opening.max() - opening.min() > 2 * config.max_opening_pct_iod and np.std(opening) > config.max_opening_pct_iod:
        return None
    head = values[:, _HEAD]
    if (head.max(axis=0) - head.min(axis=0)).max() > config.max_head_pct_iod:
        return None
    level = _level(values[:, _MOUTH], rate_hz, config.low_hz)
    sides = dict(zip(_SIDES, np.split(level, len(_SIDES), axis=1), strict=True))
    energy = {side: float(np.vdot(x, x)) for side, x in sides.items()}
    larger = max(_SIDES, key=lambda side: energy[side])
    if energy[larger] < config.min_pct_iod**2 * len(_PARTS) * len(level):
        return None
    alike = _autocorrelation(sides[larger])
    shortest = max(2, int(np.floor(rate_hz / config.high_hz)))
    longest = min(int(np.ceil(rate_hz / config.low_hz)), len(alike) * 2 // 3)
    regular = shortest + np.flatnonzero(alike[shortest : longest + 1] >= config.min_regularity)
    for lag in regular.tolist():
        if alike[lag] < alike[lag - 1 : lag + 2].max() or alike[1:lag].min() > config.max_between:
            continue
        frequency_hz = rate_hz / _refined(alike, lag)
        # What is left of a lamp's flicker (10 Hz at 30 frames a second) comes back after two periods as well.
        if frequency_hz > _TOLERANCE * config.high_hz:
            return None
        first, last = _extent(sides[larger], lag)
        return Rhythm(
            frequency_hz=frequency_hz,
            regularity=float(alike[lag]),
            size={side: _repeated(x, lag) for side, x in sides.items()},
            first=first,
            last=last,
        )
    return None


@dataclass(frozen=True, slots=True)
class _Window:
    """A rhythmic window: which side moves in it, the sample at which it begins, whether it is as even as a tremor."""

    rhythm: Rhythm
    side: Side
    origin: int
    even: bool


class RhythmReader:
    """Looks at windows of an evenly sampled stretch as it grows.

    Args:
        config: Band, window and limits.
        rate_hz: Rate of the samples.
        start_s: Time of the first.
    """

    def __init__(self, config: RhythmConfig, rate_hz: float, start_s: float) -> None:
        self._config = config
        self._rate_hz = rate_hz
        self._start_s = start_s
        self._length = round(config.window_s * rate_hz)
        self._jerks = replace(config, min_regularity=config.jerk_min_regularity)
        self._jerk_length = max(self._length, round(config.jerk_window_s * rate_hz))
        self._hop = max(1, round(config.hop_s * rate_hz))
        self._next = self._length
        self._going: list[_Window] = []
        self._told = 0

    @property
    def next_end(self) -> int:
        """How many samples there must be before the next window is whole."""
        return self._next

    def read(self, window: FloatArray) -> Iterator[Segment]:
        """Takes what ends at :attr:`next_end`; gives the stretch that ended before it, if one did.

        Args:
            window: ``(n, channels)``, the last :attr:`length` samples, or fewer at the begin.
        """
        end, self._next = self._next, self._next + self._hop
        origin, even = end - self._length, True
        found = rhythm_of(window[-self._length :], self._rate_hz, self._config)
        if found is None and len(window) == self._jerk_length:
            origin, even = end - self._jerk_length, False
            found = rhythm_of(window, self._rate_hz, self._jerks)
            # What trembles faster also repeats itself after two or three periods; the first counts.
            if found is not None and found.frequency_hz > self._config.jerk_high_hz:
                found = None
        if found is None:
            yield from self.close()
            return
        now = _Window(found, self._side(found.size), origin, even)
        if self._going and now.side is self._one_side().mirrored and now.side is not Side.BOTH:
            # Windows in which both sides move hold the end of one and the begin of the other.
            while self._going[-1].side is Side.BOTH:
                del self._going[-1]
            yield from self.close()
        elif self._going and not self._continues(found):
            yield from self.close()
        self._going.append(now)

    @property
    def length(self) -> int:
        """Samples that are looked back at."""
        return self._jerk_length

    def close(self) -> Iterator[Segment]:
        """The stretch that goes on, at the end of the run."""
        going, self._going = self._going, []
        if not going:
            return
        start = max(going[0].origin + going[0].rhythm.first, self._told)
        end = self._told = going[-1].origin + going[-1].rhythm.last
        least_s = self._config.min_s if any(window.even for window in going) else self._config.jerk_min_s
        if len(going) < self._config.min_windows or (end - start) / self._rate_hz < least_s:
            return
        rhythms = [window.rhythm for window in going]
        yield Segment(
            onset_s=self._start_s + start / self._rate_hz,
            duration_s=(end - start) / self._rate_hz,
            kind=Context.RHYTHM,
            side=self._side({side: float(np.median([r.size[side] for r in rhythms])) for side in _SIDES}),
            frequency_hz=round(float(np.median([r.frequency_hz for r in rhythms])), 2),
        )

    def _side(self, size: dict[Side, float]) -> Side:
        smaller, larger = sorted(_SIDES, key=lambda side: size[side])
        return Side.BOTH if size[smaller] >= self._config.both_share * size[larger] else larger

    def _one_side(self) -> Side:
        """The side that moves alone in the stretch that goes on, or both where none does."""
        return next((window.side for window in reversed(self._going) if window.side is not Side.BOTH), Side.BOTH)

    def _continues(self, found: Rhythm) -> bool:
        before = self._going[-1].rhythm.frequency_hz
        return abs(found.frequency_hz - before) <= self._config.same_share * before


def _level(moved: FloatArray, rate_hz: float, low_hz: float) -> FloatArray:
    """A movement without what is slower than the band: each channel less its running mean over the longest period."""
    half = max(1, round(0.75 * rate_hz / low_hz))
    padded = moved
    if half < len(moved):
        before, after = 2 * moved[0] - moved[half:0:-1], 2 * moved[-1] - moved[-2 : -half - 2 : -1]
        padded = np.concatenate([before, moved, after])
    sums = np.cumsum(np.concatenate([np.zeros((1, moved.shape[1])), padded]), axis=0)
    width = len(padded) - len(moved) + 1
    return np.asarray(moved - (sums[width:] - sums[:-width]) / width)


def _autocorrelation(x: FloatArray) -> FloatArray:
    """``(n // 2 + 2,)`` likeness of a movement to itself some samples later, 1 is the same."""
    n = len(x)
    # Long enough that what goes around the end does not reach the lags that are asked for.
    size = next_fast_len(n + n // 2 + 2, real=True)
    spectrum = np.fft.rfft(np.ascontiguousarray(x.T), size)
    power = np.sum(spectrum.real**2 + spectrum.imag**2, axis=0)
    product = np.fft.irfft(power, size)[: n // 2 + 2]
    energy = np.concatenate([[0.0], np.cumsum(np.sum(x**2, axis=1))])
    lags = np.arange(len(product))
    both = (energy[n] - energy[lags]) * energy[n - lags]
    return np.asarray(product / np.sqrt(np.maximum(both, 1e-12)))


def _repeated(x: FloatArray, period: int) -> float:
    """Root mean square of what comes back after a period, over the places of a side."""
    again = float(np.mean(np.sum(x[period:] * x[:-period], axis=1)))
    return float(np.sqrt(max(again, 0.0) / len(_PARTS)))


def _extent(x: FloatArray, period: int) -> tuple[int, int]:
    """Where a window's movement, averaged over a period, is at least half of its largest."""
    energy = np.convolve(np.sum(x**2, axis=1), np.ones(period) / period, mode="same")
    moving = np.flatnonzero(energy >= 0.25 * energy.max())
    return int(moving[0]), int(moving[-1]) + 1


def _refined(alike: FloatArray, lag: int) -> float:
    """The period in samples, between samples by a parabola."""
    before, here, after = alike[lag - 1], alike[lag], alike[min(lag + 1, len(alike) - 1)]
    bend = before - 2 * here + after
    return lag + (float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < -1e-9 else 0.0)
