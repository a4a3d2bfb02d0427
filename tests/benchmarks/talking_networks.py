"""Has the networks for a moving mouth learn, and keeps what they learned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.catalogue import Entry
from tests.benchmarks.keys import file_digest, key_of, versions
from tests.benchmarks.measured import CODE, LIBRARIES, Measured, kept, measured_of
from tests.benchmarks.people import Person
from tests.benchmarks.quiet_scenes import movement_scenes
from tests.benchmarks.rendering import rendered, scene_key
from tests.benchmarks.scenes import Scene
from tests.benchmarks.talking_lessons import course_of, lessons, sent_twitches, speech_of, usual_of
from tests.benchmarks.tasks import Plan, run
from tests.benchmarks.warped import SHORTEST_S, talking, warped
from twitchcam.config import Config
from twitchcam.errors import UsageError
from twitchcam.events.model import Twitch
from twitchcam.motion import whitening
from twitchcam.motion.views import MOUTH

#: Batches that a network learns from, and networks.
STEPS, SEEDS = 4000, 4
#: How much one looks at people who do not talk, and at rendered movements all together.
_OTHERS, _RENDERED = 0.4, 0.15
_MINUTES = 8.0
_ACTOR = re.compile(r"[MW]\d{3}(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One network.

    Attributes:
        clips: Real people to learn from.
        scenes: Rendered movements that are no twitches.
        seed: Of the network and of the draw.
        amplitude: Size of the twitches, % IOD.
        steps: Batches to learn from.
        whitened: Whether it sees the whitened movement, too.
    """

    clips: tuple[Entry, ...]
    scenes: tuple[Scene, ...]
    seed: int
    amplitude: float
    steps: int
    whitened: bool


def scenes_of(people: Sequence[Person]) -> tuple[Scene, ...]:
    """Blinks, smiles, speech and slow pulls as they are rendered; none where nobody is given."""
    return tuple(movement_scenes(people, _MINUTES)) if people else ()


def networks(
    groups: Sequence[Sequence[Entry]],
    scenes: Sequence[Scene],
    amplitude: float,
    plan: Plan,
    *,
    jobs: int,
    steps: int = STEPS,
    seeds: int = SEEDS,
    whitened: bool = True,
) -> list[dict[str, Any]]:
    """For each group of clips the arrays of the networks that learned from it, as the package keeps them."""
    # Every network needs all of it: it is measured before they start, once.
    clips = list(dict.fromkeys(clip for group in groups for clip in group))
    run(plain_of, clips, plan, jobs=jobs, what="clips")
    run(_look_at_warped, [(clip, amplitude) for clip in talking(clips)], plan, jobs=jobs, what="warped into talking")
    run(scene_of, list(scenes), plan, jobs=jobs, what="rendered movements")
    tasks = [
        Task(
            clips=tuple(group),
            scenes=tuple(scenes),
            seed=seed,
            amplitude=amplitude,
            steps=steps,
            whitened=whitened,
        )
        for group in groups
        for seed in range(seeds)
    ]
    learned = iter(run(network, tasks, plan, jobs=jobs, what="networks"))
    made = []
    for _ in groups:
        own = [next(learned) for _ in range(seeds)]
        arrays = {name: np.stack([one[name] for one in own]).astype(np.float16) for name in own[0] if name != "usual"}
        made.append({**arrays, "usual": own[0]["usual"].astype(np.float32)})
    return made


def network(task: Task, plan: Plan) -> dict[str, Any]:
    """Learns, now or before."""
    own = "".join((Path(__file__).parent / f"{name}.py").read_text() for name in ("pulse_net", "talking_lessons"))
    own += Path(whitening.__file__).read_text()
    clips = [file_digest(clip.path) for clip in task.clips]
    scenes = [scene_key(scene) for scene in task.scenes]
    made_by = CODE["fused"], versions(*LIBRARIES, "jax")
    blind = () if task.whitened else ("not whitened",)
    key = key_of(own, made_by, clips, scenes, task.seed, task.amplitude, task.steps, *blind)
    return kept(plan.cache / "networks" / f"{key}.npz", lambda: _learned(task, plan))


