from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.simulate.pulse import pulse, swell, wander

rises = st.floats(0.1, 0.9)


def sampled(**shape: float) -> tuple[np.ndarray, np.ndarray]:
    times = np.linspace(0.9, 1.3, 4001)
    return times, np.array([pulse(t, onset_s=1.0, duration_s=0.2, **shape) for t in times])


class TestPulse:
    def test_nothing_before_the_onset_and_after_the_end(self):
        times, values = sampled(rise=0.4)
        outside = (times < 1.0 - 1e-9) | (times > 1.2 + 1e-9)
        assert not values[outside].any()
        assert values[(times > 1.001) & (times < 1.199)].all()

    @given(rises)
    def test_is_one_at_the_peak_and_nowhere_more(self, rise: float):
        times, values = sampled(rise=rise)
        assert pulse(1.0 + rise * 0.2, onset_s=1.0, duration_s=0.2, rise=rise) == pytest.approx(1.0)
        assert values.max() <= 1.0
        assert times[values.argmax()] == pytest.approx(1.0 + rise * 0.2, abs=2e-4)

    @given(rises)
    def test_rises_then_falls(self, rise: float):
        _, values = sampled(rise=rise)
        top = int(values.argmax())
        assert (np.diff(values[: top + 1]) >= 0).all()
        assert (np.diff(values[top:]) <= 0).all()

    def test_leaves_the_foot_without_a_jump_in_velocity(self):
        early = [pulse(1.0 + dt, onset_s=1.0, duration_s=0.2, rise=0.4) / dt for dt in (1e-3, 1e-4, 1e-5)]
        assert early == sorted(early, reverse=True)
        assert early[-1] < 0.01


class TestSwell:
    def test_holds_between_its_edges(self):
        assert swell(1.0, onset_s=0.0, duration_s=2.0, edge=0.3) == 1.0
        assert swell(0.3, onset_s=0.0, duration_s=2.0, edge=0.3) == pytest.approx(0.5)
        assert swell(1.7, onset_s=0.0, duration_s=2.0, edge=0.3) == pytest.approx(0.5)
        assert swell(0.0, onset_s=0.0, duration_s=2.0, edge=0.3) == 0.0
        assert swell(2.0, onset_s=0.0, duration_s=2.0, edge=0.3) == 0.0


class TestWander:
    def test_has_the_root_mean_square_it_was_asked_for(self, rng: np.random.Generator):
        course = wander(rng, rms=1.7, band_hz=(0.05, 0.9))
        values = np.array([course(t) for t in np.arange(0, 2000, 0.2)])
        assert np.sqrt(np.mean(values**2)) == pytest.approx(1.7, rel=0.03)

    def test_stays_within_its_band(self, rng: np.random.Generator):
        course = wander(rng, rms=1.0, band_hz=(2.0, 8.0))
        rate = 50.0
        values = np.array([course(t) for t in np.arange(0, 40, 1 / rate)])
        power = np.abs(np.fft.rfft(values * np.hanning(len(values)))) ** 2
        frequency = np.fft.rfftfreq(len(values), 1 / rate)
        inside = (frequency > 1.9) & (frequency < 8.1)
        assert power[inside].sum() > 0.999 * power.sum()

    def test_nothing_stays_nothing(self, rng: np.random.Generator):
        course = wander(rng, rms=0.0, band_hz=(0.05, 0.9))
        assert {course(t) for t in (0.0, 1.0, 7.3)} == {0.0}

    def test_the_generator_decides(self):
        first, again, other = (
            wander(np.random.default_rng(seed), rms=1.0, band_hz=(0.05, 0.9))(3.0) for seed in (1, 1, 2)
        )
        assert first == again != other
