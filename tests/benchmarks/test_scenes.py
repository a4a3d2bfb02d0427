from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.benchmarks.people import ASTRONAUT, Person
from tests.benchmarks.quiet_scenes import draw_movements, movement_scenes, rest_scenes
from tests.benchmarks.rendering import scene_key
from tests.benchmarks.scenes import BASE, CONDITIONS, QUALITIES, Scene, twitch_scene
from twitchcam.events.model import Side
from twitchcam.simulate.scenario import MovementKind

OTHER = Person(name="other", origin="nowhere")

#: The movements that a quiet scene may hold.
KINDS = (MovementKind.BLINK, MovementKind.SMILE, MovementKind.SPEECH, MovementKind.PULL)


def scene(**changes) -> Scene:
    return twitch_scene(**{"person": ASTRONAUT, "amplitude": 1.0, "quality": "web", **changes})


def test_a_video_has_one_size_and_about_a_dozen_twitches():
    counts = [len(scene(number=n).scenario.twitches) for n in range(8)]
    assert 10 <= sum(counts) / len(counts) <= 14
    assert {t.amplitude_pct_iod for t in scene(amplitude=0.5).scenario.twitches} == {0.5}


def test_qualities_and_conditions_are_compared_on_the_same_twitches():
    usual = scene().scenario
    assert scene(quality="low").scenario == usual
    assert scene(condition="fps60").scenario.twitches == usual.twitches
    assert scene(number=1).scenario.twitches != usual.twitches
    assert scene(person=OTHER).scenario.twitches != usual.twitches


@pytest.mark.parametrize("condition", [c for c in CONDITIONS if c != BASE])
def test_every_condition_changes_something(condition):
    usual, other = scene(), scene(condition=condition)
    assert other.video != usual.video or replace(other.scenario, twitches=()) != replace(usual.scenario, twitches=())


def test_twitches_keep_away_from_speech():
    scenario = scene(condition="speech").scenario
    assert scenario.movements
    assert len(scenario.twitches) >= 5
    for twitch in scenario.twitches:
        for movement in scenario.movements:
            assert twitch.end_s + 1 <= movement.onset_s or twitch.onset_s - 1 >= movement.end_s


def test_the_key_names_all_that_a_video_depends_on():
    changes = [{}, {"quality": "low"}, {"number": 1}, {"amplitude": 2.0}, *({"condition": c} for c in CONDITIONS)]
    keys = {scene_key(scene(**change)) for change in changes}
    assert len(keys) == len(changes) - 1  # the usual condition is there twice
    assert scene_key(scene()) == scene_key(scene())


@pytest.mark.parametrize("count", [1, 2, 3])
def test_rest_is_shared_among_people_and_qualities(count):
    scenes = rest_scenes([ASTRONAUT, OTHER, replace(OTHER, name="third")][:count], 12)
    assert sum(s.scenario.duration_s for s in scenes) == 12 * 60
    assert set(Counter((s.person.name, s.quality) for s in scenes).values()) == {6 // count}
    # Each stretch of rest is there in both qualities, rendered once.
    assert set(Counter(s.scenario.seed for s in scenes).values()) == {2}
    assert len({s.uncompressed for s in scenes}) == 6
    assert not any(s.scenario.twitches or s.scenario.movements for s in scenes)


@pytest.mark.parametrize(
    "people", [[ASTRONAUT], [ASTRONAUT, OTHER, replace(OTHER, name="a"), replace(OTHER, name="b")]]
)
def test_every_kind_of_movement_comes_in_every_quality_and_with_everybody(people):
    scenes = movement_scenes(people, 32)
    assert {m.kind for s in scenes[:4] for m in s.scenario.movements} == set(KINDS)
    kinds = {(s.condition, s.quality) for s in scenes[:8]}
    assert kinds == {(kind.value, quality) for kind in KINDS for quality in QUALITIES}
    assert {(s.condition, s.quality, s.person.name) for s in scenes} == {(*k, p.name) for k in kinds for p in people}
    assert not any(s.scenario.twitches for s in scenes)


@pytest.mark.parametrize("kind", KINDS)
def test_movements_follow_one_another_within_the_video(kind):
    movements = draw_movements(kind, seconds=60, seed=1)
    assert len(movements) >= 4
    assert all(a.end_s < b.onset_s for a, b in pairwise(movements))
    assert movements[-1].end_s <= 60
    assert {m.side for m in movements} <= ({Side.LEFT, Side.RIGHT} if kind is MovementKind.PULL else {Side.BOTH})
