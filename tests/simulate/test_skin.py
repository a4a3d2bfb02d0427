from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.simulate.skin import REACH, Bump, Push, displacement, origin_of, pushes_at, window_of

pushes = st.builds(
    lambda x, y, angle, size, sigma: Push(
        (x, y), (size * sigma * np.cos(angle), size * sigma * np.sin(angle)), (sigma, sigma)
    ),
    st.floats(30, 70),
    st.floats(30, 70),
    st.floats(0, 2 * np.pi),
    st.floats(0.01, 0.5),
    st.floats(4, 12),
)


def grid() -> tuple[np.ndarray, np.ndarray]:
    x, y = np.meshgrid(np.arange(100.0), np.arange(90.0))
    return x, y


class TestDisplacement:
    @given(pushes)
    def test_the_centre_moves_by_the_vector_and_nothing_moves_more(self, push: Push):
        dx, dy = displacement([push], np.array([push.centre_px[0]]), np.array([push.centre_px[1]]))
        assert (dx[0], dy[0]) == pytest.approx(push.vector_px)
        everywhere = np.hypot(*displacement([push], *grid()))
        assert everywhere.max() <= np.hypot(*push.vector_px) * (1 + 1e-12)

    def test_is_gaussian_with_a_radius_for_each_axis(self):
        push = Push((50.0, 40.0), (2.0, -1.0), (5.0, 10.0))
        dx, dy = displacement([push], np.array([55.0, 50.0]), np.array([40.0, 50.0]))
        assert dx == pytest.approx(2.0 * np.exp(-0.5), rel=1e-3)
        assert dy == pytest.approx(-1.0 * np.exp(-0.5), rel=1e-3)

    def test_nothing_moves_beyond_the_reach(self):
        push = Push((50.0, 40.0), (2.0, 0.0), (5.0, 5.0))
        dx, _ = displacement([push], 50 + 5 * np.array([REACH - 0.01, REACH + 0.001]), np.array([40.0, 40.0]))
        assert 0 < dx[0] < 1e-4
        assert dx[1] == 0.0

    def test_patches_add_up(self):
        push = Push((50.0, 40.0), (1.0, 0.5), (5.0, 5.0))
        one, two = displacement([push], *grid()), displacement([push, push], *grid())
        assert np.allclose(2 * one[0], two[0])
        assert np.allclose(2 * one[1], two[1])


class TestOriginOf:
    @given(st.lists(pushes, min_size=1, max_size=2))
    def test_is_the_inverse_of_the_motion(self, some: list[Push]):
        qx, qy = grid()
        halved = [Push(p.centre_px, (p.vector_px[0] / 2, p.vector_px[1] / 2), p.sigma_px) for p in some]
        x, y = origin_of(halved, qx, qy)
        dx, dy = displacement(halved, x, y)
        assert np.abs(x + dx - qx).max() < 2e-4
        assert np.abs(y + dy - qy).max() < 2e-4


class TestWindowOf:
    @given(pushes)
    def test_holds_every_pixel_that_changes(self, push: Push):
        qx, qy = grid()
        x, y = origin_of([push], qx, qy)
        window = window_of([push], [push.centre_px], width=100, height=90)
        assert window is not None
        changed = (x != qx) | (y != qy)
        changed[window] = False
        assert not changed.any()

    def test_outside_the_picture_there_is_none(self):
        push = Push((-400.0, 20.0), (1.0, 0.0), (5.0, 5.0))
        assert window_of([push], [push.centre_px], width=100, height=90) is None


def test_a_bump_at_rest_is_left_out():
    bump = Bump(centre_px=(1.0, 2.0), vector_px=(3.0, 0.0), sigma_px=(1.0, 1.0), course=lambda t_s: t_s)
    assert pushes_at([bump], 0.0) == ()
    assert pushes_at([bump], 0.5) == (Push((1.0, 2.0), (1.5, 0.0), (1.0, 1.0)),)
