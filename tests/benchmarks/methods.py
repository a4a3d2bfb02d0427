"""Runs the three methods on a video. What they measure on it is kept, so that later runs only decide anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import anchor
from tests.benchmarks.keys import code_digest, key_of, versions
from twitchcam.capture.files import open_video
from twitchcam.capture.frame import Frame
from twitchcam.config import CaptureConfig, Config, from_dict, to_dict
from twitchcam.engine import Engine
from twitchcam.events.detector import Detector
from twitchcam.events.model import Twitch
from twitchcam.motion.channels import CHANNELS, Sample

ANCHOR, FACEMESH, FUSED = METHODS = ("anchor", "facemesh", "fused")
METHOD_WORDS = {
    ANCHOR: "the naive anchor (FaceMesh VIDEO mode, 1-12 Hz, find_peaks, the best threshold afterwards, as a multiple "
    "of the recording's median)",
    FACEMESH: "twitchcam, mesh alone",
    FUSED: "twitchcam, fused (default)",
}

_LIBRARIES = ("av", "mediapipe", "numpy", "opencv-contrib-python")
#: What a measurement depends on besides the video and the settings.
_READING = tuple(f"capture/{name}.py" for name in ("decoder", "files", "media_clock", "picture"))
_MESH = tuple(f"face/{name}.py" for name in ("anatomy", "mesh", "similarity"))
_MESH_ONLY = (*_READING, *_MESH, "face/facemesh.py", "face/tracking.py")
#: Made while the modules are imported: should somebody change them while videos are measured, what is kept is still
#: under the name of the code that measured it.
_CODE = {
    ANCHOR: code_digest(*_MESH_ONLY, anchor.__file__),
    FACEMESH: code_digest(*_MESH_ONLY, "motion"),
    FUSED: code_digest(*_READING, "capture/bands.py", "face", "motion"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detections:
    """What a method found in a video.

    Attributes:
        twitches: Its events; of the anchor, every peak.
        valid_s: Time in which it would have counted a twitch; the anchor knows no such thing and counts all of it.
        duration_s: Length of the video.
        rate_hz: Its frame rate.
    """

    twitches: tuple[Twitch, ...]
    valid_s: float
    duration_s: float
    rate_hz: float


def config_of(method: str, settings: dict[str, Any]) -> Config:
    """The configuration of one of twitchcam's own methods."""
    config = from_dict(settings)
    return from_dict({**settings, "face": {**to_dict(config)["face"], "tracker": method}})


def detect(video: Path, video_key: str, method: str, settings: dict[str, Any], cache: Path) -> Detections:
    """Runs a method on a video.

    Args:
        video: The file.
        video_key: Names what is in it.
        method: One of :data:`METHODS`.
        settings: Configuration as nested plain data; what is not named keeps its default.
        cache: Folder of everything cached.
    """
    if method == ANCHOR:
        lips = lips_of(video, video_key, cache)
        return Detections(twitches=tuple(anchor.peaks(lips)), valid_s=_duration_s(lips.t_s), **_clock(lips.t_s))
    config = config_of(method, settings)
    samples = samples_of(video, video_key, config, cache)
    return detections(samples, *decide(samples, config))


def detections(samples: Sequence[Sample], twitches: Sequence[Twitch], valid_s: float) -> Detections:
    """What was found in measured samples."""
    return Detections(twitches=tuple(twitches), valid_s=valid_s, **_clock(np.array([s.t_s for s in samples])))


def decide(samples: Sequence[Sample], config: Config) -> tuple[list[Twitch], float]:
    """Twitches and valid time of measured samples: what the engine does behind its tracker."""
    detector = Detector(config)
    twitches = [*detector.push_many(samples).twitches, *detector.close().twitches]
    return twitches, detector.valid_s


def samples_of(video: Path, video_key: str, config: Config, cache: Path) -> list[Sample]:
    """What the engine's tracker measures on every frame."""
    settings = to_dict(config)
    used = [settings[name] for name in (("face", "registration") if config.face.tracker == FUSED else ("face",))]
    key = key_of(video_key, *used, _CODE[config.face.tracker], versions(*_LIBRARIES))
    stored = _kept(
        cache / "measured" / f"{config.face.tracker}-{key}.npz", lambda: _as_arrays(_measured(video, config))
    )
    return _as_samples(stored)


def lips_of(video: Path, video_key: str, cache: Path) -> anchor.Track:
    """What the anchor measures on every frame."""
    key = key_of(video_key, _CODE[ANCHOR], versions(*_LIBRARIES))

    def measure() -> dict[str, Any]:
        lips = anchor.track(_frames(video))
        return {"t_s": lips.t_s, "sites": lips.sites}

    return anchor.Track(**_kept(cache / "measured" / f"{ANCHOR}-{key}.npz", measure))


def _measured(video: Path, config: Config) -> list[Sample]:
    with Engine(config) as engine:
        return [sample for frame in _frames(video) for sample in engine.push(frame).samples]


def _frames(video: Path) -> Iterable[Frame]:
    with open_video(video, CaptureConfig()) as source:
        yield from source


def _kept(path: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = make()
        partial = path.with_name(f"{path.stem}.partial.npz")
        np.savez_compressed(partial, **made)
        partial.replace(path)
    with np.load(path) as stored:
        return dict(stored)


def _as_arrays(samples: list[Sample]) -> dict[str, Any]:
    return {
        "t_s": np.array([s.t_s for s in samples]),
        "face": np.array([s.face for s in samples], dtype=bool),
        "quality": np.array([s.quality for s in samples]),
        "restart": np.array([s.restart for s in samples], dtype=bool),
        "values": np.array([s.values for s in samples]).reshape(-1, len(CHANNELS)),
    }


def _as_samples(stored: dict[str, Any]) -> list[Sample]:
    return [
        Sample(t_s=float(t_s), face=bool(face), quality=float(quality), restart=bool(restart), values=values)
        for t_s, face, quality, restart, values in zip(
            *(stored[name] for name in ("t_s", "face", "quality", "restart", "values")), strict=True
        )
    ]


def _clock(t_s: np.ndarray[Any, Any]) -> dict[str, float]:
    rate_hz = float(1 / np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0
    return {"duration_s": _duration_s(t_s), "rate_hz": rate_hz}


def _duration_s(t_s: np.ndarray[Any, Any]) -> float:
    return float(t_s[-1] - t_s[0] + np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0
