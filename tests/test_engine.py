"""The whole way from frames to events: wired with a tracker that is told what to see, then on rendered pictures."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from tests.face.faces import face_frame
from tests.face.texture import frame as frame_of
from tests.synthetic import NOISE_PCT_IOD, place_pattern
from twitchcam.capture.frame import Frame, from_rgb
from twitchcam.config import Config
from twitchcam.dsp.pulses import pulse
from twitchcam.engine import Engine, Update
from twitchcam.errors import ModelError
from twitchcam.events.model import Context, Lip, Segment, Side, Twitch
from twitchcam.face.tracking import FaceFrame
from twitchcam.motion.channels import SITES, Sample
from twitchcam.simulate.geometry import find_face
from twitchcam.simulate.render import portrait_frames
from twitchcam.simulate.sample import portrait as nasa_portrait
from twitchcam.simulate.scenario import Camera, Scenario, TwitchSpec, VideoSettings

GREY = np.full((48, 64), 128, dtype=np.uint8)
PLACES = list(itertools.product((Lip.UPPER, Lip.LOWER), (Side.LEFT, Side.RIGHT)))


class ToldTracker:
    """Sees a face whose upper left lip twitches at 4 s, and none between two times."""

    def __init__(self, lost_s: tuple[float, float] = (0.0, 0.0)) -> None:
        self._rng = np.random.default_rng(0)
        self._lost_s = lost_s
        self._first = True
        self.closed = 0
        self.warnings: list[str] = []

    def track(self, frame: Frame) -> FaceFrame | None:
        if self._lost_s[0] <= frame.t_s < self._lost_s[1]:
            self._first = True
            return None
        height = float(pulse(np.array([frame.t_s]), 4.0, 0.15, 0.4)[0])
        pattern = place_pattern(Lip.UPPER, Side.LEFT, 3.0)[:12]
        channels = height * pattern + NOISE_PCT_IOD * self._rng.standard_normal(12)
        displacement = channels.reshape(6, 2) / 100 * (1, -1)
        displacement[[1, 3, 5], 0] *= -1
        made = face_frame(displacement)
        restart, self._first = self._first, False
        return type(made)(**{name: getattr(made, name) for name in made.__slots__} | {"restart": restart})

    def close(self) -> None:
        self.closed += 1


def frames(duration_s: float, rate_hz: float = 30.0) -> list[Frame]:
    return [frame_of(k / rate_hz, GREY) for k in range(round(duration_s * rate_hz))]


class TestWiring:
    def test_each_frame_is_one_sample_and_each_event_comes_once(self) -> None:
        engine = Engine(Config(), ToldTracker())
        updates = [engine.push(frame) for frame in frames(6)]
        assert [len(update.samples) for update in updates] == [1] * 180
        assert [update.samples[0].t_s for update in updates] == pytest.approx([k / 30 for k in range(180)], abs=1e-5)
        (event,) = [event for update in [*updates, engine.close()] for event in update.twitches]
        assert (event.lip, event.side) == (Lip.UPPER, Side.LEFT)
        assert event.onset_s == pytest.approx(4.0, abs=0.034)
        assert event.amplitude_pct_iod == pytest.approx(3.0, rel=0.15)

    def test_a_face_that_is_another_one_at_once_is_told_where_the_picture_is_cut(self) -> None:
        class Restarting(ToldTracker):
            def track(self, frame: Frame) -> FaceFrame | None:
                self._first = self._first or frame.t_s in (1.0, 2.0, 3.0)
                return super().track(frame)

        scenes = [GREY, GREY, np.full_like(GREY, 60), np.full_like(GREY, 200)]
        with Engine(Config(), Restarting()) as engine:
            for k in range(120):
                engine.push(frame_of(k / 30, scenes[k // 30]))
            (told,) = engine.warnings
        assert told.startswith("the picture is cut at 2.0 s and 1 more time: what follows may be another person")

    def test_where_the_face_was_away_a_segment_says_so(self) -> None:
        with Engine(Config(), ToldTracker(lost_s=(2.0, 3.0))) as engine:
            for k in range(120):
                engine.push(frame_of(k / 30, GREY if k < 75 else np.full_like(GREY, 60)))
            assert not any("cut" in line for line in engine.warnings)

    def test_the_rest_comes_at_the_end(self) -> None:
        engine = Engine(Config(), ToldTracker())
        updates = [engine.push(frame) for frame in frames(4.5)]
        assert [event for update in updates for event in update.twitches] == []
        rest = engine.close()
        assert [round(event.onset_s, 1) for event in rest.twitches] == [4.0]
        assert [(s.kind, s.onset_s) for s in rest.segments] == [(Context.REST, 0.0)]
        assert rest.samples == ()
        assert engine.valid_s == pytest.approx(4.5)

    def test_what_is_drawn_is_there_while_there_is_a_face(self) -> None:
        engine = Engine(Config(), ToldTracker(lost_s=(1.0, 1.5)))
        for frame in frames(2):
            update = engine.push(frame)
            if 1.0 <= frame.t_s < 1.5:
                assert (update.lips_px, update.sites_px) == (None, None)
                assert not update.samples[0].face
            else:
                assert update.lips_px is not None
                assert update.lips_px.shape == (40, 2)
                assert update.sites_px is not None
                assert tuple(update.sites_px) == SITES
                x, y = update.sites_px["upper_left"]
                assert (type(x), type(y)) == (float, float)
        engine.close()
        assert engine.warnings == ["no face was found for 0.5 s"]

    def test_the_encoders_key_frames_reach_the_samples(self) -> None:
        engine = Engine(Config(), ToldTracker())
        plain = Frame(t_s=0.0, luma=GREY, to_rgb=lambda: np.zeros((48, 64, 3), np.uint8), key=True)
        assert engine.push(plain).samples[0]["key_frame"] == 1.0
        assert engine.push(frames(1)[1]).samples[0]["key_frame"] == 0.0

    def test_closing_twice_closes_once(self) -> None:
        tracker = ToldTracker()
        engine = Engine(Config(), tracker)
        for frame in frames(4.5):
            engine.push(frame)
        assert engine.close().twitches
        assert engine.close() == Update()
        assert tracker.closed == 1
        assert engine.valid_s == pytest.approx(4.5)

    def test_without_its_networks_no_tracker_is_opened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing() -> None:
            raise ModelError("gone")

        opened: list[Config] = []
        monkeypatch.setattr("twitchcam.engine.bundled_weights", missing)
        monkeypatch.setattr("twitchcam.engine.make_tracker", opened.append)
        threads = cv2.getNumThreads()
        with pytest.raises(ModelError, match="gone"):
            Engine(Config())
        assert opened == []
        assert cv2.getNumThreads() == threads

    def test_nothing_can_be_pushed_after_the_end(self) -> None:
        engine = Engine(Config(), ToldTracker())
        engine.close()
        with pytest.raises(RuntimeError, match="closed"):
            engine.push(frames(1)[0])

    def test_leaving_the_context_closes_even_after_an_error(self) -> None:
        tracker = ToldTracker()
        with Engine(Config(), tracker) as engine:
            engine.push(frames(1)[0])
        assert tracker.closed == 1
        other = ToldTracker()
        with pytest.raises(KeyError), Engine(Config(), other):
            raise KeyError
        assert other.closed == 1

    def test_no_frame_at_all(self) -> None:
        with Engine(Config(), ToldTracker()) as engine:
            assert engine.close() == Update()
        assert (engine.valid_s, engine.warnings) == (0.0, [])

    def test_frames_that_come_too_slowly_are_told(self) -> None:
        engine = Engine(Config(), ToldTracker())
        found = [engine.push(frame) for frame in frames(8, rate_hz=10.0)] + [engine.close()]
        assert [event for update in found for event in update.twitches] == []
        assert engine.valid_s == 0.0
        assert "below 20 frames per second" in engine.warnings[0]


@dataclass(frozen=True)
class Analysed:
    twitches: list[Twitch]
    segments: list[Segment]
    samples: list[Sample]
    valid_s: float


def analysed(recording: list[Frame]) -> Analysed:
    with Engine(Config()) as engine:
        updates = [*(engine.push(frame) for frame in recording), engine.close()]
        return Analysed(
            twitches=[event for update in updates for event in update.twitches],
            segments=[segment for update in updates for segment in update.segments],
            samples=[sample for update in updates for sample in update.samples],
            valid_s=engine.valid_s,
        )


def flipped(frame: Frame) -> Frame:
    return from_rgb(frame.t_s, np.ascontiguousarray(frame.to_rgb()[:, ::-1]))


ONSETS_S = (3.02, 5.27, 7.71, 10.13)


@pytest.fixture(scope="module")
def rendered() -> list[Frame]:
    """Twelve seconds with a twitch of 3 % at each place, as an uncompressed camera would give them."""
    picture = nasa_portrait()
    twitches = tuple(
        TwitchSpec(
            onset_s=onset_s,
            duration_s=0.15,
            lip=lip,
            side=side,
            amplitude_pct_iod=3.0,
            angle_deg=70.0 if lip is Lip.UPPER else -70.0,
        )
        for onset_s, (lip, side) in zip(ONSETS_S, PLACES, strict=True)
    )
    scenario = Scenario(duration_s=12.0, seed=1, twitches=twitches, iod_px=80.0, camera=Camera(noise_sigma=1.5))
    video = VideoSettings(width=320, height=240)
    made = portrait_frames(picture, scenario, video, face=find_face(picture))
    return [from_rgb(t_s, rgb) for t_s, rgb in made]


@pytest.fixture(scope="module")
def straight(rendered: list[Frame]) -> Analysed:
    return analysed(rendered)


@pytest.fixture(scope="module")
def mirrored(rendered: list[Frame]) -> Analysed:
    return analysed([flipped(frame) for frame in rendered])


@pytest.mark.heavy
class TestRendered:
    def test_every_twitch_is_found_with_its_lip_and_side(self, straight: Analysed) -> None:
        assert [(event.lip, event.side) for event in straight.twitches] == PLACES
        for event, onset_s in zip(straight.twitches, ONSETS_S, strict=True):
            assert event.onset_s == pytest.approx(onset_s, abs=2 / 30)
            assert event.amplitude_pct_iod == pytest.approx(3.0, rel=0.4)
            # The iris of the portrait says how large a per cent is.
            assert event.amplitude_mm == pytest.approx(0.9 * event.amplitude_pct_iod, rel=0.2)

    def test_all_of_it_is_valid_time(self, straight: Analysed) -> None:
        assert [segment.kind for segment in straight.segments] == [Context.REST]
        assert straight.valid_s == pytest.approx(12.0, abs=0.01)

    def test_every_frame_has_a_face_and_only_the_first_is_a_start(self, straight: Analysed) -> None:
        assert len(straight.samples) == 360
        assert all(sample.face for sample in straight.samples)
        assert [k for k, sample in enumerate(straight.samples) if sample.restart] == [0]

    def test_a_flipped_recording_swaps_the_sides_and_nothing_else(self, straight: Analysed, mirrored: Analysed) -> None:
        assert len(mirrored.twitches) == len(straight.twitches)
        for one, other in zip(straight.twitches, mirrored.twitches, strict=True):
            assert (other.lip, other.side) == (one.lip, one.side.mirrored)
            assert other.onset_s == pytest.approx(one.onset_s, abs=1.01 / 30)
            assert other.peak_s == pytest.approx(one.peak_s, abs=1.01 / 30)
            assert other.amplitude_pct_iod == pytest.approx(one.amplitude_pct_iod, rel=0.25)
            assert other.burst == one.burst
        assert [s.kind for s in mirrored.segments] == [s.kind for s in straight.segments]
        assert mirrored.valid_s == pytest.approx(straight.valid_s)

    def test_the_same_frames_are_measured_the_same_each_time(self, rendered: list[Frame], straight: Analysed) -> None:
        again = analysed(rendered[:60])
        for one, other in zip(straight.samples, again.samples, strict=False):
            assert np.array_equal(one.values, other.values)
            assert (one.t_s, one.quality) == (other.t_s, other.quality)
