"""Rendered videos in which something comes between: a hand, a lost face, a cut, a fast turn, a zoom."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from tests.benchmarks.keys import code_digest, key_of, versions
from tests.benchmarks.people import Person, face_of, portrait, portrait_digest
from tests.benchmarks.rendering import LIBRARIES, RENDERING
from tests.benchmarks.scenes import QUALITIES, seed_of
from tests.benchmarks.tasks import Plan, Seen, see
from twitchcam.capture.frame import Image
from twitchcam.simulate.encode import write_video
from twitchcam.simulate.render import portrait_frames
from twitchcam.simulate.scenario import Scenario, VideoSettings

SECONDS = 30.0
#: Each interruption lasts this long; between two the person is at rest.
_LASTS_S, _PERIOD_S, _FIRST_S = 3.0, 7.0, 5.0
_RAMP_S = 0.35
_IOD_PX = 100.0
_VIDEO = VideoSettings(**QUALITIES["web"])

Change = Callable[[Image, float, int], Image]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """One video.

    Attributes:
        person: Who is seen.
        other: Who is seen after a cut.
        kind: A key of :data:`KINDS`.
        seconds: Length.
    """

    person: Person
    other: Person
    kind: str
    seconds: float = SECONDS


def interruptions(people: Sequence[Person], *, seconds: float = SECONDS) -> list[Interruption]:
    """Every kind once for everybody; with a single person, the cut is left out."""
    return [
        Interruption(person=person, other=people[(k + 1) % len(people)], kind=kind, seconds=seconds)
        for kind in KINDS
        for k, person in enumerate(people)
        if kind != "cut" or len(people) > 1
    ]


def see_interruption(job: Interruption, plan: Plan) -> Seen:
    """Renders one and runs the methods on it."""
    faces = [portrait_digest(p.path) for p in (job.person, job.other)]
    code = code_digest(__file__)
    key = key_of(job.kind, job.seconds, faces, code, _VIDEO, RENDERING, versions(*LIBRARIES))
    video = plan.cache / "videos" / f"{job.person.name}-{job.kind}-{key}.mp4"
    if not video.exists():
        _render(job, video)
    return see(video, key, (), plan)


def _render(job: Interruption, video: Path) -> None:
    video.parent.mkdir(parents=True, exist_ok=True)
    others = _frames(job.other, job) if job.kind == "cut" else None
    change = KINDS[job.kind]
    amounts = (
        (t_s, picture, _amount(t_s), next(others)[1] if others is not None else None)
        for t_s, picture in _frames(job.person, job)
    )
    made = (
        (
            t_s,
            change(picture, amount, int((t_s - _FIRST_S) // _PERIOD_S)) if other is None else _cut(picture, other, t_s),
        )
        for t_s, picture, amount, other in amounts
    )
    write_video(made, video, _VIDEO)


def _frames(person: Person, job: Interruption) -> Iterator[tuple[float, Image]]:
    scenario = Scenario(duration_s=job.seconds, seed=seed_of(person.name, "interruption", job.kind))
    yield from portrait_frames(portrait(person.path), scenario, _VIDEO, face=face_of(person.path))


def _amount(t_s: float) -> float:
    """0 at rest, 1 while it lasts, with a smooth way between."""
    into_s = (t_s - _FIRST_S) % _PERIOD_S if t_s >= _FIRST_S else _PERIOD_S
    rise = min(max(into_s / _RAMP_S, 0.0), 1.0) * min(max((_LASTS_S - into_s) / _RAMP_S, 0.0), 1.0)
    return 0.5 - 0.5 * math.cos(math.pi * rise)


@lru_cache(maxsize=1)
def _hand() -> tuple[Image, np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
    """Picture and mask of four fingers and the back of a hand, as large as a face's lower half."""
    height, width = round(1.5 * _IOD_PX), round(1.7 * _IOD_PX)
    mask = np.zeros((height, width), np.uint8)
    cv2.ellipse(
        mask, (width // 2, round(0.72 * height)), (round(0.42 * width), round(0.3 * height)), 0, 0, 360, 255, -1
    )
    for k in range(4):
        x = round(width * (0.2 + 0.2 * k))
        cv2.line(mask, (x, round(0.12 * height)), (x, round(0.7 * height)), 255, round(0.16 * width))
    shade = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), 4)
    grain = cv2.GaussianBlur(np.random.default_rng(7).normal(0, 1, (height, width)).astype(np.float32), (0, 0), 2)
    skin = np.array([188, 142, 118], np.float32) * (0.55 + 0.45 * shade[..., None]) + 12 * grain[..., None]
    return np.clip(skin, 0, 255).astype(np.uint8), cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), 1)


def _covered(picture: Image, amount: float, number: int) -> Image:
    """A hand comes from below, or from the side, rests before the mouth, and trembles a little."""
    if amount <= 0:
        return picture
    hand, mask = _hand()
    height, width = picture.shape[:2]
    away = (1 - amount) * 2.2 * _IOD_PX
    x = width / 2 + (away if number % 2 else 0.0) + 1.5 * math.sin(40 * amount)
    y = height / 2 + 0.45 * _IOD_PX + (0.0 if number % 2 else away)
    onto = np.array([[1, 0, x - hand.shape[1] / 2], [0, 1, y - hand.shape[0] / 2]], np.float32)
    placed = cv2.warpAffine(hand, onto, (width, height))
    alpha = cv2.warpAffine(mask, onto, (width, height))[..., None]
    return np.asarray(alpha * placed + (1 - alpha) * picture, np.uint8)


def _lost(picture: Image, amount: float, number: int) -> Image:
    """The person leaves the picture, or the camera is covered."""
    if number % 2:
        return np.asarray(picture * (1 - amount), np.uint8)
    height, width = picture.shape[:2]
    onto = np.array([[1, 0, amount * width], [0, 1, 0]], np.float32)
    return np.asarray(cv2.warpAffine(picture, onto, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _turned(picture: Image, amount: float, number: int) -> Image:
    """The head is thrown to one side and narrows as a turned one does."""
    side = 1 if number % 2 else -1
    return _moved(
        picture, scale=(1 - 0.25 * amount, 1.0), shift=(side * 0.5 * _IOD_PX * amount, 0.1 * _IOD_PX * amount)
    )


def _zoomed(picture: Image, amount: float, number: int) -> Image:
    size = 1 + (0.5 if number % 2 else -0.35) * amount
    return _moved(picture, scale=(size, size), shift=(0.0, 0.0))


def _moved(picture: Image, *, scale: tuple[float, float], shift: tuple[float, float]) -> Image:
    height, width = picture.shape[:2]
    middle = np.array([width / 2, height / 2])
    offset = middle + shift - np.array(scale) * middle
    onto = np.array([[scale[0], 0, offset[0]], [0, scale[1], offset[1]]], np.float32)
    return np.asarray(
        cv2.warpAffine(picture, onto, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _same(picture: Image, amount: float, number: int) -> Image:
    return picture


def _cut(picture: Image, other: Image, t_s: float) -> Image:
    """One person for a while, then another one."""
    return other if int(t_s // _FIRST_S) % 2 else picture


KINDS: dict[str, Change] = {"hand": _covered, "lost": _lost, "cut": _same, "turn": _turned, "zoom": _zoomed}
