"""``twitchcam live``: watches a camera, a stream, or a file played in real time."""

from __future__ import annotations

import queue
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twitchcam.commands import _options
from twitchcam.commands._values import picture_size, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from twitchcam.capture.cameras import CameraRequest
    from twitchcam.config import Config
    from twitchcam.live.clock import Clock
    from twitchcam.live.feed import Display
    from twitchcam.live.keeper import Keeper
    from twitchcam.live.loop import Commands, LiveResult
    from twitchcam.live.protocol import Guide
    from twitchcam.live.source import LiveSource

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://.+", re.IGNORECASE)
_STANDARD = "standard"


@click.command()
@click.option(
    "--camera",
    metavar="0|URL|FILE",
    default="0",
    show_default=True,
    help="Number of a camera, address of a stream, or a video file, which is played once in real time.",
)
@_options.output("Folder for the session.", default=_options.SESSIONS_FOLDER)
@click.option("--no-display", is_flag=True, help="No window: a line per twitch.")
@click.option("--serve", is_flag=True, help="Show the session on a local web page instead, and print its address.")
@_options.port
@click.option("--duration", "duration_s", metavar="TIME", type=seconds, help="Stop after this long.")
@click.option(
    "--fps", "rate_hz", metavar="N", type=click.FloatRange(min=1), help="Frames a second to ask a camera for."
)
@click.option("--size", metavar="WxH", type=picture_size, help="Picture size to ask a camera for, such as 1280x720.")
@click.option("--clips", is_flag=True, help="Keep a clip around each twitch; else no image is kept.")
@click.option("--record", is_flag=True, help="Keep all pictures, as recording.mkv.")
@click.option(
    "--protocol",
    metavar="[FILE.toml]",
    is_flag=False,
    flag_value=_STANDARD,
    help="Guide through rest, movements on purpose and reading; ends with the last part.",
)
@_options.subject
@_options.mirrored("The camera's picture is mirrored")
@_options.config
@click.option("--rotate", type=click.Choice(["day"]), help="Begin a new session at midnight.")
@click.option("--on-event", metavar="COMMAND", help="Run this for each twitch, with the event as JSON on its input.")
@click.option("--sound", is_flag=True, help="Click at each twitch.")
@_options.overwrite
def command(
    camera: str,
    output: Path,
    no_display: bool,
    serve: bool,
    port: int | None,
    duration_s: float | None,
    rate_hz: float | None,
    size: tuple[int, int] | None,
    clips: bool,
    record: bool,
    protocol: str | None,
    subject: str | None,
    mirrored: bool,
    config_path: Path | None,
    rotate: str | None,
    on_event: str | None,
    sound: bool,
    overwrite: bool,
) -> int:
    """Watch a camera and log twitches as they happen.

    Ends with Ctrl-C, with q in the window, after --duration, with the protocol, or at the end of FILE. A camera or
    stream that goes away is picked up again when it returns. Keys in the window: f felt one, n note, t trigger (a name
    and a value), p pause, q quit. Left and right are the subject's own. No image is kept unless asked for.
    """
    from twitchcam.capture.cameras import load_opencv

    load_opencv()
    from twitchcam.analysis import session_name
    from twitchcam.commands._running import StopSignal
    from twitchcam.live.clock import SystemClock
    from twitchcam.live.loop import LiveLoop, LiveOptions

    config, clock = _config(config_path, mirrored=mirrored), SystemClock()
    request = _requested(camera, rate_hz, size)
    options = LiveOptions(
        config=config,
        name=session_name(request) if isinstance(request, Path) else None,
        subject=subject,
        duration_s=duration_s,
        guide=_guide(protocol),
        rotate_daily=rotate is not None,
        overwrite=overwrite,
        keeps_images="everything" if record else "clips of twitches" if clips else "nothing",
    )
    commands: Commands = queue.SimpleQueue()
    with StopSignal() as stop:
        displays = _displays(on_event=on_event, sound=sound)
        if serve:
            displays.append(_page(commands, port, _title(request)))
        elif not no_display:
            displays.append(_window(commands, config))
        source = _source(request, config, clock, stop)
        loop = LiveLoop(
            source,
            output,
            options,
            displays=displays,
            keepers=_keepers(config, clips=clips, record=record),
            commands=commands,
            clock=clock,
            stop=stop,
        )
        result = loop.run()
    return _told(result)


