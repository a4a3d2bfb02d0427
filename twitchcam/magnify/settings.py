"""How motion is magnified, and how far: every default of it, once."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class MagnifySettings:
    """What a magnified clip shows.

    Attributes:
        factor: How many times larger the motion shall be; limits may make it less (see :mod:`twitchcam.magnify.gain`).
        slow: How many times slower it shall be.
        before_s: What is shown before the event, seconds.
        after_s: What is shown after it.
        lead_s: What is looked at before that, to learn the noise.
        half_width_iod: Half the side of the square that is shown around the mouth, IOD.
        panel_px: Side of each of the two pictures, pixels.
        smoothing_s: Standard deviation of the Gaussian that smooths the course of the motion.
        drift_s: The same for what is taken off as slow drift; longer for long events.
        noise_snr: What stands less than this above the noise is not magnified at all.
        max_noise_pct_iod: Largest magnified noise (standard deviation), % IOD.
        max_strain: Largest stretch of the magnified skin; at 1 it would fold.

    Raises:
        ValueError: a value is not positive, or the factor or the slowness is below 1.
    """

    factor: float = 10.0
    slow: float = 4.0
    before_s: float = 1.0
    after_s: float = 1.0
    lead_s: float = 2.0
    half_width_iod: float = 0.62
    panel_px: int = 480
    smoothing_s: float = 0.01
    drift_s: float = 0.25
    noise_snr: float = 4.0
    max_noise_pct_iod: float = 0.5
    max_strain: float = 0.7

    def __post_init__(self) -> None:
        for field in fields(self):
            least = 1 if field.name in ("factor", "slow") else 0
            value = getattr(self, field.name)
            if not (value >= least and value > 0):
                raise ValueError(f"expected {field.name} of at least {least} and more than 0, got {value}")
