"""Every default, once.

Times are in seconds, rates in hertz, displacements in per cent of the inter-ocular distance (IOD). The configuration
that was used goes whole into ``session.json``; a TOML file with the same sections and keys overrides the defaults, and
command-line options override both.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_type_hints

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from twitchcam.errors import ConfigError
from twitchcam.events.model import BURST_GAP_S

_STRICT = ConfigDict(extra="forbid")
#: The band must leave something at the least frame rate, of which a camera may fall short by a little.
_HIGHEST_BAND = 0.43

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class CaptureConfig:
    """Reading frames.

    Attributes:
        mirrored: The recording is a mirrored selfie: flip it before anything is measured.
        start_s: Where to begin, seconds from the first frame.
        end_s: Where to stop; None is the end of the recording.
        min_rate_hz: Below this frame rate twitches of 50-250 ms cannot be counted and time is not valid.
        max_gap_s: A longer hole between two frames interrupts the measurement.
        max_doubt_s: How long after damage pictures are left out when no picture comes that was stored whole.
    """

    mirrored: bool = False
    start_s: NotNegative = 0.0
    end_s: Positive | None = None
    min_rate_hz: Positive = 20.0
    max_gap_s: Positive = 0.25
    max_doubt_s: Positive = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class FaceConfig:
    """Finding and tracking the face.

    Attributes:
        tracker: ``fused`` (mesh anchors and sub-pixel registration between and at them) or ``facemesh`` (mesh alone).
        anchor_interval_s: Time between two mesh anchors of the fused tracker while something moves.
        rest_anchor_interval_s: The same at rest.
        anchor_mouth_iod: Displacement of a place of the mouth since the last anchor that is a movement.
        anchor_head_iod: The same of the head.
        min_confidence: Detection and presence threshold of the mesh.
        choice: Which of several faces: ``largest``, ``leftmost``, a number from the left of the picture, or ``any``,
            the one that is found first, which costs the least.
    """

    tracker: Literal["fused", "facemesh"] = "fused"
    anchor_interval_s: Positive = 0.2
    rest_anchor_interval_s: Positive = 0.6
    anchor_mouth_iod: Positive = 0.006
    anchor_head_iod: Positive = 0.02
    min_confidence: Fraction = 0.5
    choice: Annotated[str, Field(pattern=r"^(any|largest|leftmost|[1-9])$")] = "any"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class RegistrationConfig:
    """Sub-pixel registration of the fused tracker (:mod:`twitchcam.face.registration`).

    Attributes:
        pose_px_per_iod: Resolution of the coarse layer that follows the head.
        head_px_per_iod: Resolution of the layer that follows the rigid skin closely.
        mouth_px_per_iod: Resolution of the mouth; finer than the picture costs time and finds nothing more.
        node_spacing_iod: Distance of the nodes of the mouth's displacement field.
        node_width_iod: Standard deviation of each node's bump: the smallest twitch that is resolved.
        prior_sd_iod: Expected size of a node's displacement between reference and picture.
        noise_sd: Expected brightness noise, grey levels.
        clip: Brightness differences beyond this are cut, grey levels.
        blur_px: Blur before sampling between pixels.
        steps: Most solver steps per layer and frame.
        settled_px: After a step that changes less than this, in points of the layer, no other one follows.
        velocity_share: Share of the head's last movement that is expected to go on.
        renewal_interval_s: How often the reference takes up the mean of the frames since.
        renewal_share: Weight of that mean in the renewed reference.
        refit_interval_s: Shortest time between two new references when the old one does not fit.
        max_residual: Unexplained share of the mouth's picture at which a new reference is taken.
        max_head_residual: The same for the rigid skin; at twice this the head is lost.
        max_displacement_iod: Displacement against the reference at which a new one is taken.
        mesh_pull_s: Time constant with which a displacement that left the mesh behind is drawn back to it.
        mesh_tolerance_iod: How far displacement and mesh may differ before that happens.
    """

    pose_px_per_iod: Positive = 24.0
    head_px_per_iod: Positive = 72.0
    mouth_px_per_iod: Positive = 72.0
    node_spacing_iod: Positive = 0.18
    node_width_iod: Positive = 0.15
    prior_sd_iod: Positive = 0.015
    noise_sd: Positive = 3.0
    clip: Positive = 40.0
    blur_px: Positive = 0.6
    steps: Annotated[int, Field(ge=1, le=10)] = 3
    settled_px: NotNegative = 1.0
    velocity_share: Fraction = 0.5
    renewal_interval_s: Positive = 1.0
    renewal_share: Fraction = 0.5
    refit_interval_s: Positive = 0.1
    max_residual: Positive = 0.3
    max_head_residual: Positive = 0.3
    max_displacement_iod: Positive = 0.08
    mesh_pull_s: Positive = 0.5
    mesh_tolerance_iod: NotNegative = 0.04


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class PeripheryConfig:
    """Following brows, cheeks, sides of the nose and chin (:mod:`twitchcam.face.periphery`).

    Attributes:
        px_per_iod: Resolution of the patches.
        prior_sd_iod: Expected size of a displacement between reference and picture.
        noise_sd: Expected brightness noise, grey levels.
        clip: Brightness differences beyond this are cut, grey levels.
        max_step_iod: Farthest that a place is believed to go from one frame to the next.
        max_residual: Unexplained share of a patch's picture at which it is placed anew.
        mesh_tolerance_iod: How far a place and the mesh may differ before that.
        renewal_share: Weight of the newest frames when the reference is renewed, as often as the mouth's.
    """

    px_per_iod: Positive = 44.0
    prior_sd_iod: Positive = 0.02
    noise_sd: Positive = 3.0
    clip: Positive = 40.0
    max_step_iod: Positive = 0.03
    max_residual: Positive = 0.5
    mesh_tolerance_iod: Positive = 0.06
    renewal_share: Fraction = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class EyelidConfig:
    """Closure of the eyes on every frame (:mod:`twitchcam.face.eyelids`).

    Attributes:
        px_per_iod: Resolution.
        open_below: An eye that the mesh takes for less closed than this may be the reference of an open one.
        renew_below: Frames that are less closed than this against the reference are taken up into it.
        renewal_share: Their weight when it is renewed.
        max_unlike: Largest share of the picture that the best prediction may leave unexplained.
        max_unlike_open: The same as a share of what the prediction of an open eye leaves; either is enough.
        open_rise: With a smaller rise of its estimate over that of the open eye, the mesh says open.
        closed_rise: With a larger one, it says closed.
        max_doubts: When more mesh anchors than this contradict one after the other, the reference is made anew.
    """

    px_per_iod: Positive = 80.0
    open_below: Fraction = 0.4
    renew_below: Fraction = 0.25
    renewal_share: Fraction = 0.5
    max_unlike: Positive = 0.6
    max_unlike_open: Positive = 0.5
    open_rise: Fraction = 0.08
    closed_rise: Fraction = 0.35
    max_doubts: Annotated[int, Field(ge=1)] = 2


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class DspConfig:
    """From displacement to matched output and its noise level.

    Attributes:
        low_hz: Lower edge of the band-pass.
        high_hz: Upper edge; at most 0.45 of the frame rate.
        order: Order of the Butterworth prototype.
        pulse_durations_s: Durations of the pulses that are looked for, foot to foot.
        pulse_rise: Share of a pulse before its peak.
        tail_s: How much of the filter's ringing belongs to the template.
        noise_window_s: How far back the noise level looks.
        noise_update_s: How often it is made anew.
        noise_floor_pct_iod: Smallest noise that is believed; a still picture has none.
        warm_up_s: Before this much has been seen, nothing is decided.
    """

    low_hz: Positive = 2.0
    high_hz: Positive = 13.0
    order: Annotated[int, Field(ge=1, le=8)] = 1
    pulse_durations_s: Annotated[tuple[Positive, ...], Field(min_length=1)] = (0.07, 0.11, 0.16, 0.23)
    pulse_rise: Annotated[float, Field(gt=0, lt=1)] = 0.4
    tail_s: Positive = 0.25
    noise_window_s: Positive = 20.0
    noise_update_s: Positive = 1.0
    noise_floor_pct_iod: Positive = 0.01
    warm_up_s: Positive = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class DetectionConfig:
    """When a peak of the matched output is a twitch.

    Attributes:
        min_snr: Smallest peak over the noise level.
        site_width_iod: Width of the moving patch that is looked for (standard deviation).
        separation_s: Two peaks closer than this are one.
        decision_delay_s: How long after a peak it is decided; what follows tells a twitch from talking.
        surround_s: How far around a peak its surroundings are looked at.
        max_opposite: Largest share of the movement that the other side of the same lip may make.
        max_surround: Largest activity around a peak as a share of the peak.
        max_common_surround: The same of what both sides of the lip do alike, as in speech.
        min_shape: Smallest share of the movement around a peak that a single pulse explains.
        max_step: Largest share that a step explains of what a pulse does; skin that moves and stays is no twitch.
        max_rise_s: Longest time from the foot to the peak.
        max_duration_s: Longest pulse that may fit best, twitch or not; a slow pull that has just begun fits a long one.
        min_confidence: Smallest confidence.
        max_misfit: Largest unexplained share of the mouth's picture.
        max_misfit_usual: What it may be as a multiple of its usual level where that is high, as in a noisy picture.
        max_misfit_rise: The same over its usual level, for a movement of next to nothing; one of 1 % IOD may make twice
            as much, one of 2 % three times.
        min_frozen_pct_iod: Smallest twitch believed where the encoder usually leaves all of the picture as it was.
        min_familiar: Below this likeness to how it looked before, something is before the lower face.
        max_head_speed_pct_iod_s: Fastest head at a twitch.
        max_opening_pct_iod: Largest change of the gap between the lips.
        burst_gap_s: Twitches less than this apart share a burst.
    """

    min_snr: Positive = 4.0
    site_width_iod: Positive = 0.13
    separation_s: Positive = 0.2
    decision_delay_s: Positive = 0.7
    surround_s: Positive = 1.0
    max_opposite: Positive = 0.8
    max_surround: Positive = 0.65
    max_common_surround: Positive = 0.27
    min_shape: Fraction = 0.4
    max_step: Positive = 1.3
    max_rise_s: Positive = 0.25
    max_duration_s: Positive = 0.45
    min_confidence: Fraction = 0.7
    max_misfit: Positive = 0.18
    max_misfit_usual: Positive = 2.0
    max_misfit_rise: Positive = 1.8
    min_frozen_pct_iod: Positive = 1.0
    min_familiar: Fraction = 0.38
    max_head_speed_pct_iod_s: Positive = 30.0
    max_opening_pct_iod: Positive = 4.0
    burst_gap_s: Positive = BURST_GAP_S


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class MovingConfig:
    """Twitches while the mouth moves (:mod:`twitchcam.events.moving`).

    Attributes:
        min_log_odds: Smallest log odds of a peak, as the networks give them; those below 0 are not kept.
        min_log_odds_at_rest: The same at rest, where movement around a peak speaks against it, or there is none.
        min_amplitude_pct_iod: Smallest twitch that is told from what a moving mouth does.
        separation_s: Two peaks closer than this are one.
    """

    min_log_odds: Positive = 3.8
    min_log_odds_at_rest: Positive = 5.0
    min_amplitude_pct_iod: Positive = 1.5
    separation_s: Positive = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ContextConfig:
    """What the face is doing, apart from twitches.

    Attributes:
        window_s: Length of the window that decides; a twitch is too short to fill enough of it.
        moving_share: Share of the window that must move.
        moving_pct_iod: Band-passed motion of the mouth (root mean square over its places) that is a movement.
        head_speed_pct_iod_s: Speed of the head that is head motion.
        talking_opening_pct_iod: Variation of the gap between the lips in talking.
        smiling_rise: Rise of the smile blendshapes over their usual level.
        usual_window_s: How far back the usual level looks.
        settle_s: How long a face that was lost and found counts as moving: it was on its way when it was seen again,
            and the picture that the mouth is compared with is renewed until it is no more.
        min_segment_s: Shorter stretches join their neighbours.
    """

    window_s: Positive = 1.2
    moving_share: Fraction = 0.35
    moving_pct_iod: Positive = 0.5
    head_speed_pct_iod_s: Positive = 40.0
    talking_opening_pct_iod: Positive = 1.5
    smiling_rise: Fraction = 0.3
    usual_window_s: Positive = 20.0
    settle_s: Positive = 2.0
    min_segment_s: Positive = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class EyeConfig:
    """Blinks, other closures of the eyes and shifts of the gaze.

    Attributes:
        open_below: Closure from which an eye has left its open place.
        closed: Closure at which it is shut.
        min_s: Shorter ones are not believed.
        min_one_sided_s: The same for one eye alone.
        other_share: An eye that is closed by this share of the other one meanwhile (on average) closes with it.
        max_head_pct_iod_s: When the head moves faster meanwhile, one eye alone is not believed.
        max_blink_s: Both eyes for longer are no blink.
        together_s: Eyes that leave their open place within this close together.
        gaze_shift: Change of the gaze that is a shift, of its range from -1 to 1.
        gaze_still: Smaller changes are none.
        gaze_settled_s: How long a gaze must stay where it went.
        gaze_least_s: Shortest shift.
    """

    open_below: Fraction = 0.25
    closed: Fraction = 0.5
    min_s: NotNegative = 0.06
    min_one_sided_s: NotNegative = 0.1
    other_share: Fraction = 0.6
    max_head_pct_iod_s: Positive = 20.0
    max_blink_s: Positive = 0.6
    together_s: NotNegative = 0.15
    gaze_shift: Fraction = 0.3
    gaze_still: Fraction = 0.12
    gaze_settled_s: Positive = 0.25
    gaze_least_s: Positive = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class SpreadConfig:
    """What else moved with a twitch.

    Attributes:
        min_pct_iod: Least displacement of a place.
        min_closure: Least closing of an eye.
        min_snr: Least movement over what the place does otherwise.
    """

    min_pct_iod: Positive = 0.4
    min_closure: Fraction = 0.5
    min_snr: Positive = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class SpasmConfig:
    """Tonic spasms.

    Attributes:
        min_s: Shortest spasm.
        min_pct_iod: Smallest pull of the corner of the mouth.
        max_rise_s: Longest time from rest to four fifths of the pull.
        released_share: Share of the pull below which it is over.
        max_other_share: Largest share of the pull that the other corner may make.
        max_opening_pct_iod: Largest change of the gap between the lips.
        max_head_pct_iod: Largest movement of the head.
        min_closure: Median closure of the eye of the same side that belongs to it.
        min_ripple_share: Trembling while it is held (root mean square, band-passed), as a share of the pull.
        min_ripple_pct_iod: The same in absolute terms.
        settled_s: What is left out at either end when the trembling is measured.
        release_s: A peak this near to the end of a spasm is the skin that comes back, and no twitch.
    """

    min_s: Positive = 1.0
    min_pct_iod: Positive = 0.8
    max_rise_s: Positive = 0.25
    released_share: Fraction = 0.4
    max_other_share: Fraction = 0.6
    max_opening_pct_iod: Positive = 4.0
    max_head_pct_iod: Positive = 8.0
    min_closure: Fraction = 0.5
    min_ripple_share: Fraction = 0.04
    min_ripple_pct_iod: Positive = 0.15
    settled_s: Positive = 0.3
    release_s: NotNegative = 0.35


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class RhythmConfig:
    """Even movement to and fro.

    Attributes:
        low_hz: Slowest rhythm.
        high_hz: Fastest rhythm.
        window_s: Length of the windows that are looked at.
        hop_s: Time from one to the next.
        min_windows: Windows one after the other that must agree.
        min_s: Shortest stretch.
        min_pct_iod: Least size (root mean square over the places of a side).
        min_regularity: Least autocorrelation after one period.
        max_between: Largest least autocorrelation before that.
        same_share: How far the frequencies of two windows may differ.
        both_share: Smallest share of the larger side that makes both sides move.
        jerk_high_hz: Fastest jerks. No two intervals between jerks are the same, and none lasts long: less likeness is
            asked of them than of a tremor, over longer windows.
        jerk_window_s: Length of these windows.
        jerk_min_regularity: The same for them.
        jerk_min_s: Shortest stretch of jerks alone.
        max_opening_pct_iod: Variation of the gap between the lips that is talking.
        max_head_pct_iod: Movement of the head in which nothing is looked for.
    """

    low_hz: Positive = 1.0
    high_hz: Positive = 9.0
    window_s: Positive = 3.0
    hop_s: Positive = 0.5
    min_windows: Annotated[int, Field(ge=1)] = 2
    min_s: Positive = 2.0
    min_pct_iod: Positive = 0.12
    min_regularity: Fraction = 0.75
    max_between: Fraction = 0.3
    same_share: Fraction = 0.15
    both_share: Fraction = 0.65
    jerk_high_hz: Positive = 3.0
    jerk_window_s: Positive = 6.0
    jerk_min_regularity: Fraction = 0.4
    jerk_min_s: Positive = 4.0
    max_opening_pct_iod: Positive = 1.5
    max_head_pct_iod: Positive = 8.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class LiveConfig:
    """Watching as it happens.

    Attributes:
        backlog_s: Frames that wait longer than this to be measured are dropped, the oldest first.
        reconnect_s: Time between two tries to open a camera or stream that went away.
        clock_step_s: A wall clock that differs from the session's by more is taken to have been set.
        dark_level: Mean brightness of the picture (0-255) below which it is too dark.
        small_iod_px: Distance of the outer eye corners in the picture below which the face is too small.
        turned_deg: Turn or nod of the head beyond which the face is turned away.
        felt_within_s: How long after a twitch somebody says that it was felt, at most.
        clip_margin_s: What a clip shows before and after its twitch.
    """

    backlog_s: Positive = 0.1
    reconnect_s: Positive = 1.0
    clock_step_s: Positive = 1.0
    dark_level: NotNegative = 45.0
    small_iod_px: NotNegative = 70.0
    turned_deg: Positive = 25.0
    felt_within_s: Positive = 3.0
    clip_margin_s: Positive = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Config:
    """The whole configuration, one section a room."""

    capture: CaptureConfig = Field(default_factory=CaptureConfig)
    face: FaceConfig = Field(default_factory=FaceConfig)
    registration: RegistrationConfig = Field(default_factory=RegistrationConfig)
    periphery: PeripheryConfig = Field(default_factory=PeripheryConfig)
    eyelid: EyelidConfig = Field(default_factory=EyelidConfig)
    dsp: DspConfig = Field(default_factory=DspConfig)
    detection: DetectionConfig = Field(default_factory=DetectionConfig)
    moving: MovingConfig = Field(default_factory=MovingConfig)
    context: ContextConfig = Field(default_factory=ContextConfig)
    eye: EyeConfig = Field(default_factory=EyeConfig)
    spread: SpreadConfig = Field(default_factory=SpreadConfig)
    spasm: SpasmConfig = Field(default_factory=SpasmConfig)
    rhythm: RhythmConfig = Field(default_factory=RhythmConfig)
    live: LiveConfig = Field(default_factory=LiveConfig)

    def __post_init__(self) -> None:
        highest = min(self.dsp.high_hz, _HIGHEST_BAND * self.capture.min_rate_hz)
        if self.dsp.low_hz >= highest:
            raise ValueError(
                f"dsp.low_hz = {self.dsp.low_hz:g} must be below {highest:g}: dsp.high_hz, "
                f"and {_HIGHEST_BAND:g} of capture.min_rate_hz"
            )


_ADAPTER: TypeAdapter[Config] = TypeAdapter(Config)


def to_dict(config: Config) -> dict[str, Any]:
    """The configuration as plain data, as it stands in ``session.json``."""
    return asdict(cast(Any, config))


def from_dict(data: dict[str, Any], *, source: str = "configuration") -> Config:
    """A configuration from nested plain data; what is not named keeps its default.

    Args:
        data: ``{section: {key: value}}``.
        source: Where the data came from, for messages.

    Raises:
        ConfigError: an unknown section or key (the nearest one is named) or a value out of range.
    """
    _check_names(Config, data, source, "")
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if not where:
            raise ConfigError(f"{source}: {first['ctx']['error']}") from None
        raise ConfigError(f"{source}: {where} = {first.get('input')!r}: {first['msg']}") from None


def load(path: Path, base: Config | None = None) -> Config:
    """Reads a TOML file; what it does not name is as in ``base``, by default the defaults.

    Raises:
        ConfigError: the file cannot be read, is not TOML, or holds unknown keys or values out of range.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot read the configuration: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a TOML file: {error}") from None
    return merged(Config() if base is None else base, data, source=str(path))


