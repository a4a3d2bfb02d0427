"""A script as the channels that the tracker would measure, for the real detector.

Noise of the lip sites is as measured on four resting stretches of three real clips at webcam quality (2-14 s):
0.06-0.5 % IOD between 2 and 12 Hz, most of it common to several sites (the first of their components holds 0.4-0.5 of
the variance), a kurtosis of 3.0 in the longest one, 3.5 and 4.3 in two others (and 7.6 in one with blinks in it). Here
it is 4.3: normal from frame to frame, of a size that changes within seconds. Twitches move the sites as a patch of skin
does; talking and smiling move all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tests.benchmarks.patterns import KINDS, FloatArray, Move, Rng, Script
from tests.synthetic import other_side
from twitchcam.config import Config
from twitchcam.events.detector import Detector
from twitchcam.events.model import Context, Lip, Side
from twitchcam.events.places import N_DISPLACEMENTS, PLACES, templates
from twitchcam.motion.channels import CHANNELS, INDEX, SITES, Sample, quantised
from twitchcam.screening.recording import Recording
from twitchcam.simulate.scenario import MEAN_ANGLE_DEG

RATE_HZ = 30.0
_SITES = 2 * len(SITES)
_PATCH_IOD = 0.12
_EDGE_S = 0.08
#: Ways in which several sites move together: what is left of the head's motion, light, the encoder's blocks.
_COMMON = 3
#: How long a smile takes to come and to go, and how far it takes the lips along, as a share of the corners.
_SMILE_EDGE_S = (0.3, 0.9)
_WITH_CORNERS = 0.5


def recording_of(script: Script, seed: int, *, config: Config | None = None) -> Recording:
    """One session, found by the real detector in made-up channels.

    Args:
        script: What happens.
        seed: Number of the person.
        config: Settings; by default the usual ones.
    """
    detector = Detector(config or Config())
    found, rest = detector.push_many(list(samples(script, seed))), detector.close()
    return Recording(
        name=f"{script.kind}-{seed}",
        twitches=(*found.twitches, *rest.twitches),
        segments=(*found.segments, *rest.segments),
        end_s=script.length_s,
    )


def samples(script: Script, seed: int) -> Iterator[Sample]:
    """The channels of a session, frame by frame."""
    rng = np.random.default_rng([2_000_003, list(KINDS).index(script.kind), seed])
    t_s = np.round(np.arange(round(script.length_s * RATE_HZ)) / RATE_HZ, 5)
    values = np.zeros((len(t_s), len(CHANNELS)))
    values[:, :N_DISPLACEMENTS] = _noise(rng, len(t_s))
    _still(rng, values)
    shapes = templates(_PATCH_IOD)
    for move in script.moves:
        _move(values, t_s, move, shapes)
    for lid in script.lids:
        sides = (Side.LEFT, Side.RIGHT) if lid.side is Side.BOTH else (lid.side,)
        first, last, course = _course(t_s, lid.onset_s, lid.duration_s + 0.12, 0.06)
        for side in sides:
            column = values[first:last, INDEX[f"lid_{side}"]]
            np.maximum(column, course, out=column)
    for onset_s in script.gaze_s:
        values[t_s >= onset_s, INDEX["gaze_x"]] = rng.uniform(-0.6, 0.6)
    for onset_s, length_s, what in script.doings:
        _do(rng, values, t_s, onset_s, length_s, what)
    values = quantised(values)
    for i, time_s in enumerate(t_s.tolist()):
        yield Sample(t_s=time_s, face=True, quality=1.0, values=values[i], restart=i == 0)


def _noise(rng: Rng, frames: int) -> FloatArray:
    """Noise of the lip sites and the skin around them: common and own parts, more in some seconds than in others."""
    size = np.exp(rng.uniform(np.log(0.08), np.log(0.5)))
    mixing = rng.normal(0, 1, (_COMMON, N_DISPLACEMENTS)) / np.sqrt(_COMMON)
    common = rng.standard_normal((frames, _COMMON)) @ mixing
    own = rng.standard_normal((frames, N_DISPLACEMENTS))
    restless = np.exp(rng.normal(0, 0.3, frames // 90 + 2))
    scale = np.interp(np.arange(frames), 90 * np.arange(len(restless)), restless)[:, None]
    white = scale * (0.8 * common + 0.6 * own)
    # The registration's reference is a mean of frames and its field is smooth: neighbouring frames are alike.
    smooth = white.copy()
    smooth[1:] += 0.6 * white[:-1]
    smooth *= size / 1.5
    wander = np.cumsum(rng.normal(0, 0.02, (frames, N_DISPLACEMENTS)), axis=0)
    return np.asarray(smooth + wander - wander.mean(axis=0))


def _still(rng: Rng, values: FloatArray) -> None:
    frames = len(values)
    steady = {"iod": 100.0, "iod_mm": 92.0, "misfit": 0.04, "familiar": 0.9, "smile_left": 0.05, "smile_right": 0.05}
    for name, value in steady.items():
        if name in INDEX:
            values[:, INDEX[name]] = value
    t = np.arange(frames) / RATE_HZ
    for name, size in (("head_x", 1.0), ("head_y", 1.0), ("head_roll", 0.3), ("head_yaw", 1.0), ("head_pitch", 1.0)):
        for _ in range(3):
            values[:, INDEX[name]] += size * np.sin(2 * np.pi * rng.uniform(0.03, 0.3) * t + rng.uniform(0, 6.3)) / 2
    for side in ("left", "right"):
        values[:, INDEX[f"lid_{side}"]] = np.clip(0.05 + 0.03 * rng.standard_normal(frames), 0, 1)
    for name, index in INDEX.items():
        if name.endswith("_up") and index >= N_DISPLACEMENTS:
            values[:, index] = 0.08 * rng.standard_normal(frames)


def _course(t_s: FloatArray, onset_s: float, duration_s: float, edge_s: float) -> tuple[int, int, FloatArray]:
    """A swell that rises and falls within ``edge_s``: the frames that it is in and its course from 0 to 1."""
    first, last = np.searchsorted(t_s, [onset_s, onset_s + duration_s])
    since_s = t_s[first:last] - onset_s
    near = np.minimum(since_s, duration_s - since_s)
    return int(first), int(last), np.sin(0.5 * np.pi * np.clip(near / min(edge_s, duration_s / 2), 0, 1)) ** 2


def _pulse(t_s: FloatArray, move: Move) -> tuple[int, int, FloatArray]:
    if move.duration_s >= 1:
        first, last, course = _course(t_s, move.onset_s, move.duration_s, _EDGE_S)
        # A muscle that holds trembles a little.
        return first, last, course * (1 + 0.06 * np.sin(2 * np.pi * 7 * t_s[first:last]))
    first, last = np.searchsorted(t_s, [move.onset_s, move.onset_s + move.duration_s])
    u = (t_s[first:last] - move.onset_s) / move.duration_s
    rise = 0.4
    up, down = np.sin(0.5 * np.pi * u / rise) ** 2, np.cos(0.5 * np.pi * (u - rise) / (1 - rise)) ** 2
    return int(first), int(last), np.where(u < rise, up, down)


def _move(values: FloatArray, t_s: FloatArray, move: Move, shapes: FloatArray) -> None:
    first, last, course = _pulse(t_s, move)
    place = next(i for i, one in enumerate(PLACES) if one.lip is move.lip and one.side is move.side)
    angle = np.deg2rad(MEAN_ANGLE_DEG.get(move.lip, MEAN_ANGLE_DEG[Lip.UPPER]))
    spread = shapes[place] @ np.array([np.cos(angle), np.sin(angle)])
    values[first:last, :_SITES] += move.amplitude_pct_iod * course[:, None] * spread[:_SITES]
    if move.duration_s >= 1:
        values[first:last, INDEX[f"corner_{move.side}_out"]] += 0.8 * move.amplitude_pct_iod * course
    for name, lag_s in move.with_it:
        index = INDEX.get(f"{name}_{move.side}_up")
        if index is not None:
            later = replace(move, onset_s=max(move.onset_s + lag_s, 0.0))
            begin, end, moved = _pulse(t_s, later)
            values[begin:end, index] += 0.6 * move.amplitude_pct_iod * moved


def _do(rng: Rng, values: FloatArray, t_s: FloatArray, onset_s: float, length_s: float, what: Context) -> None:
    """Talking moves everything at 2-8 Hz and opens the mouth; a smile pulls both corners and stays."""
    edge_s = rng.uniform(*_SMILE_EDGE_S) if what is Context.SMILING else 0.3
    first, last, course = _course(t_s, onset_s, length_s, edge_s)
    t = t_s[first:last]
    if what is Context.SMILING:
        for site in SITES:
            share = 1.0 if site.startswith("corner") else _WITH_CORNERS
            values[first:last, INDEX[f"{site}_out"]] += 5 * share * course
            values[first:last, INDEX[f"{site}_up"]] += 3 * share * course
        for side in ("left", "right"):
            values[first:last, INDEX[f"smile_{side}"]] += 0.7 * course
        return
    for _ in range(5):
        size = rng.normal(0, 1, _SITES)
        # Both sides of the lips move about alike.
        size = 0.8 * (size + size[_MIRROR]) / 2 + 0.2 * size
        wave = np.sin(2 * np.pi * rng.uniform(2, 8) * t + rng.uniform(0, 6.3))
        values[first:last, :_SITES] += course[:, None] * wave[:, None] * size
    values[first:last, INDEX["mouth_open"]] += course * 4 * (1 + np.sin(2 * np.pi * 4 * t + rng.uniform(0, 6.3)))


_MIRROR = np.array([2 * SITES.index(other_side(site)) + way for site in SITES for way in (0, 1)])
