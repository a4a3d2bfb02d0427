from __future__ import annotations

import numpy as np
import pytest

from twitchcam.capture.frame import Image
from twitchcam.simulate.geometry import FaceGeometry
from twitchcam.simulate.head import Pose, pose_of
from twitchcam.simulate.scenario import FIXED_HEAD, HeadMotion, Scenario, VideoSettings
from twitchcam.simulate.stage import Stage, build
from twitchcam.simulate.view import View

VIDEO = VideoSettings(width=320, height=240)


def view_of(portrait: Image, face: FaceGeometry, *, still_background: bool = True) -> tuple[Stage, View]:
    head = HeadMotion(yaw_deg=25, pitch_deg=15)
    stage = build(portrait, face, Scenario(iod_px=50.0, head=head), VIDEO)
    return stage, View(stage, width=VIDEO.width, height=VIDEO.height, still_background=still_background)


def pose(**changes: float) -> Pose:
    angles = {"roll_deg": 0.0, "yaw_deg": 0.0, "pitch_deg": 0.0, "scale": 1.0, **changes}
    return pose_of(shift_px=(1.3, -0.7) if changes else (0.0, 0.0), **angles)


def test_a_head_at_rest_is_seen_as_it_is(portrait: Image, face: FaceGeometry):
    _, view = view_of(portrait, face)
    x, y = view.stage_map(pose())
    assert np.abs(x - np.arange(320)).max() < 1e-3
    assert np.abs(y - np.arange(240)[:, None]).max() < 1e-3


@pytest.mark.parametrize(
    "turned",
    [
        {"yaw_deg": 25.0, "pitch_deg": -12.0, "roll_deg": 4.0, "scale": 1.02},
        {"yaw_deg": -25.0},
        {"pitch_deg": 15.0},
        {"yaw_deg": 0.5, "pitch_deg": 0.3},
    ],
)
def test_the_way_back_leads_to_where_it_came_from(portrait: Image, face: FaceGeometry, turned: dict[str, float]):
    _, view = view_of(portrait, face)
    x, y = view.stage_map(pose(**turned))
    for u, v in ((160, 140), (140, 141), (176, 95), (150, 120)):
        assert view.seen_at(pose(**turned), (float(x[v, u]), float(y[v, u]))) == pytest.approx((u, v), abs=0.02)


def test_a_head_does_not_fold_when_it_is_turned(portrait: Image, face: FaceGeometry):
    _, view = view_of(portrait, face)
    x, _ = view.stage_map(pose(yaw_deg=25.0, pitch_deg=15.0))
    assert np.diff(x, axis=1).min() > 0


@pytest.mark.parametrize("still", [True, False])
def test_the_background_moves_only_when_asked_to(portrait: Image, face: FaceGeometry, still: bool):
    _, view = view_of(portrait, face, still_background=still)
    x, y = view.stage_map(pose(roll_deg=3.0))
    moved = max(abs(float(x[0, 0])), abs(float(y[0, 0])))
    assert (moved < 1e-6) if still else (moved > 3)
    assert abs(float(x[140, 160]) - 160) > 0.2


def test_fixed_heads_need_no_turning(portrait: Image, face: FaceGeometry):
    stage = build(portrait, face, Scenario(iod_px=50.0, head=FIXED_HEAD), VIDEO)
    view = View(stage, width=VIDEO.width, height=VIDEO.height, still_background=True)
    place = stage.face.point_px(0)
    assert view.seen_at(pose(), place) == pytest.approx(place)
