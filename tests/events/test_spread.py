from __future__ import annotations

import numpy as np
import pytest

from tests.synthetic import detect, even_times, flipped, stream, twitch
from twitchcam.events.model import Side, Spread

TIMES = even_times(8.0)
NOISE = np.random.default_rng(5)


def bump(onset_s: float, size: float, long_s: float = 0.2) -> np.ndarray:
    u = (TIMES - onset_s) / long_s
    noise = NOISE.normal(0, 0.03, len(TIMES))
    return np.where((u > 0) & (u < 1), size * np.sin(np.pi * np.clip(u, 0, 1)) ** 2, 0) + noise


def closing(onset_s: float) -> np.ndarray:
    return np.clip(np.minimum((TIMES - onset_s) / 0.08, (onset_s + 0.3 - TIMES) / 0.08), 0, 1)


def spread(**channels: np.ndarray) -> dict[str, float]:
    (found,) = detect(stream(TIMES, [twitch(5.0)], **channels)).twitches
    return {one.place: one.lag_s for one in found.spread}


def test_a_twitch_alone_takes_nothing_along() -> None:
    quiet = {f"{place}_{side}_up": bump(9, 0) for place in ("brow", "cheek", "nose") for side in ("left", "right")}
    assert spread(**quiet, chin_up=bump(9, 0)) == {}


@pytest.mark.parametrize("lag_s", [-0.05, 0.03, 0.1])
def test_an_eye_that_closes_with_it_and_how_much_later(lag_s: float) -> None:
    found = spread(lid_left=closing(5.0 + lag_s))
    assert [*found] == ["eye_left"]
    assert found["eye_left"] == pytest.approx(lag_s, abs=0.034)


def test_a_cheek_in_either_way_and_a_brow_only_upwards() -> None:
    assert [*spread(cheek_left_up=bump(5.02, 2.0))] == ["cheek_left"]
    assert [*spread(cheek_left_up=bump(5.02, -2.0))] == ["cheek_left"]
    assert [*spread(brow_left_up=bump(5.02, 2.0))] == ["brow_left"]
    assert spread(brow_left_up=bump(5.02, -2.0)) == {}


@pytest.mark.parametrize(("share", "along"), [(0.2, False), (0.65, True)])
def test_the_same_lip_of_the_other_side_goes_along(share: float, along: bool) -> None:
    motions = [twitch(5.0, amplitude_pct_iod=3.0), twitch(5.0, side=Side.RIGHT, amplitude_pct_iod=3.0 * share)]
    (found,) = detect(stream(TIMES, motions)).twitches
    assert found.side is Side.LEFT
    assert [one.place for one in found.spread] == (["lip_right"] if along else [])


def test_a_place_that_always_moves_says_nothing() -> None:
    restless = np.random.default_rng(1).normal(0, 1.0, len(TIMES))
    assert spread(cheek_left_up=restless) == {}


def test_what_came_long_before_is_not_part_of_it() -> None:
    assert spread(cheek_left_up=bump(4.0, 3.0)) == {}


def test_a_flipped_picture_swaps_the_sides_and_nothing_else() -> None:
    samples = stream(TIMES, [twitch(5.0)], lid_left=closing(5.03), cheek_left_up=bump(5.0, 2.0), gaze_x=0.0)
    (straight,), (mirrored,) = detect(samples).twitches, detect(flipped(samples)).twitches
    assert mirrored.side is Side.RIGHT
    assert {(s.place.replace("left", "right"), s.lag_s) for s in straight.spread} == {
        (s.place, s.lag_s) for s in mirrored.spread
    }
    assert len(straight.spread) == 2


def test_how_a_spread_is_written() -> None:
    assert str(Spread(place="eye_right", lag_s=0.03)) == "eye_right+0.03"
