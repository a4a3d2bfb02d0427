from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.strategies import seeds
from twitchcam.dsp.pulses import pulse
from twitchcam.events.pulse_fit import HALF_WINDOW_S, PulseFit, fit_moving_pulse, fit_pulse, resting_energy

FloatArray = NDArray[np.float64]
DIRECTION = np.array([0.6, -0.8])
PEAK_S = 12.0


def window(rate_hz: float = 30.0, phase: float = 0.0) -> FloatArray:
    half = round(HALF_WINDOW_S * rate_hz)
    return PEAK_S + (np.arange(-half, half + 1) + phase) / rate_hz


def fitted(course: FloatArray, t_s: FloatArray, noise_energy: float = 0.0) -> PulseFit:
    return fit_pulse(t_s, course[:, None] * DIRECTION, PEAK_S, noise_energy)


@given(
    rate_hz=st.sampled_from((25.0, 30.0, 60.0)),
    share=st.floats(0, 1),
    rise=st.floats(0.3, 0.5),
    off_s=st.floats(-0.03, 0.03),
    phase=st.floats(-0.5, 0.5),
    amplitude=st.floats(0.1, 10),
)
@example(rate_hz=30.0, share=0.0, rise=0.5, off_s=-0.03, phase=0.5, amplitude=1.0)
@example(rate_hz=60.0, share=0.0, rise=0.5, off_s=0.03, phase=0.0455, amplitude=1.0)
def test_a_clean_pulse_is_recovered(
    rate_hz: float, share: float, rise: float, off_s: float, phase: float, amplitude: float
) -> None:
    t_s = window(rate_hz, phase)
    frame_s = 1 / rate_hz
    # In fewer than four frames a short high pulse and a longer low one look alike.
    shortest_s = max(4 * frame_s, 0.07)
    duration_s = shortest_s + share * (0.25 - shortest_s)
    peak_s = PEAK_S + off_s
    onset_s = peak_s - rise * duration_s
    fit = fitted(amplitude * pulse(t_s, onset_s, duration_s, rise), t_s)
    assert fit.onset_s == pytest.approx(onset_s, abs=0.033)
    assert fit.peak_s == pytest.approx(peak_s, abs=0.025)
    assert fit.duration_s == pytest.approx(duration_s, abs=0.04)
    assert fit.amplitude == pytest.approx(amplitude, rel=0.15)
    assert fit.shape > 0.94
    assert fit.step < 0.75


@pytest.mark.parametrize("duration_s", [0.08, 0.12, 0.17, 0.235])
def test_at_a_high_rate_it_is_recovered_closely(duration_s: float) -> None:
    t_s = window(240.0)
    fit = fitted(2 * pulse(t_s, PEAK_S - 0.4 * duration_s, duration_s, 0.4), t_s)
    assert (fit.onset_s, fit.duration_s) == pytest.approx((PEAK_S - 0.4 * duration_s, duration_s), abs=1e-9)
    assert fit.displacement == pytest.approx(2 * DIRECTION)
    assert fit.shape == pytest.approx(1.0)
    assert fit.free_duration_s == fit.duration_s


@given(level=st.floats(-50, 50), slope=st.floats(-5, 5))
def test_where_the_skin_rests_and_drifts_does_not_matter(level: float, slope: float) -> None:
    t_s = window()
    course = pulse(t_s, PEAK_S - 0.06, 0.15, 0.4)
    plain, moved = fitted(course, t_s), fitted(course + level + slope * (t_s - PEAK_S), t_s)
    assert (moved.onset_s, moved.duration_s, moved.peak_s) == (plain.onset_s, plain.duration_s, plain.peak_s)
    assert moved.displacement == pytest.approx(plain.displacement, abs=1e-6)


def test_a_step_is_explained_better_as_a_step() -> None:
    t_s = window()
    for length_s in (0.001, 0.06, 0.12):
        assert fitted(np.clip((t_s - PEAK_S) / length_s, 0, 1), t_s).step > 1.2
    assert fitted(pulse(t_s, PEAK_S - 0.06, 0.15, 0.4), t_s).step < 0.7


