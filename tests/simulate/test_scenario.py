from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from twitchcam.errors import UsageError
from twitchcam.events.model import Lip, Side
from twitchcam.simulate.scenario import Camera, HeadMotion, Movement, MovementKind, Scenario, TwitchSpec, VideoSettings

TWITCH = TwitchSpec(
    onset_s=1.0, duration_s=0.1, lip=Lip.UPPER, side=Side.LEFT, amplitude_pct_iod=2.0, angle_deg=70.0, rise=0.3
)


class TestTwitchSpec:
    def test_times_follow_from_onset_duration_and_rise(self):
        assert TWITCH.end_s == pytest.approx(1.1)
        assert TWITCH.peak_s == pytest.approx(1.03)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"lip": Lip.BOTH},
            {"side": Side.BOTH},
            {"onset_s": -0.1},
            {"onset_s": float("nan")},
            {"duration_s": 0.0},
            {"amplitude_pct_iod": 0.0},
            {"amplitude_pct_iod": 21.0, "sigma_iod": 0.5},
            {"sigma_iod": 0.01},
            {"rise": 1.0},
            {"place": 1.1},
        ],
    )
    def test_what_cannot_be_rendered_is_refused(self, wrong: dict[str, object]):
        with pytest.raises(UsageError):
            replace(TWITCH, **wrong)  # type: ignore[arg-type]

    def test_skin_does_not_fold(self):
        with pytest.raises(UsageError, match="fold"):
            replace(TWITCH, amplitude_pct_iod=10.0, sigma_iod=0.06)


class TestMovement:
    def test_a_pull_has_a_side_and_the_others_have_none(self):
        with pytest.raises(UsageError, match="side"):
            Movement(kind=MovementKind.PULL, onset_s=0, duration_s=1, amplitude_pct_iod=3)
        with pytest.raises(UsageError, match="side"):
            Movement(kind=MovementKind.SMILE, onset_s=0, duration_s=1, amplitude_pct_iod=3, side=Side.LEFT)


class TestVideoSettings:
    @pytest.mark.parametrize(
        ("fps", "exact"),
        [
            (24, Fraction(24)),
            (25.0, Fraction(25)),
            (29.97, Fraction(30000, 1001)),
            (23.976, Fraction(24000, 1001)),
            (59.94, Fraction(60000, 1001)),
            (120, Fraction(120)),
            (12.5, Fraction(25, 2)),
            (Fraction(30000, 1001), Fraction(30000, 1001)),
        ],
    )
    def test_frame_rates_are_exact(self, fps: float, exact: Fraction):
        assert VideoSettings(fps=fps).exact_fps == exact

    @pytest.mark.parametrize(
        "wrong",
        [
            {"width": 641},
            {"height": 32},
            {"fps": 0},
            {"crf": 52},
            {"preset": "fst"},
            {"mjpeg_q": 1},
            {"dropped": 1.0},
            {"jitter_s": -1},
        ],
    )
    def test_what_cannot_be_encoded_is_refused(self, wrong: dict[str, object]):
        with pytest.raises(UsageError):
            VideoSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (Camera, {"noise_sigma": -1}),
        (Camera, {"exposure_gain": 0}),
        (Camera, {"flicker_depth": 2}),
        (HeadMotion, {"yaw_deg": 50}),
        (Scenario, {"duration_s": 0}),
        (Scenario, {"iod_px": 5}),
    ],
)
def test_values_out_of_range_are_refused(kind: type, wrong: dict[str, float]):
    with pytest.raises(UsageError):
        kind(**wrong)
