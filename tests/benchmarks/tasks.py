"""Work for the worker processes: a rendered scene or a real clip, taken through the methods."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from tests.benchmarks.catalogue import Entry
from tests.benchmarks.keys import file_digest, key_of
from tests.benchmarks.methods import METHODS, Detections, detect
from tests.benchmarks.rendering import render_together, rendered, scene_key
from tests.benchmarks.scenes import Scene
from twitchcam.events.model import Twitch
from twitchcam.simulate.truth import truth_of

T = TypeVar("T")
R = TypeVar("R")

#: A library with threads of its own would take the cores from the other worker.
_ONE_THREAD = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
_NICE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How every video is treated.

    Attributes:
        cache: Folder of everything cached.
        methods: Which methods run.
        settings: Configuration as nested plain data.
    """

    cache: Path
    methods: tuple[str, ...] = METHODS
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A video after the methods saw it: what was in it, and what each found."""

    video: Path
    truth: tuple[Twitch, ...]
    found: dict[str, Detections]


def see_scene(scene: Scene, plan: Plan) -> Seen:
    """Renders a scene and runs the methods on it."""
    video = rendered(scene, plan.cache)
    return see(video, scene_key(scene), tuple(truth_of(scene.scenario)), plan)


def see_together(scenes: Sequence[Scene], plan: Plan) -> list[Seen]:
    """Renders scenes that differ in their compression alone, and runs the methods on each."""
    render_together(scenes, plan.cache)
    return [see_scene(scene, plan) for scene in scenes]


def see_scenes(scenes: Sequence[Scene], plan: Plan, *, jobs: int, what: str) -> list[Seen]:
    """Does :func:`see_scene` for every scene, in processes; results in the order of the scenes."""
    groups: dict[str, list[int]] = {}
    for number, scene in enumerate(scenes):
        groups.setdefault(scene.uncompressed, []).append(number)
    together = run(see_together, [[scenes[i] for i in group] for group in groups.values()], plan, jobs=jobs, what=what)
    seen = {
        i: one
        for group, found in zip(groups.values(), together, strict=True)
        for i, one in zip(group, found, strict=True)
    }
    return [seen[number] for number in range(len(scenes))]


def see_clip(clip: Entry, plan: Plan) -> Seen:
    """Runs the methods on a clip without twitches."""
    return see(clip.path, key_of(file_digest(clip.path)), (), plan)


def see(video: Path, key: str, truth: tuple[Twitch, ...], plan: Plan) -> Seen:
    """Runs the methods on a video whose content has a name, and whose twitches are known."""
    found = {method: detect(video, key, method, plan.settings, plan.cache) for method in plan.methods}
    return Seen(video=video, truth=truth, found=found)


def run(work: Callable[[T, Plan], R], items: Sequence[T], plan: Plan, *, jobs: int, what: str) -> list[R]:
    """Does the work for every item, in processes; results in the order of the items.

    Args:
        work: A function of a module.
        items: What to do it for.
        plan: Goes along with every item.
        jobs: Number of processes.
        what: For the progress on stderr.
    """
    results: dict[int, R] = {}
    began_s = time.monotonic()
    with _one_thread(), ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_prepare) as pool:
        waiting = {pool.submit(work, item, plan): number for number, item in enumerate(items)}
        try:
            for done in as_completed(waiting):
                results[waiting[done]] = done.result()
                _say(what, len(results), len(items), time.monotonic() - began_s)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [results[number] for number in range(len(items))]


def _prepare() -> None:
    import cv2

    # Nothing in this work has cycles worth looking for every 700 objects.
    gc.set_threshold(100_000)
    cv2.setNumThreads(1)
    if hasattr(os, "nice"):
        os.nice(_NICE)


@contextmanager
def _one_thread() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _say(what: str, done: int, total: int, elapsed_s: float) -> None:
    left_s = elapsed_s / done * (total - done)
    end = "\r" if sys.stderr.isatty() and done < total else "\n"
    if end == "\n" and done < total and done % max(1, total // 20):
        return
    print(
        f"{what}: {done}/{total}, {elapsed_s / 60:.1f} min, about {left_s / 60:.1f} min left",
        end=end,
        file=sys.stderr,
        flush=True,
    )
