from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.face.texture import POSE, brightness, picture
from twitchcam.face.pyramid import Pyramid
from twitchcam.face.similarity import Similarity

BLUR_PX = 0.6
poses = st.builds(
    lambda size, angle, x, y: Similarity(size * complex(np.cos(angle), np.sin(angle)), complex(x, y)),
    st.floats(60, 100),
    st.floats(-0.4, 0.4),
    st.floats(140, 180),
    st.floats(70, 110),
)


def places(n: int = 300, seed: int = 0) -> np.ndarray:
    """Face points within the picture."""
    return np.random.default_rng(seed).uniform((-0.7, -0.3), (0.7, 1.1), (n, 2))


def sampled(luma: np.ndarray, pose: Similarity, px_per_iod: float, blur_px: float = BLUR_PX) -> np.ndarray:
    return Pyramid(luma, pose, blur_px).sample(places(), pose, px_per_iod)


@settings(max_examples=10)
@given(pose=poses)
def test_brightness_between_the_pixels_is_the_skins(pose: Similarity) -> None:
    p = places()
    wanted = brightness(p[:, 0] + 1j * p[:, 1])
    seen = sampled(picture(pose), pose, 96.0)
    # The blur takes a little of the finest structure away.
    assert np.sqrt(np.mean((seen - wanted) ** 2)) < 3.5
    assert np.corrcoef(seen, wanted)[0, 1] > 0.995


@pytest.mark.parametrize("px_per_iod", [96.0, 40.0, 24.0, 12.0])
@pytest.mark.parametrize("turn", [1, np.exp(0.3j)])
def test_no_level_is_shifted(px_per_iod: float, turn: complex) -> None:
    """A slope has its value at every place at every resolution, wherever the pixels of a level lie."""
    pose = Similarity(POSE.scale * turn, POSE.origin + 0.37 - 0.21j)
    x, y = np.meshgrid(np.arange(320), np.arange(240))
    slope = np.clip(np.round(0.5 * x + 0.3 * y), 0, 255).astype(np.uint8)
    at = pose.to_picture(places())
    inside = (at > 20).all(axis=1) & (at < (300, 220)).all(axis=1)
    error = (sampled(slope, pose, px_per_iod) - (0.5 * at[:, 0] + 0.3 * at[:, 1]))[inside]
    assert inside.sum() > 100
    assert abs(error.mean()) < 0.02
    assert np.abs(error).max() < 0.6


def test_a_coarser_layer_sees_a_coarser_picture() -> None:
    noise = np.random.default_rng(0).normal(128, 30, (240, 320)).clip(0, 255).astype(np.uint8)
    fine, coarse = sampled(noise, POSE, 96.0), sampled(noise, POSE, 24.0)
    assert coarse.std() < 0.5 * fine.std()
    assert coarse.mean() == pytest.approx(fine.mean(), abs=4)


@pytest.mark.parametrize("origin", [-500 - 500j, 5000 + 5000j, 0j, 319 + 239j])
def test_outside_the_picture_its_border_goes_on(origin: complex) -> None:
    flat = np.full((240, 320), 77, dtype=np.uint8)
    for px_per_iod in (96.0, 24.0):
        assert sampled(flat, Similarity(90 + 0j, origin), px_per_iod) == pytest.approx(np.full(300, 77.0), abs=1e-3)


@pytest.mark.parametrize("count", [1, 127, 128, 129, 70_000])
def test_any_number_of_points(count: int) -> None:
    pyramid = Pyramid(picture(), POSE, BLUR_PX)
    p = places(count)
    seen = pyramid.sample(p, POSE, 96.0)
    assert seen.shape == (count,)
    assert seen.dtype == np.float32
    assert seen[-1] == pyramid.sample(p[-1:], POSE, 96.0)[0]


def test_a_face_larger_than_the_picture() -> None:
    seen = sampled(picture(), Similarity(2000 + 0j, 160 + 70j), 96.0)
    assert np.isfinite(seen).all()


def test_a_tiny_picture() -> None:
    assert np.isfinite(sampled(np.full((8, 8), 5, np.uint8), Similarity(6 + 0j, 4 + 2j), 96.0)).all()
