from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import butter, sosfilt, sosfilt_zi

from tests.strategies import cuts, seeds
from twitchcam.dsp.bandpass import Bandpass

N = 60


def made(rate_hz: float = 30.0, **changes: float) -> Bandpass:
    return Bandpass(**{"low_hz": 2.0, "high_hz": 12.0, "rate_hz": rate_hz, **changes})  # type: ignore[arg-type]


@given(sizes=cuts(N), seed=seeds, channels=st.integers(1, 4), order=st.integers(1, 4))
def test_any_cut_gives_what_scipy_gives_offline(sizes: list[int], seed: int, channels: int, order: int) -> None:
    x = 100 + 10 * np.random.default_rng(seed).standard_normal((N, channels))
    sos = butter(order, (2.0, 12.0), "bandpass", fs=30.0, output="sos")
    wanted, _ = sosfilt(sos, x, axis=0, zi=sosfilt_zi(sos)[:, :, None] * x[0])
    bandpass = made(order=order)
    pieces = [bandpass.process(piece) for piece in np.split(x, np.cumsum(sizes)[:-1])]
    assert [len(piece) for piece in pieces] == sizes
    assert np.array_equal(np.concatenate(pieces), wanted)


def test_an_empty_first_piece_seeds_nothing() -> None:
    bandpass = made()
    assert bandpass.process(np.zeros((0, 3))).shape == (0, 3)
    assert np.abs(bandpass.process(np.full((10, 3), 7.0))).max() < 1e-9


def test_a_constant_makes_no_transient() -> None:
    level = np.array([500.0, -3.0])
    assert np.abs(made().process(np.tile(level, (200, 1)))).max() < 1e-9


def test_the_input_stays_as_it_was() -> None:
    x = np.random.default_rng(0).standard_normal((20, 2))
    before = x.copy()
    made().process(x)
    assert np.array_equal(x, before)


def test_reset_forgets_everything() -> None:
    x = np.random.default_rng(1).standard_normal((50, 2))
    fresh, used = made(), made()
    used.process(x[:33])
    used.reset()
    assert np.array_equal(used.process(x), fresh.process(x))


def test_the_response_starts_from_rest_and_leaves_the_state_alone() -> None:
    x = np.random.default_rng(2).standard_normal((50, 2))
    asked, plain = made(), made()
    asked.process(x[:20])
    plain.process(x[:20])
    response = asked.response(x)
    assert np.array_equal(response, sosfilt(asked.sos, x, axis=0))
    assert np.array_equal(asked.process(x[20:]), plain.process(x[20:]))


@pytest.mark.parametrize(
    ("frequency_hz", "gain"), [(0.2, 0.0), (2.0, 0.5**0.5), (5.0, 1.0), (12.0, 0.5**0.5), (40.0, 0.0)]
)
def test_it_passes_the_band_and_nothing_else(frequency_hz: float, gain: float) -> None:
    t_s = np.arange(1200) / 120
    y = made(120.0).process(np.sin(2 * np.pi * frequency_hz * t_s)[:, None])[600:, 0]
    assert np.sqrt(2 * np.mean(y**2)) == pytest.approx(gain, abs=0.05)


def test_the_upper_edge_gives_way_to_a_slow_camera() -> None:
    assert np.array_equal(made(20.0).sos, made(20.0, high_hz=9.0).sos)
    assert not np.array_equal(made(30.0).sos, made(30.0, high_hz=9.0).sos)


@pytest.mark.parametrize("edges", [{"low_hz": 0.0}, {"low_hz": 12.0}, {"low_hz": 13.0}, {"rate_hz": 4.0}])
def test_edges_out_of_order_are_refused(edges: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="low_hz < high_hz"):
        made(**edges)
