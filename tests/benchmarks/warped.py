"""Twitches warped into real recordings of people who talk: are they still found where false alarms are kept down?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.catalogue import Entry
from tests.benchmarks.keys import code_digest, file_digest, key_of, versions
from tests.benchmarks.rendering import LIBRARIES, RENDERING
from tests.benchmarks.scenes import seed_of
from tests.benchmarks.tasks import Plan, Seen, see
from twitchcam.events.model import Twitch
from twitchcam.session.events_file import read_events
from twitchcam.simulate.footage import Stretch, find_footage, render_on_video
from twitchcam.simulate.scenario import PLAIN_CAMERA, Scenario, VideoSettings
from twitchcam.simulate.schedule import draw_twitches
from twitchcam.simulate.truth import truth_path, write_truth

#: A shorter clip is over before it has begun.
SHORTEST_S = 6.0
_TALKING = ("talk", "speech")
_MEAN_INTERVAL_S, _FIRST_S, _TAIL_S = 3.0, 2.5, 0.8
_VIDEO = VideoSettings(crf=12)
_CODE = code_digest("simulate/footage.py")


def talking(clips: Sequence[Entry]) -> list[Entry]:
    """The clips in which people talk."""
    return [clip for clip in clips if clip.context.lower().startswith(_TALKING)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warped:
    """A clip with twitches in it; ``key`` names its content."""

    video: Path
    key: str
    truth: tuple[Twitch, ...]


def see_warped(job: tuple[Entry, float], plan: Plan) -> Seen | None:
    """Warps twitches of one size (% IOD) into a clip and runs the methods on it; None where the clip is too short."""
    made = warped(*job, plan.cache)
    return see(made.video, made.key, made.truth, plan) if made.truth else None


def warped(clip: Entry, amplitude: float, cache: Path) -> Warped:
    """A clip with twitches of one size (% IOD), made now or before; without any where it is too short."""
    key = key_of(
        file_digest(clip.path),
        amplitude,
        _MEAN_INTERVAL_S,
        _FIRST_S,
        _TAIL_S,
        _VIDEO,
        RENDERING,
        _CODE,
        versions(*LIBRARIES),
    )
    video = cache / "videos" / f"{clip.path.stem}-warped-{amplitude:g}-{key}.mp4"
    if not truth_path(video).exists():
        video.parent.mkdir(parents=True, exist_ok=True)
        _warp(clip, amplitude, video)
    return Warped(video=video, key=key, truth=tuple(read_events(truth_path(video))))


def _warp(clip: Entry, amplitude: float, video: Path) -> None:
    footage = find_footage(clip.path, Stretch())
    if footage.duration_s < SHORTEST_S:
        write_truth(truth_path(video), [])
        return
    seed = seed_of(clip.path.name, amplitude)
    twitches = draw_twitches(
        duration_s=footage.duration_s,
        seed=seed,
        amplitudes_pct_iod=[amplitude],
        mean_interval_s=_MEAN_INTERVAL_S,
        first_s=_FIRST_S,
        tail_s=_TAIL_S,
    )
    scenario = Scenario(duration_s=footage.duration_s, seed=seed, twitches=twitches, camera=PLAIN_CAMERA)
    write_truth(truth_path(video), render_on_video(footage, video, scenario, _VIDEO))
