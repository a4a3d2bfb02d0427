"""``twitchcam simulate IMAGE|VIDEO -o OUT.mp4``: renders twitches of known place, size and time."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
from click.core import ParameterSource

from twitchcam.commands import _options
from twitchcam.commands import _simulate_options as chosen
from twitchcam.errors import InputError, OutputError, UsageError

if TYPE_CHECKING:
    from twitchcam.events.model import Twitch
    from twitchcam.simulate.progress import Progress


@click.command()
@click.argument("source", metavar="IMAGE|VIDEO", type=click.Path(path_type=Path))
@_options.output("Video to write.", metavar="OUT.mp4", required=True)
@chosen.options
@click.pass_context
def command(ctx: click.Context, /, source: Path, output: Path, **options: Unpack[chosen.Options]) -> None:
    """Render twitches of known lip, side, size, time and shape.

    On a portrait, with head motion, noise, light and compression as asked for; or into a real video, where only what
    moves is touched (sound is left out). The truth is written beside the video, as OUT.truth.tsv with the columns of
    events.tsv. Left and right are the subject's own.
    """
    from twitchcam.simulate.truth import truth_path, write_truth

    _check_places(source, output)
    image = _is_image(source)
    _refuse(
        ctx, chosen.VIDEO_ONLY if image else chosen.PORTRAIT_ONLY, f"only {'a video' if image else 'an image'} takes it"
    )
    truth = _on_portrait(source, output, options) if image else _on_video(source, output, options)
    write_truth(truth_path(output), truth)
    click.echo(f"{output}: {_counted(truth)}")
    click.echo(f"{truth_path(output)}: when, where and how large they are")


def _on_portrait(source: Path, output: Path, options: chosen.Options) -> list[Twitch]:
    from twitchcam.simulate.geometry import find_face
    from twitchcam.simulate.portrait_file import read_portrait
    from twitchcam.simulate.render import render_portrait
    from twitchcam.simulate.scenario import Camera

    video = chosen.video_of(options)
    camera = chosen.camera_of(options, noise_sigma=Camera().noise_sigma, lens_blur_px=options["lens_blur_px"])
    head = chosen.head_of(options)
    scenario = chosen.scenario_of(options, duration_s=options["duration_s"], camera=camera, head=head)
    portrait = read_portrait(source)
    face = find_face(portrait, name=str(source))
    with _progress("rendering") as progress:
        return render_portrait(portrait, output, scenario, video, face=face, progress=progress)


def _on_video(source: Path, output: Path, options: chosen.Options) -> list[Twitch]:
    from twitchcam.simulate.footage import Stretch, find_footage, render_on_video
    from twitchcam.simulate.scenario import FIXED_HEAD

    video = chosen.video_of(options)
    camera = chosen.camera_of(options, noise_sigma=0.0, lens_blur_px=0.0)
    stretch = Stretch(start_s=options["start_s"], end_s=options["end_s"], loop=options["loop"])
    duration_s = options["duration_s"]
    # Made once for nothing, so that wrong use is told before the long search for the face.
    chosen.scenario_of(options, duration_s=duration_s, camera=camera, head=FIXED_HEAD)
    with _progress("finding the face") as progress:
        footage = find_footage(source, stretch, progress=progress)
    if not stretch.loop:
        duration_s = min(duration_s, footage.duration_s)
    scenario = chosen.scenario_of(options, duration_s=duration_s, camera=camera, head=FIXED_HEAD)
    with _progress("rendering") as progress:
        truth = render_on_video(footage, output, scenario, video, progress=progress)
    if left_out := len(scenario.twitches) - len(truth):
        click.echo(f"{left_out} of {len(scenario.twitches)} twitches left out: no face, or no video, then", err=True)
    return truth


def _check_places(source: Path, output: Path) -> None:
    from twitchcam.simulate.encode import SUFFIXES

    if not source.is_file():
        raise InputError(f"{source}: {'this is a folder, not a file' if source.is_dir() else 'there is no such file'}")
    if output.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{output}: the video must be called {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}")
    if not output.parent.is_dir():
        raise OutputError(f"{output}: the folder {output.parent} does not exist; make it first")
    if output.exists() and output.samefile(source):
        raise UsageError(f"{output}: the result cannot replace what it is made from; give it another name")


def _is_image(source: Path) -> bool:
    import cv2

    return bool(cv2.haveImageReader(str(source)))


def _refuse(ctx: click.Context, names: tuple[str, ...], why: str) -> None:
    for parameter in ctx.command.params:
        if parameter.name in names and ctx.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE:
            raise UsageError(f"{parameter.opts[-1]} has no meaning here: {why}")


@contextlib.contextmanager
def _progress(what: str) -> Iterator[Progress | None]:
    """A bar on stderr, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _counted(truth: list[Twitch]) -> str:
    if not truth:
        return "no twitches"
    places = sorted({f"{t.lip} {t.side}" for t in truth})
    counts = ", ".join(f"{sum(f'{t.lip} {t.side}' == place for t in truth)} {place}" for place in places)
    return f"{len(truth)} {'twitch' if len(truth) == 1 else 'twitches'} ({counts})"
