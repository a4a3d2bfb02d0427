from __future__ import annotations

import numpy as np
import pytest

from tests.face.faces import canonical_face
from tests.face.texture import POSE, WIDTH, Bump, picture
from twitchcam.capture.frame import Image
from twitchcam.config import RegistrationConfig
from twitchcam.face.registration import Fit, Registration
from twitchcam.face.similarity import Similarity
from twitchcam.face.tracking import sites_in_face
from twitchcam.motion.channels import SITES

FACE = canonical_face()
PLACES = sites_in_face(FACE)
STILL = picture()


def started(luma: Image = STILL, pose: Similarity = POSE) -> Registration:
    return Registration(luma, pose, FACE, PLACES, RegistrationConfig())


def twitch(site: str, size_iod: float, angle_deg: float = 60.0) -> Bump:
    x, y = PLACES[SITES.index(site)]
    return Bump(complex(x, y), size_iod * np.exp(1j * np.radians(angle_deg)))


def pct(displacement: np.ndarray) -> np.ndarray:
    return 100 * np.hypot(displacement[:, 0], displacement[:, 1])


def swaying(step: int) -> Similarity:
    """A head that goes, nears and tilts: after 12 steps by 5 % IOD, 2.4 % and 2 degrees."""
    return Similarity(POSE.scale * (1 + 0.002 * step) * np.exp(0.003j * step), POSE.origin + (0.37 + 0.21j) * step)


@pytest.mark.parametrize("site", [site for site in SITES if not site.startswith("corner")])
@pytest.mark.parametrize("size_iod", [0.002, 0.01, 0.03])
def test_a_local_displacement_is_seen_where_and_as_large_as_it_is(site: str, size_iod: float) -> None:
    bump = twitch(site, size_iod)
    registration = started()
    fit = [registration.advance(picture(bump=bump)) for _ in range(3)][-1]
    error = pct(fit.displacement - bump.moves(PLACES))
    assert error.max() < 0.04 + 8 * size_iod
    assert fit.pose.origin == pytest.approx(POSE.origin, abs=0.01 * POSE.iod_px)


def test_twice_the_displacement_is_seen_as_twice_as_large() -> None:
    def seen(size_iod: float) -> float:
        registration = started()
        return pct(registration.advance(picture(bump=twitch("lower_left", size_iod))).displacement).max()

    assert seen(0.02) == pytest.approx(2 * seen(0.01), rel=0.1)


def test_skin_that_comes_back_is_back() -> None:
    registration = started()
    for size in (0.01, 0.02, 0.01):
        registration.advance(picture(bump=twitch("upper_left", size)))
    fits = [registration.advance(STILL) for _ in range(2)]
    assert pct(fits[-1].displacement).max() < 0.03


def test_the_head_does_not_leak_into_the_mouth() -> None:
    registration = started()
    for step in range(1, 13):
        fit = registration.advance(picture(swaying(step)))
        assert pct(fit.displacement).max() < 0.12
        assert abs(fit.pose.origin - swaying(step).origin) < 0.02
        assert abs(fit.pose.scale / swaying(step).scale - 1) < 5e-4
        assert fit.head_residual < 0.05


def test_a_twitch_on_a_moving_head() -> None:
    registration = started()
    for step in range(1, 9):
        bump = twitch("lower_right", 0.01 if step > 6 else 0.0)
        fit = registration.advance(picture(swaying(step), bump))
    error = pct(fit.displacement - bump.moves(PLACES))
    assert error.max() < 0.25


@pytest.mark.parametrize(("gain", "offset"), [(0.9, 0.0), (1.1, -12.0), (1.0, 10.0), (0.8, 20.0)])
def test_light_does_not_move_anything(gain: float, offset: float) -> None:
    registration = started()
    fits = [registration.advance(picture(gain=gain, offset=offset)) for _ in range(8)]
    assert pct(fits[-1].displacement).max() < 0.08
    # Places are read off the picture to 1/32 pixel; that is what is left.
    assert max(abs(fit.pose.origin - POSE.origin) for fit in fits) < 0.02


