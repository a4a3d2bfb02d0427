from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from twitchcam.dsp.noise import NoiseLevel

FloatArray = NDArray[np.float64]

#: Standard deviations of 1, 2 and 0.5; the first two go together.
COVARIANCE = np.array([[1.0, 1.4, 0.0], [1.4, 4.0, 0.0], [0.0, 0.0, 0.25]])


def covariance_of(outputs: FloatArray, *, window: int = 400, floor: float = 0.01) -> FloatArray:
    """From ``(n, filters, channels)``."""
    level = NoiseLevel(
        filters=outputs.shape[1], channels=outputs.shape[2], window=window, floor=np.full(outputs.shape[1], floor)
    )
    for row in outputs:
        level.add(row[None])
    assert len(level) == len(outputs)
    return level.covariance()


def noise(n: int = 400, seed: int = 0) -> FloatArray:
    drawn = np.random.default_rng(seed).standard_normal((n, 2, 3)) @ np.linalg.cholesky(COVARIANCE).T
    drawn[:, 1] *= 3
    return drawn


def assert_near(made: FloatArray, wanted: FloatArray, *, sd: float, correlation: float) -> None:
    size, true_size = np.sqrt(np.diag(made)), np.sqrt(np.diag(wanted))
    assert size == pytest.approx(true_size, rel=sd)
    correlations = made / np.outer(size, size)
    assert correlations == pytest.approx(wanted / np.outer(true_size, true_size), abs=correlation)


@pytest.mark.parametrize("seed", range(3))
def test_the_covariance_of_each_filter_is_found(seed: int) -> None:
    first, second = covariance_of(noise(seed=seed))
    assert_near(first, COVARIANCE, sd=0.15, correlation=0.15)
    assert_near(second, 9 * COVARIANCE, sd=0.15, correlation=0.15)


@pytest.mark.parametrize("seed", range(3))
def test_a_tenth_of_large_peaks_hardly_shows(seed: int) -> None:
    outputs = noise(seed=seed)
    outputs[::10] += 30 * np.array([1.0, -1.0, 1.0])
    first, second = covariance_of(outputs)
    assert_near(first, COVARIANCE, sd=0.3, correlation=0.2)
    assert_near(second, 9 * COVARIANCE, sd=0.3, correlation=0.2)


def test_only_the_window_counts() -> None:
    loud, quiet = 50 * noise(300, seed=1), noise(400, seed=2)
    assert np.array_equal(covariance_of(np.concatenate([loud, quiet])), covariance_of(quiet))


def test_a_still_picture_gets_the_floor() -> None:
    made = covariance_of(np.zeros((50, 2, 3)), floor=0.02)
    assert made == pytest.approx(np.stack([0.02**2 * np.eye(3)] * 2))


def test_a_channel_that_repeats_another_does_not_make_it_singular() -> None:
    outputs = noise()
    outputs[..., 2] = outputs[..., 0]
    for made in covariance_of(outputs):
        assert np.linalg.eigvalsh(made).min() > 0.01


def test_few_samples_give_no_correlation_yet() -> None:
    for made in covariance_of(noise(6)):
        assert np.count_nonzero(made - np.diag(np.diag(made))) == 0
        assert np.diag(made).min() > 0
