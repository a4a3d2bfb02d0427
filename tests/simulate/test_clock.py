from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from twitchcam.simulate.clock import TICKS_HZ, frame_times_s
from twitchcam.simulate.scenario import VideoSettings


def times(duration_s: float = 10.0, seed: int = 1, **video: object) -> np.ndarray:
    return np.array(frame_times_s(VideoSettings(**video), duration_s=duration_s, seed=seed))  # type: ignore[arg-type]


@pytest.mark.parametrize("fps", [24, 25, 29.97, 30, 50, 60, 120])
def test_even_frames_do_not_drift(fps: float):
    exact = VideoSettings(fps=fps).exact_fps
    found = times(duration_s=100.0, fps=fps)
    assert len(found) == round(100 * exact)
    assert found[-1] == float(Fraction(len(found) - 1) / exact)


def test_jitter_moves_frames_and_keeps_their_order():
    found = times(jitter_s=0.008)
    assert found[0] == 0.0
    assert np.diff(found).min() > 0
    assert np.std(found - np.arange(300) / 30) == pytest.approx(0.007, abs=0.002)
    assert np.array_equal(found, np.rint(found * TICKS_HZ) / TICKS_HZ)


def test_dropped_frames_leave_holes():
    found = times(dropped=0.2)
    assert len(found) == pytest.approx(240, abs=25)
    assert found[0] == 0.0
    steps = np.diff(found) * 30
    assert np.allclose(steps, np.rint(steps), atol=1e-3)
    assert steps.max() >= 2 - 1e-3


def test_the_seed_decides():
    assert np.array_equal(times(jitter_s=0.005), times(jitter_s=0.005))
    assert not np.array_equal(times(jitter_s=0.005), times(jitter_s=0.005, seed=2))


def test_there_is_always_a_frame():
    assert times(duration_s=0.001).tolist() == [0.0]
