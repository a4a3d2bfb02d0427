from __future__ import annotations

import numpy as np
import pytest

from twitchcam.capture.frame import Image
from twitchcam.errors import InputError
from twitchcam.events.model import Lip, Side
from twitchcam.simulate.geometry import EYE_OUTER, LIP_MIDDLE, MOUTH_CORNER, FaceGeometry, find_face, from_points

LIPS = (Lip.UPPER, Lip.LOWER)


def test_the_subjects_left_is_on_the_right_of_the_picture(face: FaceGeometry):
    middle = face.centre_px[0]
    for lip in LIPS:
        assert face.site_px(lip, Side.LEFT)[0] > middle > face.site_px(lip, Side.RIGHT)[0]
    assert face.points[EYE_OUTER[Side.LEFT], 0] > middle > face.points[EYE_OUTER[Side.RIGHT], 0]
    assert face.to_left[0] > 0.9
    assert face.up[1] < -0.9


def test_the_upper_sites_are_above_the_lower_ones(face: FaceGeometry):
    for side in (Side.LEFT, Side.RIGHT):
        assert face.site_px(Lip.UPPER, side)[1] < face.site_px(Lip.LOWER, side)[1]


@pytest.mark.parametrize("lip", LIPS)
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_a_site_is_half_way_between_corner_and_midline(face: FaceGeometry, lip: Lip, side: Side):
    def along(xy: tuple[float, float]) -> float:
        return float(np.array(xy) @ face.to_left)

    corner, middle = along(face.point_px(MOUTH_CORNER[side])), along(face.point_px(LIP_MIDDLE[lip]))
    assert along(face.site_px(lip, side)) == pytest.approx((corner + middle) / 2, abs=1e-6)
    assert face.site_px(lip, side, place=0.0) == pytest.approx(face.point_px(MOUTH_CORNER[side]))
    assert face.site_px(lip, side, place=1.0) == pytest.approx(face.point_px(LIP_MIDDLE[lip]))


def test_directions_are_mirrored_with_the_side(face: FaceGeometry):
    left = np.array(face.vector_px(Side.LEFT, angle_deg=0.0, length_px=3.0))
    right = np.array(face.vector_px(Side.RIGHT, angle_deg=0.0, length_px=3.0))
    assert left[0] > 2.9
    assert right == pytest.approx(-left)
    up = face.vector_px(Side.RIGHT, angle_deg=90.0, length_px=3.0)
    assert up == pytest.approx(tuple(3.0 * face.up))
    assert up == pytest.approx(face.vector_px(Side.LEFT, angle_deg=90.0, length_px=3.0))


def test_the_nose_stands_out_towards_the_camera(face: FaceGeometry):
    assert face.points[4, 2] > face.points[list(EYE_OUTER.values()), 2].max()


def test_moving_scales_and_shifts(face: FaceGeometry):
    moved = face.moved(scale=(2.0, 2.0), offset_px=(10.0, -5.0))
    assert moved.iod_px == pytest.approx(2 * face.iod_px)
    assert moved.centre_px == pytest.approx(2 * face.centre_px + (10, -5))
    assert moved.points[:, 2] == pytest.approx(2 * face.points[:, 2])


def test_depth_of_the_mesh_is_turned_towards_the_camera():
    assert from_points(np.array([[1.0, 2.0, 3.0]])).points.tolist() == [[1.0, 2.0, -3.0]]


def test_a_picture_without_a_face_is_named():
    empty: Image = np.full((120, 160, 3), 90, dtype=np.uint8)
    with pytest.raises(InputError, match=r"wall\.png.*no face"):
        find_face(empty, name="wall.png")
