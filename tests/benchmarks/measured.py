"""What twitchcam measures in a video, kept so that later runs only decide anew: samples, and how the mouth flowed.

The odds of a twitch in a moving mouth are made of these when they are asked for, by whatever networks: they are quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.keys import code_digest, key_of, versions
from twitchcam.capture.bands import Debander
from twitchcam.capture.files import open_video
from twitchcam.capture.frame import Frame
from twitchcam.config import CaptureConfig, Config, to_dict
from twitchcam.engine import make_tracker
from twitchcam.face.mouth_flow import NODES
from twitchcam.motion.channels import CHANNELS, Sample
from twitchcam.motion.measure import measure
from twitchcam.motion.moving_mouth import MovingMouth
from twitchcam.motion.pulse_network import Weights
from twitchcam.motion.weights_file import bundled_weights

FloatArray = NDArray[np.float64]

LIBRARIES = ("av", "mediapipe", "numpy", "opencv-contrib-python")
#: What a measurement depends on besides the video and the settings.
READING = tuple(f"capture/{name}.py" for name in ("decoder", "files", "media_clock", "picture"))
MESH = tuple(f"face/{name}.py" for name in ("anatomy", "mesh", "similarity"))
MESH_ONLY = (*READING, *MESH, "face/facemesh.py", "face/tracking.py")
_MEASURING = ("motion/channels.py", "motion/measure.py")
#: Made while the modules are imported: should somebody change them while videos are measured, what is kept is still
#: under the name of the code that measured it.
CODE = {
    "facemesh": code_digest(*MESH_ONLY, *_MEASURING),
    "fused": code_digest(*READING, "capture/bands.py", "face", "dsp/steps.py", *_MEASURING),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A video as it was measured.

    Attributes:
        samples: One a frame, without the odds of a twitch in a moving mouth.
        flows: For each frame, as in a :class:`~twitchcam.face.tracking.FaceFrame`.
    """

    samples: list[Sample]
    flows: list[FloatArray | None]

    def completed(self, weights: Weights | None = None) -> list[Sample]:
        """The samples with the odds that networks give, by default those of the package."""
        moving = MovingMouth(bundled_weights() if weights is None else weights)
        return [moving.complete(sample, flow) for sample, flow in zip(self.samples, self.flows, strict=True)]


def measured_of(video: Path, video_key: str, config: Config, cache: Path) -> Measured:
    """What the engine's tracker measures on every frame.

    Args:
        video: The file.
        video_key: Names what is in it.
        config: The sections of the face and its registration are used.
        cache: Folder of everything cached.
    """
    settings = to_dict(config)
    tracker = config.face.tracker
    used = [settings[name] for name in (("face", "registration") if tracker == "fused" else ("face",))]
    key = key_of(video_key, *used, CODE[tracker], versions(*LIBRARIES))
    stored = kept(cache / "measured" / f"{tracker}-{key}.npz", lambda: _as_arrays(_measured(video, config)))
    return _from_arrays(stored)


def samples_of(video: Path, video_key: str, config: Config, cache: Path) -> list[Sample]:
    """What the engine gives for every frame."""
    return measured_of(video, video_key, config, cache).completed()


def frames_of(video: Path) -> Iterable[Frame]:
    """The frames of a video."""
    with open_video(video, CaptureConfig()) as source:
        yield from source


def kept(path: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Arrays made now or before."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = make()
        partial = path.with_name(f"{path.stem}.partial.npz")
        np.savez_compressed(partial, **made)
        partial.replace(path)
    with np.load(path) as stored:
        return dict(stored)


def _measured(video: Path, config: Config) -> Measured:
    tracker, bands = make_tracker(config), Debander()
    samples: list[Sample] = []
    flows: list[FloatArray | None] = []
    try:
        for raw in frames_of(video):
            frame = bands.steady(raw)
            face = tracker.track(frame)
            samples.append(measure(frame.t_s, face, key=frame.key))
            flows.append(None if face is None else face.flow)
    finally:
        tracker.close()
    return Measured(samples=samples, flows=flows)


def _as_arrays(measured: Measured) -> dict[str, Any]:
    samples, flows = measured.samples, measured.flows
    flowing = [i for i, flow in enumerate(flows) if flow is not None]
    return {
        "t_s": np.array([s.t_s for s in samples]),
        "face": np.array([s.face for s in samples], dtype=bool),
        "quality": np.array([s.quality for s in samples]),
        "restart": np.array([s.restart for s in samples], dtype=bool),
        "values": np.array([s.values for s in samples]).reshape(-1, len(CHANNELS)),
        "flowing": np.array(flowing, dtype=np.int64),
        "flow": np.array([flows[i] for i in flowing], dtype=np.float32).reshape(-1, 2, len(NODES), 2),
    }


def _from_arrays(stored: dict[str, Any]) -> Measured:
    samples = [
        Sample(t_s=float(t_s), face=bool(face), quality=float(quality), restart=bool(restart), values=values)
        for t_s, face, quality, restart, values in zip(
            *(stored[name] for name in ("t_s", "face", "quality", "restart", "values")), strict=True
        )
    ]
    flows: list[FloatArray | None] = [None] * len(samples)
    for i, flow in zip(stored["flowing"].tolist(), stored["flow"].astype(np.float64), strict=True):
        flows[i] = flow
    return Measured(samples=samples, flows=flows)
