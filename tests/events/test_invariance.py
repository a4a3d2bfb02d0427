"""What must not matter: how the samples come, which side is which, when it was, how large it is, at what rate."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.strategies import cuts, seeds
from tests.synthetic import Findings, Motion, detect, even_times, flipped, later, other_side, stream, twitch
from twitchcam.config import Config, merged
from twitchcam.events.detector import Detector, joined
from twitchcam.events.model import OVERLAID, Context, Lip, Rejection, Segment, Side, Spread, Twitch
from twitchcam.events.places import N_DISPLACEMENTS
from twitchcam.motion.channels import Sample

FloatArray = NDArray[np.float64]

DURATION_S = 8.0
places = st.tuples(st.sampled_from((Lip.UPPER, Lip.LOWER)), st.sampled_from((Side.LEFT, Side.RIGHT)))


@st.composite
def some_twitches(draw: st.DrawFn) -> list[Motion]:
    """None to four twitches of any place and size, some too near to the end or to each other to be found."""
    made = []
    for onset_s in draw(st.lists(st.floats(0.5, DURATION_S), max_size=4)):
        lip, side = draw(places)
        size, duration_s = draw(st.floats(0.3, 6)), draw(st.floats(0.06, 0.25))
        angle_deg = draw(st.floats(-180, 180))
        made.append(twitch(onset_s, lip, side, amplitude_pct_iod=size, duration_s=duration_s, angle_deg=angle_deg))
    return made


@st.composite
def times(draw: st.DrawFn, duration_s: float = DURATION_S) -> FloatArray:
    """Even, in whole milliseconds, with jitter, or with missing frames."""
    rate_hz = draw(st.sampled_from((24.0, 29.97, 30.0)))
    even = even_times(duration_s, rate_hz)
    kind = draw(st.sampled_from(("even", "milliseconds", "jitter", "dropped")))
    rng = np.random.default_rng(draw(seeds))
    if kind == "milliseconds":
        return np.round(even, 3)
    if kind == "jitter":
        return even + rng.uniform(0, 0.3, len(even)) / rate_hz
    if kind == "dropped":
        return even[(rng.uniform(size=len(even)) > 0.1) | (even == 0)]
    return even


@dataclass(frozen=True)
class Recording:
    """Stretches of ``(kind, frame rate, frames)``; before a ``hole`` there is half a second of nothing."""

    stretches: list[tuple[str, float, int]]
    start_s: float
    moving_pct_iod: float
    twitch_s: float
    seed: int

    def samples(self) -> list[Sample]:
        times_s: list[float] = []
        lost: list[bool] = []
        restarts: list[int] = []
        now_s = self.start_s
        for kind, rate_hz, count in self.stretches:
            if kind == "hole":
                now_s += 0.5
            if kind == "restart":
                restarts.append(len(times_s))
            for _ in range(count):
                times_s.append(now_s)
                lost.append(kind == "lost")
                now_s += 1 / rate_hz
        moving = Motion(
            lambda t: np.sin(2 * np.pi * 4 * t) * (t % 6 > 4), np.full(N_DISPLACEMENTS, self.moving_pct_iod)
        )
        return stream(
            np.array(times_s),
            [moving, twitch(self.twitch_s)],
            seed=self.seed,
            restarts=restarts,
            lost=np.array(lost, dtype=bool),
        )


#: Anything that may happen to a recording: lost faces, holes, restarts, changes of the frame rate.
recordings = st.builds(
    Recording,
    stretches=st.lists(
        st.tuples(
            st.sampled_from(("face", "face", "face", "lost", "hole", "restart")),
            st.sampled_from((30.0, 30.0, 60.0, 24.0, 10.0, 3.0)),
            st.sampled_from((1, 2, 3, 8, 16, 31, 70)),
        ),
        min_size=1,
        max_size=6,
    ),
    start_s=st.sampled_from((0.0, 0.02, 7.3)),
    moving_pct_iod=st.sampled_from((0.0, 3.0)),
    twitch_s=st.floats(0, 8),
    seed=st.integers(0, 5),
)


def same(one: Twitch | Segment | Rejection, other: object, *, by_s: float = 0.0, rel: float = 1e-6) -> bool:
    """Equal up to rounding, with every time later by so much."""
    assert type(one) is type(other)
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if not isinstance(a, float):
            if a != b:
                return False
        elif field.name in {"onset_s", "peak_s", "t_s"}:
            if b != pytest.approx(a + by_s, abs=1e-6):
                return False
        elif b != pytest.approx(a, rel=rel, abs=1e-6):
            return False
    return True


def assert_same(one: Findings, other: Findings, *, by_s: float = 0.0) -> None:
    for a, b in ((one.twitches, other.twitches), (one.segments, other.segments), (one.rejections, other.rejections)):
        assert len(a) == len(b)
        assert all(same(x, y, by_s=by_s) for x, y in zip(a, b, strict=True))
    assert one.known_after == other.known_after
    assert other.valid_s == pytest.approx(one.valid_s, abs=1e-6)
    assert one.warnings == other.warnings


class TestChunks:
    @settings(max_examples=20)
    @given(one=recordings, other=recordings)
    def test_two_detectors_know_nothing_of_each_other(self, one: Recording, other: Recording) -> None:
        first, second = one.samples(), other.samples()
        alone = [detect(first), detect(second)]
        detectors = [Detector(Config()), Detector(Config())]
        together = [Findings(), Findings()]
        for pair in itertools.zip_longest(first, second):
            for detector, findings, sample in zip(detectors, together, pair, strict=True):
                if sample is not None:
                    found = detector.push(sample)
                    findings.twitches += found.twitches
                    findings.segments += found.segments
                    findings.rejections += found.rejections
        for detector, findings, wanted in zip(detectors, together, alone, strict=True):
            found = detector.close()
            assert [*findings.twitches, *found.twitches] == wanted.twitches
            assert [*findings.segments, *found.segments] == wanted.segments
            assert [*findings.rejections, *found.rejections] == wanted.rejections
            assert (detector.valid_s, detector.warnings) == (wanted.valid_s, wanted.warnings)

    @settings(max_examples=20)
    @given(recording=recordings)
    def test_the_same_samples_give_the_same_events(self, recording: Recording) -> None:
        samples = recording.samples()
        copies = [replace(s, values=s.values.copy()) for s in samples]
        assert detect(samples) == detect(copies)

    @settings(max_examples=30)
    @given(data=st.data(), recording=recordings)
    def test_many_at_once_give_what_they_give_one_by_one(self, data: st.DataObject, recording: Recording) -> None:
        samples = recording.samples()
        wanted = detect(samples)
        detector, first = Detector(Config()), 0
        found = []
        for number in data.draw(cuts(len(samples))):
            found.append(detector.push_many(samples[first : first + number]))
            first += number
        whole = joined([*found, detector.close()])
        assert [*whole.twitches] == wanted.twitches
        assert [*whole.segments] == wanted.segments
        assert [*whole.rejections] == wanted.rejections
        assert (detector.valid_s, detector.warnings) == (wanted.valid_s, wanted.warnings)

    def test_many_at_once_are_the_same_in_a_recording_longer_than_what_is_kept(self) -> None:
        samples = stream(even_times(70), [twitch(t) for t in (5.0, 33.0, 52.3, 68.0)], seed=1)
        detector, wanted = Detector(Config()), detect(samples)
        whole = joined([detector.push_many(samples), detector.close()])
        assert len(whole.twitches) == 4
        assert [*whole.twitches] == wanted.twitches
        assert [*whole.rejections] == wanted.rejections

    def test_many_at_once_with_a_noise_level_that_looks_back_less_than_the_warm_up(self) -> None:
        config = merged(Config(), {"dsp": {"noise_window_s": 0.3, "warm_up_s": 4.0}})
        samples = stream(even_times(12), [twitch(9.0)], seed=1)
        detector, wanted = Detector(config), detect(samples, config)
        whole = joined([detector.push_many(samples), detector.close()])
        assert [*whole.twitches] == wanted.twitches
        assert [*whole.rejections] == wanted.rejections

    @settings(max_examples=15)
    @given(motions=some_twitches(), seed=seeds)
    def test_what_was_certain_stays_whatever_follows(self, motions: list[Motion], seed: int) -> None:
        samples = stream(even_times(DURATION_S), motions, seed=seed)
        whole = detect(samples)
        cut = np.random.default_rng(seed).integers(len(samples))
        known = [event for event, after in zip(whole.twitches, whole.known_after, strict=True) if after <= cut]
        assert detect(samples[:cut]).twitches[: len(known)] == known


def _swapped(spread: tuple[Spread, ...]) -> tuple[Spread, ...]:
    return tuple(replace(moved, place=other_side(moved.place)) for moved in spread)


def _in_order(spread: tuple[Spread, ...]) -> tuple[Spread, ...]:
    return tuple(sorted(spread, key=lambda moved: moved.place))


class TestFlip:
    """A mirrored picture swaps the sides and changes nothing else."""

    @settings(max_examples=25)
    @given(motions=some_twitches(), seed=seeds, times_s=times())
    def test_sides_swap_and_nothing_else(self, motions: list[Motion], seed: int, times_s: FloatArray) -> None:
        samples = stream(times_s, motions, seed=seed)
        straight, mirrored = detect(samples), detect(flipped(samples))
        straight.twitches = [replace(event, spread=_in_order(event.spread)) for event in straight.twitches]
        mirrored.twitches = [
            replace(event, side=event.side.mirrored, spread=_in_order(_swapped(event.spread)))
            for event in mirrored.twitches
        ]
        mirrored.rejections = [replace(r, side=r.side.mirrored) for r in mirrored.rejections]
        assert_same(straight, mirrored)
        # Times come from a grid of candidates and are the same to the last bit.
        for a, b in zip(straight.twitches, mirrored.twitches, strict=True):
            assert (a.onset_s, a.duration_s, a.peak_s) == (b.onset_s, b.duration_s, b.peak_s)

    def test_flipping_twice_is_not_flipping(self) -> None:
        samples = stream(even_times(2), [twitch(1.0)])
        again = flipped(flipped(samples))
        assert all(np.array_equal(a.values, b.values) for a, b in zip(samples, again, strict=True))
        assert not np.array_equal(flipped(samples)[31].values, samples[31].values)


class TestShift:
    @settings(max_examples=30)
    @given(motions=some_twitches(), seed=seeds, times_s=times(), by_s=st.floats(-1e4, 1e5))
    @example(motions=[twitch(4.0)], seed=0, times_s=np.round(even_times(DURATION_S), 3), by_s=3600.1)
    @example(motions=[twitch(4.0)], seed=0, times_s=even_times(DURATION_S), by_s=-100.0)
    def test_every_time_is_later_by_as_much(
        self, motions: list[Motion], seed: int, times_s: FloatArray, by_s: float
    ) -> None:
        samples = stream(times_s, motions, seed=seed)
        assert_same(detect(samples), detect(later(samples, by_s)), by_s=by_s)

    @pytest.mark.parametrize("rate_hz", [24.0, 25.0, 29.97, 30.0, 50.0, 60.0])
    def test_also_at_rates_at_which_half_seconds_are_frames(self, rate_hz: float) -> None:
        samples = stream(np.round(even_times(DURATION_S, rate_hz, start_s=0.02), 3), [twitch(4.0)])
        wanted = detect(samples)
        for by_s in (0.1, 8.4, 59430.00301996968):
            assert_same(wanted, detect(later(samples, by_s)), by_s=by_s)

    @pytest.mark.parametrize("rate_hz", [20.0, 30.0, 60.0])
    def test_rounding_does_not_decide_what_a_hole_is_and_what_the_rate(self, rate_hz: float) -> None:
        """A hole as long as the longest that is none, and frames at exactly half a second."""
        times_s = np.round(even_times(1.5, rate_hz, start_s=0.02), 3)
        times_s = np.concatenate([times_s, times_s[-1] + 0.25 + np.arange(20) / rate_hz])
        samples = stream(times_s)
        wanted = detect(samples)
        for by_s in np.random.default_rng(0).uniform(0, 1e4, 40):
            assert_same(wanted, detect(later(samples, float(by_s))), by_s=float(by_s))


class TestScale:
    @settings(max_examples=20)
    @given(motions=some_twitches(), seed=seeds, gain=st.sampled_from((2.0, 3.0)))
    def test_signal_over_noise_is_the_same(self, motions: list[Motion], seed: int, gain: float) -> None:
        times_s = even_times(DURATION_S)
        one, other = (detect(stream(times_s, motions, seed=seed, noise_pct_iod=0.1, gain=g)) for g in (1.0, gain))
        peaks, larger = (
            sorted([(t.peak_s, t.snr) for t in found.twitches] + [(r.t_s, r.snr) for r in found.rejections])
            for found in (one, other)
        )
        assert [snr for _, snr in larger] == pytest.approx([snr for _, snr in peaks], rel=1e-6)
        # A twitch is told with the peak of its pulse, a rejected one with the sample that is nearest to it.
        assert [t_s for t_s, _ in larger] == pytest.approx([t_s for t_s, _ in peaks], abs=0.1)
        # A small movement is trusted less, so the larger one may be taken for a twitch where the smaller one is not.
        found = {t.peak_s: t for t in other.twitches}
        for a in one.twitches:
            assert found[a.peak_s].amplitude_pct_iod == pytest.approx(gain * a.amplitude_pct_iod)


class TestRate:
    RATES_HZ = (24.0, 29.97, 30.0, 60.0, 120.0)

    @pytest.mark.parametrize("rate_hz", RATES_HZ)
    @pytest.mark.parametrize("jitter", [0.0, 0.25])
    @pytest.mark.parametrize(("lip", "side"), list(itertools.product((Lip.UPPER, Lip.LOWER), (Side.LEFT, Side.RIGHT))))
    def test_the_same_twitch_is_the_same_event(self, rate_hz: float, jitter: float, lip: Lip, side: Side) -> None:
        times_s = even_times(DURATION_S, rate_hz)
        times_s = times_s + np.random.default_rng(3).uniform(0, jitter, len(times_s)) / rate_hz
        found = detect(stream(times_s, [twitch(5.03, lip, side)]))
        (event,) = found.twitches
        assert (event.lip, event.side, event.context) == (lip, side, Context.REST)
        assert event.onset_s == pytest.approx(5.03, abs=0.03)
        assert event.peak_s == pytest.approx(5.09, abs=0.03)
        assert event.duration_s == pytest.approx(0.15, abs=0.045)
        assert event.amplitude_pct_iod == pytest.approx(3.0, rel=0.15)

    @pytest.mark.parametrize("rate_hz", RATES_HZ)
    def test_and_what_is_none_is_none(self, rate_hz: float) -> None:
        pull = Motion(lambda t: 0.5 - 0.5 * np.cos(np.pi * np.clip((t - 4) / 0.8, 0, 2)), np.full(N_DISPLACEMENTS, 4.0))
        talking = Motion(lambda t: np.sin(2 * np.pi * 4 * t) * (t > 6), np.full(N_DISPLACEMENTS, 2.0))
        found = detect(stream(even_times(DURATION_S, rate_hz), [pull, talking]))
        assert [event for event in found.twitches if event.onset_s > 3] == []


class TestCover:
    @settings(max_examples=60)
    @given(recording=recordings)
    @example(recording=Recording([("face", 30.0, 1), ("lost", 30.0, 3)], 0.0, 0.0, 0.0, 0))
    @example(recording=Recording([("face", 30.0, 1), ("lost", 30.0, 1), ("hole", 30.0, 1)], 0.0, 0.0, 0.0, 0))
    @example(recording=Recording([("face", 30.0, 1), ("face", 30.0, 8), ("face", 10.0, 70)], 0.0, 3.0, 0.0, 2))
    def test_segments_cover_the_recording_without_overlap_or_hole(self, recording: Recording) -> None:
        samples = recording.samples()
        found = detect(samples)
        first_s, last_s = samples[0].t_s, samples[-1].t_s
        # Blinks, rhythms and the like lie over the others.
        covering = [segment for segment in found.segments if segment.kind not in OVERLAID]
        if last_s > first_s:
            assert covering[0].onset_s == pytest.approx(first_s)
        for one, other in itertools.pairwise(covering):
            assert one.end_s == pytest.approx(other.onset_s)
            assert one.kind is not other.kind
        if covering:
            assert last_s - 1e-9 <= covering[-1].end_s <= last_s + 0.34
        for over in found.segments:
            assert first_s - 1e-9 <= over.onset_s < over.end_s <= last_s + 0.34
        rest_s = sum(s.duration_s for s in found.segments if s.kind is Context.REST)
        assert found.valid_s == pytest.approx(rest_s)
        for event in found.twitches:
            # What can be relied on lies within a measured stretch.
            assert any(s.onset_s - 0.1 <= event.peak_s <= s.end_s + 0.1 for s in found.segments)
            assert event.context not in {Context.NO_FACE, Context.LOW_RATE, None}

    @settings(max_examples=40)
    @given(recording=recordings)
    def test_no_time_without_a_face_is_valid(self, recording: Recording) -> None:
        samples = recording.samples()
        found = detect(samples)
        for sample in samples:
            if not sample.face:
                inside = [s.kind for s in found.segments if s.onset_s + 1e-6 < sample.t_s + 1e-5 < s.end_s]
                assert Context.REST not in inside
