"""Networks with drawn weights: what they say means nothing, and is the same every time."""

from __future__ import annotations

from typing import Any

import numpy as np

from twitchcam.motion.pulse_network import INPUTS, LAYERS
from twitchcam.motion.views import MOUTH

WIDTH = 6


def arrays(networks: int = 2, *, seed: int = 0) -> dict[str, Any]:
    """As they stand in the file of the package."""
    rng = np.random.default_rng(seed)
    shapes = {
        "entry": (1, INPUTS, WIDTH),
        **{f"{i}": (taps, WIDTH, WIDTH) for i, (taps, _) in enumerate(LAYERS)},
        "answer": (1, WIDTH, 2),
    }
    made: dict[str, Any] = {"usual": np.eye(len(MOUTH.mirror))}
    for part, shape in shapes.items():
        made[part] = rng.normal(size=(networks, *shape)) / np.sqrt(np.prod(shape[:-1]))
        made[f"{part}_bias"] = rng.normal(size=(networks, shape[-1]))
    return made
