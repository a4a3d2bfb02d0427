from __future__ import annotations

import numpy as np
import pytest

from twitchcam.simulate.exposure import Sensor
from twitchcam.simulate.scenario import PLAIN_CAMERA, Camera


def grey(value: float = 120.0) -> np.ndarray:
    return np.full((120, 160, 3), value, dtype=np.float32)


@pytest.mark.parametrize("sigma", [1.0, 2.0, 6.0])
def test_noise_has_the_level_asked_for_and_no_mean(sigma: float):
    frame = Sensor(Camera(noise_sigma=sigma), seed=1).expose(grey(), t_s=0.0, number=0).astype(float)
    assert frame.std() == pytest.approx(np.hypot(sigma, np.sqrt(1 / 12)), rel=0.02)
    assert frame.mean() == pytest.approx(120.0, abs=0.1)


def test_noise_is_normal():
    noise = Sensor(Camera(noise_sigma=6.0), seed=1).expose(grey(), t_s=0.0, number=0).astype(float) - 120
    assert np.mean(np.abs(noise) <= 6.5) == pytest.approx(0.721, abs=0.01)
    assert np.mean(np.abs(noise) > 12.5) == pytest.approx(0.037, abs=0.005)


def test_noise_is_new_on_every_frame_colour_and_pixel():
    sensor = Sensor(Camera(noise_sigma=2.0), seed=1)
    first, second = (sensor.expose(grey(), t_s=0.0, number=n).astype(float) - 120 for n in (0, 1))
    for a, b in (
        (first, second),
        (first[..., 0], first[..., 1]),
        (first[:, :-1], first[:, 1:]),
        (first[:-1], first[1:]),
    ):
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.02


def test_seed_and_number_decide():
    frames = [
        Sensor(Camera(), seed=seed).expose(grey(), t_s=0.0, number=number) for seed, number in ((1, 5), (1, 5), (2, 5))
    ]
    assert np.array_equal(frames[0], frames[1])
    assert not np.array_equal(frames[0], frames[2])


def test_without_noise_and_light_the_picture_stays():
    light = np.arange(120 * 160 * 3, dtype=np.float32).reshape(120, 160, 3) % 256
    assert np.array_equal(Sensor(PLAIN_CAMERA, seed=1).expose(light.copy(), t_s=3.0, number=9), light)


def test_values_end_at_black_and_white():
    sensor = Sensor(Camera(noise_sigma=0.0, exposure_gain=3.0), seed=1)
    assert (sensor.expose(grey(), t_s=0.0, number=0) == 255).all()
    assert (sensor.expose(grey(-20.0), t_s=0.0, number=0) == 0).all()


class TestLight:
    def test_a_lamp_at_100_hz_beats_against_30_frames(self):
        sensor = Sensor(Camera(flicker_depth=0.05), seed=1)
        gains = np.array([float(sensor.gain(n / 30, rows=1)[0, 0, 0]) for n in range(30)])
        assert gains.max() - gains.min() > 0.05
        assert gains == pytest.approx(np.tile(gains[:3], 10), abs=1e-5)

    def test_a_global_shutter_has_no_bands_and_a_rolling_one_has(self):
        still = Sensor(Camera(flicker_depth=0.05), seed=1).gain(0.3, rows=100).ravel()
        rolling = Sensor(Camera(flicker_depth=0.05, readout_s=0.02), seed=1).gain(0.3, rows=100).ravel()
        assert np.ptp(still) == 0
        # 20 ms of a 100 Hz lamp are two periods.
        assert rolling[:50] == pytest.approx(rolling[50:], abs=1e-5)
        assert np.ptp(rolling) == pytest.approx(0.1, rel=0.01)

    def test_drift_is_slow_and_as_large_as_asked_for(self):
        sensor = Sensor(Camera(drift_depth=0.1), seed=1)
        gains = np.array([float(sensor.gain(t, rows=1)[0, 0, 0]) for t in np.arange(0, 3000, 1.0)])
        assert (gains - 1).std() == pytest.approx(0.1, rel=0.05)
        near = [
            abs(float(sensor.gain(t + 1 / 30, rows=1)[0, 0, 0]) - float(sensor.gain(t, rows=1)[0, 0, 0]))
            for t in range(99)
        ]
        assert max(near) < 0.01
