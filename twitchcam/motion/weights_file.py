"""The weights of :mod:`twitchcam.motion.pulse_network` that travel with the package."""

from __future__ import annotations

import functools
import zipfile

import numpy as np

from twitchcam import bundled
from twitchcam.errors import ModelError
from twitchcam.face.model_file import REMEDY
from twitchcam.motion.pulse_network import Weights, weights_from

WEIGHTS_NAME = "moving_mouth.npz"


@functools.cache
def bundled_weights() -> Weights:
    """The weights that travel with the package.

    Raises:
        ModelError: they are missing or are not of this version.
    """
    path = bundled.find("models", WEIGHTS_NAME)
    if path is None:
        raise ModelError(f"{WEIGHTS_NAME} is missing from {bundled.places('models')[0]}: {REMEDY}")
    try:
        with np.load(path) as kept:
            return weights_from(kept)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: cannot be read ({error}); {REMEDY}") from None
