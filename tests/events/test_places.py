from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.strategies import seeds
from tests.synthetic import place_pattern, swapped
from twitchcam.events.model import Lip, Side
from twitchcam.events.places import (
    N_DISPLACEMENTS,
    N_MOUTH,
    OPPOSITE,
    PLACES,
    PlaceDetector,
    common_motions,
    templates,
)
from twitchcam.face.anatomy import SURROUND_OFFSETS
from twitchcam.motion.channels import CHANNEL_NAMES, INDEX, LIP_SITES

FloatArray = NDArray[np.float64]
WIDTH = 0.11
PLACE_NUMBERS = range(len(PLACES))


def made(covariance: FloatArray | None = None) -> PlaceDetector:
    covariance = np.eye(N_DISPLACEMENTS) if covariance is None else covariance
    return PlaceDetector(templates(WIDTH), covariance[None])


def noisy_covariance(seed: int = 0) -> FloatArray:
    mixing = np.random.default_rng(seed).standard_normal((N_DISPLACEMENTS, N_DISPLACEMENTS))
    return 0.01 * (mixing @ mixing.T / N_DISPLACEMENTS + 0.3 * np.eye(N_DISPLACEMENTS))


def test_places_are_the_lip_sites_in_their_order() -> None:
    assert tuple(f"{place.lip}_{place.side}" for place in PLACES) == LIP_SITES
    for index, other in enumerate(OPPOSITE):
        assert OPPOSITE[other] == index
        assert PLACES[other].lip is PLACES[index].lip
        assert PLACES[other].side is PLACES[index].side.mirrored


@pytest.mark.parametrize("place", PLACE_NUMBERS)
def test_a_place_moves_its_own_site_most(place: int) -> None:
    shape = templates(WIDTH)[place]
    site = LIP_SITES[place]
    out, up = shape[INDEX[f"{site}_out"]], shape[INDEX[f"{site}_up"]]
    assert out.tolist() == [up[1], 0.0]
    assert up[0] == 0.0
    assert 0.5 < up[1] <= 1.0
    others = np.delete(np.abs(shape), [INDEX[f"{site}_out"], INDEX[f"{site}_up"]], axis=0)
    assert 0 < others.max() < 0.9 * up[1]


def test_a_wider_patch_takes_more_of_its_neighbours_along() -> None:
    narrow, wide = np.abs(templates(0.08)), np.abs(templates(0.2))
    assert (wide >= narrow).all()
    assert wide.sum() > 1.5 * narrow.sum()


@pytest.mark.parametrize("place", PLACE_NUMBERS)
def test_templates_are_mirror_images(place: int) -> None:
    assert np.array_equal(templates(WIDTH)[OPPOSITE[place]], swapped(templates(WIDTH)[place].T).T)


def test_outwards_is_the_other_way_on_the_other_side() -> None:
    shape = templates(0.3)[PLACES.index(next(p for p in PLACES if p.side is Side.LEFT))]
    for name in CHANNEL_NAMES[:N_MOUTH]:
        if name.endswith("_out"):
            assert np.sign(shape[INDEX[name], 0]) == (1 if "left" in name else -1)


@given(
    place=st.sampled_from(PLACE_NUMBERS), out=st.floats(-5, 5), up=st.floats(-5, 5), offset=st.floats(-1, 1), seed=seeds
)
def test_a_patch_at_a_place_has_its_displacement(place: int, out: float, up: float, offset: float, seed: int) -> None:
    detector = made(noisy_covariance(seed))
    seen = templates(WIDTH)[place] @ np.array([out, up])
    assert detector.displacement(0, place, seen[None])[0] == pytest.approx([out, up], abs=1e-9)
    assert detector.snr(seen[None])[0].argmax() == place or np.hypot(out, up) < 1e-9


@given(seed=seeds, scale=st.floats(0.1, 10))
def test_snr_is_counted_in_noise(seed: int, scale: float) -> None:
    output = np.random.default_rng(seed).standard_normal((1, N_DISPLACEMENTS))
    snr = made(noisy_covariance()).snr(output)
    assert made(scale**2 * noisy_covariance()).snr(scale * output) == pytest.approx(snr)
    assert made(noisy_covariance()).snr(scale * output) == pytest.approx(scale * snr)


