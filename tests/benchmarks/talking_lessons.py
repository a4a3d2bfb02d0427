"""What the network of the trial on talking learns from: people who talk, with twitches of others put into them.

A twitch is put in as it was measured: the difference between a clip with twitches warped into it and the same clip as
it is. So it carries what the measurement makes of it, its blur, its noise and its errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.mouth_motion import NODES, Flags, Motion
from tests.synthetic import other_side
from twitchcam.events.model import Lip, Side, Twitch
from twitchcam.motion.channels import CHANNEL_NAMES, INDEX

FloatArray = NDArray[np.float64]
Float32 = NDArray[np.float32]

#: What is said of each frame: log odds of a peak at these lips and sides, in this order.
PLACES = (("upper", "left"), ("lower", "left"), ("upper", "right"), ("lower", "right"))

_FRAMES, _SEQUENCES = 96, 24
#: Where the peaks lie in a sequence, and how often there is one.
_PEAKS, _SHARE = ((12, 40), (52, 84)), 0.7
#: Ranges drawn from: pace and size of speech and of twitches, and noise (% IOD) that nobody must rely on.
_PACE, _SPEECH_SIZE, _TWITCH_SIZE, _NOISE_PCT_IOD, _UNEQUAL = (0.8, 1.25), (0.6, 1.5), (0.75, 1.4), 0.06, 0.05
#: Frames before and after a twitch that its measured difference is taken from.
_BEFORE, _AFTER = 2, 3
_LEVELS = ("misfit", "mouth_open", "iod")
_DISPLACED = [name for name in CHANNEL_NAMES if name.endswith(("_out", "_up"))]


@dataclass(frozen=True, slots=True)
class View:
    """How a measurement looks in the mirror.

    Attributes:
        mirror: ``(values,)`` which value each becomes when the picture is flipped.
        sign: ``(values,)`` 1, or -1 where it changes its sign.
        levels: How many further numbers come after the values, the same in the mirror.
    """

    mirror: NDArray[np.int_]
    sign: Float32
    levels: int

    def flipped(self, values: FloatArray) -> FloatArray:
        """``(..., values)`` as a flipped picture would give them."""
        return np.asarray(values[..., self.mirror] * self.sign)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A batch to learn from.

    Attributes:
        seen: ``(sequences, frames, values + levels)`` the measurement.
        peaks: ``(sequences, frames, places)`` 1 at the peak of a twitch, else 0.
        counts: The same shape; 0 where nothing is asked.
    """

    seen: Float32
    peaks: Float32
    counts: Float32


def _nodes_view() -> View:
    opposite = [int(np.argmin(np.sum((NODES * (-1, 1) - node) ** 2, axis=1))) for node in NODES]
    mirror = np.arange(2 * len(NODES)).reshape(-1, 2)[opposite].ravel()
    return View(mirror, np.tile(np.array([-1, 1], np.float32), len(NODES)), len(_LEVELS))


def _channels_view() -> View:
    mirror = np.array([_DISPLACED.index(other_side(name)) for name in _DISPLACED])
    sign = np.array([-1 if name == "below_out" else 1 for name in _DISPLACED], np.float32)
    return View(mirror, sign, len(_LEVELS))


