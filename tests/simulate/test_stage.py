from __future__ import annotations

import cv2
import numpy as np
import pytest

from twitchcam.capture.frame import Image
from twitchcam.simulate.geometry import FaceGeometry
from twitchcam.simulate.scenario import FIXED_HEAD, Camera, HeadMotion, Scenario, VideoSettings
from twitchcam.simulate.stage import FINENESS, Stage, build

VIDEO = VideoSettings(width=320, height=240)


def staged(portrait: Image, face: FaceGeometry, **changes: object) -> Stage:
    arguments = {"iod_px": 50.0, "camera": Camera(lens_blur_px=0.0), **changes}
    return build(portrait, face, Scenario(**arguments), VIDEO)  # type: ignore[arg-type]


@pytest.mark.parametrize("iod_px", [30.0, 50.0, 90.0])
def test_the_face_has_the_size_asked_for_and_is_in_the_middle(portrait: Image, face: FaceGeometry, iod_px: float):
    stage = staged(portrait, face, iod_px=iod_px)
    assert stage.face.iod_px == pytest.approx(iod_px, rel=2e-3)
    assert stage.face.centre_px == pytest.approx((160, 120), abs=1.0)


def test_landmarks_lie_where_the_picture_of_them_is(portrait: Image, face: FaceGeometry):
    stage = staged(portrait, face, iod_px=face.iod_px / FINENESS)
    # At this size the texture is the portrait itself, only moved.
    x, y = (stage.face.points[0, :2] + stage.margin_px) * FINENESS
    size = 21
    patch = cv2.getRectSubPix(stage.texture, (size, size), (float(x), float(y)))
    mouth = face.points[0, :2]
    original = cv2.getRectSubPix(portrait, (size, size), (float(mouth[0]), float(mouth[1])))
    assert np.abs(patch - original).mean() < 2


def test_what_the_portrait_does_not_show_is_filled_smoothly(portrait: Image, face: FaceGeometry):
    x, y = (int(v) for v in face.centre_px)
    cut = portrait[y - 60 : y + 60, x - 60 : x + 60]
    moved = face.moved(scale=(1.0, 1.0), offset_px=(60.0 - x, 60.0 - y))
    stage = staged(cut, moved)
    corner = stage.texture[: FINENESS * 40, : FINENESS * 40]
    assert np.abs(np.diff(corner, axis=0)).max() < 3
    assert corner.mean() > 20


def test_the_lens_blurs(portrait: Image, face: FaceGeometry):
    sharp, soft = (staged(portrait, face, camera=Camera(lens_blur_px=blur)).texture for blur in (0.0, 1.0))
    assert np.abs(np.diff(soft, axis=1)).mean() < 0.8 * np.abs(np.diff(sharp, axis=1)).mean()


def test_the_head_is_marked_and_the_corners_of_the_picture_are_not(portrait: Image, face: FaceGeometry):
    head = staged(portrait, face, iod_px=40.0).head
    assert head.shape == (240, 320)
    assert head[120, 160] == 1.0
    assert head[:, 0].max() == head[0, :].max() == 0.0


@pytest.mark.parametrize(("yaw_deg", "steepest"), [(0.0, 2.5), (25.0, 0.7 / np.tan(np.radians(25)))])
def test_the_surface_is_gentle_enough_for_the_pose(
    portrait: Image, face: FaceGeometry, yaw_deg: float, steepest: float
):
    head = HeadMotion(yaw_deg=yaw_deg, yaw_sway_deg=0, pitch_sway_deg=0)
    stage = staged(portrait, face, head=head)
    slope = max(float(np.abs(np.diff(stage.depth_px, axis=axis)).max()) for axis in (0, 1)) / stage.depth_step_px
    assert slope <= steepest * 1.01


def test_the_nose_stands_out(portrait: Image, face: FaceGeometry):
    stage = staged(portrait, face, head=FIXED_HEAD)
    x, y = stage.face.points[4, :2] / stage.depth_step_px
    eye_x, eye_y = stage.face.points[33, :2] / stage.depth_step_px
    nose, eye = stage.depth_px[round(y), round(x)], stage.depth_px[round(eye_y), round(eye_x)]
    assert 0.2 < (nose - eye) / stage.face.iod_px < 0.6