@pytest.mark.parametrize("seed", range(3))
def test_snr_is_that_of_generalised_least_squares(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Outwards and upwards go together in this noise, as they do in a face that nods.
    covariance = noisy_covariance(seed) + 0.05 * np.outer(alike := rng.standard_normal(N_DISPLACEMENTS), alike)
    output = rng.standard_normal(N_DISPLACEMENTS)
    inverse = np.linalg.inv(covariance)

    def explained(shape: FloatArray) -> float:
        weighted = shape.T @ inverse
        return float(output @ weighted.T @ np.linalg.inv(weighted @ shape) @ weighted @ output)

    whole_face = common_motions()
    for shape, snr in zip(templates(WIDTH), made(covariance).snr(output[None])[0], strict=True):
        # What a twitch explains beyond what the whole lower face does.
        beyond = explained(np.concatenate([shape, whole_face], axis=1)) - explained(whole_face)
        assert snr == pytest.approx(np.sqrt(beyond), rel=0.01)


@given(motion=st.lists(st.floats(-5, 5), min_size=6, max_size=6), place=st.sampled_from(PLACE_NUMBERS), seed=seeds)
def test_what_the_whole_lower_face_does_is_no_twitch(motion: list[float], place: int, seed: int) -> None:
    detector = made(noisy_covariance(seed))
    whole = common_motions() @ np.array(motion)
    assert detector.snr(whole[None]).max() < 0.5
    twitching = templates(WIDTH)[place] @ np.array([0.3, 2.0])
    assert np.allclose(detector.displacement(0, place, (twitching + whole)[None])[0], (0.3, 2.0), atol=0.1)


def test_the_skin_around_is_where_the_tracker_measures_it() -> None:
    """Out and up of a face that grows by half about the middle of its mouth."""
    growing = common_motions()[N_MOUTH:] @ (0, 0.15, 0, 0, 0, 0.15)
    measured = [np.mean(offsets, axis=0) for offsets in SURROUND_OFFSETS.values()]
    expected = [(abs(x) if name != "below" else x, y) for name, (x, y) in zip(SURROUND_OFFSETS, measured, strict=True)]
    assert growing.reshape(-1, 2) == pytest.approx(0.5 * np.array(expected))


def test_common_motions_are_those_of_a_mirrored_face_too() -> None:
    motions = common_motions()
    swapped_too = swapped(motions.T).T * np.where([name == "below_out" for name in CHANNEL_NAMES[:18]], -1, 1)[:, None]
    assert np.linalg.matrix_rank(np.concatenate([motions, swapped_too], axis=1), tol=1e-9) == 6


def test_noise_alone_has_two_degrees_of_freedom() -> None:
    covariance = noisy_covariance()
    outputs = np.random.default_rng(1).standard_normal((4000, N_DISPLACEMENTS)) @ np.linalg.cholesky(covariance).T
    detector = made(covariance)
    squares = np.array([detector.snr(output[None])[0] for output in outputs]) ** 2
    assert squares.mean(axis=0) == pytest.approx([2.0] * 4, rel=0.1)
    assert np.mean(squares > -2 * np.log(0.01), axis=0) == pytest.approx([0.01] * 4, abs=0.006)


def test_what_moves_everything_alike_cancels() -> None:
    alike = np.array([(1 if "left" in n else -1) * n.endswith("_out") for n in CHANNEL_NAMES[:N_DISPLACEMENTS]], float)
    detector = made(0.01 * np.eye(N_DISPLACEMENTS) + np.outer(alike, alike))
    local = place_pattern(Lip.UPPER, Side.LEFT, angle_deg=0.0)
    assert detector.snr(local[None]).max() > 4 * detector.snr(alike[None]).max()


@pytest.mark.parametrize("place", PLACE_NUMBERS)
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_other_sides_share_is_told(place: int, share: float) -> None:
    one = templates(WIDTH)[place] @ np.array([0.3, 1.0])
    output = one + share * swapped(one)
    assert made(noisy_covariance()).opposite_share(0, place, output) == pytest.approx(share, abs=1e-9)
