"""The people whose portraits are rendered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from tests.benchmarks.catalogue import PORTRAITS, read_catalogue
from twitchcam.capture.frame import Image
from twitchcam.simulate.geometry import FaceGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A portrait.

    Attributes:
        name: Short and unique; the seeds of its videos follow from it.
        origin: Where the portrait comes from.
        half: ``tune``, ``held`` or None.
        path: The picture; None is the one that scikit-image carries.
    """

    name: str
    origin: str
    half: str | None = None
    path: Path | None = None


#: The one portrait that the repository may use.
ASTRONAUT = Person(name="astronaut", origin="NASA, Eileen Collins, public domain (scikit-image: data.astronaut)")


def people(faces: Path | None, *, half: str | None = None, most: int | None = None) -> list[Person]:
    """Everybody in a folder of portraits; without one, the astronaut.

    Args:
        faces: Folder with pictures and a README that names their origin.
        half: Only people of this half.
        most: At most so many.

    Raises:
        InputError: no portraits there.
    """
    if faces is None:
        return [ASTRONAUT]
    entries = read_catalogue(faces, PORTRAITS, half=half)[:most]
    return [Person(name=e.path.stem, origin=e.origin, half=e.half, path=e.path) for e in entries]


@lru_cache(maxsize=4)
def portrait(path: Path | None) -> Image:
    """The picture of a person, ``(h, w, 3)`` uint8 RGB."""
    from twitchcam.simulate.portrait_file import read_portrait
    from twitchcam.simulate.sample import portrait as astronaut

    return astronaut() if path is None else read_portrait(path)


@lru_cache(maxsize=64)
def portrait_digest(path: Path | None) -> str:
    """Checksum of a person's picture."""
    return sha256(portrait(None).tobytes() if path is None else path.read_bytes()).hexdigest()


@lru_cache(maxsize=4)
def face_of(path: Path | None) -> FaceGeometry:
    """Where the face is in a person's picture."""
    from twitchcam.simulate.geometry import find_face

    return find_face(portrait(path), name=str(path))
