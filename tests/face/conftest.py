from __future__ import annotations

from collections.abc import Iterator

import pytest

from twitchcam.capture.frame import Image
from twitchcam.face.mesh import Mesh, MeshFinder
from twitchcam.simulate.sample import portrait as nasa_portrait


@pytest.fixture(scope="session")
def portrait() -> Image:
    return nasa_portrait()


@pytest.fixture(scope="session")
def image_finder() -> Iterator[MeshFinder]:
    with MeshFinder("image") as finder:
        yield finder


@pytest.fixture(scope="session")
def portrait_mesh(portrait: Image, image_finder: MeshFinder) -> Mesh:
    mesh = image_finder.find(portrait, 0.0)
    assert mesh is not None
    return mesh
