from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.synthetic import even_times, stream, twitch
from twitchcam.config import Config, merged
from twitchcam.events.model import Lip, Side
from twitchcam.events.places import N_DISPLACEMENTS, PLACES
from twitchcam.events.run import NoiseMemory, Peak, Run
from twitchcam.motion.channels import INDEX, Sample

RATE_HZ = 30.0


def run_over(samples: list[Sample], config: Config | None = None) -> tuple[Run, list[Peak]]:
    config = config or Config()
    run = Run(config, NoiseMemory(config, RATE_HZ), samples[0].t_s)
    peaks = [peak for sample in samples for peak in run.push(sample)]
    return run, peaks + run.close()


def test_a_twitch_is_one_peak_at_its_place_and_time() -> None:
    samples = stream(even_times(8, start_s=2.0), [twitch(7.0, Lip.LOWER, Side.RIGHT)])
    _, peaks = run_over(samples)
    loudest = max(peaks, key=lambda peak: peak.snr)
    assert (PLACES[loudest.place].lip, PLACES[loudest.place].side) == (Lip.LOWER, Side.RIGHT)
    assert loudest.t_s == pytest.approx(7.06, abs=0.034)
    assert loudest.t_s == pytest.approx(2.0 + loudest.index / RATE_HZ)
    assert [peak for peak in peaks if abs(peak.t_s - 7.06) < Config().detection.separation_s] == [loudest]


def test_a_longer_twitch_answers_to_a_longer_filter() -> None:
    def filter_s(duration_s: float) -> float:
        _, peaks = run_over(stream(even_times(24), [twitch(20.0, duration_s=duration_s)]))
        return Config().dsp.pulse_durations_s[max(peaks, key=lambda peak: peak.snr).filter_index]

    assert filter_s(0.07) < filter_s(0.2)
    assert filter_s(0.2) == max(Config().dsp.pulse_durations_s)


def test_peaks_are_apart_and_in_order_and_loud_enough() -> None:
    _, peaks = run_over(stream(even_times(30), seed=3), merged(Config(), {"detection": {"min_snr": 2.5}}))
    assert len(peaks) > 10
    assert all(peak.snr >= 2.5 for peak in peaks)
    for one, other in itertools.pairwise(peaks):
        assert other.t_s - one.t_s > Config().detection.separation_s


def test_the_filtered_signal_is_that_of_the_displacements() -> None:
    samples = stream(even_times(2))
    run, _ = run_over(samples)
    assert len(run) == len(samples)
    assert run.values.rows(0, len(run)) == pytest.approx(np.stack([s.values for s in samples]), abs=1e-9)
    assert run.filtered.rows(0, len(run)).shape == (len(samples), N_DISPLACEMENTS)
    # The band-pass starts in the state of the first sample held for ever.
    assert run.filtered.rows(0, 1) == pytest.approx(np.zeros((1, N_DISPLACEMENTS)), abs=1e-9)


def test_nothing_is_decided_before_the_noise_is_known() -> None:
    config = Config()
    memory = NoiseMemory(config, RATE_HZ)
    run = Run(config, memory, 0.0)
    for sample in stream(even_times(6), [twitch(1.0)]):
        peaks = run.push(sample)
        if sample.t_s < config.dsp.warm_up_s - 0.2:
            assert memory.detector is None
            assert peaks == []
        if sample.t_s > config.dsp.warm_up_s + 0.2:
            assert memory.detector is not None


def test_the_noise_level_outlives_a_run_and_the_signal_does_not() -> None:
    config = Config()
    memory = NoiseMemory(config, RATE_HZ)
    first = Run(config, memory, 0.0)
    for sample in stream(even_times(5)):
        first.push(sample)
    first.close()
    assert memory.detector is not None
    second = Run(config, memory, 9.0)
    jumped = stream(even_times(1, start_s=9.0), noise_pct_iod=0.0)
    for sample in jumped:
        sample.values[INDEX["upper_left_up"]] += 50
        assert second.push(sample) == []
    assert second.close() == []


def test_memory_does_not_grow_with_the_recording() -> None:
    config = merged(Config(), {"dsp": {"noise_window_s": 3.0}})
    held = []
    run = Run(config, NoiseMemory(config, RATE_HZ), 0.0)
    for sample in stream(even_times(60)):
        run.push(sample)
        held.append(len(run.values.rows(0, len(run))))
    assert len(run) > 1700
    assert max(held) < 700
