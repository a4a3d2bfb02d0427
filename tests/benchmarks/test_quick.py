"""The quick form of the benchmark: fails when accuracy falls by more than noise; ``make bench-quick`` runs it alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.benchmarks.methods import FUSED
from tests.benchmarks.outcomes import Outcome, outcome
from tests.benchmarks.people import ASTRONAUT
from tests.benchmarks.scenes import Scene, seed_of, twitch_scene
from tests.benchmarks.tasks import Plan, Seen, see_scene
from twitchcam.capture.files import open_video
from twitchcam.config import Config
from twitchcam.engine import Engine
from twitchcam.simulate.schedule import draw_twitches

# Rendering takes a minute, and several on a busy machine.
pytestmark = [pytest.mark.heavy, pytest.mark.timeout(1200)]

SECONDS = 24.0
#: One missed or false event of about ten costs 0.05 of F1; two of them are noise, three are not.
FLOORS = {"web": 0.89, "low": 0.89}
SIZES = {"web": (2.0, 1.0), "low": (4.0, 2.0)}


def scene(quality: str) -> Scene:
    """One short video with twitches of two sizes."""
    plain = twitch_scene(ASTRONAUT, amplitude=SIZES[quality][0], quality=quality, seconds=SECONDS)
    twitches = draw_twitches(
        duration_s=SECONDS, seed=seed_of("quick"), amplitudes_pct_iod=SIZES[quality], mean_interval_s=1.9
    )
    return replace(plain, condition="quick", scenario=replace(plain.scenario, twitches=twitches))


@pytest.fixture(scope="module", params=tuple(FLOORS))
def quality(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def seen(quality: str, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    plan = Plan(cache=tmp_path_factory.mktemp("benchmark"), methods=(FUSED,))
    return see_scene(scene(quality), plan)


@pytest.fixture(scope="module")
def result(seen: Seen) -> Outcome:
    return outcome(seen.truth, seen.found[FUSED])


def test_twitches_are_found_and_little_else(result: Outcome, quality: str):
    assert result.truths >= 9
    assert result.f1 >= FLOORS[quality], f"{result.truths} twitches, {result.events} events, {len(result.pairs)} pairs"


def test_found_ones_are_on_the_right_lip_and_side(result: Outcome):
    assert sum(pair.side_right for pair in result.pairs) >= len(result.pairs) - 1
    assert sum(pair.lip_right for pair in result.pairs) >= len(result.pairs) - 1


def test_onsets_and_sizes_are_about_right(result: Outcome):
    onset_errors_s = sorted(abs(pair.onset_error_s) for pair in result.pairs)
    size_errors = sorted(abs(pair.amplitude_error) for pair in result.pairs)
    middle = len(result.pairs) // 2
    assert onset_errors_s[middle] <= 2 / 30
    assert size_errors[middle] <= 0.3


@pytest.mark.parametrize("quality", ["web"], indirect=True, scope="module")
def test_the_engine_finds_what_the_benchmark_says(seen: Seen):
    """The benchmark keeps measured samples and decides from them; the engine must say the same."""
    twitches = []
    with Engine(Config()) as engine, open_video(seen.video, Config().capture) as source:
        for frame in source:
            twitches += engine.push(frame).twitches
        twitches += engine.close().twitches
    assert tuple(twitches) == seen.found[FUSED].twitches
