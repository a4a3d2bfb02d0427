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
from twitchcam.motion.views import LEVELS, MOUTH
from twitchcam.motion.weights_file import WEIGHTS_NAME, bundled_weights

N = 60


def movement(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps, the same whitened by something, and levels."""
    rng = np.random.default_rng(seed)
    moved, unusual = rng.normal(size=(2, N, len(MOUTH.mirror)))
    return moved, unusual, rng.normal(size=(N, len(LEVELS)))


def said(moved: np.ndarray, unusual: np.ndarray, levels: np.ndarray, seed: int = 0) -> list[np.ndarray | None]:
    network = PulseNetwork(weights_from(arrays(seed=seed)))
    return [network.push(*step) for step in zip(moved, unusual, levels, strict=True)]


def test_an_answer_comes_as_many_steps_later_as_the_layers_look_ahead() -> None:
    found = said(*movement())
    assert LAG_STEPS == ODDS_LAG_STEPS
    assert f"peaked {LAG_STEPS} steps before" in CHANNELS[INDEX["odds_upper"]].meaning
    assert [one is None for one in found] == [True] * LAG_STEPS + [False] * (N - LAG_STEPS)
    assert all(one is not None and one.shape == (len(PLACES),) for one in found[LAG_STEPS:])


def test_a_flipped_face_gives_flipped_answers() -> None:
    moved, unusual, levels = movement()
    straight = said(moved, unusual, levels)[-1]
    flipped = said(MOUTH.flipped(moved), MOUTH.flipped(unusual), levels)[-1]
    assert straight is not None
    assert flipped is not None
    assert flipped == pytest.approx(straight[[2, 3, 0, 1]], abs=1e-5)
    assert flipped != pytest.approx(straight, abs=1e-3)


def test_an_answer_rests_on_half_a_second_before_and_the_lag_after() -> None:
    moved, unusual, levels = movement()
    whole = said(moved, unusual, levels)
    other, *_ = movement(seed=9)
    found = said(np.concatenate([moved[:40], other[40:]]), unusual, levels)
    for i in range(LAG_STEPS, 40):
        assert found[i] == pytest.approx(whole[i], abs=1e-6)
    assert found[40] != pytest.approx(whole[40], abs=1e-3)


@pytest.mark.parametrize("part", range(3))
def test_all_of_a_step_counts(part: int) -> None:
    given, other = movement(), movement(seed=9)
    changed = [other[i] if i == part else own for i, own in enumerate(given)]
    assert said(*changed)[-1] != pytest.approx(said(*given)[-1], abs=1e-3)


def test_the_mean_of_all_networks_counts() -> None:
    one = arrays(1)
    twice = {name: own if name == "usual" else np.concatenate([own, own]) for name, own in one.items()}
    network, same = PulseNetwork(weights_from(one)), PulseNetwork(weights_from(twice))
    for step in zip(*movement(), strict=True):
        first, second = network.push(*step), same.push(*step)
    assert first is not None
    assert second == pytest.approx(first, abs=1e-5)


def test_what_is_mirrored_twice_is_as_before() -> None:
    values = np.random.default_rng(0).normal(size=(4, len(MOUTH.mirror)))
    assert MOUTH.flipped(MOUTH.flipped(values)) == pytest.approx(values)
    assert not np.allclose(MOUTH.flipped(values), values)


def test_no_measurement_is_mirrored_into_another_one() -> None:
    ends = [0]
    for own in MOUTH.measurements:
        assert own.start == ends[-1]
        assert sorted(MOUTH.mirror[own]) == list(range(own.start, own.stop))
        ends.append(own.stop)
    assert ends[-1] == len(MOUTH.mirror) == len(MOUTH.sign)


class TestFile:
    def test_the_bundled_weights_are_those_of_this_version(self) -> None:
        found = bundled_weights()
        assert np.isfinite(found.entry[0]).all()
        assert np.linalg.eigvalsh(found.usual).min() > -1e-3
        assert found.usual == pytest.approx(MOUTH.flipped(MOUTH.flipped(found.usual).T), abs=1e-3)

    def test_a_wrong_shape_or_a_missing_array_is_told(self) -> None:
        wrong = arrays()
        wrong["2"] = wrong["2"][:, :3]
        with pytest.raises(ValueError, match="2 has the shape"):
            weights_from(wrong)
        del wrong["2"]
        with pytest.raises(KeyError):
            weights_from(wrong)
        with pytest.raises(ValueError, match="usual has the shape"):
            weights_from({**arrays(), "usual": np.eye(3)})

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
