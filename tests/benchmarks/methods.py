"""Runs the three methods on a video. What they measure on it is kept, so that later runs only decide anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import anchor
from tests.benchmarks.keys import code_digest, key_of, versions
from tests.benchmarks.measured import LIBRARIES, MESH_ONLY, frames_of, kept, samples_of
from twitchcam.config import Config, from_dict, to_dict
from twitchcam.events.detector import Detector
from twitchcam.events.model import Twitch
from twitchcam.motion.channels import Sample

ANCHOR, FACEMESH, FUSED = METHODS = ("anchor", "facemesh", "fused")
METHOD_WORDS = {
    ANCHOR: "the naive anchor (FaceMesh VIDEO mode, 1-12 Hz, find_peaks, the best threshold afterwards, as a multiple "
    "of the recording's median)",
    FACEMESH: "twitchcam, mesh alone",
    FUSED: "twitchcam, fused (default)",
}

_CODE = code_digest(*MESH_ONLY, anchor.__file__)


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


def lips_of(video: Path, video_key: str, cache: Path) -> anchor.Track:
    """What the anchor measures on every frame."""
    key = key_of(video_key, _CODE, versions(*LIBRARIES))

    def measure() -> dict[str, Any]:
        lips = anchor.track(frames_of(video))
        return {"t_s": lips.t_s, "sites": lips.sites}

    return anchor.Track(**kept(cache / "measured" / f"{ANCHOR}-{key}.npz", measure))


def _clock(t_s: np.ndarray[Any, Any]) -> dict[str, float]:
    rate_hz = float(1 / np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0
    return {"duration_s": _duration_s(t_s), "rate_hz": rate_hz}


def _duration_s(t_s: np.ndarray[Any, Any]) -> float:
    return float(t_s[-1] - t_s[0] + np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0
