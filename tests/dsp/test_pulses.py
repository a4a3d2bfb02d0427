from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.dsp.bandpass import Bandpass
from twitchcam.dsp.pulses import Bank, matched_bank, pulse

DURATIONS_S = (0.07, 0.11, 0.16, 0.23)
RISE = 0.4


def bank(rate_hz: float = 30.0) -> tuple[Bandpass, Bank]:
    bandpass = Bandpass(low_hz=2.0, high_hz=12.0, rate_hz=rate_hz)
    return bandpass, matched_bank(bandpass, DURATIONS_S, rise=RISE, tail_s=0.25)


@given(
    onset_s=st.floats(-5, 5),
    duration_s=st.floats(0.01, 2),
    rise=st.floats(0.05, 0.95),
    share=st.floats(-0.5, 1.5),
)
def test_a_pulse_goes_up_and_back_within_its_time(onset_s: float, duration_s: float, rise: float, share: float) -> None:
    peak_s = onset_s + rise * duration_s
    assert pulse(np.array([peak_s]), onset_s, duration_s, rise)[0] == pytest.approx(1)
    height = pulse(np.array([onset_s + share * duration_s]), onset_s, duration_s, rise)[0]
    assert 0 <= height <= 1
    if not 0 < share < 1:
        assert height == pytest.approx(0, abs=1e-9)
    ends = pulse(np.array([onset_s, onset_s + duration_s]), onset_s, duration_s, rise)
    assert ends == pytest.approx([0, 0], abs=1e-9)


def test_a_pulse_rises_falls_and_has_no_kink() -> None:
    t_s = np.linspace(-0.1, 1.1, 12001)
    slope = np.diff(pulse(t_s, 0.0, 1.0, 0.3)) / np.diff(t_s)
    assert (slope[(t_s[1:] > 0.001) & (t_s[1:] < 0.299)] > 0).all()
    assert (slope[(t_s[:-1] > 0.301) & (t_s[:-1] < 0.999)] < 0).all()
    assert np.abs(np.diff(slope)).max() < 0.01


def test_kernels_have_unit_energy() -> None:
    _, made = bank()
    assert np.sum(made.kernels**2, axis=1) == pytest.approx(np.ones(len(DURATIONS_S)))
    assert made.kernels.shape == (len(DURATIONS_S), made.length)


@pytest.mark.parametrize("rate_hz", [20.0, 29.97, 60.0, 120.0])
@pytest.mark.parametrize("index", range(len(DURATIONS_S)))
def test_a_pulse_gives_its_gain_at_its_peak(rate_hz: float, index: int) -> None:
    bandpass, made = bank(rate_hz)
    grid = np.arange(round(3 * rate_hz)) / rate_hz
    outputs = []
    for phase in (np.arange(8) - 3.5) / 8 / rate_hz:
        peak_s = grid[len(grid) // 2] - phase
        signal = pulse(grid, peak_s - RISE * DURATIONS_S[index], DURATIONS_S[index], RISE)
        filtered = bandpass.response(signal)
        matched = np.correlate(filtered, made.kernels[index], "valid")
        outputs.append(matched.max())
        at_s = (int(matched.argmax()) + made.peak_index[index]) / rate_hz
        assert at_s == pytest.approx(peak_s, abs=1.01 / rate_hz)
    # One template stands for all phases of the frames, so a single pulse may be off a little.
    assert np.mean(outputs) == pytest.approx(made.gains[index], rel=0.1)


def test_the_ringing_of_the_filter_is_in_the_template() -> None:
    _, made = bank(60.0)
    loudest = np.abs(made.kernels).max(axis=1)
    assert (np.abs(made.kernels[:, -1]) < 0.2 * loudest).all()
    # A pulse goes one way only; what goes the other way is ringing.
    assert (made.kernels.min(axis=1) < -0.2 * loudest).all()


def test_every_duration_peaks_at_the_same_place_of_its_kernel() -> None:
    # So the outputs of all filters at one step belong to one time.
    _, made = bank()
    assert len(set(made.peak_index.tolist())) == 1
    assert made.durations_s.tolist() == list(DURATIONS_S)
