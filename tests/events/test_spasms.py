from __future__ import annotations

import numpy as np
import pytest

from tests.synthetic import Motion, detect, even_times, flipped, stream
from twitchcam.events.model import Context, EventType, Lip, Side, Twitch
from twitchcam.events.places import N_DISPLACEMENTS
from twitchcam.motion.channels import INDEX

TIMES = even_times(10.0)


def pull(
    side: Side = Side.LEFT, *, rise_s: float = 0.12, held_s: float = 2.0, size: float = 3.0, ripple: float = 0.0
) -> Motion:
    pattern = np.zeros(N_DISPLACEMENTS)
    pattern[INDEX[f"corner_{side}_out"]], pattern[INDEX[f"corner_{side}_up"]] = 0.8, 0.6
    pattern[INDEX[f"upper_{side}_up"]] = 0.3

    def course(t_s: np.ndarray) -> np.ndarray:
        flank = np.clip(np.minimum((t_s - 4) / rise_s, (4 + held_s - t_s) / rise_s), 0, 1)
        return size * flank * (1 + ripple * np.sin(2 * np.pi * 5.3 * t_s) * np.sin(2 * np.pi * 0.7 * t_s))

    return Motion(course, pattern)


def shut(from_s: float = 4.05, to_s: float = 6.0) -> np.ndarray:
    return ((from_s <= TIMES) & (to_s > TIMES)).astype(float)


def spasms(samples) -> list[Twitch]:
    return [t for t in detect(samples).twitches if t.trial_type is EventType.SPASM]


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_a_quick_one_sided_pull_that_is_held_with_the_eye_shut(side: Side) -> None:
    (found,) = spasms(stream(TIMES, [pull(side)], **{f"lid_{side}": shut()}))
    assert (found.lip, found.side) == (Lip.BOTH, side)
    assert found.onset_s == pytest.approx(4.0, abs=0.07)
    assert found.duration_s == pytest.approx(2.0, abs=0.15)
    assert found.amplitude_pct_iod == pytest.approx(3.0, rel=0.2)
    assert found.burst == 1


def test_trembling_while_it_is_held_is_enough_without_the_eye() -> None:
    assert len(spasms(stream(TIMES, [pull(ripple=0.25)]))) == 1


@pytest.mark.parametrize(
    ("what", "motions", "channels"),
    [
        ("nothing goes with it", [pull()], {}),
        ("drawn slowly", [pull(rise_s=0.6)], {"lid_left": shut()}),
        ("too short", [pull(held_s=0.7)], {"lid_left": shut()}),
        ("a smile", [pull(), pull(Side.RIGHT)], {"lid_left": shut()}),
        ("both eyes", [pull()], {"lid_left": shut(), "lid_right": shut()}),
        ("a yawn", [pull()], {"lid_left": shut(), "mouth_open": 8 * shut()}),
        ("the head moves", [pull()], {"lid_left": shut(), "head_x": 320 + 12 * shut()}),
    ],
)
def test_what_is_no_spasm(what: str, motions: list[Motion], channels: dict[str, np.ndarray]) -> None:
    assert spasms(stream(TIMES, motions, **channels)) == [], what


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_a_pull_that_is_held_while_both_eyes_are_shut_is_a_segment(side: Side) -> None:
    found = detect(stream(TIMES, [pull(side)], lid_left=shut(), lid_right=shut()))
    assert found.twitches == []
    (segment,) = [s for s in found.segments if s.kind is Context.MOUTH_PULL]
    assert segment.side is side
    assert segment.onset_s == pytest.approx(4.0, abs=0.07)
    assert segment.duration_s == pytest.approx(2.0, abs=0.15)
    both = detect(stream(TIMES, [pull(), pull(Side.RIGHT)], lid_left=shut(), lid_right=shut()))
    assert Context.MOUTH_PULL not in {s.kind for s in both.segments}


def test_the_end_of_a_spasm_is_no_twitch_and_sides_flip() -> None:
    samples = stream(TIMES, [pull()], lid_left=shut())
    found = detect(samples)
    assert [t.trial_type for t in found.twitches] == [EventType.SPASM]
    (mirrored,) = spasms(flipped(samples))
    (straight,) = found.twitches
    assert (mirrored.side, mirrored.onset_s, mirrored.amplitude_pct_iod) == (
        Side.RIGHT,
        straight.onset_s,
        straight.amplitude_pct_iod,
    )
