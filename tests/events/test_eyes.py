from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.synthetic import even_times, flipped, stream
from twitchcam.config import EyeConfig
from twitchcam.events.eyes import EyeReader
from twitchcam.events.gaze import GazeReader
from twitchcam.events.model import Context, Segment, Side
from twitchcam.motion.channels import Sample

TIMES = even_times(6.0)


def lid(*closures: tuple[float, float], depth: float = 1.0) -> np.ndarray:
    """Closure over time; each is shut from its onset for its duration."""
    return depth * np.any([(on - 1e-9 <= TIMES) & (on + long - 1e-9 > TIMES) for on, long in closures], axis=0)


def read(samples: list[Sample]) -> list[Segment]:
    reader = EyeReader(EyeConfig())
    told = [segment for sample in samples for segment in reader.read(sample)]
    return told + reader.interrupt()


def closures(left: np.ndarray, right: np.ndarray) -> list[tuple[Context, Side | None, float, float]]:
    told = read(stream(TIMES, lid_left=left, lid_right=right))
    return [(s.kind, s.side, round(s.onset_s, 3), round(s.duration_s, 3)) for s in told]


NOTHING = np.zeros(len(TIMES))


def test_both_eyes_and_short_is_a_blink_exact_to_a_frame() -> None:
    assert closures(lid((1.0, 0.2)), lid((1.0, 0.2))) == [(Context.BLINK, Side.BOTH, 1.0, 0.2)]
    assert closures(lid((1.0, 0.2)), lid((1.1, 0.2))) == [(Context.BLINK, Side.BOTH, 1.0, 0.3)]


def test_both_eyes_and_held_is_none() -> None:
    assert closures(lid((1.0, 2.0)), lid((1.0, 2.1))) == [(Context.EYE_CLOSED, Side.BOTH, 1.0, 2.1)]


@pytest.mark.parametrize("long_s", [0.2, 2.0])
def test_one_eye_is_no_blink_however_short(long_s: float) -> None:
    assert closures(lid((1.0, long_s)), NOTHING) == [(Context.EYE_CLOSED, Side.LEFT, 1.0, long_s)]
    assert closures(NOTHING, lid((1.0, long_s))) == [(Context.EYE_CLOSED, Side.RIGHT, 1.0, long_s)]


def test_a_blink_while_one_eye_is_pulled_shut_is_both() -> None:
    assert closures(lid((1.0, 3.0)), lid((2.0, 0.2))) == [
        (Context.BLINK, Side.BOTH, 2.0, 0.2),
        (Context.EYE_CLOSED, Side.LEFT, 1.0, 3.0),
    ]


def test_a_half_closed_eye_and_a_single_frame_are_nothing() -> None:
    assert closures(lid((1.0, 0.3), depth=0.4), lid((1.0, 0.3), depth=0.4)) == []
    assert closures(lid((1.0, 0.03)), lid((1.0, 0.03))) == []


def test_what_lasts_to_the_end_is_told_at_the_end() -> None:
    assert closures(lid((5.0, 9.0)), NOTHING) == [(Context.EYE_CLOSED, Side.LEFT, 5.0, 0.967)]


@given(
    left=st.lists(st.tuples(st.floats(0.5, 5), st.floats(0.05, 1.5)), max_size=3),
    right=st.lists(st.tuples(st.floats(0.5, 5), st.floats(0.05, 1.5)), max_size=3),
)
def test_a_flipped_picture_swaps_the_sides_and_nothing_else(
    left: list[tuple[float, float]], right: list[tuple[float, float]]
) -> None:
    samples = stream(
        TIMES, lid_left=lid(*left) if left else NOTHING, lid_right=lid(*right) if right else NOTHING, gaze_x=0.0
    )
    straight, mirrored = read(samples), read(flipped(samples))
    key = [(s.kind, s.side and s.side.mirrored, s.onset_s, s.duration_s) for s in straight]
    assert sorted(map(str, key)) == sorted(str((s.kind, s.side, s.onset_s, s.duration_s)) for s in mirrored)


def gaze(values: np.ndarray, **channels: np.ndarray) -> list[Segment]:
    reader = GazeReader(EyeConfig())
    return [s for sample in stream(TIMES, gaze_x=values, **channels) for s in reader.read(sample)]


def test_a_look_to_the_left_and_back_are_two_shifts() -> None:
    told = gaze(np.where((TIMES >= 1) & (TIMES < 2), 0.7, 0.05))
    assert [(s.kind, s.side) for s in told] == [
        (Context.GAZE_SHIFT, Side.LEFT),
        (Context.GAZE_SHIFT, Side.RIGHT),
    ]
    assert [s.onset_s for s in told] == pytest.approx([1.0, 2.0])


def test_a_small_or_a_slow_drift_of_the_gaze_is_none() -> None:
    assert gaze(np.where(TIMES >= 1, 0.1, 0.0)) == []
    assert gaze(0.02 * TIMES) == []


def test_the_gaze_of_a_closed_eye_is_not_looked_at() -> None:
    away = (TIMES >= 1) & (TIMES < 2)
    assert gaze(0.9 * away, lid_left=1.0 * away) == []