def merged(base: Config, changes: dict[str, Any], *, source: str = "command line") -> Config:
    """``base`` with the named keys changed; ``changes`` is nested like :func:`from_dict` takes it."""
    data = to_dict(base)
    _check_names(Config, changes, source, "")
    for section, values in changes.items():
        data[section] = {**data[section], **values}
    return from_dict(data, source=source)


def to_toml(config: Config) -> str:
    """The configuration as a TOML document; keys that are None are left out, which means the same."""
    lines: list[str] = []
    for section, values in to_dict(config).items():
        lines.append(f"[{section}]")
        for key, value in values.items():
            if value is not None:
                lines.append(f"{key} = {_toml_value(value)}")
        lines.append("")
    return "\n".join(lines)


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml_value(v) for v in value) + "]"
    return repr(value)


def _check_names(kind: type, data: object, source: str, prefix: str) -> None:
    if not isinstance(data, dict):
        raise ConfigError(f"{source}: {prefix.rstrip('.') or 'the top level'} must be a table of keys")
    known = {f.name for f in fields(kind)}
    hints = get_type_hints(kind)
    for key, value in data.items():
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1, cutoff=0)
            raise ConfigError(f"{source}: unknown key {prefix}{key}; the nearest one is {prefix}{near[0]}")
        if is_dataclass(hints[key]):
            _check_names(cast(type, hints[key]), value, source, f"{prefix}{key}.")
