"""Courses in time: the pulse of a twitch, slow swells, band-limited wandering; continuous, for any frame rate.

Every function of time here takes seconds and needs no state: a frame can be rendered without the frames before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

Course: TypeAlias = Callable[[float], float]


def pulse(t_s: float, *, onset_s: float, duration_s: float, rise: float) -> float:
    """A smooth pulse from 0 to 1 and back; 0 outside ``[onset, onset + duration]``, 1 at ``onset + rise * duration``.

    Both flanks are half cosines, so it leaves and reaches 0 without a jump in velocity.
    """
    u = (t_s - onset_s) / duration_s
    if not 0.0 < u < 1.0:
        return 0.0
    if u < rise:
        return math.sin(0.5 * math.pi * u / rise) ** 2
    return math.cos(0.5 * math.pi * (u - rise) / (1.0 - rise)) ** 2


def swell(t_s: float, *, onset_s: float, duration_s: float, edge: float) -> float:
    """Rises over the share ``edge`` of the duration, holds 1, falls as it rose; 0 outside."""
    u = (t_s - onset_s) / duration_s
    if not 0.0 < u < 1.0:
        return 0.0
    return math.sin(0.5 * math.pi * min(1.0, u / edge, (1.0 - u) / edge)) ** 2


def wander(rng: np.random.Generator, *, rms: float, band_hz: tuple[float, float], tones: int = 16) -> Course:
    """A random course with the given root mean square, made of tones within the band, stronger where slower.

    Args:
        rng: Draws frequencies, weights and phases.
        rms: Root mean square over long times; 0 gives a course that stays 0.
        band_hz: Lowest and highest frequency.
        tones: Number of sinusoids.
    """
    low, high = band_hz
    # One tone a slice of the band, placed at random in it: the course does not repeat and no slice is empty.
    frequencies = low * (high / low) ** ((np.arange(tones) + rng.uniform(size=tones)) / tones)
    weights = rng.uniform(0.5, 1.0, size=tones) / np.sqrt(frequencies)
    weights *= rms * math.sqrt(2.0) / math.sqrt(float(np.sum(weights**2)))
    phases = rng.uniform(0.0, 2 * math.pi, size=tones)
    omega = 2 * math.pi * frequencies

    def course(t_s: float) -> float:
        return float(np.dot(weights, np.sin(omega * t_s + phases)))

    return course
