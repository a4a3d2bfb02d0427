"""How far a motion may be magnified, so that noise does not become a twitch and skin does not become rubber.

The rule: of what is asked for beyond the motion itself, the share ``1 - (noise_snr / snr)**2`` is given (a Wiener
weight: nothing where the event stands no more than ``noise_snr`` above the noise around it); the magnified noise stays
below ``max_noise_pct_iod``; and the magnified skin is nowhere stretched by more than ``max_strain``. The factor that
comes out is written into the picture, with what limited it.
"""

from __future__ import annotations

from dataclasses import dataclass

from twitchcam.magnify.settings import MagnifySettings

#: Factors closer to what was asked for than this share need no explanation.
_WORTH_SAYING = 0.02
#: Below this a picture would look the same.
_NOTHING = 1.05
_TINY = 1e-9

_NOISE = "limited by the noise"
_NOISY = "more would show the noise"
_UNSEEN = "it does not stand out of the noise"
_FOLDS = "more would fold the skin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """A factor and what limited it.

    Attributes:
        asked: What was asked for.
        factor: What is used; 1 changes nothing.
        limit: Why it is less than asked for, in a few words; empty where it is not.
    """

    asked: float
    factor: float
    limit: str

    def __str__(self) -> str:
        if not self.limit:
            return f"motion x {self.factor:.3g}"
        if self.factor == 1:
            return f"not magnified: {_UNSEEN if self.limit == _NOISE else self.limit}"
        return f"motion x {self.factor:.2g}, not {self.asked:.3g}: {self.limit}"


def gain_of(*, snr: float, noise_iod: float, strain: float, settings: MagnifySettings) -> Gain:
    """The factor for one event.

    Args:
        snr: Its peak over the noise around it.
        noise_iod: That noise, IOD.
        strain: Largest stretch of the skin at the peak, not magnified.
        settings: What is asked for, and the limits.
    """
    asked = settings.factor
    trusted = max(1 - (settings.noise_snr / max(snr, _TINY)) ** 2, 0.0)
    limits = {
        _NOISE: 1 + (asked - 1) * trusted,
        _NOISY: 1 + settings.max_noise_pct_iod / 100 / max(noise_iod, _TINY),
        _FOLDS: settings.max_strain / max(strain, _TINY),
    }
    limit, factor = min(limits.items(), key=lambda item: item[1])
    factor = max(factor, 1.0)
    if factor >= asked * (1 - _WORTH_SAYING):
        return Gain(asked=asked, factor=min(factor, asked), limit="")
    return Gain(asked=asked, factor=factor if factor >= _NOTHING else 1.0, limit=limit)


def no_gain(asked: float, why: str) -> Gain:
    """Nothing is magnified."""
    return Gain(asked=asked, factor=1.0, limit=why)
