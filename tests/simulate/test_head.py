from __future__ import annotations

import numpy as np
import pytest

from twitchcam.simulate.head import Pose, pose_of, poses
from twitchcam.simulate.scenario import FIXED_HEAD, HeadMotion


def posed(**changes: float) -> Pose:
    angles = {"roll_deg": 0.0, "yaw_deg": 0.0, "pitch_deg": 0.0, "scale": 1.0, **changes}
    return pose_of(shift_px=(0.0, 0.0), **angles)


def test_a_head_turned_to_the_subjects_left_shows_the_nose_to_the_right_of_the_picture():
    assert posed(yaw_deg=20).lean == pytest.approx([np.sin(np.radians(20)), 0.0])


def test_a_head_that_looks_up_shows_the_nose_higher():
    assert posed(pitch_deg=10).lean == pytest.approx([0.0, -np.sin(np.radians(10))])


def test_a_head_tilted_to_the_left_shoulder_has_its_top_to_the_right():
    top = posed(roll_deg=15).plane @ np.array([0.0, -1.0])
    assert top == pytest.approx([np.sin(np.radians(15)), -np.cos(np.radians(15))])


def test_turning_foreshortens():
    assert posed(yaw_deg=25).plane @ np.array([1.0, 0.0]) == pytest.approx([np.cos(np.radians(25)), 0.0])


def test_slant_is_the_tangent_of_the_angle_to_the_camera():
    assert posed(yaw_deg=-25, roll_deg=40).slant == pytest.approx(np.tan(np.radians(25)))


def test_a_fixed_head_does_not_move():
    pose_at = poses(FIXED_HEAD, iod_px=100.0, seed=3)
    for t_s in (0.0, 2.7):
        assert not pose_at(t_s).shift_px.any()
        assert np.array_equal(pose_at(t_s).plane, np.eye(2))


def test_sway_is_as_large_as_asked_for():
    pose_at = poses(HeadMotion(sway_pct_iod=2.0), iod_px=50.0, seed=3)
    shifts = np.array([pose_at(t).shift_px for t in np.arange(0, 1000, 0.5)])
    assert np.sqrt(np.mean(shifts**2, axis=0)) == pytest.approx([1.0, 1.0], rel=0.1)
    assert abs(np.corrcoef(shifts.T)[0, 1]) < 0.3


def test_the_seed_decides():
    first, again, other = (poses(HeadMotion(), iod_px=100.0, seed=seed)(1.0).shift_px for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