#: The two measurements from frame to frame, and the program's own.
VIEWS = {"tracked": _nodes_view(), "searched": _nodes_view(), "channels": _channels_view()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A video as the network sees it.

    Attributes:
        t_s: ``(n,)`` time of each frame.
        steps: ``(n, values)`` movement since the frame before, % IOD; 0 where it is not known.
        levels: ``(n, levels)`` what else is known of each frame.
        known: ``(n,)`` whether the movement is known.
        rate_hz: Frames per second.
    """

    t_s: FloatArray
    steps: FloatArray
    levels: FloatArray
    known: Flags
    rate_hz: float

    @property
    def seen(self) -> Float32:
        """``(n, values + levels)`` for the network."""
        return np.concatenate([self.steps, self.levels], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A twitch as it was measured: ``(frames, values)`` steps, the frame of its peak, its place in ``PLACES``, rate."""

    steps: FloatArray
    peak: float
    place: int
    rate_hz: float


def course_of(motion: Motion, view: str) -> Course:
    """A video in one of the :data:`VIEWS`."""
    if view != "channels":
        moved = motion.tracked if view == "tracked" else motion.searched
        steps = moved.reshape(len(motion.t_s), -1).astype(np.float64)
    else:
        shown = motion.channels[:, [INDEX[name] for name in _DISPLACED]]
        steps = np.diff(shown, axis=0, prepend=np.nan * shown[:1])
    known = motion.followed & np.isfinite(steps).all(axis=1)
    misfit, opening, iod = np.nan_to_num(motion.channels[:, [INDEX[name] for name in _LEVELS]]).T
    # Of about the size of the steps.
    levels = np.stack([5 * misfit, opening / 10, np.log(np.maximum(iod, 20) / 100)], axis=1)
    steps = np.where(known[:, None], steps, 0.0)
    return Course(t_s=motion.t_s, steps=steps, levels=levels, known=known, rate_hz=motion.rate_hz)


def place_of(lip: Lip, side: Side) -> int:
    """Number of a place."""
    return PLACES.index((lip.value, side.value))


def sent_twitches(plain: Course, there: Course, truth: Sequence[Twitch]) -> list[Sent]:
    """The twitches of a clip as they were measured: those whose every frame is known with them and without."""
    n = min(len(plain.t_s), len(there.t_s))
    t_s, known = plain.t_s[:n], plain.known[:n] & there.known[:n]
    steps = there.steps[:n] - plain.steps[:n]
    found = []
    for twitch in truth:
        first = int(np.searchsorted(t_s, twitch.onset_s)) - _BEFORE
        last = int(np.searchsorted(t_s, twitch.end_s)) + _AFTER
        if first >= 1 and last < n and known[first:last].all():
            peak = float(np.interp(twitch.peak_s, t_s[first:last], np.arange(last - first)))
            place = place_of(twitch.lip, twitch.side)
            found.append(Sent(steps=steps[first:last], peak=peak, place=place, rate_hz=plain.rate_hz))
    return found


def lessons(
    speech: Sequence[Course], weights: Sequence[float], sent: Sequence[Sent], view: View, *, seed: int
) -> Iterator[Lesson]:
    """Batches without end.

    Args:
        speech: What twitches are put into.
        weights: How often each is taken, relative to the others.
        sent: The twitches.
        view: Of all of them.
        seed: Of the draw.
    """
    rng = np.random.default_rng(seed)
    shares = np.asarray(weights) / np.sum(weights)
    while True:
        made = [_sequence(speech[int(rng.choice(len(speech), p=shares))], sent, view, rng) for _ in range(_SEQUENCES)]
        seen, peaks, counts = (np.stack(parts).astype(np.float32) for parts in zip(*made, strict=True))
        yield Lesson(seen=seen, peaks=peaks, counts=counts)


def _sequence(
    course: Course, sent: Sequence[Sent], view: View, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    steps, levels, known = _stretch(course, rng)
    if rng.random() < 0.5:
        steps = view.flipped(steps)
    if rng.random() < 0.5:
        # Speech that runs backwards is as good a speech for this.
        steps, levels, known = -steps[::-1], levels[::-1], known[::-1]
    steps = steps * rng.uniform(*_SPEECH_SIZE) * np.exp(rng.normal(0, _UNEQUAL, steps.shape[1]))
    steps = steps + rng.normal(0, _NOISE_PCT_IOD, steps.shape)
    peaks, spoilt = np.zeros((_FRAMES, len(PLACES))), np.zeros(_FRAMES, bool)
    for low, high in _PEAKS:
        if rng.random() < _SHARE:
            one = sent[int(rng.integers(len(sent)))]
            moved, place = one.steps, one.place
            if rng.random() < 0.5:
                moved, place = view.flipped(moved), (place + 2) % len(PLACES)
            pace = rng.uniform(*_PACE) * one.rate_hz / course.rate_hz
            moved = _paced(moved, pace, max(3, int(len(moved) / pace))) * rng.uniform(*_TWITCH_SIZE)
            at = int(rng.integers(low, high))
            first = at - round(one.peak / pace)
            if first >= 0 and first + len(moved) <= _FRAMES:
                steps[first : first + len(moved)] += moved
                spoilt[first : first + len(moved)] = True
                peaks[at - 1 : at + 2, place] = 1
    # What is near a peak and not yet one is neither.
    counts = known[:, None] & ((peaks > 0) | ~spoilt[:, None])
    return np.concatenate([steps, levels], axis=1), peaks, counts.astype(np.float64)


def _stretch(course: Course, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, Flags]:
    """A part of a video at a pace of its own, filled up where it is short."""
    pace = rng.uniform(*_PACE)
    needed = int(_FRAMES * pace) + 2
    first = int(rng.integers(0, max(1, len(course.steps) - needed)))
    part = slice(first, first + needed)
    steps, levels, known = course.steps[part], course.levels[part], course.known[part]
    missing = needed - len(steps)
    steps, levels = (np.pad(a, ((0, missing), (0, 0))) for a in (steps, levels))
    known = np.pad(known, (0, missing))
    from_frame = (np.arange(_FRAMES) * pace).astype(int)
    to_frame = np.minimum(((np.arange(_FRAMES) + 1) * pace).astype(int) + 1, needed - 1)
    # Faster speech is not quite as large.
    moved = _paced(steps, pace, _FRAMES) / pace ** rng.uniform(0, 1)
    return moved, levels[to_frame - 1], known[from_frame] & known[to_frame]


def _paced(steps: FloatArray, pace: float, frames: int) -> FloatArray:
    """Steps of the same movement so many times as fast."""
    way = np.concatenate([np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)])
    at = np.minimum(np.arange(frames + 1) * pace, len(steps))
    below = np.minimum(at.astype(int), len(steps) - 1)
    part = (at - below)[:, None]
    return np.diff(way[below] * (1 - part) + way[below + 1] * part, axis=0)
