"""Renders scenes, each once: what was rendered before is found again by its key."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.keys import code_digest, key_of, versions
from tests.benchmarks.people import face_of, portrait, portrait_digest
from tests.benchmarks.scenes import Scene
from twitchcam.simulate.geometry import LIP_BORDER
from twitchcam.simulate.render import render_portrait

#: What a rendered picture depends on besides the scenario, which holds the drawn twitches already.
_MODULES = ("clock", "encode", "exposure", "geometry", "head", "movements", "pulse", "render", "skin", "stage", "view")
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
    path = cache / "videos" / f"{scene.name}-{scene_key(scene)}{scene.suffix}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        image = portrait(scene.person.path)
        render_portrait(image, path, scene.scenario, scene.video, face=face_of(scene.person.path))
    return path
