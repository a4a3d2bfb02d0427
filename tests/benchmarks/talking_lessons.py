"""What the networks for a moving mouth learn from: people who talk, with twitches of others put into them.

A twitch is put in as it was measured: the difference between a clip with twitches warped into it and the same clip as
it is. So it carries what the measurement makes of it, its blur, its noise and its errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.measured import Measured
from twitchcam.dsp.steps import StepClock
from twitchcam.events.model import Lip, Side, Twitch
from twitchcam.motion.channels import INDEX
from twitchcam.motion.pulse_network import PLACES
from twitchcam.motion.views import DISPLACED, LEVELS, MOUTH, levels_of, steps_of
from twitchcam.motion.whitening import Whitener

FloatArray = NDArray[np.float64]
Float32 = NDArray[np.float32]
Flags = NDArray[np.bool_]

_FRAMES, _SEQUENCES = 96, 24
#: Where the peaks lie in a sequence, and how often there is one.
_PEAKS, _SHARE = ((12, 40), (52, 84)), 0.7
#: Ranges drawn from: pace and size of speech and of twitches, and noise (% IOD) that nobody must rely on.
_PACE, _SPEECH_SIZE, _TWITCH_SIZE, _NOISE_PCT_IOD, _UNEQUAL = (0.8, 1.25), (0.6, 1.5), (0.75, 1.4), 0.06, 0.05
#: Frames before and after a twitch that its measured difference is taken from.
_BEFORE, _AFTER = 2, 3
_DISPLACED = [INDEX[name] for name in DISPLACED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A batch to learn from.

    Attributes:
        seen: ``(sequences, frames, values + levels + values)`` the measurement, what else is known, and the measurement
            whitened.
        peaks: ``(sequences, frames, places)`` 1 at the peak of a twitch, else 0.
        counts: The same shape; 0 where nothing is asked.
    """

    seen: Float32
    peaks: Float32
    counts: Float32


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A video as the networks see it, step by step.

    Attributes:
        t_s: ``(n,)`` time at the end of each step.
        steps: ``(n, values)`` movement in the step, % IOD; 0 where it is not known or the mouth is at rest.
        levels: ``(n, levels)`` what else is known.
        known: ``(n,)`` whether the movement is known.
        rate_hz: Steps per second.
    """

    t_s: FloatArray
    steps: FloatArray
    levels: FloatArray
    known: Flags
    rate_hz: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A video to put twitches into.

    Attributes:
        course: How it goes.
        matrices: ``(n, values, values)`` what whitens its steps, as it is renewed.
        which: ``(steps,)`` the matrix of each step.
    """

    course: Course
    matrices: Float32
    which: NDArray[np.int_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A twitch as it was measured: ``(frames, values)`` steps, the frame of its peak, its place in ``PLACES``, rate."""

    steps: FloatArray
    peak: float
    place: int
    rate_hz: float


def course_of(measured: Measured) -> Course:
    """A video by all measurements."""
    clock = StepClock()
    times: list[float] = []
    steps: list[FloatArray] = []
    levels: list[FloatArray] = []
    known: list[bool] = []
    before: FloatArray | None = None
    nothing = np.zeros(len(MOUTH.mirror))
    for sample, flow in zip(measured.samples, measured.flows, strict=True):
        if not sample.face:
            before = None
            continue
        if not clock.push(sample.t_s, restart=sample.restart):
            continue
        earlier, before = before, sample.values[_DISPLACED]
        known.append(flow is not None and earlier is not None and not sample.restart)
        moved = steps_of(flow, earlier, before) if flow is not None and earlier is not None else nothing
        steps.append(moved if known[-1] else nothing)
        times.append(sample.t_s)
        levels.append(levels_of(sample.values))
    t_s = np.array(times)
    return Course(
        t_s=t_s,
        steps=np.array(steps).reshape(-1, len(nothing)),
        levels=np.array(levels).reshape(-1, len(LEVELS)),
        known=np.array(known, dtype=bool),
        rate_hz=1 / float(np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0,
    )


def usual_of(courses: Sequence[Course]) -> FloatArray:
    """``(values, values)`` mean square of all steps that are known, as they are and in the mirror."""
    steps = np.concatenate([course.steps[course.known] for course in courses])
    both = np.concatenate([steps, MOUTH.flipped(steps)])
    return np.asarray(both.T @ both / len(both))


def speech_of(course: Course, usual: FloatArray) -> Speech:
    """A video with what whitens it."""
    whitener = Whitener(usual)
    matrices, which = [whitener.matrix], []
    for step, known in zip(course.steps, course.known, strict=True):
        which.append(len(matrices) - 1)
        if known:
            whitener.push(step)
            if whitener.matrix is not matrices[-1]:
                matrices.append(whitener.matrix)
    return Speech(course=course, matrices=np.array(matrices, dtype=np.float32), which=np.array(which, dtype=int))


def place_of(lip: Lip, side: Side) -> int:
    """Number of a place."""
    return PLACES.index((lip.value, side.value))


def sent_twitches(plain: Course, there: Course, truth: Sequence[Twitch]) -> list[Sent]:
    """The twitches of a clip as they were measured: those whose every step is known with them and without."""
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


def lessons(speech: Sequence[Speech], weights: Sequence[float], sent: Sequence[Sent], *, seed: int) -> Iterator[Lesson]:
    """Batches without end.

    Args:
        speech: What twitches are put into.
        weights: How often each is taken, relative to the others.
        sent: The twitches.
        seed: Of the draw.
    """
    rng = np.random.default_rng(seed)
    shares = np.asarray(weights) / np.sum(weights)
    while True:
        made = [_sequence(speech[int(rng.choice(len(speech), p=shares))], sent, rng) for _ in range(_SEQUENCES)]
        seen, peaks, counts = (np.stack(parts).astype(np.float32) for parts in zip(*made, strict=True))
        yield Lesson(seen=seen, peaks=peaks, counts=counts)


def _sequence(
    speech: Speech, sent: Sequence[Sent], rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    course = speech.course
    steps, levels, known, matrix = _stretch(speech, rng)
    mirrored = rng.random() < 0.5
    if mirrored:
        steps = MOUTH.flipped(steps)
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
                moved, place = MOUTH.flipped(moved), (place + 2) % len(PLACES)
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
    unusual = MOUTH.flipped(MOUTH.flipped(steps) @ matrix) if mirrored else steps @ matrix
    return np.concatenate([steps, levels, unusual], axis=1), peaks, counts.astype(np.float64)


def _stretch(speech: Speech, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, Flags, Float32]:
    """A part of a video at a pace of its own, filled up where it is short, and what whitens the middle of it."""
    course = speech.course
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
    matrix = speech.matrices[speech.which[min(first + needed // 2, len(course.steps) - 1)]]
    return moved, levels[to_frame - 1], known[from_frame] & known[to_frame], matrix


def _paced(steps: FloatArray, pace: float, frames: int) -> FloatArray:
    """Steps of the same movement so many times as fast."""
    way = np.concatenate([np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)])
    at = np.minimum(np.arange(frames + 1) * pace, len(steps))
    below = np.minimum(at.astype(int), len(steps) - 1)
    part = (at - below)[:, None]
    return np.diff(way[below] * (1 - part) + way[below + 1] * part, axis=0)
