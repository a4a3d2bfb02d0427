from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.motion.networks import arrays
from twitchcam.face.mouth_flow import NODES
from twitchcam.motion.channels import CHANNELS, INDEX, ODDS, Sample, missing, quantised
from twitchcam.motion.moving_mouth import MovingMouth
from twitchcam.motion.pulse_network import LAG_STEPS, USUAL_STEPS, PulseNetwork, Weights, weights_from
from twitchcam.motion.views import DISPLACED, MOUTH, levels_of, steps_of
from twitchcam.motion.whitening import Whitener

STEP_S = 1 / 30
Frame = tuple[Sample, np.ndarray | None]


def weights(*, whitened: bool = True) -> Weights:
    """Of networks that heed what is whitened, or do not."""
    drawn = arrays()
    if not whitened:
        n = len(MOUTH.mirror)
        drawn["entry"][:, :, n : 2 * n] = 0
    for name in drawn:
        if name == "answer_bias":
            # What is said is positive, so that it can be seen.
            drawn[name] = np.full_like(drawn[name], 9.0)
    return weights_from(drawn)


def frames(n: int, *, asleep: range = range(0), step_s: float = STEP_S, seed: int = 0) -> list[Frame]:
    rng = np.random.default_rng(seed)
    made: list[Frame] = []
    for i in range(n):
        values = np.zeros(len(CHANNELS))
        values[:18], values[INDEX["iod"]] = rng.normal(size=18), 100.0
        sample = Sample(t_s=round(i * step_s, 5), face=True, quality=1.0, values=quantised(values), restart=i == 0)
        flow = 0.01 * rng.normal(size=(2, len(NODES), 2))
        made.append((sample, None if i in asleep or i == 0 else flow))
    return made


def odds(given: list[Frame], *, whitened: bool = True) -> np.ndarray:
    moving = MovingMouth(weights(whitened=whitened))
    return np.array([[moving.complete(sample, flow)[name] for name in ODDS] for sample, flow in given])


def test_the_odds_are_told_as_soon_as_they_are_known_and_nothing_else_changes() -> None:
    given = frames(40)
    moving = MovingMouth(weights())
    for i, (sample, flow) in enumerate(given):
        found = moving.complete(sample, flow)
        assert (found.t_s, found.restart, found.quality) == (sample.t_s, sample.restart, sample.quality)
        assert found.values[: -len(ODDS)] == pytest.approx(sample.values[: -len(ODDS)])
        # The first frame has none before it.
        assert found.values[-len(ODDS) :].any() == (i > LAG_STEPS)
        assert found.values == pytest.approx(quantised(found.values), abs=0)


def test_at_rest_there_are_none_but_those_of_before_and_these_are_forgotten() -> None:
    rest = range(20, 20 + LAG_STEPS + 3)
    found = odds(frames(80, asleep=rest), whitened=False)
    assert found[LAG_STEPS + 1 : 20 + LAG_STEPS].astype(bool).any(axis=1).all()
    assert not found[20 + LAG_STEPS : rest.stop + LAG_STEPS].any()
    assert found[rest.stop + LAG_STEPS :].astype(bool).any(axis=1).all()
    alone = odds(frames(80, asleep=range(rest.stop)), whitened=False)
    assert alone[rest.stop :] == pytest.approx(found[rest.stop :])


def test_how_somebody_moves_is_known_after_a_rest_and_forgotten_with_the_face() -> None:
    given = frames(120)
    rested = [(sample, None if 50 <= i < 80 else flow) for i, (sample, flow) in enumerate(given)]
    asleep = [(sample, None if i < 80 else flow) for i, (sample, flow) in enumerate(given)]
    lost = list(rested)
    lost[60] = Sample(t_s=given[60][0].t_s, face=False, quality=0.0, values=missing()), None
    found, alone, again = odds(rested), odds(asleep), odds(lost)
    assert found[80 + LAG_STEPS + 1 :] != pytest.approx(alone[80 + LAG_STEPS + 1 :], abs=0.2)
    assert again[80:] == pytest.approx(alone[80:])


def test_a_head_that_was_too_fast_for_a_moment_is_a_step_of_which_nothing_is_known() -> None:
    given = frames(80)
    sample, _ = given[40]
    given[40] = Sample(t_s=sample.t_s, face=True, quality=1.0, values=sample.values, restart=True), None
    found, whole = odds(given, whitened=False), odds(frames(80), whitened=False)
    assert found[LAG_STEPS + 1 :].astype(bool).any(axis=1).all()
    # Of what is told before it is seen, and so long after that it is no more among the last steps, nothing changes.
    assert found[:40] == pytest.approx(whole[:40])
    assert found[41 + LAG_STEPS + USUAL_STEPS + LAG_STEPS :] == pytest.approx(
        whole[41 + LAG_STEPS + USUAL_STEPS + LAG_STEPS :]
    )
    assert found[40 : 40 + LAG_STEPS] != pytest.approx(whole[40 : 40 + LAG_STEPS])


def test_a_face_that_was_lost_begins_anew() -> None:
    given = frames(60)
    given[30] = Sample(t_s=given[30][0].t_s, face=False, quality=0.0, values=missing()), None
    sample, flow = given[31]
    given[31] = Sample(t_s=sample.t_s, face=True, quality=1.0, values=sample.values, restart=True), None
    moving = MovingMouth(weights())
    found = [moving.complete(*one) for one in given]
    assert np.isnan(found[30].values).all()
    assert flow is not None
    told = [bool(one.values[-len(ODDS) :].any()) for one in found]
    assert told[31 : 32 + LAG_STEPS] == [False] * (1 + LAG_STEPS)
    assert all(told[32 + LAG_STEPS :])


def test_at_60_hz_every_second_frame_ends_a_step() -> None:
    given = frames(80, step_s=1 / 60)
    found = odds([(sample, flow if i % 2 == 0 else None) for i, (sample, flow) in enumerate(given)])
    assert not found[1::2].any()
    assert found[2 * LAG_STEPS + 2 :: 2].astype(bool).any(axis=1).all()


def test_a_face_at_rest_is_passed_through() -> None:
    moving = MovingMouth(weights())
    for sample, _ in frames(30):
        assert moving.complete(sample, None) is sample


def test_the_side_that_is_likelier_gives_the_sign() -> None:
    given = frames(30)
    moving, network, whitener = MovingMouth(weights()), PulseNetwork(weights()), Whitener(weights().usual)
    moving.complete(*given[0])
    signs = set()
    for (before, _), (sample, flow) in itertools.pairwise(given):
        found = moving.complete(sample, flow)
        assert flow is not None
        displaced = [one.values[[INDEX[name] for name in DISPLACED]] for one in (before, sample)]
        moved = steps_of(flow, *displaced)
        odds = network.push(moved, moved @ whitener.matrix, levels_of(sample.values))
        whitener.push(moved)
        if odds is not None:
            for lip, name in enumerate(ODDS):
                left, right = odds[lip], odds[2 + lip]
                assert found[name] == pytest.approx(left if left >= right else -right, abs=0.051)
                signs.add(np.sign(found[name]))
    assert signs == {-1, 1}
