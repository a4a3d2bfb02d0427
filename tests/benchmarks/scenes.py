"""What is rendered for the benchmark: people, sizes, qualities, conditions. Everything follows from names and seeds."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tests.benchmarks.people import Person
from twitchcam.simulate.scenario import (
    Camera,
    Codec,
    HeadMotion,
    Movement,
    MovementKind,
    Scenario,
    TwitchSpec,
    VideoSettings,
)
from twitchcam.simulate.schedule import draw_twitches

SECONDS = 30.0
#: With this mean distance a video of 30 s holds about 12 twitches.
MEAN_INTERVAL_S = 2.2

QUALITIES: dict[str, dict[str, Any]] = {
    "web": {"crf": 12.0, "preset": "medium"},
    "low": {"crf": 23.0, "preset": "veryfast"},
}
#: What browsers, phones and encoders in a hurry make of the same pictures; used where it is asked for.
FURTHER_QUALITIES: dict[str, dict[str, Any]] = {
    "fast": {"crf": 23.0, "preset": "ultrafast"},
    "hevc": {"codec": Codec.HEVC, "crf": 28.0, "preset": "fast"},
    "vp8": {"codec": Codec.VP8, "crf": 20.0},
    "vp9": {"codec": Codec.VP9, "crf": 33.0},
}
ALL_QUALITIES = {**QUALITIES, **FURTHER_QUALITIES}
QUALITY_WORDS = {
    "web": "webcam (H.264 crf 12, medium)",
    "low": "low bit rate (H.264 crf 23, veryfast)",
    "fast": "H.264 crf 23, ultrafast",
    "hevc": "HEVC crf 28, fast",
    "vp8": "VP8 crf 20, real time",
    "vp9": "VP9 crf 33, real time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a recording differs from the usual one (640x480, 30 fps, IOD 100 px, noise of sigma 2, head sway).

    Attributes:
        words: For the table.
        video: Changed fields of :class:`VideoSettings`.
        head: Changed fields of :class:`HeadMotion`.
        camera: Changed fields of :class:`Camera`.
        iod_px: Distance of the outer corners of the eyes.
        speech: 4 s of speech in every 10 s; twitches are at least 1 s away from it.
    """

    words: str
    video: dict[str, Any] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    camera: dict[str, float] = field(default_factory=dict)
    iod_px: float = 100.0
    speech: bool = False


BASE = "base"
CONDITIONS: dict[str, Condition] = {
    BASE: Condition(words="640x480, 30 fps, IOD 100 px, noise 2, head sway"),
    "fps24": Condition(words="24 fps", video={"fps": Fraction(24)}),
    "fps25": Condition(words="25 fps", video={"fps": Fraction(25)}),
    "fps50": Condition(words="50 fps", video={"fps": Fraction(50)}),
    "fps60": Condition(words="60 fps", video={"fps": Fraction(60)}),
    "fps120": Condition(words="120 fps", video={"fps": Fraction(120)}),
    "variable": Condition(
        words="variable frame times (sd 5 ms, 5 % of frames missing)", video={"jitter_s": 0.005, "dropped": 0.05}
    ),
    "iod60": Condition(words="IOD 60 px", iod_px=60.0),
    "iod200": Condition(words="IOD 200 px", iod_px=200.0),
    "iod300": Condition(words="IOD 300 px (1280x720)", iod_px=300.0, video={"width": 1280, "height": 720}),
    "yaw+25": Condition(words="turned 25 degrees to the left", head={"yaw_deg": 25.0}),
    "yaw-25": Condition(words="turned 25 degrees to the right", head={"yaw_deg": -25.0}),
    "pitch+15": Condition(words="looking up 15 degrees", head={"pitch_deg": 15.0}),
    "pitch-15": Condition(words="looking down 15 degrees", head={"pitch_deg": -15.0}),
    "noise6": Condition(words="sensor noise of sigma 6", camera={"noise_sigma": 6.0}),
    "flicker": Condition(words="lamp flickers at 100 Hz, 10 % deep", camera={"flicker_depth": 0.1}),
    "flicker-rows": Condition(
        words="the same seen by a rolling shutter (25 ms)", camera={"flicker_depth": 0.1, "readout_s": 0.025}
    ),
    "mjpeg": Condition(words="MJPEG (quantiser 4)", video={"codec": Codec.MJPEG, "mjpeg_q": 4}),
    "1080p": Condition(words="1920x1080, IOD 225 px", iod_px=225.0, video={"width": 1920, "height": 1080}),
    "drift": Condition(words="slow light changes (10 %, below 0.2 Hz)", camera={"drift_depth": 0.1}),
    "speech": Condition(words="speech for 4 s in every 10 s, twitches in the pauses", speech=True),
}