def test_sensor_noise_moves_little() -> None:
    registration = started(picture(noise_seed=99))
    seen = np.array([registration.advance(picture(noise_seed=seed)).displacement for seed in range(8)])
    assert 100 * seen.std(axis=0).max() < 0.15


def test_a_mirrored_picture_gives_the_mirrored_displacement() -> None:
    bump = twitch("upper_left", 0.01)
    straight, mirrored = (
        started(),
        started(
            np.ascontiguousarray(STILL[:, ::-1]),
            Similarity(POSE.scale.conjugate(), complex(WIDTH - 1 - POSE.origin.real, POSE.origin.imag)),
        ),
    )
    seen = picture(bump=bump)
    for _ in range(2):
        one, other = straight.advance(seen), mirrored.advance(np.ascontiguousarray(seen[:, ::-1]))
    swapped = other.displacement[[1, 0, 3, 2, 5, 4]] * (-1, 1)
    assert pct(swapped - one.displacement).max() < 0.01


class TestRenewal:
    def test_it_makes_no_jump(self) -> None:
        registration = started()
        bump = twitch("upper_left", 0.01)
        for step in range(10):
            before = registration.advance(picture(bump=bump if step > 6 else None))
        registration.renew()
        after = registration.advance(picture(bump=bump))
        assert pct(after.displacement - before.displacement).max() < 0.05

    def test_it_takes_noise_out_of_the_reference(self) -> None:
        def spread(*, renewed: bool) -> float:
            registration = started(picture(noise_seed=99))
            for seed in range(16):
                registration.advance(picture(noise_seed=seed))
                if renewed and seed % 8 == 7:
                    registration.renew()
            still = [registration.advance(STILL) for _ in range(2)][-1]
            return still.mouth_residual

        assert spread(renewed=True) < 0.7 * spread(renewed=False)

    def test_without_frames_nothing_changes(self) -> None:
        renewed, plain = started(), started()
        renewed.renew()
        seen = picture(bump=twitch("lower_left", 0.01))
        assert np.array_equal(renewed.advance(seen).displacement, plain.advance(seen).displacement)


class TestFailure:
    def test_another_picture_is_not_explained(self) -> None:
        other = np.ascontiguousarray(picture(Similarity(90 + 0j, 400 - 300j)))
        fit = started().advance(other)
        config = RegistrationConfig()
        assert fit.head_residual > 2 * config.max_head_residual
        assert fit.mouth_residual > config.max_residual

    def test_a_covered_mouth_is_not_explained_and_the_head_is(self) -> None:
        covered = STILL.copy()
        covered[130:190, 110:210] = 90
        fit = started().advance(covered)
        assert fit.mouth_residual > RegistrationConfig().max_residual
        assert fit.head_residual < RegistrationConfig().max_head_residual

    def test_the_largest_displacement_is_told(self) -> None:
        fits: list[Fit] = []
        for size in (0.01, 0.03):
            registration = started()
            fits += [registration.advance(picture(bump=twitch("lower_left", size))) for _ in range(2)][-1:]
        assert fits[0].largest == pytest.approx(0.01, rel=0.5)
        assert fits[1].largest == pytest.approx(0.03, rel=0.5)

    @pytest.mark.parametrize("value", [0, 255])
    def test_a_blank_picture_breaks_nothing(self, value: int) -> None:
        blank = np.full_like(STILL, value)
        for first, second in ((STILL, blank), (blank, STILL), (blank, blank)):
            fit = started(first).advance(second)
            assert np.isfinite(fit.displacement).all()
            assert np.isfinite([fit.head_residual, fit.mouth_residual, fit.largest]).all()

    def test_a_face_at_the_border_breaks_nothing(self) -> None:
        registration = started(STILL, Similarity(90 + 0j, 5 + 5j))
        assert np.isfinite(registration.advance(STILL).displacement).all()
