from __future__ import annotations

import json
import struct

import cv2
import numpy as np
import pytest

from tests.live.fake_loop import frame, places
from twitchcam.live.pictures import MAX_WIDTH_PX, Picture, encoded


def taken_apart(data: bytes) -> tuple[dict[str, object], np.ndarray]:
    (length,) = struct.unpack(">I", data[:4])
    picture = cv2.imdecode(np.frombuffer(data[4 + length :], dtype=np.uint8), cv2.IMREAD_COLOR)
    return json.loads(data[4 : 4 + length]), picture


@pytest.mark.parametrize("size", [(320, 240), (1920, 1080)])
def test_the_page_sees_a_mirror_and_what_is_drawn_follows(size: tuple[int, int]) -> None:
    lips, sites = places(size)
    head, shown = taken_apart(encoded(Picture(t_s=1.5, rgb=frame(1.5, size).to_rgb(), lips_px=lips, sites_px=sites)))
    height, width = shown.shape[:2]
    assert width == min(size[0], MAX_WIDTH_PX)
    assert height == pytest.approx(size[1] * width / size[0], abs=1)
    # The white square is on the left of the camera's picture.
    assert shown[height * 3 // 8, width * 13 // 16].min() > 200
    assert shown[height * 3 // 8, width * 3 // 16].max() < 150
    assert head["t"] == 1.5
    # The subject's left is on the left of a mirror.
    assert head["sites"]["upper_left"][0] == pytest.approx(0.41, abs=0.001)
    assert head["sites"]["upper_right"][0] == pytest.approx(0.59, abs=0.001)
    assert all(0 < x < 1 and 0 < y < 1 for x, y in head["lips"])


def test_the_picture_that_is_handed_in_stays_as_it_was() -> None:
    rgb = frame(0.0).to_rgb()
    before = rgb.copy()
    head, _ = taken_apart(encoded(Picture(t_s=0.0, rgb=rgb, lips_px=None, sites_px=None)))
    assert (rgb == before).all()
    assert head == {"t": 0.0, "lips": None, "sites": None}
