from __future__ import annotations

import pytest

from twitchcam.magnify.gain import Gain, gain_of, no_gain
from twitchcam.magnify.settings import MagnifySettings

SETTINGS = MagnifySettings()


def gain(snr: float = 100.0, noise_iod: float = 1e-4, strain: float = 0.01, **settings: float) -> Gain:
    return gain_of(snr=snr, noise_iod=noise_iod, strain=strain, settings=MagnifySettings(**settings))


def test_a_clear_event_gets_what_was_asked_for() -> None:
    assert gain().factor == pytest.approx(10, rel=0.02)
    assert str(gain()) == "motion x 9.99"
    assert gain(factor=20.0).factor == pytest.approx(20, rel=0.02)


@pytest.mark.parametrize("snr", [0.0, 1.0, SETTINGS.noise_snr])
def test_what_does_not_stand_out_of_the_noise_is_not_magnified(snr: float) -> None:
    found = gain(snr=snr)
    assert found.factor == 1
    assert str(found) == "not magnified: it does not stand out of the noise"


def test_the_share_grows_with_the_signal_to_noise_ratio() -> None:
    factors = [gain(snr=snr).factor for snr in (4, 5, 6, 8, 12, 30)]
    assert factors == sorted(factors)
    assert gain(snr=8).factor == pytest.approx(1 + 9 * 0.75)
    assert str(gain(snr=8)) == "motion x 7.8, not 10: limited by the noise"


def test_the_magnified_noise_stays_below_its_bound() -> None:
    noisy = gain(noise_iod=0.001, snr=50)
    assert (noisy.factor - 1) * 0.001 * 100 == pytest.approx(SETTINGS.max_noise_pct_iod)
    assert "noise" in str(noisy)


def test_skin_does_not_fold() -> None:
    large = gain(strain=0.2)
    assert large.factor * 0.2 == pytest.approx(SETTINGS.max_strain)
    assert str(large) == "motion x 3.5, not 10: more would fold the skin"
    assert gain(strain=3.0).factor == 1


def test_nothing_to_magnify_says_why() -> None:
    assert str(no_gain(10.0, "no face")) == "not magnified: no face"


@pytest.mark.parametrize("wrong", [{"factor": 0.5}, {"slow": 0.0}, {"panel_px": 0}, {"factor": float("nan")}])
def test_settings_are_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        MagnifySettings(**wrong)
