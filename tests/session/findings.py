"""Samples and events for tests of the session folder."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from twitchcam.config import Config
from twitchcam.events.model import Context, Lip, Side, Twitch
from twitchcam.motion.channels import AROUND, CHANNELS, INDEX, ODDS, SITES, Sample, missing, quantised
from twitchcam.session.document import SessionHeader, SourceRecord


def sample(t_s: float, *, face: bool = True, seed: int = 0) -> Sample:
    """A frame; with a face its channels look like those of a restless one."""
    if not face:
        return Sample(t_s=t_s, face=False, quality=0.0, values=missing())
    rng = np.random.default_rng([seed, int(t_s * 1e5)])
    usual = {"% IOD": 3.0, "deg": 15.0, "px": 110.0, "mm": 95.0, "1": 0.3}
    values = np.array([rng.normal(0, usual[channel.unit]) for channel in CHANNELS])
    for name in [f"{place}_up" for place in AROUND]:
        values[INDEX[name]] /= 3
    for channel in CHANNELS:
        if channel.unit == "1" and channel.name != "gaze_x":
            values[INDEX[channel.name]] = abs(values[INDEX[channel.name]])
    # Few moments of a face that moves look like a twitch.
    for name in ODDS:
        values[INDEX[name]] = max(rng.normal(-6, 3), 0)
    # A distance is not negative.
    for name in ("iod", "iod_mm", "mouth_open"):
        values[INDEX[name]] = abs(values[INDEX[name]])
    return Sample(t_s=t_s, face=True, quality=0.98, values=quantised(values), restart=t_s == 0)


def recording(*onsets_s: float, seconds: float = 10.0, nobody: tuple[float, float] = (0.0, 0.0)) -> list[Sample]:
    """A face at rest whose upper left lip twitches at the given times, and that is away for a while; 30 Hz."""
    rng = np.random.default_rng(0)
    samples = []
    for index in range(round(30 * seconds)):
        t_s = round(index / 30, 5)
        if nobody[0] <= t_s < nobody[1]:
            samples.append(Sample(t_s=t_s, face=False, quality=0.0, values=missing()))
            continue
        values = np.zeros(len(CHANNELS))
        values[: 2 * len(SITES)] = rng.normal(0, 0.03, 2 * len(SITES))
        values[INDEX["iod"]], values[INDEX["iod_mm"]], values[INDEX["familiar"]] = 110, 95, 1
        for onset_s in onsets_s:
            if 0 < t_s - onset_s < 0.13:
                height = 2 * np.sin(np.pi * (t_s - onset_s) / 0.13) ** 2
                values[INDEX["upper_left_up"]] += height
                values[INDEX["upper_left_out"]] += 0.3 * height
                values[INDEX["corner_left_up"]] += 0.3 * height
        restart = not samples or not samples[-1].face
        samples.append(Sample(t_s=t_s, face=True, quality=1.0, values=quantised(values), restart=restart))
    return samples


def twitch(onset_s: float, lip: Lip = Lip.UPPER, side: Side = Side.LEFT, **changes: object) -> Twitch:
    """An event at rest."""
    given = {
        "duration_s": 0.12,
        "peak_s": onset_s + 0.05,
        "amplitude_pct_iod": 1.5,
        "context": Context.REST,
        "burst": 1,
    }
    return Twitch(onset_s=onset_s, lip=lip, side=side, **{**given, **changes})


def header(recorded_at: datetime | None = None, **changes: object) -> SessionHeader:
    """What is known before the first frame of a clip of 30 frames a second."""
    return SessionHeader(
        source=SourceRecord(kind="file", name="clip.mp4", size_bytes=1, width_px=640, height_px=480, rate_hz=30.0),
        clock="container time stamps",
        recorded_at=recorded_at,
        recorded_at_from=None if recorded_at is None else "option",
        **{"config": Config(), **changes},
    )
