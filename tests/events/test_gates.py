from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from tests.synthetic import Motion, even_times, place_pattern, stream, twitch
from twitchcam.config import Config, DetectionConfig
from twitchcam.dsp.pulses import pulse
from twitchcam.events.gates import Gate, Verdict, judge
from twitchcam.events.model import Lip, Side
from twitchcam.events.places import PLACES, Place
from twitchcam.events.run import NoiseMemory, Peak, Run
from twitchcam.motion.channels import Sample

PEAK_S = 6.06


def judged(samples: list[Sample]) -> Verdict:
    """The verdict on the loudest peak near 6 s, with all of the recording known."""
    config = Config()
    run = Run(config, NoiseMemory(config, 30.0), samples[0].t_s)
    peaks: list[Peak] = [peak for sample in samples for peak in run.push(sample)] + run.close()
    near = [peak for peak in peaks if abs(peak.t_s - PEAK_S) < 0.2]
    return judge(max(near, key=lambda peak: peak.snr), run, config.detection)


def measured(verdict: Verdict) -> dict[str, float]:
    return {gate.name: gate.value for gate in verdict.gates}


TIMES_S = even_times(9)
CLEAN = judged(stream(TIMES_S, [twitch(6.0)]))


def test_a_limit_itself_passes() -> None:
    assert Gate(name="a", value=1.0, limit=1.0).passed
    assert not Gate(name="a", value=1.1, limit=1.0).passed
    assert Gate(name="a", value=1.0, limit=1.0, least=True).passed
    assert not Gate(name="a", value=0.9, limit=1.0, least=True).passed
    assert not Gate(name="a", value=np.nan, limit=1.0).passed


def test_the_first_gate_that_fails_is_named() -> None:
    gates = [Gate(name=n, value=v, limit=1.0) for n, v in (("a", 0.5), ("b", 2.0), ("c", 3.0))]
    assert replace(CLEAN, gates=tuple(gates)).failed is gates[1]
    assert replace(CLEAN, gates=()).failed is None


def test_a_clean_twitch_passes_all_and_all_are_measured() -> None:
    assert CLEAN.failed is None
    names = [gate.name for gate in CLEAN.gates]
    assert len(set(names)) == len(names)
    assert set(names) - {"edge"} <= {field.name for field in fields(DetectionConfig)}
    assert all(np.isfinite(gate.value) for gate in CLEAN.gates)
    assert all(gate.least is not gate.name.startswith("max_") for gate in CLEAN.gates)
    assert measured(CLEAN)["min_confidence"] == CLEAN.confidence


@pytest.mark.parametrize("share", [0.3, 0.6, 1.0])
def test_the_share_of_the_other_side(share: float) -> None:
    one = twitch(6.0)
    other = twitch(6.0, side=Side.RIGHT, amplitude_pct_iod=share * 3)
    assert measured(judged(stream(TIMES_S, [one, other])))["max_opposite"] == pytest.approx(share, abs=0.1)


def test_activity_around_it_shows_however_long_before() -> None:
    quiet = measured(CLEAN)["max_surround"]
    others = [twitch(at_s, amplitude_pct_iod=2.0) for at_s in (5.1, 5.35, 5.6, 6.5, 6.75)]
    assert measured(judged(stream(TIMES_S, [twitch(6.0), *others])))["max_surround"] > quiet + 0.2
    far = [twitch(at_s, amplitude_pct_iod=2.0) for at_s in (4.0, 4.25, 8.0)]
    assert measured(judged(stream(TIMES_S, [twitch(6.0), *far])))["max_surround"] < quiet + 0.1


def test_a_pulse_that_is_too_long_for_a_twitch_is_told_by_the_longest_that_fits() -> None:
    slow = Motion(lambda t: pulse(t, 6.06 - 0.2, 0.6, 0.33), place_pattern(Lip.UPPER, Side.LEFT, 6.0))
    assert measured(judged(stream(TIMES_S, [slow], noise_pct_iod=0.02)))["max_duration_s"] > 0.45
    assert measured(CLEAN)["max_duration_s"] < 0.25


def test_what_both_sides_do_alike_around_it_is_told_from_a_burst_of_one_side() -> None:
    """Speech moves both sides; the twitches of a burst come as close, on one."""
    beats = (5.1, 5.35, 5.6, 6.5, 6.75)
    burst = [twitch(at_s, amplitude_pct_iod=2.5) for at_s in beats]
    speech = [twitch(at_s, side=side, amplitude_pct_iod=2.5) for at_s in beats for side in (Side.LEFT, Side.RIGHT)]
    limit = Config().detection.max_common_surround
    alone = measured(judged(stream(TIMES_S, [twitch(6.0), *burst])))["max_common_surround"]
    both = measured(judged(stream(TIMES_S, [twitch(6.0), *speech])))["max_common_surround"]
    assert alone < limit < both
    assert both > 1.8 * alone


def test_the_time_to_the_peak() -> None:
    slow = Motion(lambda t: pulse(t, 6.06 - 0.3, 0.6, 0.5), place_pattern(Lip.UPPER, Side.LEFT, 6.0))
    assert measured(judged(stream(TIMES_S, [slow], noise_pct_iod=0.02)))["max_rise_s"] > 0.24
    assert measured(CLEAN)["max_rise_s"] < 0.12


