"""Two people before the camera, with the real model."""

from __future__ import annotations

from collections.abc import Iterator

import av
import cv2
import numpy as np
import pytest

from twitchcam import bundled
from twitchcam.capture.frame import Frame, Image, from_rgb
from twitchcam.config import Config, merged
from twitchcam.engine import Engine


@pytest.fixture(scope="module")
def portrait() -> Image:
    path = bundled.find("samples", "sample.mp4")
    assert path is not None
    with av.open(str(path)) as container:
        picture: Image = next(container.decode(video=0)).to_ndarray(format="rgb24")
    return picture


def side_by_side(portrait: Image) -> Image:
    """A smaller face on the left, a larger one on the right."""
    large = portrait[:, 120:520]
    little = cv2.resize(large, None, fx=0.85, fy=0.85, interpolation=cv2.INTER_AREA)
    canvas = np.full((large.shape[0], little.shape[1] + large.shape[1], 3), 90, np.uint8)
    canvas[-little.shape[0] :, : little.shape[1]] = little
    canvas[:, little.shape[1] :] = large
    return canvas


def frames(*pictures: Image) -> Iterator[Frame]:
    for index, picture in enumerate(pictures):
        yield from_rgb(index / 10, picture)


def followed(choice: str, *pictures: Image) -> tuple[list[float | None], list[str]]:
    """Where across the picture the followed mouth is, as a share of its width, and what is told."""
    places: list[float | None] = []
    with Engine(merged(Config(), {"face": {"choice": choice}})) as engine:
        for frame in frames(*pictures):
            sites = engine.push(frame).sites_px
            places.append(None if sites is None else float(np.mean([x for x, _ in sites.values()])) / frame.size[0])
        return places, engine.warnings


@pytest.mark.heavy
@pytest.mark.parametrize(("choice", "on_the_left"), [("largest", False), ("leftmost", True), ("1", True), ("2", False)])
def test_the_one_that_is_asked_for_is_followed_and_told(portrait: Image, choice: str, on_the_left: bool) -> None:
    picture = side_by_side(portrait)
    places, told = followed(choice, *[picture] * 8)
    assert all(place is not None and (place < 0.4) is on_the_left for place in places)
    number = 1 if on_the_left else 2
    assert [line for line in told if f"2 faces are in the picture at 0.0 s; number {number} from the left" in line]


@pytest.mark.heavy
def test_unasked_it_is_told_as_well(portrait: Image) -> None:
    (place, *_), told = followed("any", side_by_side(portrait))
    assert place is not None
    number = 1 if place < 0.4 else 2
    assert any(f"2 faces are in the picture at 0.0 s; number {number} from the left" in line for line in told)
    assert not any("faces are in the picture" in line for line in followed("any", portrait)[1])
