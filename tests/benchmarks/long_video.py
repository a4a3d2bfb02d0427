"""Long videos for little rendering: a rendered minute, joined to itself without encoding it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.benchmarks.keys import key_of
from tests.benchmarks.people import ASTRONAUT
from tests.benchmarks.rendering import rendered, scene_key
from tests.benchmarks.scenes import MEAN_INTERVAL_S, QUALITIES, Scene, seed_of
from tests.benchmarks.tasks import Plan
from twitchcam.simulate.scenario import Scenario, VideoSettings
from twitchcam.simulate.schedule import draw_twitches

#: What is rendered at most; the rest of a longer video repeats it.
RENDERED_S = 60.0
#: Face of the same size in relation to the picture as in 640x480 with 100 px.
_IOD_OF_HEIGHT = 100 / 480


def long_video(job: tuple[float, int, int], plan: Plan) -> Path:
    """A video of a face with a twitch of 2 % every few seconds, crf 23.

    Args:
        job: Length in seconds (beyond a minute: whole minutes), width and height.
        plan: Gives the cache.
    """
    seconds, width, height = job
    scene = _scene(min(seconds, RENDERED_S), width, height)
    once = rendered(scene, plan.cache)
    times = round(seconds / RENDERED_S)
    if times <= 1:
        return once
    path = plan.cache / "videos" / f"{scene.name}-x{times}-{key_of(scene_key(scene), times)}.mp4"
    if not path.exists():
        repeat(once, path, times)
    return path


def repeat(video: Path, out: Path, times: int) -> None:
    """Joins a video to itself; the packets stay as they are. Each repetition begins with a jump back."""
    import av

    partial = out.with_name(f"{out.stem}.partial{out.suffix}")
    with av.open(str(partial), "w") as target:
        stream: Any = None
        offset = 0
        for _ in range(times):
            with av.open(str(video)) as source:
                origin = source.streams.video[0]
                stream = stream or target.add_stream_from_template(origin)
                end = 0
                for packet in source.demux(origin):
                    if packet.dts is None or packet.pts is None:
                        continue
                    end = max(end, packet.pts + (packet.duration or 0))
                    packet.pts += offset
                    packet.dts += offset
                    packet.stream = stream
                    target.mux(packet)
                offset += end
    partial.replace(out)


def _scene(seconds: float, width: int, height: int) -> Scene:
    seed = seed_of("speed", width, height)
    twitches = draw_twitches(
        duration_s=seconds, seed=seed, amplitudes_pct_iod=[2.0], mean_interval_s=2 * MEAN_INTERVAL_S
    )
    iod_px = round(_IOD_OF_HEIGHT * height)
    return Scene(
        person=ASTRONAUT,
        amplitude=2.0,
        quality="low",
        condition=f"speed-{width}x{height}",
        number=0,
        scenario=Scenario(duration_s=seconds, seed=seed, twitches=twitches, iod_px=iod_px),
        video=VideoSettings(width=width, height=height, **QUALITIES["low"]),
    )
