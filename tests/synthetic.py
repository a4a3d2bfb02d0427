"""Streams of samples whose truth is known: what a perfect tracker would have measured, plus noise.

Nothing here looks at pictures. A :class:`Motion` is a course over time at a pattern of displacement channels; the rest
of the channels stay at what a face at rest shows unless a test gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twitchcam.config import Config
from twitchcam.dsp.pulses import pulse
from twitchcam.events.detector import Detector
from twitchcam.events.model import Lip, Rejection, Segment, Side, Twitch
from twitchcam.events.places import N_DISPLACEMENTS, PLACES, Place, templates
from twitchcam.motion.channels import CHANNEL_NAMES, CHANNELS, INDEX, Sample, missing

FloatArray = NDArray[np.float64]
Course = Callable[[FloatArray], FloatArray]

NOISE_PCT_IOD = 0.05
#: What the channels that are no displacements show while a person looks into the camera and does nothing.
AT_REST = {
    "head_x": 320.0,
    "head_y": -200.0,
    "head_roll": 1.0,
    "head_yaw": -3.0,
    "head_pitch": 2.0,
    "iod": 100.0,
    "iod_mm": 90.0,
    "misfit": 0.05,
    "mouth_open": 1.0,
    "smile_left": 0.02,
    "smile_right": 0.02,
    "lid_left": 0.1,
    "lid_right": 0.1,
    "gaze_x": 0.0,
    "frozen": 0.0,
    "familiar": 1.0,
    "key_frame": 0.0,
}
#: Channels that change their sign when the picture is flipped.
_SIDEWAYS = ("below_out", "head_x", "head_roll", "head_yaw", "gaze_x", "mouth_tilt", "odds_upper", "odds_lower")


@dataclass(frozen=True, slots=True)
class Motion:
    """A course over time, times a pattern of displacement channels, ``(18,)``, in % IOD."""

    course: Course
    pattern: FloatArray


def place_pattern(lip: Lip, side: Side, amplitude_pct_iod: float = 1.0, angle_deg: float | None = None) -> FloatArray:
    """``(18,)`` what a patch of skin that moves at a place shows in every channel; 0 degrees is outwards, 90 up."""
    if angle_deg is None:
        angle_deg = 75.0 if lip is Lip.UPPER else -75.0
    angle = np.radians(angle_deg)
    both_ways = templates(Config().detection.site_width_iod)[PLACES.index(Place(lip, side))]
    return amplitude_pct_iod * (both_ways @ np.array([np.cos(angle), np.sin(angle)]))


def twitch(
    onset_s: float,
    lip: Lip = Lip.UPPER,
    side: Side = Side.LEFT,
    *,
    amplitude_pct_iod: float = 3.0,
    duration_s: float = 0.15,
    angle_deg: float | None = None,
    rise: float = 0.4,
) -> Motion:
    """The real thing: one place, one pulse."""
    return Motion(lambda t: pulse(t, onset_s, duration_s, rise), place_pattern(lip, side, amplitude_pct_iod, angle_deg))


def on_both_sides(motion: Motion) -> Motion:
    """The same motion of the other side as well."""
    return replace(motion, pattern=motion.pattern + swapped(motion.pattern))


def swapped(displacements: FloatArray) -> FloatArray:
    """Displacement channels ``(..., 18)`` with the names of left and right exchanged."""
    other = [INDEX[other_side(name)] for name in CHANNEL_NAMES[:N_DISPLACEMENTS]]
    return displacements[..., other]


def other_side(name: str) -> str:
    """The channel's name in a flipped picture."""
    return name.replace("left", "?").replace("right", "left").replace("?", "right")


def even_times(duration_s: float, rate_hz: float = 30.0, start_s: float = 0.0) -> FloatArray:
    """Times of the frames of a camera that never slips."""
    return start_s + np.arange(round(duration_s * rate_hz)) / rate_hz


def stream(
    times_s: FloatArray,
    motions: Iterable[Motion] = (),
    *,
    noise_pct_iod: float = NOISE_PCT_IOD,
    seed: int = 0,
    gain: float = 1.0,
    restarts: Sequence[int] = (),
    lost: NDArray[np.bool_] | None = None,
    **channels: ArrayLike,
) -> list[Sample]:
    """Samples with noise.

    Args:
        times_s: ``(n,)`` times of the frames.
        motions: What moves.
        noise_pct_iod: Standard deviation of white noise in each displacement channel.
        seed: Of the noise.
        gain: Factor of everything that moves, noise included.
        restarts: Numbers of the samples at which the tracker started anew.
        lost: ``(n,)`` True where there is no face.
        channels: Other channels, constant or one value a sample.
    """
    n = len(times_s)
    values = np.zeros((n, len(CHANNELS)))
    for name, value in {**AT_REST, **channels}.items():
        values[:, INDEX[name]] = value
    moved = noise_pct_iod * np.random.default_rng(seed).standard_normal((n, N_DISPLACEMENTS))
    for motion in motions:
        moved += motion.course(times_s)[:, None] * motion.pattern
    values[:, :N_DISPLACEMENTS] += gain * moved
    made = []
    for i, (t_s, row) in enumerate(zip(times_s.tolist(), values, strict=True)):
        face = lost is None or not lost[i]
        made.append(
            Sample(
                t_s=t_s,
                face=face,
                quality=1.0 if face else 0.0,
                values=row if face else missing(),
                restart=face and (i in restarts or i == 0 or (lost is not None and bool(lost[i - 1]))),
            )
        )
    return made


def flipped(samples: Iterable[Sample]) -> list[Sample]:
    """What is measured in the mirrored picture."""
    other = [INDEX[other_side(name)] for name in CHANNEL_NAMES]
    sign = np.array([-1.0 if name in _SIDEWAYS else 1.0 for name in CHANNEL_NAMES])
    return [replace(s, values=s.values[other] * sign) for s in samples]


def later(samples: Iterable[Sample], by_s: float) -> list[Sample]:
    """The same, recorded later."""
    return [replace(s, t_s=s.t_s + by_s) for s in samples]


@dataclass(slots=True)
class Findings:
    """Everything a detector said, and after how many samples it said each twitch."""

    twitches: list[Twitch] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    known_after: list[int] = field(default_factory=list)
    valid_s: float = 0.0
    warnings: list[str] = field(default_factory=list)


def detect(samples: Iterable[Sample], config: Config | None = None) -> Findings:
    """Runs a detector over a recording."""
    detector = Detector(config or Config())
    made = Findings()
    n = 0
    for n, sample in enumerate(samples, 1):
        found = detector.push(sample)
        made.twitches += found.twitches
        made.known_after += [n] * len(found.twitches)
        made.segments += found.segments
        made.rejections += found.rejections
    found = detector.close()
    made.twitches += found.twitches
    made.known_after += [n + 1] * len(found.twitches)
    made.segments += found.segments
    made.rejections += found.rejections
    made.valid_s, made.warnings = detector.valid_s, detector.warnings
    return made
