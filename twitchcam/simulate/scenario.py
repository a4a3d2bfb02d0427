"""What is rendered: twitches, movements that are none, head motion, light, sensor and encoder. Plain data.

Angles of skin motion are in the face's own frame, mirrored with the side: 0 degrees is outwards (away from the
midline), 90 degrees is up (towards the eyes). Sizes on the face are fractions or per cent of the inter-ocular distance
(IOD, outer corners of the eyes).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from twitchcam.errors import UsageError
from twitchcam.events.model import Lip, Side

#: Where the muscles of each lip mostly pull: up or down, and somewhat outwards.
MEAN_ANGLE_DEG = {Lip.UPPER: 70.0, Lip.LOWER: -70.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class TwitchSpec:
    """One twitch to render.

    Attributes:
        onset_s: Foot of the pulse, any real time, not tied to frames.
        duration_s: From the foot to the return.
        lip: ``upper`` or ``lower``.
        side: ``left`` or ``right``, the subject's.
        amplitude_pct_iod: Peak displacement of the skin at the site.
        angle_deg: Direction of the motion, 0 outwards, 90 up.
        sigma_iod: Radius of the moving patch (standard deviation of the Gaussian bump), fraction of the IOD.
        rise: Share of the duration from the foot to the peak.
        place: Centre of the patch along the border of the lip, 0 at the corner, 1 at the midline.

    Raises:
        UsageError: a value that cannot be rendered.
    """

    onset_s: float
    duration_s: float
    lip: Lip
    side: Side
    amplitude_pct_iod: float
    angle_deg: float
    sigma_iod: float = 0.12
    rise: float = 0.4
    place: float = 0.5

    def __post_init__(self) -> None:
        if self.lip is Lip.BOTH or self.side is Side.BOTH:
            raise UsageError("a rendered twitch has one lip and one side")
        if not (self.onset_s >= 0 and self.duration_s > 0):
            raise UsageError(f"a twitch needs an onset >= 0 and a duration > 0, got {self.onset_s}, {self.duration_s}")
        if not 0 < self.amplitude_pct_iod <= 20:
            raise UsageError(
                f"the amplitude of a twitch must be above 0 and at most 20 % IOD: {self.amplitude_pct_iod}"
            )
        if not (0.02 <= self.sigma_iod <= 0.5 and 0 < self.rise < 1 and 0 <= self.place <= 1):
            raise UsageError(f"a twitch is out of range: sigma {self.sigma_iod}, rise {self.rise}, place {self.place}")
        if 0.61 * self.amplitude_pct_iod / 100 / self.sigma_iod >= 0.95:
            raise UsageError(
                f"{self.amplitude_pct_iod} % IOD within a radius of {self.sigma_iod} IOD would fold the skin"
            )

    @property
    def end_s(self) -> float:
        """When the skin is back."""
        return self.onset_s + self.duration_s

    @property
    def peak_s(self) -> float:
        """When the displacement is largest."""
        return self.onset_s + self.rise * self.duration_s


class MovementKind(StrEnum):
    """A movement of the face that is not a twitch."""

    PULL = "pull"
    SMILE = "smile"
    BLINK = "blink"
    SPEECH = "speech"
    EYE_CLOSURE = "eye_closure"
    BROW_RAISE = "brow_raise"
    CHEEK = "cheek"
    SPASM = "spasm"
    TREMOR = "tremor"


#: Movements of one side, of either or both, and (the rest) of both sides always.
_ONE_SIDED = frozenset({MovementKind.PULL, MovementKind.CHEEK, MovementKind.SPASM})
_ANY_SIDE = frozenset({MovementKind.EYE_CLOSURE, MovementKind.BROW_RAISE, MovementKind.TREMOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A movement that is rendered and not in the truth.

    Attributes:
        kind: What it is.
        onset_s: Begin.
        duration_s: Length.
        amplitude_pct_iod: Size at the place that moves most.
        side: One side for a ``pull`` of the corner of the mouth, a ``cheek`` and a ``spasm``; one or both for an
            ``eye_closure``, a ``brow_raise`` and a ``tremor``; both for all others.
        frequency_hz: Of a ``tremor``.
    """

    kind: MovementKind
    onset_s: float
    duration_s: float
    amplitude_pct_iod: float
    side: Side = Side.BOTH
    frequency_hz: float = 5.0

    def __post_init__(self) -> None:
        if not (self.duration_s > 0 and 0 < self.amplitude_pct_iod <= 12):
            raise UsageError("a movement needs a duration > 0 and an amplitude above 0 and at most 12 % IOD")
        if self.kind not in _ANY_SIDE and (self.kind in _ONE_SIDED) == (self.side is Side.BOTH):
            needs = "needs one side" if self.kind in _ONE_SIDED else "is of both sides"
            raise UsageError(f"a {self.kind} {needs}, got {self.side}")
        if not 0.5 <= self.frequency_hz <= 12:
            raise UsageError(f"the frequency of a tremor must be 0.5 to 12 Hz, got {self.frequency_hz}")

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.onset_s + self.duration_s


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadMotion:
    """Where the head is and how it sways (below 1 Hz). Sways are root mean squares.

    Attributes:
        sway_pct_iod: Translation along either axis.
        roll_sway_deg: Tilt in the picture's plane.
        scale_sway_pct: Towards and away from the camera.
        yaw_sway_deg: Turn about the vertical axis.
        pitch_sway_deg: Nod.
        yaw_deg: Constant turn, positive to the subject's left.
        pitch_deg: Constant nod, positive is up.
        roll_deg: Constant tilt, positive towards the subject's left shoulder.
        still_background: Only the head moves; otherwise the whole picture moves with it.
    """

    sway_pct_iod: float = 1.0
    roll_sway_deg: float = 0.3
    scale_sway_pct: float = 0.2
    yaw_sway_deg: float = 0.3
    pitch_sway_deg: float = 0.3
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    still_background: bool = True

    def __post_init__(self) -> None:
        if abs(self.yaw_deg) > 35 or abs(self.pitch_deg) > 25:
            raise UsageError("a portrait can be turned by at most 35 degrees and nodded by at most 25")


