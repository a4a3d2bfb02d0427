from __future__ import annotations

import numpy as np
import pytest

from twitchcam.capture.frame import Image
from twitchcam.simulate.geometry import FaceGeometry, find_face
from twitchcam.simulate.sample import portrait as nasa_portrait


@pytest.fixture(scope="session")
def portrait() -> Image:
    return nasa_portrait()


@pytest.fixture(scope="session")
def face(portrait: Image) -> FaceGeometry:
    return find_face(portrait)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
