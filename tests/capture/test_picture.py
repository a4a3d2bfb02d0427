from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from tests.capture.recordings import corners, quarters
from twitchcam.capture.picture import Orientation, PictureMaker, orientation_of


def frame_of(pixel_format: str, width: int = 64, height: int = 48) -> av.VideoFrame:
    ramp = np.linspace(30, 220, width)[None, :, None] * np.ones((height, 1, 3))
    return av.VideoFrame.from_ndarray(ramp.astype(np.uint8), format="rgb24").reformat(format=pixel_format)


PLANAR = ("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuva420p", "nv12", "gray")
DEEP = ("yuv420p10le", "yuv444p12le", "gray10le")
CONVERTED = ("rgb24", "bgra", "yuyv422", "yuv420p10be", "gbrp")


@pytest.mark.parametrize("pixel_format", PLANAR + DEEP + CONVERTED)
def test_every_format_gives_the_same_picture(pixel_format: str) -> None:
    frame = frame_of(pixel_format)
    luma = PictureMaker(frame, None, mirrored=False).luma(frame)
    assert (luma.shape, luma.dtype) == ((48, 64), np.uint8)
    # Limited and full range differ by a scale; a ramp stays a ramp.
    expected = np.linspace(30, 220, 64)
    slope, offset = np.polyfit(expected, luma.mean(axis=0), 1)
    assert 0.8 < slope < 1.05
    assert np.abs(luma - (slope * expected + offset)).max() < 3
    rgb = PictureMaker(frame, None, mirrored=False).rgb(frame)
    assert (rgb.shape, rgb.dtype) == ((48, 64, 3), np.uint8)
    assert np.abs(rgb.astype(float) - expected[None, :, None]).max() < 8


def test_luma_is_the_decoders_plane_itself_and_of_its_own() -> None:
    frame = frame_of("yuv420p", width=67, height=51)
    maker = PictureMaker(frame, None, mirrored=False)
    plane = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(51, -1)
    luma = maker.luma(frame)
    assert np.array_equal(luma, plane[:, :67])
    luma[:] = 0
    assert maker.luma(frame).max() > 200
    kept = maker.luma(frame)
    del frame, plane, maker
    assert kept.max() > 200


def test_mirroring_and_turning() -> None:
    picture = quarters()
    assert corners(picture) == "rgbk"
    assert corners(Orientation().applied(picture)) == "rgbk"
    assert corners(Orientation().mirrored.applied(picture)) == "grkb"
    assert corners(Orientation(transpose=True).applied(picture)) == "rbgk"
    assert corners(Orientation(flip_x=True, flip_y=True).applied(picture)) == "kbgr"
    assert corners(Orientation(flip_y=True).applied(picture)) == "bkrg"
    turned = Orientation(transpose=True, flip_x=True).applied(picture)
    assert turned.shape == (64, 48, 3)
    assert turned.flags["C_CONTIGUOUS"]
    assert corners(turned) == "brkg"


def test_a_frame_without_a_display_matrix_is_upright() -> None:
    assert orientation_of(frame_of("yuv420p")) == Orientation()


def test_pixels_that_are_not_square_are_made_square() -> None:
    frame = frame_of("yuv420p", width=72, height=58)
    maker = PictureMaker(frame, Fraction(16, 11), mirrored=False)
    assert maker.size == (105, 58)
    assert maker.luma(frame).shape == (58, 105)
    assert maker.rgb(frame).shape == (58, 105, 3)
    assert PictureMaker(frame, Fraction(0), mirrored=False).size == (72, 58)
    assert PictureMaker(frame, Fraction(200, 201), mirrored=False).size == (72, 58)


def test_a_frame_of_another_size_is_scaled_to_the_first() -> None:
    maker = PictureMaker(frame_of("yuv420p", 64, 48), None, mirrored=False)
    other = frame_of("yuv420p", 128, 96)
    assert maker.luma(other).shape == (48, 64)
    assert maker.rgb(other).shape == (48, 64, 3)