#: A head that does not move at all.
FIXED_HEAD = HeadMotion(sway_pct_iod=0, roll_sway_deg=0, scale_sway_pct=0, yaw_sway_deg=0, pitch_sway_deg=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Light and sensor.

    Attributes:
        noise_sigma: Standard deviation of the noise of each colour value, of 255; new on every frame.
        lens_blur_px: Radius (sigma) of lens and pixel aperture, in pixels of the video.
        exposure_gain: Brightness factor.
        flicker_depth: Relative depth of the lamp's flicker as it reaches the picture, 0-1.
        flicker_hz: Frequency of the flicker; a 50 Hz lamp flickers at 100 Hz.
        readout_s: Time from the first to the last row; the flicker becomes moving bands when it is not 0.
        drift_depth: Relative size (root mean square) of slow changes of the light, below 0.2 Hz.
    """

    noise_sigma: float = 2.0
    lens_blur_px: float = 0.4
    exposure_gain: float = 1.0
    flicker_depth: float = 0.0
    flicker_hz: float = 100.0
    readout_s: float = 0.0
    drift_depth: float = 0.0

    def __post_init__(self) -> None:
        values = (self.noise_sigma, self.lens_blur_px, self.flicker_hz, self.readout_s, self.drift_depth)
        if min(values) < 0 or not (self.exposure_gain > 0 and 0 <= self.flicker_depth <= 1):
            raise UsageError("noise, blur, flicker, readout and drift must not be negative, the exposure gain positive")


#: Adds nothing to what is in front of it.
PLAIN_CAMERA = Camera(noise_sigma=0.0, lens_blur_px=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """All that happens in front of the camera.

    Attributes:
        duration_s: Length of the video.
        seed: Every random draw of the rendering follows from it.
        twitches: The truth.
        movements: What else the face does.
        head: Pose and sway.
        camera: Light and sensor.
        iod_px: Distance of the outer corners of the eyes in the video, before the head is turned; portraits only.
    """

    duration_s: float = 30.0
    seed: int = 0
    twitches: tuple[TwitchSpec, ...] = ()
    movements: tuple[Movement, ...] = ()
    head: HeadMotion = field(default_factory=HeadMotion)
    camera: Camera = field(default_factory=Camera)
    iod_px: float = 100.0

    def __post_init__(self) -> None:
        if not self.duration_s > 0:
            raise UsageError(f"the duration must be positive, got {self.duration_s} s")
        if not 20 <= self.iod_px <= 2000:
            raise UsageError(f"the distance of the eye corners must be 20 to 2000 px, got {self.iod_px}")


class Codec(StrEnum):
    """How the video is compressed."""

    H264 = "h264"
    HEVC = "hevc"
    VP8 = "vp8"
    VP9 = "vp9"
    MJPEG = "mjpeg"


#: What x264 calls its efforts, fastest first.
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSettings:
    """Format of the video.

    Attributes:
        width: Pixels, even.
        height: Pixels, even.
        fps: Nominal frame rate; a Fraction is kept exactly.
        codec: How it is compressed.
        crf: Quality, 0 (lossless) to 51, of all codecs but MJPEG; for H.264, 12 is a good webcam and 23 with
            ``veryfast`` a low bit rate.
        preset: Effort of x264 and x265.
        gop: Frames from one key frame to the next at most; None leaves it to the encoder.
        mjpeg_q: MJPEG quantiser, 2 (best) to 31.
        jitter_s: Standard deviation of each frame's time about its nominal time.
        dropped: Share of frames that are missing.
    """

    width: int = 640
    height: int = 480
    fps: Fraction | float = 30.0
    codec: Codec = Codec.H264
    crf: float = 12.0
    preset: str = "medium"
    gop: int | None = None
    mjpeg_q: int = 4
    jitter_s: float = 0.0
    dropped: float = 0.0

    def __post_init__(self) -> None:
        if self.width < 64 or self.height < 64 or self.width % 2 or self.height % 2:
            raise UsageError(f"width and height must be even and at least 64, got {self.width}x{self.height}")
        if not 1 <= self.fps <= 1000:
            raise UsageError(f"the frame rate must be 1 to 1000, got {self.fps}")
        if self.preset not in PRESETS:
            raise UsageError(f"the preset must be one of {', '.join(PRESETS)}, got {self.preset}")
        if not (0 <= self.crf <= 51 and 2 <= self.mjpeg_q <= 31):
            raise UsageError("crf must be 0 to 51 and the MJPEG quantiser 2 to 31")
        if not (self.jitter_s >= 0 and 0 <= self.dropped <= 0.9):
            raise UsageError("the jitter must not be negative and the share of dropped frames 0 to 0.9")

    @property
    def exact_fps(self) -> Fraction:
        """The frame rate as a fraction; 29.97 and its kin become multiples of 1000/1001."""
        if isinstance(self.fps, Fraction):
            return self.fps
        ntsc = Fraction(round(self.fps * 1.001) * 1000, 1001)
        if abs(float(ntsc) - self.fps) < 0.005 and self.fps != round(self.fps):
            return ntsc
        return Fraction(self.fps).limit_denominator(1000)

    @property
    def variable(self) -> bool:
        """Whether frame times differ from an even grid."""
        return self.jitter_s > 0 or self.dropped > 0
