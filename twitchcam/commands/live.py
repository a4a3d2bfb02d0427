"""``twitchcam live``: watches a camera, a stream, or a file played in real time."""

from __future__ import annotations

import re
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import click

from twitchcam.commands._values import picture_size, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from twitchcam.capture.cameras import CameraRequest
    from twitchcam.config import Config
    from twitchcam.live.clock import Clock
    from twitchcam.live.feed import Display
    from twitchcam.live.loop import Commands, LiveResult
    from twitchcam.live.source import LiveSource

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://.+", re.IGNORECASE)


@click.command()
@click.option(
    "--camera",
    metavar="0|URL|FILE",
    default="0",
    show_default=True,
    help="Number of a camera, address of a stream, or a video file, which is played once in real time.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default="twitchcam-out",
    show_default=True,
    help="Folder for the session.",
)
@click.option("--no-display", is_flag=True, help="No window: a line per twitch.")
@click.option("--serve", is_flag=True, help="Show the session on a local web page and print its address.")
@click.option("--port", metavar="N", type=click.IntRange(1, 65535), help="Port of that page; otherwise any free one.")
@click.option("--duration", "duration_s", metavar="TIME", type=seconds, help="Stop after this long.")
@click.option(
    "--fps", "rate_hz", metavar="N", type=click.FloatRange(min=1), help="Frames a second to ask a camera for."
)
@click.option("--size", metavar="WxH", type=picture_size, help="Picture size to ask a camera for, such as 1280x720.")
@click.option("--mirrored", is_flag=True, help="The camera's picture is mirrored: swap left and right back.")
@click.option("--config", "config_path", metavar="FILE.toml", type=click.Path(path_type=Path), help="Other settings.")
@click.option("--subject", metavar="ID", help="Who is seen, in free text; no name is needed.")
@click.option("--overwrite", is_flag=True, help="Replace a session of the same name.")
def command(
    camera: str,
    output: Path,
    no_display: bool,
    serve: bool,
    port: int | None,
    duration_s: float | None,
    rate_hz: float | None,
    size: tuple[int, int] | None,
    mirrored: bool,
    config_path: Path | None,
    subject: str | None,
    overwrite: bool,
) -> int:
    """Watch a camera and log twitches as they happen.

    Ends with Ctrl-C, with q in the window, after --duration, or at the end of FILE. Left and right are the subject's
    own. No image is kept unless asked for. A monitor, not a diagnosis.
    """
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
        overwrite=overwrite,
    )
    commands: Commands = SimpleQueue()
    with StopSignal() as stop:
        source = _source(request, config, clock, stop)
        displays = _displays(commands, serve=serve, port=port, title=_title(request))
        loop = LiveLoop(source, output, options, displays=displays, commands=commands, clock=clock, stop=stop)
        result = loop.run()
    return _told(result)


def _displays(commands: Commands, *, serve: bool, port: int | None, title: str) -> list[Display]:
    from twitchcam.live.terminal import TerminalLines

    displays: list[Display] = [TerminalLines()]
    if serve:
        from twitchcam.live import page

        served = page.serve(commands.put, port=port or 0, title=title)
        click.echo(f"twitchcam: open {served.address}", err=True)
        displays.append(served)
    return displays


def _title(request: CameraRequest | Path) -> str:
    """What is watched, for the page's heading; an address may hold a password, so it is not told."""
    if isinstance(request, Path):
        return request.name
    return f"camera {request.address}" if isinstance(request.address, int) else "stream"


def _config(path: Path | None, *, mirrored: bool) -> Config:
    from twitchcam.config import Config, load, merged

    changes: dict[str, Any] = {"capture": {"mirrored": True}} if mirrored else {}
    return merged(Config() if path is None else load(path), changes)


def _source(request: CameraRequest | Path, config: Config, clock: Clock, stop: Callable[[], bool]) -> LiveSource:
    from twitchcam.live.camera import CameraSource
    from twitchcam.live.player import FilePlayer

    if isinstance(request, Path):
        return FilePlayer(request, config, clock)
    return CameraSource(request, config, clock, stop=stop, tell=lambda line: click.echo(f"twitchcam: {line}", err=True))


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


def _told(result: LiveResult) -> int:
    """The results on stdout, what is wrong on stderr."""
    from twitchcam.commands.analyze import described

    for folder, document in result.sessions:
        if document is not None:
            click.echo(f"{described(document)}: {folder}")
            for warning in document["warnings"]:
                click.echo(f"twitchcam: {folder.name}: {warning}", err=True)
    if result.trouble is not None:
        click.echo(f"twitchcam: {result.trouble}", err=True)
        return 1
    return 0
