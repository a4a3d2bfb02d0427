"""Options of ``twitchcam simulate``, and what they mean to :mod:`twitchcam.simulate`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, TypedDict, TypeVar

import click

from twitchcam.errors import UsageError
from twitchcam.simulate import scenario as plan
from twitchcam.simulate import schedule

_SCENARIO, _VIDEO, _CAMERA, _HEAD = plan.Scenario(), plan.VideoSettings(), plan.Camera(), plan.HeadMotion()

F = TypeVar("F", bound=Callable[..., Any])

#: Options that only a portrait takes, and those that only a video takes.
PORTRAIT_ONLY = (
    *("size", "fps", "iod_px", "jitter_ms", "dropped_pct", "lens_blur_px", "moving_background"),
    *("sway_pct_iod", "roll_sway_deg", "scale_sway_pct", "yaw_sway_deg", "pitch_sway_deg"),
    *("yaw_deg", "pitch_deg", "roll_deg"),
)
VIDEO_ONLY = ("start_s", "end_s", "loop")


class Options(TypedDict):
    """The options as click hands them over, in the units of their names."""

    duration_s: float
    seed: int
    amplitude_pct_iod: tuple[float, ...]
    mean_interval_s: float
    min_interval_s: float
    first_s: float
    pulse_ms: tuple[float, float]
    radius_iod: tuple[float, float]
    place_spread: float
    twitches: Path | None
    no_twitches: bool
    movements: tuple[str, ...]
    size: str
    fps: str
    iod_px: float
    codec: str
    crf: float
    preset: str
    gop: int | None
    mjpeg_q: int
    jitter_ms: float
    dropped_pct: float
    noise_sigma: float | None
    lens_blur_px: float
    exposure_gain: float
    flicker_pct: float
    flicker_hz: float
    readout_ms: float
    drift_pct: float
    sway_pct_iod: float
    roll_sway_deg: float
    scale_sway_pct: float
    yaw_sway_deg: float
    pitch_sway_deg: float
    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    moving_background: bool
    start_s: float
    end_s: float | None
    loop: bool


def _number(name: str, default: float | None, text: str, *, least: float | None = None) -> Callable[..., Any]:
    kind = click.FLOAT if least is None else click.FloatRange(min=least)
    return click.option(name, type=kind, default=default, show_default=default is not None, help=text)


_OPTIONS = (
    _number("--duration-s", _SCENARIO.duration_s, "Length of the video.", least=0),
    click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of everything random."),
    click.option(
        "--amplitude-pct-iod",
        type=float,
        multiple=True,
        default=(2.0,),
        show_default="2",
        help="Size of the twitches, % of the distance of the outer eye corners; several to draw from.",
    ),
    _number("--mean-interval-s", schedule.MEAN_INTERVAL_S, "Mean time between onsets.", least=0),
    _number("--min-interval-s", schedule.MIN_INTERVAL_S, "Shortest time between onsets.", least=0),
    _number("--first-s", schedule.FIRST_S, "No twitch before this time.", least=0),
    click.option(
        "--pulse-ms",
        type=(float, float),
        default=tuple(1000 * s for s in schedule.PULSE_S),
        show_default=True,
        help="Range of lengths.",
    ),
    click.option(
        "--radius-iod",
        type=(float, float),
        default=schedule.SIGMA_IOD,
        show_default=True,
        help="Range of the radius (sigma) of the moving patch, of the eye corners' distance.",
    ),
    _number("--place-spread", 0.0, "How far patches lie from the lip site, 0-0.5 of the half lip.", least=0),
    click.option(
        "--twitches", type=click.Path(path_type=Path), help="Table like events.tsv: render these, draw none at random."
    ),
    click.option("--no-twitches", is_flag=True, help="Render a resting face."),
    click.option(
        "--movement",
        "movements",
        multiple=True,
        metavar="KIND:ONSET_S:DURATION_S:PCT_IOD[:SIDE[:HZ]]",
        help="What is no twitch: smile, blink or speech; pull (of one corner of the mouth), cheek or spasm, with a "
        "side; eye_closure, brow_raise or tremor (with its frequency), with a side or both.",
    ),
    click.option(
        "--size",
        metavar="WxH",
        default=f"{_VIDEO.width}x{_VIDEO.height}",
        show_default=True,
        help="Pixels of the video.",
    ),
    click.option(
        "--fps", default=f"{_VIDEO.fps:g}", show_default=True, help="Frames a second; 29.97 or 30000/1001 are exact."
    ),
    _number("--iod-px", _SCENARIO.iod_px, "Distance of the outer eye corners in the video."),
    click.option(
        "--codec", type=click.Choice([c.value for c in plan.Codec]), default=_VIDEO.codec.value, show_default=True
    ),
    _number("--crf", _VIDEO.crf, "Quality, 0 (lossless) to 51, of all codecs but MJPEG."),
    click.option(
        "--preset",
        type=click.Choice(plan.PRESETS),
        default=_VIDEO.preset,
        show_default=True,
        help="Effort of the encoder.",
    ),
    click.option("--gop", type=click.IntRange(min=1), help="Most frames from one key frame to the next."),
    click.option(
        "--mjpeg-q", type=int, default=_VIDEO.mjpeg_q, show_default=True, help="MJPEG quantiser, 2 (best) to 31."
    ),
    _number("--jitter-ms", 1000 * _VIDEO.jitter_s, "Standard deviation of frame times.", least=0),
    _number("--dropped-pct", 100 * _VIDEO.dropped, "Frames that are missing, %.", least=0),
    _number(
        "--noise-sigma",
        None,
        f"Sensor noise, of 255.  [default: {_CAMERA.noise_sigma:g} on an image, 0 on a video]",
        least=0,
    ),
    _number("--lens-blur-px", _CAMERA.lens_blur_px, "Radius (sigma) of lens and pixel.", least=0),
    _number("--exposure-gain", _CAMERA.exposure_gain, "Brightness factor.", least=0),
    _number("--flicker-pct", 100 * _CAMERA.flicker_depth, "Depth of the lamp's flicker in the picture.", least=0),
    _number("--flicker-hz", _CAMERA.flicker_hz, "Its frequency.", least=0),
    _number("--readout-ms", 1000 * _CAMERA.readout_s, "Rolling shutter: time from the first to the last row.", least=0),
    _number("--drift-pct", 100 * _CAMERA.drift_depth, "Slow changes of the light, root mean square.", least=0),
    _number("--sway-pct-iod", _HEAD.sway_pct_iod, "Sway of the head along either axis, root mean square.", least=0),
    _number("--roll-sway-deg", _HEAD.roll_sway_deg, "The same for its tilt.", least=0),
    _number("--scale-sway-pct", _HEAD.scale_sway_pct, "The same for its distance.", least=0),
    _number("--yaw-sway-deg", _HEAD.yaw_sway_deg, "The same for its turn.", least=0),
    _number("--pitch-sway-deg", _HEAD.pitch_sway_deg, "The same for its nod.", least=0),
    _number("--yaw-deg", _HEAD.yaw_deg, "Turn of the head to the subject's left."),
    _number("--pitch-deg", _HEAD.pitch_deg, "Nod of the head, up is positive."),
    _number("--roll-deg", _HEAD.roll_deg, "Tilt of the head towards the subject's left shoulder."),
    click.option("--moving-background", is_flag=True, help="The whole picture moves with the head."),
    _number("--start-s", 0.0, "Begin of the stretch of a video.", least=0),
    _number("--end-s", None, "Its end.", least=0),
    click.option("--loop", is_flag=True, help="Run the stretch to and fro until --duration-s is over."),
)


def options(function: F) -> F:
    """Gives a command all the options of :class:`Options`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def scenario_of(options: Options, *, duration_s: float, camera: plan.Camera, head: plan.HeadMotion) -> plan.Scenario:
    """What happens, for a given length of the video.

    Raises:
        UsageError: a value that cannot be rendered.
        SessionError: the table of twitches cannot be read.
    """
    return plan.Scenario(
        duration_s=duration_s,
        seed=options["seed"],
        twitches=_twitches(options, duration_s=duration_s),
        movements=tuple(_movement(text) for text in options["movements"]),
        camera=camera,
        iod_px=options["iod_px"],
        head=head,
    )


