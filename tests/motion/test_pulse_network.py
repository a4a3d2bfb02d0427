from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.motion.networks import arrays
from twitchcam import bundled
from twitchcam.errors import ModelError
from twitchcam.events.moving import ODDS_LAG_STEPS
from twitchcam.motion.channels import CHANNELS, INDEX
from twitchcam.motion.pulse_network import LAG_STEPS, PLACES, PulseNetwork, weights_from
from twitchcam.motion.views import LEVELS, VIEWS, ViewName
from twitchcam.motion.weights_file import WEIGHTS_NAME, bundled_weights

N = 60


def movement(seed: int = 0) -> tuple[dict[ViewName, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=(N, len(view.mirror))) for name, view in VIEWS.items()}, rng.normal(
        size=(N, len(LEVELS))
    )


def said(moved: dict[ViewName, np.ndarray], levels: np.ndarray, seed: int = 0) -> list[np.ndarray | None]:
    network = PulseNetwork(weights_from(arrays(seed=seed)))
    return [network.push({name: moved[name][i] for name in moved}, levels[i]) for i in range(len(levels))]


def test_an_answer_comes_as_many_steps_later_as_the_layers_look_ahead() -> None:
    found = said(*movement())
    assert LAG_STEPS == ODDS_LAG_STEPS
    assert f"peaked {LAG_STEPS} steps before" in CHANNELS[INDEX["odds_upper"]].meaning
    assert [one is None for one in found] == [True] * LAG_STEPS + [False] * (N - LAG_STEPS)
    assert all(one is not None and one.shape == (len(PLACES),) for one in found[LAG_STEPS:])


def test_a_flipped_face_gives_flipped_answers() -> None:
    moved, levels = movement()
    straight = said(moved, levels)[-1]
    flipped = said({name: VIEWS[name].flipped(own) for name, own in moved.items()}, levels)[-1]
    assert straight is not None
    assert flipped is not None
    assert flipped == pytest.approx(straight[[2, 3, 0, 1]], abs=1e-5)
    assert flipped != pytest.approx(straight, abs=1e-3)


def test_an_answer_rests_on_half_a_second_before_and_the_lag_after() -> None:
    moved, levels = movement()
    whole = said(moved, levels)
    other, _ = movement(seed=9)
    changed = {name: np.concatenate([own[:40], other[name][40:]]) for name, own in moved.items()}
    found = said(changed, levels)
    for i in range(LAG_STEPS, 40):
        assert found[i] == pytest.approx(whole[i], abs=1e-6)
    assert found[40] != pytest.approx(whole[40], abs=1e-3)


def test_the_mean_of_all_networks_counts() -> None:
    moved, levels = movement()
    one = arrays(1)
    twice = {name: np.concatenate([own, own]) for name, own in one.items()}
    network, same = PulseNetwork(weights_from(one)), PulseNetwork(weights_from(twice))
    for i in range(20):
        step = {name: moved[name][i] for name in moved}
        first, second = network.push(step, levels[i]), same.push(step, levels[i])
    assert first is not None
    assert second == pytest.approx(first, abs=1e-5)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_mirrored_twice_is_the_view(name: ViewName) -> None:
    view = VIEWS[name]
    values = np.random.default_rng(0).normal(size=(4, len(view.mirror)))
    assert view.flipped(view.flipped(values)) == pytest.approx(values)
    assert not np.allclose(view.flipped(values), values)


class TestFile:
    def test_the_bundled_weights_are_those_of_this_version(self) -> None:
        found = bundled_weights()
        assert set(found) == set(VIEWS)
        assert all(np.isfinite(own.entry[0]).all() for own in found.values())

    def test_a_wrong_shape_or_a_missing_array_is_told(self) -> None:
        wrong = arrays()
        wrong["tracked/2"] = wrong["tracked/2"][:, :3]
        with pytest.raises(ValueError, match="tracked/2 has the shape"):
            weights_from(wrong)
        del wrong["tracked/2"]
        with pytest.raises(KeyError):
            weights_from(wrong)

    @pytest.mark.parametrize("content", [None, b"no archive"])
    def test_a_missing_or_broken_file_is_one_line_with_what_to_do(
        self, content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bundled, "places", lambda _: (tmp_path, tmp_path))
        if content is not None:
            (tmp_path / WEIGHTS_NAME).write_bytes(content)
        with pytest.raises(ModelError, match=r"moving_mouth\.npz.*install twitchcam again") as caught:
            bundled_weights.__wrapped__()
        assert "\n" not in str(caught.value)
