"""Renders scenes, each once: what was rendered before is found again by its key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.keys import code_digest, key_of, versions
from tests.benchmarks.people import face_of, portrait, portrait_digest
from tests.benchmarks.scenes import Scene
from twitchcam.simulate.encode import write_videos
from twitchcam.simulate.geometry import LIP_BORDER
from twitchcam.simulate.render import portrait_frames

#: What a rendered picture depends on besides the scenario, which holds the drawn twitches already.
_MODULES = (
    *("clock", "codecs", "encode", "exposure", "geometry", "head", "movements", "pulse", "render", "skin", "stage"),
    "view",
)
RENDERING = code_digest(*(f"simulate/{name}.py" for name in _MODULES))
LIBRARIES = ("av", "mediapipe", "numpy", "opencv-contrib-python", "scipy")


def scene_key(scene: Scene) -> str:
    """Names the video that a scene becomes."""
    return key_of(
        scene.scenario,
        scene.video,
        portrait_digest(scene.person.path),
        sorted((*place, *points) for place, points in LIP_BORDER.items()),
        RENDERING,
        versions(*LIBRARIES),
    )


def rendered(scene: Scene, cache: Path) -> Path:
    """The video of a scene, rendered now or before.

    Args:
        scene: What to render.
        cache: Folder of everything cached.
    """
    render_together([scene], cache)
    return _path(scene, cache)


def render_together(scenes: Sequence[Scene], cache: Path) -> None:
    """Renders scenes that differ in nothing but the compression; the pictures are made once.

    Args:
        scenes: Of the same name, see :attr:`Scene.uncompressed`.
        cache: Folder of everything cached.
    """
    absent = [scene for scene in scenes if not _path(scene, cache).exists()]
    if not absent:
        return
    (cache / "videos").mkdir(parents=True, exist_ok=True)
    first = absent[0]
    path = first.person.path
    frames = portrait_frames(portrait(path), first.scenario, first.video, face=face_of(path))
    write_videos(frames, [(_path(scene, cache), scene.video) for scene in absent])


def _path(scene: Scene, cache: Path) -> Path:
    return cache / "videos" / f"{scene.name}-{scene_key(scene)}{scene.suffix}"
