"""Where the face model is, and that it is the one this version was measured with."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from twitchcam import bundled
from twitchcam.errors import ModelError

MODEL_NAME = "face_landmarker.task"
MODEL_BYTES = 3_758_596
MODEL_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
#: What to do about any fault of the model file; every message here ends with it.
REMEDY = "install twitchcam again (in a checkout: git restore models)"


@functools.cache
def model_path() -> Path:
    """The bundled FaceLandmarker model, found and checked once a process.

    Raises:
        ModelError: it is missing, cannot be read, or is not the file that belongs to this version.
    """
    path = bundled.find("models", MODEL_NAME)
    if path is None:
        raise ModelError(f"the face model {MODEL_NAME} is missing from {bundled.places('models')[0]}: {REMEDY}")
    check(path)
    return path


def check(path: Path) -> None:
    """Compares a model file with the size and SHA-256 that belong to this version.

    Raises:
        ModelError: it cannot be read or differs.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot read the face model: {error.strerror}; {REMEDY}") from None
    if len(data) != MODEL_BYTES:
        raise ModelError(f"{path}: {len(data)} bytes where {MODEL_BYTES} belong: cut short? {REMEDY}")
    if hashlib.sha256(data).hexdigest() != MODEL_SHA256:
        raise ModelError(f"{path}: the face model was altered (its SHA-256 is wrong): {REMEDY}")
