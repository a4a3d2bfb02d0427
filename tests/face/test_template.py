from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.face.texture import brightness
from twitchcam.face.template import Template, bump_basis, polynomial_basis

SPACING = 0.02
AXIS = np.arange(-0.5, 0.5, SPACING)
POINTS = np.stack(np.meshgrid(AXIS, AXIS), axis=-1).reshape(-1, 2).astype(np.float32)
NODES = np.stack(np.meshgrid([-0.2, 0.0, 0.2], [-0.2, 0.0, 0.2]), axis=-1).reshape(-1, 2)
WIDTH = 0.13


def seen(points: np.ndarray) -> np.ndarray:
    return brightness(points[:, 0] + 1j * points[:, 1]).astype(np.float32)


def gradient() -> np.ndarray:
    along_y, along_x = np.gradient(seen(POINTS).reshape(len(AXIS), -1), SPACING)
    return np.stack([along_x.ravel(), along_y.ravel()], axis=1).astype(np.float32)


def made(
    basis: np.ndarray, *, prior_sd: float = np.inf, values: np.ndarray | None = None, **changes: float
) -> Template:
    settings = {"noise_sd": 3.0, "clip": 40.0, **changes}
    return Template(
        points=POINTS,
        values=seen(POINTS) if values is None else values,
        gradient=gradient(),
        basis=basis,
        prior_sd=np.full(basis.shape[1], prior_sd),
        **settings,
    )


AFFINE = polynomial_basis(POINTS, 1)
BUMPS = bump_basis(POINTS, NODES, WIDTH)


def solved(template: Template, wanted: np.ndarray, *, gain: float = 1.0, offset: float = 0.0) -> np.ndarray:
    """Coefficients after a few steps towards a known displacement."""
    moved_skin = POINTS + template.basis @ wanted
    # The skin at a point has gone to point + displacement; sampling there sees the reference again.
    coefficients = np.zeros_like(wanted)
    for _ in range(6):
        at = POINTS + template.basis @ coefficients
        value = seen(POINTS + (at - moved_skin)) * np.float32(gain) + np.float32(offset)
        coefficients = coefficients + template.step(value, coefficients).delta
    return coefficients


def test_bases_are_what_they_say() -> None:
    x, y = POINTS[:, 0], POINTS[:, 1]
    assert np.array_equal(polynomial_basis(POINTS, 2), np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1))
    assert np.array_equal(AFFINE, polynomial_basis(POINTS, 2)[:, :3])
    squares = np.sum((POINTS[:, None].astype(float) - NODES[None]) ** 2, axis=2)
    assert pytest.approx(np.exp(-squares / (2 * WIDTH**2)), abs=1e-5) == BUMPS


@settings(max_examples=20)
@given(coefficients=st.lists(st.floats(-0.02, 0.02), min_size=6, max_size=6))
def test_an_affine_motion_is_found(coefficients: list[float]) -> None:
    wanted = np.array(coefficients).reshape(3, 2)
    assert solved(made(AFFINE), wanted) == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize("node", range(9))
def test_a_local_motion_is_found(node: int) -> None:
    wanted = np.zeros((9, 2))
    wanted[node] = (0.006, -0.01)
    assert solved(made(BUMPS, prior_sd=0.05), wanted) == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize(("gain", "offset"), [(1.0, 12.0), (0.9, 0.0), (1.1, -10.0)])
def test_light_is_no_motion(gain: float, offset: float) -> None:
    assert solved(made(AFFINE), np.zeros((3, 2)), gain=gain, offset=offset) == pytest.approx(np.zeros((3, 2)), abs=1e-3)


def test_nothing_new_moves_nothing() -> None:
    step = made(BUMPS, prior_sd=0.02).step(seen(POINTS), np.zeros((9, 2)))
    assert step.delta == pytest.approx(np.zeros((9, 2)), abs=1e-9)
    assert step.residual == 0.0


def test_what_the_picture_does_not_show_goes_back_to_rest() -> None:
    """A displacement without evidence is drawn back by the prior, all the more the tighter it is."""
    blank = Template(
        points=POINTS,
        values=np.full(len(POINTS), 100, np.float32),
        gradient=np.zeros((len(POINTS), 2), np.float32),
        basis=BUMPS,
        prior_sd=np.full(9, 0.02),
        noise_sd=3.0,
        clip=40.0,
    )
    coefficients = np.full((9, 2), 0.01)
    delta = blank.step(blank.values, coefficients).delta
    assert delta == pytest.approx(-coefficients, rel=0.01)


def test_the_tighter_the_prior_the_smaller_the_motion() -> None:
    wanted = np.zeros((9, 2))
    wanted[4] = (0.01, 0.0)
    sizes = [np.abs(solved(made(BUMPS, prior_sd=sd), wanted)[4, 0]) for sd in (0.0002, 0.001, 0.05)]
    assert sizes == sorted(sizes)
    assert sizes[0] < 0.9 * sizes[2]


def test_the_residual_is_the_share_that_is_not_explained() -> None:
    noise = np.random.default_rng(0).normal(0, 1, len(POINTS)).astype(np.float32)
    values = seen(POINTS)
    residual = made(AFFINE).step(values + 0.3 * values.std() * noise, np.zeros((3, 2))).residual
    assert residual == pytest.approx(0.3, rel=0.05)
    assert made(AFFINE).step(values + 50, np.zeros((3, 2))).residual == pytest.approx(0.0, abs=1e-4)


def test_a_speck_of_light_does_not_pull_the_fit() -> None:
    values = seen(POINTS)
    values[1200:1230] += 200
    clipped, not_clipped = (
        np.abs(made(AFFINE, clip=clip).step(values, np.zeros((3, 2))).delta).max() for clip in (20.0, 1e6)
    )
    assert clipped < 0.3 * not_clipped


def test_the_picture_that_was_seen_stays_as_it_was() -> None:
    value = seen(POINTS) + 5
    before = value.copy()
    made(AFFINE).step(value, np.zeros((3, 2)))
    assert np.array_equal(value, before)
