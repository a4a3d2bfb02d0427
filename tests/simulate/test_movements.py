from __future__ import annotations

import numpy as np
import pytest

from twitchcam.events.model import Lip, Side
from twitchcam.simulate.geometry import LIP_MIDDLE, MOUTH_CORNER, UPPER_LID, FaceGeometry
from twitchcam.simulate.movements import bumps_of, movement_bumps, twitch_bump
from twitchcam.simulate.scenario import Movement, MovementKind, Scenario, TwitchSpec
from twitchcam.simulate.skin import displacement, pushes_at

IOD = 100.0


def motion(movement: Movement, face: FaceGeometry, landmark: int, t_s: float) -> tuple[float, float]:
    """Displacement of a landmark to the subject's left and upwards, % of the IOD."""
    bumps = movement_bumps(movement, face, iod_px=face.iod_px, seed=1)
    x, y = (np.array([v]) for v in face.point_px(landmark))
    moved = np.array([d[0] for d in displacement(pushes_at(bumps, t_s), x, y)])
    return 100 * float(moved @ face.to_left) / face.iod_px, 100 * float(moved @ face.up) / face.iod_px


def movement(kind: MovementKind, side: Side = Side.BOTH) -> Movement:
    return Movement(kind=kind, onset_s=1.0, duration_s=2.0, amplitude_pct_iod=5.0, side=side)


@pytest.mark.parametrize("lip", [Lip.UPPER, Lip.LOWER])
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_a_twitch_moves_its_site_by_exactly_its_amplitude(face: FaceGeometry, lip: Lip, side: Side):
    spec = TwitchSpec(
        onset_s=1.0, duration_s=0.1, lip=lip, side=side, amplitude_pct_iod=1.7, angle_deg=60.0, sigma_iod=0.1
    )
    x, y = (np.array([v]) for v in face.site_px(lip, side))
    dx, dy = displacement(pushes_at([twitch_bump(spec, face, iod_px=face.iod_px)], spec.peak_s), x, y)
    assert np.hypot(dx, dy)[0] == pytest.approx(0.017 * face.iod_px)
    outwards = (dx[0] * face.to_left[0] + dy[0] * face.to_left[1]) * (1 if side is Side.LEFT else -1)
    assert outwards == pytest.approx(0.017 * face.iod_px * 0.5)


def test_a_twitch_can_lie_beside_the_site(face: FaceGeometry):
    spec = TwitchSpec(
        onset_s=1.0, duration_s=0.1, lip=Lip.UPPER, side=Side.LEFT, amplitude_pct_iod=1.0, angle_deg=60.0, place=0.3
    )
    bump = twitch_bump(spec, face, iod_px=face.iod_px)
    assert bump.centre_px == face.site_px(Lip.UPPER, Side.LEFT, place=0.3) != face.site_px(Lip.UPPER, Side.LEFT)


def test_a_pull_moves_one_corner_out_and_up_and_holds(face: FaceGeometry):
    pull = movement(MovementKind.PULL, Side.RIGHT)
    left_ward, up = motion(pull, face, MOUTH_CORNER[Side.RIGHT], 2.0)
    assert left_ward == pytest.approx(-5.0 * np.cos(np.radians(35)))
    assert up == pytest.approx(5.0 * np.sin(np.radians(35)))
    assert np.hypot(*motion(pull, face, MOUTH_CORNER[Side.LEFT], 2.0)) < 0.2 * 5
    assert motion(pull, face, MOUTH_CORNER[Side.RIGHT], 3.1) == (0.0, 0.0)


def test_a_smile_moves_both_corners_the_same(face: FaceGeometry):
    left = motion(movement(MovementKind.SMILE), face, MOUTH_CORNER[Side.LEFT], 2.0)
    right = motion(movement(MovementKind.SMILE), face, MOUTH_CORNER[Side.RIGHT], 2.0)
    assert left == pytest.approx((-right[0], right[1]), abs=0.1)
    assert left[0] > 3


def test_a_blink_moves_both_upper_lids_down_and_no_lip(face: FaceGeometry):
    blink = movement(MovementKind.BLINK)
    for side in (Side.LEFT, Side.RIGHT):
        assert motion(blink, face, UPPER_LID[side], 1.0 + 0.35 * 2.0)[1] == pytest.approx(-5.0, rel=0.01)
    assert motion(blink, face, LIP_MIDDLE[Lip.UPPER], 1.7) == (0.0, 0.0)


def test_speech_moves_the_lower_lip_more_than_the_upper_one_within_its_band(face: FaceGeometry):
    speech = movement(MovementKind.SPEECH)
    times = np.arange(1.3, 2.7, 0.01)
    lower, upper = (
        np.array([motion(speech, face, LIP_MIDDLE[lip], t)[1] for t in times]) for lip in (Lip.LOWER, Lip.UPPER)
    )
    assert 2.0 < np.abs(lower).max() <= 5.5
    assert lower.std() > 2 * upper.std() > 0
    turns = np.count_nonzero(np.diff(np.sign(lower - lower.mean())))
    assert 2 * 2 * 1.4 - 2 <= turns <= 2 * 8 * 1.4
    assert motion(speech, face, LIP_MIDDLE[Lip.LOWER], 3.05) == (0.0, 0.0)


def test_everything_of_a_scenario_is_rendered(face: FaceGeometry):
    twitch = TwitchSpec(
        onset_s=1.0, duration_s=0.1, lip=Lip.UPPER, side=Side.LEFT, amplitude_pct_iod=1.0, angle_deg=60.0
    )
    scenario = Scenario(
        twitches=(twitch,), movements=(movement(MovementKind.SMILE), movement(MovementKind.PULL, Side.LEFT))
    )
    assert len(bumps_of(scenario, face)) == 1 + 2 + 1
    assert bumps_of(scenario, face, iod_px=IOD)[0].sigma_px == (12.0, 12.0)
