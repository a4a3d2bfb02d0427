from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.face.faces import canonical_face, mesh_of
from tests.strategies import seeds, similarities
from twitchcam.face.facemesh import fit_similarity
from twitchcam.face.similarity import Similarity

IDENTITY = Similarity(1 + 0j, 0j)


def some_points(seed: int, n: int = 6) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-2, 2, (n, 2))


def close(a: Similarity, b: Similarity) -> bool:
    near = 1e-6 * (1 + abs(a.origin) + abs(a.scale))
    return abs(a.scale - b.scale) < near and abs(a.origin - b.origin) < near


@given(pose=similarities, seed=seeds)
def test_there_and_back(pose: Similarity, seed: int) -> None:
    points = some_points(seed)
    assert pose.to_face(pose.to_picture(points)) == pytest.approx(points, abs=1e-6)
    assert pose.inverse().to_picture(pose.to_picture(points)) == pytest.approx(points, abs=1e-6)
    assert pose.inverse().to_picture(points) == pytest.approx(pose.to_face(points), abs=1e-6)


@given(first=similarities, second=similarities, third=similarities, seed=seeds)
def test_one_after_the_other(first: Similarity, second: Similarity, third: Similarity, seed: int) -> None:
    points = some_points(seed)
    both = second.after(first).to_picture(points)
    assert both == pytest.approx(second.to_picture(first.to_picture(points)), rel=1e-6, abs=1e-6)
    assert close(third.after(second.after(first)), third.after(second).after(first))
    assert close(first.after(IDENTITY), first)
    assert close(IDENTITY.after(first), first)
    assert close(first.after(first.inverse()), IDENTITY)


@given(pose=similarities)
def test_the_corners_of_the_eyes_are_the_frame(pose: Similarity) -> None:
    found = Similarity.from_mesh(mesh_of(pose).points_px)
    assert close(found, pose)
    assert found.iod_px == pytest.approx(abs(pose.scale))
    corners = found.to_face(found.to_picture(np.array([[-0.5, 0.0], [0.5, 0.0]])))
    assert corners == pytest.approx(np.array([[-0.5, 0.0], [0.5, 0.0]]), abs=1e-6)


def test_a_head_tilted_towards_its_left_shoulder_turns_clockwise_on_the_screen() -> None:
    # The subject's left is on the right of the picture; its eye is lower there, and y goes down.
    tilted = Similarity.from_mesh(mesh_of(Similarity(100 * np.exp(0.2j), 0j)).points_px)
    left_eye = tilted.to_picture(np.array([[0.5, 0.0]]))[0]
    assert left_eye[1] > 0
    assert tilted.roll_rad == pytest.approx(0.2)


@given(pose=similarities, seed=seeds, n=st.integers(2, 20))
def test_a_fit_finds_the_similarity(pose: Similarity, seed: int, n: int) -> None:
    points = some_points(seed, n)
    found = fit_similarity(points, pose.to_picture(points))
    assert abs(found.scale - pose.scale) < 1e-6 * abs(pose.scale) + 1e-9
    assert found.to_picture(points) == pytest.approx(pose.to_picture(points), rel=1e-6, abs=1e-6)


@given(seed=seeds)
def test_a_fit_is_the_best_in_the_least_squares_sense(seed: int) -> None:
    rng = np.random.default_rng(seed)
    face = canonical_face()[::40]
    picture = Similarity(80 + 9j, 100 + 50j).to_picture(face) + rng.normal(0, 1, face.shape)
    best = fit_similarity(face, picture)

    def error(pose: Similarity) -> float:
        return float(np.sum((pose.to_picture(face) - picture) ** 2))

    for scale, origin in ((0.5, 0), (0.5j, 0), (0, 0.3), (0, 0.3j), (-0.5, 0), (0, -0.3)):
        assert error(Similarity(best.scale + scale, best.origin + origin)) > error(best)
