"""What hypothesis draws in more than one test module."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from twitchcam.face.similarity import Similarity

seeds = st.integers(0, 2**32 - 1)


@st.composite
def cuts(draw: st.DrawFn, length: int) -> list[int]:
    """Sizes of pieces that make up ``length``; empty pieces and single samples are common."""
    sizes: list[int] = []
    while (left := length - sum(sizes)) > 0:
        sizes.append(min(left, draw(st.one_of(st.sampled_from((0, 1, 2)), st.integers(0, length)))))
        # Every draw may be 0, and one that never ends is no example.
        if len(sizes) > 40:
            sizes.append(length - sum(sizes))
    return [*sizes, 0] if draw(st.booleans()) else sizes


@st.composite
def uneven_times(draw: st.DrawFn, *, least: int = 2, most: int = 60, rate_hz: float = 30.0) -> NDArray[np.float64]:
    """``(n,)`` increasing times of frames: jitter of up to 0.4 frames, and frames that are missing."""
    n = draw(st.integers(least, most))
    number = np.cumsum(draw(st.lists(st.sampled_from((1, 1, 1, 1, 2, 3)), min_size=n, max_size=n)))
    shift = draw(st.lists(st.floats(-0.4, 0.4), min_size=n, max_size=n))
    start_s = draw(st.floats(0, 100))
    return start_s + (number + np.array(shift)) / rate_hz


similarities = st.builds(
    lambda size, angle, x, y: Similarity(size * complex(np.cos(angle), np.sin(angle)), complex(x, y)),
    st.floats(1e-2, 1e3),
    st.floats(-np.pi, np.pi),
    st.floats(-1e3, 1e3),
    st.floats(-1e3, 1e3),
)
