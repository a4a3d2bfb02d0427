"""Rendered videos without twitches: rest, and blinks, smiles, speech and slow pulls of one corner of the mouth."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tests.benchmarks.people import Person
from tests.benchmarks.scenes import ALL_QUALITIES, QUALITIES, Scene, seed_of
from twitchcam.events.model import Side
from twitchcam.simulate.scenario import Movement, MovementKind, Scenario, VideoSettings

SECONDS = 60.0
REST = "rest"

#: Mean pause between two movements, range of their lengths (s) and of their sizes (% IOD).
_HABITS: dict[MovementKind, tuple[float, tuple[float, float], tuple[float, float]]] = {
    MovementKind.BLINK: (3.0, (0.15, 0.35), (6.0, 10.0)),
    MovementKind.SMILE: (5.0, (1.5, 4.0), (3.0, 9.0)),
    MovementKind.SPEECH: (3.0, (2.0, 6.0), (3.0, 8.0)),
    MovementKind.PULL: (4.0, (0.8, 2.5), (2.0, 8.0)),
}


def rest_scenes(
    people: Sequence[Person], minutes: float, *, qualities: Sequence[str] = tuple(QUALITIES), seconds: float = SECONDS
) -> list[Scene]:
    """Videos of people at rest, as many as make so many minutes, in turn over people and qualities."""
    return [
        _scene(person, quality, REST, number, (), seconds)
        for person, quality, number in _turns(people, qualities, math.ceil(minutes * 60 / seconds))
    ]


def movement_scenes(
    people: Sequence[Person],
    minutes: float,
    *,
    kinds: Sequence[MovementKind] = tuple(_HABITS),
    seconds: float = SECONDS,
) -> list[Scene]:
    """The same with movements that are no twitches, one kind a video."""
    scenes = []
    for k in range(math.ceil(minutes * 60 / seconds)):
        # One kind after the other; the quality changes with each round of kinds, and who it is with each video.
        number, which = divmod(k, len(kinds))
        kind, quality = kinds[which], tuple(QUALITIES)[number % len(QUALITIES)]
        person = people[(k + number + number // len(QUALITIES)) % len(people)]
        movements = draw_movements(kind, seconds=seconds, seed=seed_of(person.name, kind.value, number))
        scenes.append(_scene(person, quality, kind.value, number, movements, seconds))
    return scenes


def draw_movements(kind: MovementKind, *, seconds: float, seed: int) -> tuple[Movement, ...]:
    """Movements of one kind at random times, all within the video."""
    pause_s, lengths_s, sizes = _HABITS[kind]
    rng = np.random.default_rng([seed, 11])
    made: list[Movement] = []
    onset_s = 2.0 + float(rng.exponential(pause_s))
    while True:
        length_s = float(rng.uniform(*lengths_s))
        if onset_s + length_s > seconds:
            return tuple(made)
        side = (Side.LEFT, Side.RIGHT)[int(rng.integers(2))] if kind is MovementKind.PULL else Side.BOTH
        size = float(rng.uniform(*sizes))
        made.append(Movement(kind=kind, onset_s=onset_s, duration_s=length_s, amplitude_pct_iod=size, side=side))
        onset_s += length_s + 0.5 + float(rng.exponential(pause_s))


def _turns(people: Sequence[Person], qualities: Sequence[str], count: int) -> list[tuple[Person, str, int]]:
    """Person, quality and number of each video; every person comes in every quality before anybody comes again."""
    pairs = [divmod(k, len(qualities)) for k in range(count)]
    return [(people[turn % len(people)], qualities[which], turn // len(people)) for turn, which in pairs]


def _scene(
    person: Person, quality: str, condition: str, number: int, movements: tuple[Movement, ...], seconds: float
) -> Scene:
    scenario = Scenario(duration_s=seconds, seed=seed_of(person.name, "quiet", condition, number), movements=movements)
    return Scene(
        person=person,
        amplitude=0.0,
        quality=quality,
        condition=condition,
        number=number,
        scenario=scenario,
        video=VideoSettings(**ALL_QUALITIES[quality]),
    )
