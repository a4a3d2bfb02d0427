from __future__ import annotations

import numpy as np
import pytest

from tests.face.texture import POSE, Bump, picture
from twitchcam.face.mouth_flow import NODES, MouthFlow
from twitchcam.face.pyramid import Pyramid
from twitchcam.face.similarity import Similarity

MIDDLE = np.array([0.0, 0.75])
REST = np.zeros((6, 2))
MOVED = np.full((6, 2), 0.05)
STEP_S = 1 / 30


def pyramid(pose: Similarity = POSE, bump: Bump | None = None, *, gain: float = 1.0) -> Pyramid:
    return Pyramid(picture(pose, bump, gain=gain), pose, 0.8)


def bump(by: complex, at: complex = 0.15 + 0.63j) -> Bump:
    """Wide for the square that is looked for, so that all of it moves about alike."""
    return Bump(at=at, by=by, width_iod=0.3)


def follow(frames: list[tuple[Pyramid, Similarity, np.ndarray]], step_s: float = STEP_S) -> list[np.ndarray | None]:
    flow = MouthFlow(MIDDLE)
    return [flow.advance(i * step_s, one, pose, moved) for i, (one, pose, moved) in enumerate(frames)]


def node(x: float, y: float) -> int:
    return int(np.argmin(np.sum((NODES - (x, y)) ** 2, axis=1)))


def test_skin_that_moved_is_seen_where_it_is_in_both_ways() -> None:
    by = 0.02 - 0.03j
    found = follow([(pyramid(), POSE, REST), (pyramid(bump=bump(by)), POSE, MOVED)])[-1]
    assert found is not None
    at, far = node(0.15, -0.12), node(-0.45, 0.27)
    for way in found:
        assert way[at] == pytest.approx([by.real, by.imag], abs=0.008)
        assert way[far] == pytest.approx([0, 0], abs=0.006)


def test_the_heads_motion_is_out() -> None:
    turned = Similarity(POSE.scale * np.exp(0.05j) * 1.03, POSE.origin + (4 + 3j))
    found = follow([(pyramid(), POSE, REST), (pyramid(turned), turned, MOVED)])[-1]
    assert found is not None
    assert np.abs(found).max() < 0.006


def test_at_rest_nothing_is_measured_and_a_movement_wakes_it_at_once() -> None:
    still, small = (pyramid(), POSE, REST), (pyramid(), POSE, REST + 0.015)
    assert follow([still, small, still, still]) == [None] * 4
    found = follow([still, still, (pyramid(bump=bump(-0.03j)), POSE, MOVED), still])
    assert [one is not None for one in found] == [False, False, True, True]
    assert found[2] is not None
    # Against the frame before, which was at rest and was not looked at then.
    assert found[2][0, node(0.15, -0.12), 1] == pytest.approx(-0.03, abs=0.008)


def test_it_goes_to_sleep_a_second_after_the_last_movement() -> None:
    frames = [(pyramid(), POSE, REST), (pyramid(), POSE, MOVED), *[(pyramid(), POSE, MOVED)] * 50]
    awake = [one is not None for one in follow(frames)]
    last = max(i for i, one in enumerate(awake) if one)
    # What moved is recent for a quarter of a second.
    assert last * STEP_S == pytest.approx(1.25, abs=0.1)
    assert all(awake[1 : last + 1])


def test_frames_that_end_no_step_are_passed_over() -> None:
    frames = [(pyramid(), POSE, REST), (pyramid(), POSE, MOVED), (pyramid(bump=bump(-0.03j)), POSE, MOVED)]
    found = follow(frames, step_s=1 / 60)
    assert found[1] is None
    assert found[2] is not None
    assert found[2][0, node(0.15, -0.12), 1] == pytest.approx(-0.03, abs=0.008)


def test_a_darker_picture_tells_the_same() -> None:
    frames = [
        [(pyramid(gain=gain), POSE, REST), (pyramid(bump=bump(0.02j), gain=gain), POSE, MOVED)] for gain in (1.0, 0.4)
    ]
    bright, dark = (follow(one)[-1] for one in frames)
    assert bright is not None
    assert dark is not None
    assert dark == pytest.approx(bright, abs=0.004)


def test_a_flipped_picture_gives_flipped_movement() -> None:
    upright = Similarity(90 + 0j, 159.5 + 70j)
    frames = [picture(upright), picture(upright, bump(0.02 - 0.03j))]
    straight = follow(
        [(Pyramid(one, upright, 0.8), upright, moved) for one, moved in zip(frames, (REST, MOVED), strict=True)]
    )[-1]
    mirrored = [np.ascontiguousarray(one[:, ::-1]) for one in frames]
    flipped = follow(
        [(Pyramid(one, upright, 0.8), upright, moved) for one, moved in zip(mirrored, (REST, MOVED), strict=True)]
    )[-1]
    assert straight is not None
    assert flipped is not None
    other = [node(-x, y) for x, y in NODES]
    assert flipped[:, other] * (-1, 1) == pytest.approx(straight, abs=0.003)