def head_of(options: Options) -> plan.HeadMotion:
    """Pose and sway of the head in front of a portrait's camera."""
    return plan.HeadMotion(
        sway_pct_iod=options["sway_pct_iod"],
        roll_sway_deg=options["roll_sway_deg"],
        scale_sway_pct=options["scale_sway_pct"],
        yaw_sway_deg=options["yaw_sway_deg"],
        pitch_sway_deg=options["pitch_sway_deg"],
        yaw_deg=options["yaw_deg"],
        pitch_deg=options["pitch_deg"],
        roll_deg=options["roll_deg"],
        still_background=not options["moving_background"],
    )


def camera_of(options: Options, *, noise_sigma: float, lens_blur_px: float) -> plan.Camera:
    """Light and sensor; ``noise_sigma`` is the noise where none was asked for."""
    return plan.Camera(
        noise_sigma=noise_sigma if options["noise_sigma"] is None else options["noise_sigma"],
        lens_blur_px=lens_blur_px,
        exposure_gain=options["exposure_gain"],
        flicker_depth=options["flicker_pct"] / 100,
        flicker_hz=options["flicker_hz"],
        readout_s=options["readout_ms"] / 1000,
        drift_depth=options["drift_pct"] / 100,
    )


def video_of(options: Options) -> plan.VideoSettings:
    """The format of the video."""
    try:
        width, height = (int(part) for part in options["size"].lower().split("x"))
    except ValueError:
        raise UsageError(f"--size {options['size']}: it is WIDTHxHEIGHT in pixels, as in 640x480") from None
    return plan.VideoSettings(
        width=width,
        height=height,
        fps=_rate(options["fps"]),
        codec=plan.Codec(options["codec"]),
        crf=options["crf"],
        preset=options["preset"],
        gop=options["gop"],
        mjpeg_q=options["mjpeg_q"],
        jitter_s=options["jitter_ms"] / 1000,
        dropped=options["dropped_pct"] / 100,
    )