def test_a_slow_movement_shows_as_slow() -> None:
    t_s = window()
    slow = fitted(pulse(t_s, PEAK_S - 0.25, 0.5, 0.5), t_s)
    assert slow.free_duration_s == 0.5
    assert slow.free_rise_s == 0.25
    # The duration of a twitch never exceeds what a twitch can last.
    assert slow.duration_s < 0.3


def test_a_late_return_is_not_a_slow_rise() -> None:
    t_s = window()
    fit = fitted(pulse(t_s, PEAK_S - 0.05, 0.5, 0.1), t_s)
    assert fit.free_duration_s > 0.3
    assert fit.free_rise_s < 0.15


@given(seed=seeds)
def test_the_noise_is_taken_off_what_is_left(seed: int) -> None:
    t_s = window()
    noise = 0.05 * np.random.default_rng(seed).standard_normal((len(t_s), 2))
    signal = pulse(t_s, PEAK_S - 0.06, 0.15, 0.4)[:, None] * DIRECTION + noise
    energy = 2 * (len(t_s) - 2) * 0.05**2
    expected, ignored = (fit_pulse(t_s, signal, PEAK_S, e).shape for e in (energy, 0.0))
    assert ignored < expected <= 1
    assert expected > 0.85


def test_movement_all_around_is_no_shape() -> None:
    t_s = window()
    around = fitted(np.sin(2 * np.pi * 5 * t_s), t_s)
    assert around.shape < 0.5


def test_nothing_has_no_size() -> None:
    fit = fitted(np.zeros(len(window())), window())
    assert fit.amplitude == 0
    assert np.isfinite([fit.shape, fit.step, fit.onset_s]).all()


class TestRestingEnergy:
    def test_a_line_has_none(self) -> None:
        line = np.arange(120.0)[:, None] * np.array([0.1, -0.3]) + 5
        assert resting_energy(line, 25) == pytest.approx(0, abs=1e-9)

    def test_white_noise_has_its_variance_for_each_free_value(self) -> None:
        noise = 0.3 * np.random.default_rng(0).standard_normal((27 * 200, 2))
        assert resting_energy(noise, 27) == pytest.approx(2 * 25 * 0.09, rel=0.1)

    def test_a_movement_in_one_stretch_does_not_count(self) -> None:
        noise = 0.3 * np.random.default_rng(0).standard_normal((27 * 9, 2))
        moved = noise.copy()
        moved[30:50] += 20
        assert resting_energy(moved, 27) == pytest.approx(resting_energy(noise, 27), rel=0.3)

    def test_too_little_is_nothing(self) -> None:
        assert resting_energy(np.ones((10, 2)), 27) == 0.0


class TestWhileTheMouthMoves:
    @pytest.mark.parametrize("rate_hz", [25.0, 30.0, 60.0])
    @pytest.mark.parametrize("duration_s", [0.1, 0.145, 0.2])
    def test_a_pulse_on_a_slope_is_recovered(self, rate_hz: float, duration_s: float) -> None:
        t_s = window(rate_hz)
        course = 3 * pulse(t_s, PEAK_S - 0.4 * duration_s, duration_s, 0.4) + 8 * (t_s - PEAK_S)
        found = fit_moving_pulse(t_s, course[:, None] * DIRECTION, PEAK_S)
        assert found.onset_s == pytest.approx(PEAK_S - 0.4 * duration_s, abs=0.02)
        assert found.duration_s == pytest.approx(duration_s, abs=0.03)
        assert found.peak_s == pytest.approx(PEAK_S, abs=0.013)
        assert found.height == pytest.approx(3, rel=0.15)

    def test_what_is_further_away_is_speech_and_does_not_count(self) -> None:
        t_s = window()
        alone = 3 * pulse(t_s, PEAK_S - 0.06, 0.15, 0.4)
        speech = np.where(np.abs(t_s - PEAK_S) > 0.16, 9 * np.sin(30 * t_s), 0.0)
        found, expected = (
            fit_moving_pulse(t_s, course[:, None] * DIRECTION, PEAK_S) for course in (alone + speech, alone)
        )
        assert found == expected