_SPEECH_S, _PERIOD_S, _FIRST_SPEECH_S, _MARGIN_S = 4.0, 10.0, 7.0, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One video to render.

    Attributes:
        person: Whose portrait.
        amplitude: Size of its twitches in % IOD; 0 where there are none.
        quality: A key of :data:`ALL_QUALITIES`.
        condition: A key of :data:`CONDITIONS`, or what else is special about it.
        number: Counts videos that differ in nothing else.
        scenario: What happens.
        video: Format.
    """

    person: Person
    amplitude: float
    quality: str
    condition: str
    number: int
    scenario: Scenario
    video: VideoSettings

    @property
    def name(self) -> str:
        """For files and messages."""
        return f"{self.person.name}-{self.quality}-{self.condition}-{self.amplitude:g}-{self.number}"

    @property
    def uncompressed(self) -> str:
        """What it is called before it is compressed: scenes that share it show the same pictures."""
        return f"{self.person.name}-{self.condition}-{self.amplitude:g}-{self.number}"

    @property
    def suffix(self) -> str:
        """Ending of the file."""
        return ".mp4" if self.video.codec is Codec.H264 else ".mkv"


def twitch_scene(
    person: Person,
    *,
    amplitude: float,
    quality: str,
    condition: str = BASE,
    number: int = 0,
    seconds: float = SECONDS,
) -> Scene:
    """A video with twitches of one size.

    The same person, size and number give the same twitches, sway and noise in every quality and condition, so that
    these are compared on the same events.
    """
    how = CONDITIONS[condition]
    seed = seed_of(person.name, amplitude, number)
    if how.speech:
        seconds *= 2
    twitches = draw_twitches(
        duration_s=seconds, seed=seed, amplitudes_pct_iod=[amplitude], mean_interval_s=MEAN_INTERVAL_S
    )
    movements = _speech(seconds) if how.speech else ()
    scenario = Scenario(
        duration_s=seconds,
        seed=seed,
        twitches=_apart(twitches, movements),
        movements=movements,
        head=HeadMotion(**how.head),
        camera=Camera(**how.camera),
        iod_px=how.iod_px,
    )
    return Scene(
        person=person,
        amplitude=amplitude,
        quality=quality,
        condition=condition,
        number=number,
        scenario=scenario,
        video=replace(VideoSettings(**ALL_QUALITIES[quality]), **how.video),
    )


def seed_of(*parts: object) -> int:
    """A seed that is the same on every machine."""
    return zlib.crc32("/".join(str(part) for part in parts).encode())


def _speech(seconds: float) -> tuple[Movement, ...]:
    onsets_s = [_FIRST_SPEECH_S + _PERIOD_S * k for k in range(int((seconds - _FIRST_SPEECH_S) // _PERIOD_S) + 1)]
    return tuple(
        Movement(kind=MovementKind.SPEECH, onset_s=onset_s, duration_s=_SPEECH_S, amplitude_pct_iod=6.0)
        for onset_s in onsets_s
        if onset_s + _SPEECH_S <= seconds
    )


def _apart(twitches: tuple[TwitchSpec, ...], movements: tuple[Movement, ...]) -> tuple[TwitchSpec, ...]:
    return tuple(
        t
        for t in twitches
        if all(t.end_s + _MARGIN_S <= m.onset_s or t.onset_s - _MARGIN_S >= m.end_s for m in movements)
    )