def _twitches(options: Options, *, duration_s: float) -> tuple[plan.TwitchSpec, ...]:
    from twitchcam.session.events_file import read_events
    from twitchcam.simulate.truth import specs_of

    if options["no_twitches"]:
        return ()
    if options["twitches"] is not None:
        return specs_of(read_events(options["twitches"]))
    shortest_ms, longest_ms = options["pulse_ms"]
    return schedule.draw_twitches(
        duration_s=duration_s,
        seed=options["seed"],
        amplitudes_pct_iod=options["amplitude_pct_iod"],
        mean_interval_s=options["mean_interval_s"],
        min_interval_s=options["min_interval_s"],
        first_s=options["first_s"],
        pulse_s=(shortest_ms / 1000, longest_ms / 1000),
        sigma_iod=options["radius_iod"],
        place_spread=options["place_spread"],
    )


def _movement(text: str) -> plan.Movement:
    from twitchcam.events.model import Side

    kind, *numbers = text.split(":")
    try:
        onset_s, duration_s, amplitude = (float(number) for number in numbers[:3])
        side = Side(numbers[3]) if len(numbers) > 3 else Side.BOTH
        hz = {"frequency_hz": float(numbers[4])} if len(numbers) > 4 and kind == plan.MovementKind.TREMOR else {}
        if len(numbers) > 4 + len(hz):
            raise ValueError
        return plan.Movement(
            kind=plan.MovementKind(kind),
            onset_s=onset_s,
            duration_s=duration_s,
            amplitude_pct_iod=amplitude,
            side=side,
            **hz,
        )
    except ValueError:
        example = "smile:5:2:6 or pull:9:1.5:4:left"
        raise UsageError(
            f"--movement {text}: it is KIND:ONSET_S:DURATION_S:PCT_IOD[:SIDE[:HZ]], as in {example}"
        ) from None


def _rate(text: str) -> Fraction | float:
    try:
        return Fraction(text) if "/" in text else float(text)
    except (ValueError, ZeroDivisionError):
        raise UsageError(f"--fps {text}: it is a number or a fraction, as in 29.97 or 30000/1001") from None
