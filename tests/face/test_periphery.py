from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from twitchcam.capture.frame import Image
from twitchcam.config import EyelidConfig, PeripheryConfig
from twitchcam.events.model import Side
from twitchcam.face import anatomy
from twitchcam.face.eyelids import Eyelids
from twitchcam.face.mesh import Mesh, MeshFinder
from twitchcam.face.periphery import Periphery
from twitchcam.face.pyramid import Pyramid
from twitchcam.face.similarity import Similarity
from twitchcam.simulate.render import PortraitRenderer
from twitchcam.simulate.scenario import FIXED_HEAD, Camera, Movement, MovementKind, Scenario, VideoSettings

STILL = np.zeros((6, 2))
#: Peak of every movement, s.
PEAK_S = 0.5
PLACES = list(anatomy.AROUND_POINTS)
Renderer = Callable[[MovementKind, Side, float], PortraitRenderer]


@pytest.fixture(scope="module")
def renderer(portrait: Image) -> Renderer:
    def made(kind: MovementKind, side: Side, size: float) -> PortraitRenderer:
        movement = Movement(kind=kind, onset_s=0.3, duration_s=0.4, amplitude_pct_iod=size, side=side)
        scenario = Scenario(
            duration_s=1.0, movements=(movement,), head=FIXED_HEAD, camera=Camera(noise_sigma=1.0), iod_px=90
        )
        return PortraitRenderer(portrait, scenario, VideoSettings(width=320, height=320))

    return made


def grey(frame: Image) -> Image:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


@pytest.fixture(scope="module")
def mesh(renderer: Renderer, image_finder: MeshFinder) -> Mesh:
    found = image_finder.find(renderer(MovementKind.CHEEK, Side.LEFT, 1.0).frame(0.0, number=0), 0.0)
    assert found is not None
    return found


def mirrored(mesh: Mesh, width: int, pairs: dict[int, int]) -> Mesh:
    """The mesh of the flipped picture, as far as it is used here."""
    points = mesh.points_px.copy()
    for a, b in pairs.items():
        points[a], points[b] = mesh.points_px[b].copy(), mesh.points_px[a].copy()
    points[:, 0] = width - 1 - points[:, 0]
    return replace(mesh, points_px=points)


def _pairs() -> dict[int, int]:
    both = {anatomy.EYE_OUTER_LEFT: anatomy.EYE_OUTER_RIGHT, anatomy.EYE_INNER_LEFT: anatomy.EYE_INNER_RIGHT}
    for left, right in zip(np.ravel(anatomy.LIDS_LEFT), np.ravel(anatomy.LIDS_RIGHT), strict=True):
        both[int(left)] = int(right)
    for place in ("brow", "nose", "cheek"):
        left_points, right_points = (anatomy.AROUND_POINTS[f"{place}_{side}"] for side in ("left", "right"))
        both |= dict(zip(left_points, right_points, strict=True))
    return both


def followed(mesh: Mesh, frames: list[Image]) -> np.ndarray:
    """``(places,)`` upward displacement in the last frame, % IOD."""
    pose = Similarity.from_mesh(mesh.points_px)
    first, *others = (Pyramid(grey(frame), pose, 0.6) for frame in frames)
    periphery = Periphery(first, pose, pose.to_face(mesh.points_px), PeripheryConfig())
    moved = np.zeros((len(PLACES), 2))
    for pyramid in others:
        moved = periphery.advance(pyramid, pose, STILL)
    return -100 * moved[:, 1]


def closures(mesh: Mesh, frames: list[Image]) -> list[tuple[float, float]]:
    pose = Similarity.from_mesh(mesh.points_px)
    eyelids = Eyelids(EyelidConfig())
    eyelids.look(mesh, pose.to_face(mesh.points_px), STILL)
    return [eyelids.advance(Pyramid(grey(frame), pose, 0.6), pose, STILL) for frame in frames]


@pytest.mark.parametrize(("kind", "place"), [(MovementKind.BROW_RAISE, "brow"), (MovementKind.CHEEK, "cheek")])
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_a_place_that_moves_is_told_and_the_others_stay(
    renderer: Renderer, mesh: Mesh, kind: MovementKind, place: str, side: Side
) -> None:
    made = renderer(kind, side, 2.0)
    moved = followed(mesh, [made.frame(t, number=i) for i, t in enumerate([0.0, 0.3, 0.36, 0.4, 0.45, PEAK_S])])
    at = PLACES.index(f"{place}_{side}")
    assert 0.8 < moved[at] < 2.5
    assert np.abs(np.delete(moved, at)).max() < 0.5 * moved[at]


def test_an_eye_that_closes_and_the_other_that_does_not(renderer: Renderer, mesh: Mesh) -> None:
    made = renderer(MovementKind.EYE_CLOSURE, Side.LEFT, 10.0)
    left, right = zip(
        *closures(mesh, [made.frame(t, number=i) for i, t in enumerate([0.0, 0.2, PEAK_S, 0.8])]), strict=True
    )
    assert left == (0.0, pytest.approx(0, abs=0.1), pytest.approx(1, abs=0.3), pytest.approx(0, abs=0.1))
    assert max(right) < 0.1


def test_a_flipped_picture_swaps_the_sides_and_nothing_else(renderer: Renderer, mesh: Mesh) -> None:
    made = renderer(MovementKind.EYE_CLOSURE, Side.RIGHT, 8.0)
    frames = [made.frame(t, number=i) for i, t in enumerate([0.0, 0.36, PEAK_S])]
    flipped = [np.ascontiguousarray(frame[:, ::-1]) for frame in frames]
    other = mirrored(mesh, frames[0].shape[1], _pairs())
    straight, back = closures(mesh, frames), closures(other, flipped)
    assert straight[-1][1] > 0.7
    assert np.array(straight) == pytest.approx(np.array(back)[:, ::-1], abs=0.03)
    swap = [1, 0, 3, 2, 5, 4, 6]
    assert followed(mesh, frames) == pytest.approx(followed(other, flipped)[swap], abs=0.05)


def test_light_that_changes_moves_nothing(renderer: Renderer, mesh: Mesh) -> None:
    frame = renderer(MovementKind.CHEEK, Side.LEFT, 1.0).frame(0.0, number=0)
    darker = np.clip(frame * 0.85 + 5, 0, 255).astype(np.uint8)
    assert np.abs(followed(mesh, [frame, darker, darker])).max() < 0.1
    assert max(closures(mesh, [frame, darker])[-1]) < 0.1