def _config(path: Path | None, *, mirrored: bool) -> Config:
    from twitchcam.config import Config, load, merged

    changes: dict[str, Any] = {"capture": {"mirrored": True}} if mirrored else {}
    return merged(Config() if path is None else load(path), changes)


def _requested(camera: str, rate_hz: float | None, size: tuple[int, int] | None) -> CameraRequest | Path:
    """A camera or stream where the text is a number or an address, else a file."""
    from twitchcam.capture.cameras import CameraRequest

    if camera.isdecimal():
        return CameraRequest(address=int(camera), rate_hz=rate_hz, size=size)
    if not _ADDRESS.fullmatch(camera):
        return Path(camera)
    if camera.lower().startswith("file:"):
        raise click.BadParameter(f"{camera}: name the file itself", param_hint="--camera")
    return CameraRequest(address=camera)


def _source(request: CameraRequest | Path, config: Config, clock: Clock, stop: Callable[[], bool]) -> LiveSource:
    from twitchcam.live.camera import CameraSource
    from twitchcam.live.player import FilePlayer

    if isinstance(request, Path):
        return FilePlayer(request, config, clock)
    return CameraSource(request, config, clock, stop=stop, tell=_remark)


def _guide(protocol: str | None) -> Guide | None:
    from twitchcam.live.protocol import STANDARD_PATH, Guide, load_protocol

    if protocol is None:
        return None
    return Guide(load_protocol(STANDARD_PATH if protocol == _STANDARD else Path(protocol)))


def _displays(*, on_event: str | None, sound: bool) -> list[Display]:
    """Who is told what happens, besides a window or page."""
    from twitchcam.live.hooks import Click, EventCommand, click_player
    from twitchcam.live.terminal import TerminalLines

    made: list[Display] = [TerminalLines()]
    if on_event is not None:
        try:
            made.append(EventCommand(on_event, _remark))
        except ValueError as error:
            raise click.BadParameter(f"{on_event}: {error}", param_hint="--on-event") from None
    if sound:
        made.append(Click(click_player()))
    return made


def _page(commands: Commands, port: int | None, title: str) -> Display:
    from twitchcam.live import page

    served = page.serve(commands.put, port=port or 0, title=title)
    _remark(f"open {served.address}")
    return served


def _title(request: CameraRequest | Path) -> str:
    """What is watched, for the page's heading; an address may hold a password, so it is not told."""
    if isinstance(request, Path):
        return request.name
    return f"camera {request.address}" if isinstance(request.address, int) else "stream"


def _window(commands: Commands, config: Config) -> Display:
    from twitchcam.commands.check import in_child
    from twitchcam.errors import DependencyError
    from twitchcam.live.window import Window

    # Without a display OpenCV ends the process, so a child tries first.
    if "error" in in_child("window"):
        raise DependencyError("no window can be opened here; --no-display prints a line per twitch instead")
    return Window(commands, min_snr=config.detection.min_snr)


def _keepers(config: Config, *, clips: bool, record: bool) -> list[Keeper]:
    """What is kept besides the log."""
    from twitchcam.live.disk import DiskSync
    from twitchcam.live.images import ImageKeeper

    made: list[Keeper] = [DiskSync()]
    if clips or record:
        made.append(ImageKeeper(clips=clips, record=record, margin_s=config.live.clip_margin_s, tell=_remark))
    return made


def _remark(line: str) -> None:
    click.echo(f"twitchcam: {line}", err=True)


def _told(result: LiveResult) -> int:
    """The results on stdout, what is wrong on stderr."""
    from twitchcam.commands.analyze import described
    from twitchcam.session.live_part import felt_sentence

    for folder, document in result.sessions:
        if document is None:
            continue
        click.echo(f"{described(document)}: {folder}")
        felt = felt_sentence(document["live"])
        if felt is not None:
            click.echo(felt)
        for warning in document["warnings"]:
            _remark(f"{folder.name}: {warning}")
    if result.trouble is not None:
        _remark(result.trouble)
        return 1
    if not result.sessions:
        _remark("no picture came; nothing was written")
        return 1
    return 0
