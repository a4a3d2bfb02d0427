"""Makes the bundled sample again: ``python -m twitchcam.simulate.sample [FOLDER]``.

The portrait is NASA's of Eileen Collins, in the public domain, as scikit-image carries it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from twitchcam.capture.frame import Image
from twitchcam.errors import DependencyError
from twitchcam.events.model import Lip, Side
from twitchcam.simulate.scenario import Camera, Scenario, TwitchSpec, VideoSettings

VIDEO_NAME = "sample.mp4"

# Written out, not drawn: a random generator may draw differently in a later version of numpy.
# Onset and duration in seconds, lip, side, amplitude in % IOD, angle in degrees (0 out, 90 up), radius in IOD, rise.
_TWITCHES = (
    (3.137, 0.150, Lip.UPPER, Side.LEFT, 3.0, 72.0, 0.12, 0.40),
    (5.264, 0.118, Lip.LOWER, Side.RIGHT, 2.0, -75.0, 0.11, 0.35),
    (6.981, 0.172, Lip.UPPER, Side.RIGHT, 4.0, 58.0, 0.14, 0.38),
    (9.415, 0.096, Lip.LOWER, Side.LEFT, 1.5, -62.0, 0.10, 0.42),
    (11.702, 0.134, Lip.UPPER, Side.RIGHT, 1.0, 80.0, 0.12, 0.45),
    (13.358, 0.188, Lip.LOWER, Side.LEFT, 4.0, -90.0, 0.13, 0.33),
    (15.873, 0.110, Lip.LOWER, Side.RIGHT, 1.0, -70.0, 0.12, 0.40),
    (18.046, 0.142, Lip.UPPER, Side.LEFT, 2.0, 64.0, 0.15, 0.36),
)

SCENARIO = Scenario(
    duration_s=20.0,
    seed=2,
    twitches=tuple(
        TwitchSpec(
            onset_s=onset_s,
            duration_s=duration_s,
            lip=lip,
            side=side,
            amplitude_pct_iod=amplitude,
            angle_deg=angle_deg,
            sigma_iod=sigma_iod,
            rise=rise,
        )
        for onset_s, duration_s, lip, side, amplitude, angle_deg, sigma_iod, rise in _TWITCHES
    ),
    # Less noise than the default, so that the file stays small.
    camera=Camera(noise_sigma=1.0),
)
VIDEO = VideoSettings(crf=12, preset="slow")


def portrait() -> Image:
    """The portrait, ``(512, 512, 3)`` uint8 RGB.

    Raises:
        DependencyError: scikit-image is not installed.
    """
    try:
        from skimage import data
    except ImportError:
        raise DependencyError("scikit-image holds the portrait: pip install scikit-image") from None
    load: Any = data.astronaut
    return np.asarray(load(), dtype=np.uint8)


def make(folder: Path) -> None:
    """Writes the sample and its truth into a folder."""
    from twitchcam.simulate.render import render_portrait
    from twitchcam.simulate.truth import truth_path, write_truth

    video = folder / VIDEO_NAME
    write_truth(truth_path(video), render_portrait(portrait(), video, SCENARIO, VIDEO))


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else "samples"))