def test_the_head_and_the_gap_of_the_lips_near_it_only() -> None:
    fast = 320 + 50 * np.clip(TIMES_S - 5.9, 0, 0.3)
    assert measured(judged(stream(TIMES_S, [twitch(6.0)], head_x=fast)))["max_head_speed_pct_iod_s"] == pytest.approx(
        50
    )
    long_ago = 320 + 50 * np.clip(TIMES_S - 4.9, 0, 0.3)
    assert measured(judged(stream(TIMES_S, [twitch(6.0)], head_x=long_ago)))["max_head_speed_pct_iod_s"] == 0
    opening = 1 + 5 * (np.abs(TIMES_S - 6.2) < 0.1)
    assert measured(judged(stream(TIMES_S, [twitch(6.0)], mouth_open=opening)))["max_opening_pct_iod"] == pytest.approx(
        5
    )


def test_a_picture_that_always_fits_badly_is_a_poor_picture() -> None:
    limit = Config().detection.max_misfit
    poor = judged(stream(TIMES_S, [twitch(6.0)], misfit=np.full(len(TIMES_S), limit + 0.06)))
    assert measured(poor)["max_misfit"] > limit
    assert poor.failed is None
    once = judged(stream(TIMES_S, [twitch(6.0)], misfit=0.05 + (limit + 0.01) * (np.abs(TIMES_S - PEAK_S) < 0.05)))
    assert once.failed is not None
    assert once.failed.name == "max_misfit"


@pytest.mark.parametrize(("frozen", "size", "believed"), [(0.9, 0.6, True), (0.99, 0.6, False), (0.99, 2.0, True)])
def test_what_an_encoder_moves_by_itself_is_small(frozen: float, size: float, believed: bool) -> None:
    samples = stream(TIMES_S, [twitch(6.0, amplitude_pct_iod=size)], noise_pct_iod=0.02, frozen=frozen)
    (gate,) = [gate for gate in judged(samples).gates if gate.name == "min_frozen_pct_iod"]
    assert gate.passed is believed


def test_a_picture_that_fits_badly_for_a_movement_of_this_size() -> None:
    blinking = 0.02 + 0.08 * (np.abs(TIMES_S - PEAK_S) < 0.05)
    small, large = (
        judged(stream(TIMES_S, [twitch(6.0, amplitude_pct_iod=size)], noise_pct_iod=0.02, misfit=blinking))
        for size in (0.5, 4.0)
    )
    assert small.failed is not None
    assert small.failed.name == "max_misfit_rise"
    assert measured(small)["max_misfit_rise"] == pytest.approx(5 / 1.5, rel=0.15)
    assert measured(large)["max_misfit_rise"] == pytest.approx(5 / 5, rel=0.15)
    assert large.failed is None


def test_a_picture_stored_whole_lowers_the_confidence() -> None:
    weak = [twitch(6.0, amplitude_pct_iod=0.3)]
    key = (np.abs(TIMES_S - PEAK_S) < 0.02).astype(float)
    plain, at_key = (judged(stream(TIMES_S, weak, key_frame=k)).confidence for k in (0.0, key))
    assert at_key < plain


@pytest.mark.parametrize("before_s", [0.05, 0.15])
def test_a_peak_at_the_end_of_what_is_known_has_an_edge(before_s: float) -> None:
    samples = stream(even_times(PEAK_S + before_s), [twitch(6.0)])
    config = Config()
    run = Run(config, NoiseMemory(config, 30.0), 0.0)
    for sample in samples:
        run.push(sample)
    run.close()
    index = round(PEAK_S * 30)
    place = PLACES.index(Place(Lip.UPPER, Side.LEFT))
    detector = run._memory.detector
    assert detector is not None
    peak = Peak(
        index=index,
        t_s=run.time_s(index),
        place=place,
        filter_index=2,
        snr=50.0,
        output=place_pattern(Lip.UPPER, Side.LEFT),
        detector=detector,
    )
    verdict = judge(peak, run, config.detection)
    assert verdict.failed is not None
    assert verdict.failed.name == "edge"
    assert verdict.failed.value < before_s + 0.04


@pytest.mark.parametrize(("frozen", "gain"), [(0.0, 1.0), (0.5, 1.0), (0.85, 1.22), (1.0, 1.22)])
def test_strong_compression_leaves_out_a_part_of_a_twitch_which_is_added_again(frozen: float, gain: float) -> None:
    verdict = judged(stream(TIMES_S, [twitch(6.0)], frozen=frozen))
    plain = replace(verdict, evidence=replace(verdict.evidence, frozen=0.0))
    assert verdict.amplitude_pct_iod == pytest.approx(gain * plain.amplitude_pct_iod)


def test_a_pulse_that_fits_short_is_told_smaller_than_it_fits_and_a_long_one_larger() -> None:
    def told(duration_s: float) -> float:
        return replace(CLEAN, fit=replace(CLEAN.fit, duration_s=duration_s)).amplitude_pct_iod / CLEAN.fit.amplitude

    assert told(0.18) == pytest.approx(1.0)
    assert told(0.1) < told(0.12) < 1 < told(0.24) < 1.1
    # Below a tenth of a second the exposure takes off what noise adds.
    assert told(0.05) == told(0.1) > 0.85
