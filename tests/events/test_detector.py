"""What the detector finds, and what it does not take for a twitch."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from tests.synthetic import Findings, Motion, detect, even_times, on_both_sides, place_pattern, stream, twitch
from twitchcam.config import Config, DetectionConfig, merged
from twitchcam.dsp.pulses import pulse
from twitchcam.events.detector import Detector
from twitchcam.events.model import OVERLAID, Context, Lip, Segment, Side
from twitchcam.events.places import N_DISPLACEMENTS

PLACES = list(itertools.product((Lip.UPPER, Lip.LOWER), (Side.LEFT, Side.RIGHT)))
ONSETS_S = (3.01, 5.23, 7.62, 9.9)
FOUR = tuple(twitch(onset_s, lip, side) for onset_s, (lip, side) in zip(ONSETS_S, PLACES, strict=True))
TIMES_S = even_times(12)


def labels(found: Findings) -> list[tuple[Lip, Side]]:
    return [(t.lip, t.side) for t in found.twitches]


def stretches(segments: list[Segment]) -> list[tuple[str, float, float]]:
    return [(s.kind.value, round(s.onset_s, 3), round(s.end_s, 3)) for s in segments]


def rejection_at(found: Findings, t_s: float) -> tuple[str, float, float]:
    """Gate, value and limit of the largest peak near a time, which must have been rejected."""
    near = [r for r in found.rejections if abs(r.t_s - t_s) < 0.15]
    assert near, f"no peak near {t_s} s was looked at"
    loudest = max(near, key=lambda r: r.snr)
    return loudest.gate, loudest.value, loudest.limit


class TestTwitches:
    @pytest.mark.parametrize("seed", range(4))
    def test_each_is_found_with_its_place_time_and_size(self, seed: int) -> None:
        found = detect(stream(TIMES_S, FOUR, seed=seed))
        assert labels(found) == PLACES
        for event, onset_s in zip(found.twitches, ONSETS_S, strict=True):
            assert event.onset_s == pytest.approx(onset_s, abs=0.034)
            assert event.duration_s == pytest.approx(0.15, abs=0.05)
            assert event.peak_s == pytest.approx(onset_s + 0.06, abs=0.034)
            assert event.amplitude_pct_iod == pytest.approx(3.0, rel=0.15)
            # A face of 90 mm between the eye corners: 1 % is 0.9 mm.
            assert event.amplitude_mm == pytest.approx(0.9 * event.amplitude_pct_iod)
            assert event.snr is not None
            assert event.snr > 10
            assert event.confidence is not None
            assert event.confidence > 0.9
            assert event.context is Context.REST
        assert stretches(found.segments) == [("rest", 0.0, 12.0)]
        assert found.valid_s == pytest.approx(12.0)
        assert found.warnings == []

    @pytest.mark.parametrize(("lip", "side"), PLACES)
    @pytest.mark.parametrize("angle_deg", [-90.0, 0.0, 45.0, 180.0])
    def test_whatever_its_direction(self, lip: Lip, side: Side, angle_deg: float) -> None:
        found = detect(stream(even_times(7), [twitch(4.0, lip, side, angle_deg=angle_deg)]))
        assert labels(found) == [(lip, side)]

    def test_a_larger_one_is_larger_and_louder(self) -> None:
        small, large = (
            detect(stream(even_times(8), [twitch(5.0, amplitude_pct_iod=size)])).twitches[0] for size in (1.0, 4.0)
        )
        assert large.amplitude_pct_iod == pytest.approx(4 * small.amplitude_pct_iod, rel=0.2)
        assert large.snr is not None
        assert small.snr is not None
        assert large.snr > 2 * small.snr

    def test_a_longer_one_is_longer(self) -> None:
        lengths_s = [
            detect(stream(even_times(8, 60), [twitch(5.0, duration_s=length_s)])).twitches[0].duration_s
            for length_s in (0.08, 0.16, 0.24)
        ]
        assert lengths_s == pytest.approx([0.08, 0.16, 0.24], abs=0.03)

    def test_one_within_the_warm_up_is_found_later(self) -> None:
        assert labels(detect(stream(TIMES_S, [twitch(1.2)]))) == [(Lip.UPPER, Side.LEFT)]

    def test_noise_alone_is_none(self) -> None:
        for seed in range(5):
            found = detect(stream(even_times(20), seed=seed))
            assert len(found.twitches) <= 1
            assert found.valid_s == pytest.approx(20)

    def test_a_face_that_does_not_move_at_all_makes_nothing(self) -> None:
        found = detect(stream(TIMES_S, noise_pct_iod=0.0))
        assert (found.twitches, found.rejections) == ([], [])

    def test_millimetres_are_left_out_where_the_scale_is_not_known(self) -> None:
        found = detect(stream(even_times(7), [twitch(4.0)], iod_mm=np.nan))
        assert [event.amplitude_mm for event in found.twitches] == [None]

    def test_each_is_told_about_a_second_later(self) -> None:
        found = detect(stream(TIMES_S, FOUR))
        for event, known_after in zip(found.twitches, found.known_after, strict=True):
            latency_s = TIMES_S[known_after - 1] - event.peak_s
            assert 0.5 < latency_s < 1.1

    def test_a_shorter_delay_tells_it_sooner(self) -> None:
        config = merged(Config(), {"detection": {"decision_delay_s": 2.0}})
        soon, late = (detect(stream(TIMES_S, FOUR), c).known_after for c in (Config(), config))
        assert [b - a for a, b in zip(soon, late, strict=True)] == pytest.approx([39] * 4, abs=1)

    def test_bursts_are_numbered_by_their_distance(self) -> None:
        motions = [twitch(onset_s) for onset_s in (3.0, 4.0, 5.9, 9.0, 12.0, 12.6)]
        found = detect(stream(even_times(16), motions))
        assert [event.burst for event in found.twitches] == [1, 1, 1, 2, 3, 3]

    def test_a_burst_goes_on_after_an_interruption(self) -> None:
        found = detect(stream(even_times(9), [twitch(3.0), twitch(4.5)], restarts=[112]))
        assert [event.burst for event in found.twitches] == [1, 1]


class TestOtherMovements:
    """What must not be taken for a twitch."""

    def test_a_step_that_stays(self) -> None:
        stays = Motion(lambda t: np.clip((t - 5.0) / 0.06, 0, 1), place_pattern(Lip.UPPER, Side.LEFT, 3.0))
        found = detect(stream(TIMES_S, [stays]))
        assert found.twitches == []
        gate, value, _ = rejection_at(found, 5.03)
        assert gate == "max_step"
        assert value > 1.4

    @pytest.mark.parametrize("stays", [False, True])
    @pytest.mark.parametrize("size", [3.0, 8.0])
    def test_a_slow_pull(self, size: float, stays: bool) -> None:
        def course(t_s: np.ndarray) -> np.ndarray:
            pull = pulse(t_s, 5.0, 1.6, 0.5)
            return np.where(t_s >= 5.8, 1.0, pull) if stays else pull

        found = detect(stream(TIMES_S, [Motion(course, place_pattern(Lip.UPPER, Side.LEFT, size))]))
        assert found.twitches == []

    @pytest.mark.parametrize("lip", [Lip.UPPER, Lip.LOWER])
    def test_one_on_both_sides(self, lip: Lip) -> None:
        found = detect(stream(TIMES_S, [on_both_sides(twitch(5.0, lip))]))
        assert found.twitches == []
        gate, value, limit = rejection_at(found, 5.06)
        assert gate == "max_opposite"
        assert value == pytest.approx(1.0, abs=0.1)
        assert limit == Config().detection.max_opposite

    def test_talking(self) -> None:
        def course(t_s: np.ndarray) -> np.ndarray:
            return np.sin(2 * np.pi * 4 * t_s) * ((t_s > 4) & (t_s < 9))

        jaw = on_both_sides(Motion(course, place_pattern(Lip.LOWER, Side.LEFT, 2.0)))
        found = detect(stream(TIMES_S, [jaw], mouth_open=4 + 4 * course(TIMES_S)))
        assert found.twitches == []
        kinds = [segment.kind for segment in found.segments]
        assert kinds == [Context.REST, Context.TALKING, Context.REST]
        assert found.segments[1].onset_s == pytest.approx(4, abs=0.7)
        assert found.segments[1].end_s == pytest.approx(9, abs=0.7)
        assert found.valid_s == pytest.approx(7, abs=1)

    def test_a_twitch_in_a_picture_that_is_not_understood(self) -> None:
        misfit = np.where(np.abs(TIMES_S - 5.06) < 0.1, 0.5, 0.05)
        found = detect(stream(TIMES_S, [twitch(5.0)], misfit=misfit))
        assert found.twitches == []
        assert rejection_at(found, 5.06) == ("max_misfit", pytest.approx(0.5, abs=0.1), Config().detection.max_misfit)
        loudest = max(found.rejections, key=lambda r: r.snr)
        assert (loudest.lip, loudest.side) == (Lip.UPPER, Side.LEFT)

    def test_a_twitch_while_the_head_moves_fast(self) -> None:
        head_x = 320 + 80 * np.clip(TIMES_S - 4.7, 0, 0.6)
        found = detect(stream(TIMES_S, [twitch(5.0)], head_x=head_x))
        assert found.twitches == []
        gate, value, limit = rejection_at(found, 5.06)
        assert gate == "max_head_speed_pct_iod_s"
        assert value == pytest.approx(80, rel=0.05)
        assert limit == Config().detection.max_head_speed_pct_iod_s

    def test_a_twitch_while_the_mouth_opens(self) -> None:
        opening = 1 + 12 * np.clip((TIMES_S - 4.9) / 0.3, 0, 1)
        found = detect(stream(TIMES_S, [twitch(5.0)], mouth_open=opening))
        assert found.twitches == []
        assert rejection_at(found, 5.06)[0] == "max_opening_pct_iod"

    def test_movement_goes_on_around_it(self) -> None:
        def course(t_s: np.ndarray) -> np.ndarray:
            return np.sin(2 * np.pi * 5 * t_s) * ((t_s > 4) & (t_s < 6))

        found = detect(stream(TIMES_S, [Motion(course, place_pattern(Lip.UPPER, Side.LEFT, 2.0))]))
        assert found.twitches == []

    def test_every_rejection_says_what_was_measured_and_allowed(self) -> None:
        motions = [on_both_sides(twitch(3.0)), twitch(5.0), on_both_sides(twitch(8.0))]
        misfit = np.where(np.abs(TIMES_S - 5.06) < 0.1, 0.5, 0.05)
        found = detect(stream(TIMES_S, motions, misfit=misfit))
        assert len(found.rejections) >= 3
        for rejection in found.rejections:
            assert rejection.gate == "edge" or hasattr(DetectionConfig(), rejection.gate)
            too_much = rejection.value > rejection.limit
            assert too_much is rejection.gate.startswith("max_")
            assert rejection.snr >= Config().detection.min_snr

    def test_with_an_open_gate_it_passes(self) -> None:
        samples = stream(TIMES_S, [on_both_sides(twitch(5.0))])
        config = merged(Config(), {"detection": {"max_opposite": 5.0, "min_confidence": 0.0}})
        assert 5.06 in [pytest.approx(event.peak_s, abs=0.05) for event in detect(samples, config).twitches]


class TestContexts:
    def test_a_twitch_is_rest(self) -> None:
        motions = [twitch(onset_s, amplitude_pct_iod=6.0) for onset_s in (3.0, 3.6, 4.2)]
        assert stretches(detect(stream(TIMES_S, motions)).segments) == [("rest", 0.0, 12.0)]

    def test_a_moving_head(self) -> None:
        head_y = -200 + 80 * np.clip(TIMES_S - 4, 0, 3)
        found = detect(stream(TIMES_S, head_y=head_y))
        assert [s.kind for s in found.segments] == [Context.REST, Context.HEAD_MOTION, Context.REST]
        assert found.segments[1].onset_s == pytest.approx(4, abs=0.7)
        assert found.segments[1].end_s == pytest.approx(7, abs=0.7)

    def test_a_smile(self) -> None:
        def course(t_s: np.ndarray) -> np.ndarray:
            return np.sin(2 * np.pi * 3 * t_s) * ((t_s > 6) & (t_s < 9))

        smile = np.where((TIMES_S > 6) & (TIMES_S < 9), 0.8, 0.02)
        motion = on_both_sides(Motion(course, place_pattern(Lip.UPPER, Side.LEFT, 3.0)))
        found = detect(stream(TIMES_S, [motion], smile_left=smile, smile_right=smile))
        assert Context.SMILING in [s.kind for s in found.segments]

    def test_a_movement_of_no_known_kind(self) -> None:
        def course(t_s: np.ndarray) -> np.ndarray:
            return np.sin(2 * np.pi * 3 * t_s) * ((t_s > 6) & (t_s < 9))

        motion = on_both_sides(Motion(course, place_pattern(Lip.UPPER, Side.LEFT, 3.0)))
        segments = detect(stream(TIMES_S, [motion])).segments
        kinds = [s.kind for s in segments if s.kind not in OVERLAID]
        assert kinds == [Context.REST, Context.MOUTH_MOVEMENT, Context.REST]
        assert [s.kind for s in segments if s.kind in OVERLAID] == [Context.RHYTHM]


class TestInterruptions:
    def test_a_lost_face_is_told_and_detection_goes_on_afterwards(self) -> None:
        lost = (TIMES_S >= 5) & (TIMES_S < 6)
        found = detect(stream(TIMES_S, [twitch(3.0), twitch(8.0, Lip.LOWER, Side.RIGHT)], lost=lost))
        assert labels(found) == [(Lip.UPPER, Side.LEFT), (Lip.LOWER, Side.RIGHT)]
        assert stretches(found.segments) == [
            ("rest", 0.0, 5.0),
            ("no_face", 5.0, 6.0),
            ("head_motion", 6.0, 8.0),
            ("rest", 8.0, 12.0),
        ]
        assert found.valid_s == pytest.approx(9.0)
        assert found.warnings == ["no face was found for 1.0 s"]

    @pytest.mark.parametrize("onset_s", [4.9, 4.97, 5.93, 6.02])
    def test_a_twitch_that_the_loss_of_the_face_cuts_is_none(self, onset_s: float) -> None:
        lost = (TIMES_S >= 5) & (TIMES_S < 6)
        assert detect(stream(TIMES_S, [twitch(onset_s)], lost=lost)).twitches == []

    def test_a_face_that_was_just_found_again_is_not_judged(self) -> None:
        lost = (TIMES_S >= 5) & (TIMES_S < 6)
        found = detect(stream(TIMES_S, [twitch(7.0), twitch(9.0)], lost=lost))
        assert [round(event.onset_s) for event in found.twitches] == [9]
        gate, value, limit = rejection_at(found, 7.06)
        assert (gate, limit) == ("settle_s", Config().context.settle_s)
        assert value == pytest.approx(1.06, abs=0.05)

    def test_neither_is_one_that_comes_late(self) -> None:
        """Whoever sits down before the camera is on the way when first seen."""
        found = detect(stream(TIMES_S, [twitch(2.5), twitch(6.0)], lost=TIMES_S < 2.0))
        assert [round(event.onset_s) for event in found.twitches] == [6]
        assert stretches(found.segments)[:2] == [("no_face", 0.0, 2.0), ("head_motion", 2.0, 4.0)]

    def test_one_that_was_away_for_moments_is_judged_at_once(self) -> None:
        lost = (TIMES_S >= 5) & (TIMES_S < 5.3)
        found = detect(stream(TIMES_S, [twitch(6.0)], lost=lost))
        assert labels(found) == [(Lip.UPPER, Side.LEFT)]
        assert "head_motion" not in {kind for kind, _, _ in stretches(found.segments)}

    def test_nothing_is_found_at_the_edges_of_a_jump(self) -> None:
        """The tracker starts anew, and the displacement with it."""
        jump = Motion(lambda t: (t >= 5.0).astype(float), np.full(N_DISPLACEMENTS, 4.0))
        found = detect(stream(TIMES_S, [jump], restarts=[150]))
        assert found.twitches == []
        assert max((r.snr for r in found.rejections), default=0.0) < 10
        assert stretches(found.segments) == [("rest", 0.0, 12.0)]

    def test_the_first_noise_level_is_kept(self) -> None:
        """After a restart there is no second warm-up."""
        found = detect(stream(TIMES_S, [twitch(6.0)], restarts=[150]))
        assert labels(found) == [(Lip.UPPER, Side.LEFT)]
        known_s = TIMES_S[found.known_after[0] - 1]
        assert known_s < 5.0 + Config().dsp.warm_up_s + 0.3

    def test_a_hole_between_frames(self) -> None:
        kept = (TIMES_S <= 5.0) | (TIMES_S >= 6.0)
        found = detect(stream(TIMES_S[kept], [twitch(3.0), twitch(5.5), twitch(8.0)]))
        assert [round(event.onset_s) for event in found.twitches] == [3, 8]
        (before, hole, after) = stretches(found.segments)
        assert (before, after) == (("rest", 0.0, 5.033), ("rest", 6.0, 12.0))
        assert hole[1:] == (5.033, 6.0)
        assert hole[0] != "rest"
        assert found.valid_s == pytest.approx(11.033, abs=0.001)

    def test_a_single_missing_frame_is_no_interruption(self) -> None:
        times_s = np.delete(TIMES_S, [40, 91, 92, 200])
        found = detect(stream(times_s, FOUR))
        assert labels(found) == PLACES
        assert stretches(found.segments) == [("rest", 0.0, 12.0)]

    def test_no_face_at_all(self) -> None:
        found = detect(stream(TIMES_S, FOUR, lost=np.ones(len(TIMES_S), bool)))
        assert (found.twitches, found.rejections, found.valid_s) == ([], [], 0.0)
        assert [s.kind for s in found.segments] == [Context.NO_FACE]
        assert len(found.warnings) == 1
        assert "no face" in found.warnings[0]

    @pytest.mark.parametrize("count", [1, 2, 3, 7])
    def test_a_few_frames_are_not_valid_time(self, count: int) -> None:
        found = detect(stream(TIMES_S[:count]))
        assert (found.twitches, found.rejections, found.valid_s) == ([], [], 0.0)
        assert all(s.kind is not Context.REST for s in found.segments)
        assert not any("0.0 s" in sentence for sentence in found.warnings)

    def test_nothing_at_all(self) -> None:
        found = detect([])
        assert (found.twitches, found.segments, found.valid_s, found.warnings) == ([], [], 0.0, [])


class TestFrameRate:
    @pytest.mark.parametrize("rate_hz", [1.0, 4.2, 10.0, 15.0, 19.0])
    def test_too_few_frames_are_not_counted_on(self, rate_hz: float) -> None:
        found = detect(stream(even_times(12, rate_hz), FOUR))
        assert (found.twitches, found.valid_s) == ([], 0.0)
        assert [s.kind for s in found.segments] == [Context.LOW_RATE]
        (sentence,) = found.warnings
        assert "below 20 frames per second" in sentence

    @pytest.mark.parametrize("rate_hz", [20.0, 23.976, 25.0])
    def test_enough_frames_are(self, rate_hz: float) -> None:
        found = detect(stream(even_times(12, rate_hz), FOUR))
        assert labels(found) == PLACES
        assert found.warnings == []

    def test_a_slow_stretch_is_not_counted_on(self) -> None:
        times_s = np.concatenate([np.arange(120) / 30, 4 + np.arange(20) / 10, 6 + np.arange(200) / 30])
        found = detect(stream(times_s, [twitch(2.5), twitch(5.0), twitch(9.0)]))
        assert [event.onset_s for event in found.twitches] == pytest.approx([2.5, 9.0], abs=0.034)
        assert [s.kind for s in found.segments] == [Context.REST, Context.LOW_RATE, Context.REST]
        gate, value, limit = rejection_at(found, 5.06)
        assert (gate, limit) == ("min_rate_hz", 20.0)
        assert value < limit

    def test_a_camera_that_starts_slowly_is_measured_again(self) -> None:
        times_s = np.concatenate([np.arange(10) / 12, 10 / 12 + np.arange(300) / 30])
        found = detect(stream(times_s, [twitch(5.0)]))
        assert labels(found) == [(Lip.UPPER, Side.LEFT)]
        assert [s.kind for s in found.segments] == [Context.LOW_RATE, Context.REST]
        assert found.valid_s == pytest.approx(10, abs=0.7)

    def test_frames_that_come_in_pairs(self) -> None:
        times_s = np.cumsum(np.tile([0.02, 0.047], 150))
        assert labels(detect(stream(times_s, [twitch(5.0)]))) == [(Lip.UPPER, Side.LEFT)]

    def test_the_least_rate_is_configured(self) -> None:
        config = merged(Config(), {"capture": {"min_rate_hz": 12.0}})
        assert labels(detect(stream(even_times(12, 15.0), FOUR), config)) == PLACES


def test_valid_seconds_grow_while_the_recording_goes_on() -> None:
    detector = Detector(Config())
    grown = []
    for sample in stream(even_times(6)):
        detector.push(sample)
        grown.append(detector.valid_s)
    assert grown == sorted(grown)
    assert 4.5 < grown[-1] <= 6
    detector.close()
    assert detector.valid_s == pytest.approx(6.0)


def test_closing_again_adds_nothing() -> None:
    detector = Detector(Config())
    for sample in stream(even_times(6), [twitch(5.4)]):
        detector.push(sample)
    first, second = detector.close(), detector.close()
    assert len(first.twitches) == 1
    assert (second.twitches, second.segments, second.rejections) == ((), (), ())
    assert detector.valid_s == pytest.approx(6.0)


def test_samples_are_not_changed() -> None:
    samples = stream(even_times(5), [twitch(3.0)])
    before = [replace(s, values=s.values.copy()) for s in samples]
    detect(samples)
    assert all(np.array_equal(a.values, b.values) for a, b in zip(samples, before, strict=True))