def plain_of(clip: Entry, plan: Plan) -> Measured:
    """A clip as it is."""
    return measured_of(clip.path, key_of(file_digest(clip.path)), Config(), plan.cache)


def there_of(clip: Entry, amplitude: float, plan: Plan) -> tuple[Measured, tuple[Twitch, ...]] | None:
    """A clip with twitches of one size (% IOD) warped into it, and these; None where it is too short."""
    made = warped(clip, amplitude, plan.cache)
    return (measured_of(made.video, made.key, Config(), plan.cache), made.truth) if made.truth else None


def scene_of(scene: Scene, plan: Plan) -> Measured:
    """A rendered scene."""
    return measured_of(rendered(scene, plan.cache), scene_key(scene), Config(), plan.cache)


def parts_of(clips: Sequence[Entry]) -> list[list[Entry]]:
    """Each half of the clips in two of about the same length of talking, nobody in both.

    Who is seen is told by the column ``person``, by an actor's number in the origin, or by the origin.
    """
    parts: list[list[Entry]] = []
    for half in sorted({clip.half or "" for clip in clips}):
        people: dict[str, list[Entry]] = {}
        for clip in clips:
            if (clip.half or "") == half:
                people.setdefault(_who(clip), []).append(clip)
        two: tuple[list[Entry], list[Entry]] = [], []
        # The largest first, each to where there is less.
        for own in sorted(people.values(), key=lambda own: (-_size(own), own[0].path.name)):
            min(two, key=_size).extend(own)
        parts += [part for part in two if part]
    return parts


def _who(clip: Entry) -> str:
    actor = _ACTOR.search(clip.origin)
    return actor.group() if actor else clip.origin.partition(":")[0]


def _size(clips: Sequence[Entry]) -> int:
    """Bytes of the clips in which people talk, and a little of the others."""
    spoken = {clip.path for clip in talking(clips)}
    return sum(clip.path.stat().st_size // (1 if clip.path in spoken else 10) for clip in clips)


def _look_at_warped(job: tuple[Entry, float], plan: Plan) -> None:
    there_of(*job, plan)


def _learned(task: Task, plan: Plan) -> dict[str, Any]:
    from tests.benchmarks.pulse_net import learn

    spoken = {clip.path for clip in talking(task.clips)}
    courses, weights, sent = [], [], []
    for clip in task.clips:
        plain = course_of(plain_of(clip, plan))
        courses.append(plain)
        weights.append(float(plain.known.sum()) * (1.0 if clip.path in spoken else _OTHERS))
        if clip.path in spoken:
            there = there_of(clip, task.amplitude, plan)
            if there is not None:
                sent += sent_twitches(plain, course_of(there[0]), there[1])
    if not sent:
        raise UsageError(
            f"no twitch could be warped into the clips to learn from: nobody there talks for {SHORTEST_S:g} s"
        )
    drawn = [course_of(scene_of(scene, plan)) for scene in task.scenes]
    moving = sum(float(course.known.sum()) for course in drawn)
    share = _RENDERED * sum(weights) / moving if moving else 0.0
    weights += [share * float(course.known.sum()) for course in drawn]
    usual = usual_of(courses)
    speech = [speech_of(course, usual) for course in (*courses, *drawn)]
    if not task.whitened:
        speech = [replace(one, matrices=np.zeros_like(one.matrices)) for one in speech]
    material = lessons(speech, weights, sent, seed=task.seed)
    learned = {**learn(material, steps=task.steps, seed=task.seed), "usual": usual}
    return learned if task.whitened else blinded(learned)


def blinded(arrays: dict[str, Any]) -> dict[str, Any]:
    """The same networks, which no longer heed the whitened movement."""
    entry, values = arrays["entry"].copy(), len(MOUTH.mirror)
    entry[..., values : 2 * values, :] = 0
    return {**arrays, "entry": entry}
