"""The command line of the benchmark."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from twitchcam.errors import TwitchcamError

if TYPE_CHECKING:
    from tests.benchmarks import accuracy as accuracy_module
    from tests.benchmarks.catalogue import Entry
    from tests.benchmarks.people import Person
    from tests.benchmarks.tasks import Plan

F = TypeVar("F", bound=Callable[..., Any])

_FOLDER = click.Path(path_type=Path, file_okay=False)
_QUICK = {"seeds": 1, "amplitudes": (2.0, 1.0), "quality": ("web",), "seconds": 20.0}
_METHODS = ("anchor", "facemesh", "fused")
_QUICK_REST_MINUTES = 2.0
_FULL = {"seeds": 3, "amplitudes": (4.0, 2.0, 1.0, 0.5, 0.25), "quality": ("web", "low"), "seconds": 30.0}


def _numbers(value: Any) -> tuple[float, ...]:
    """``4,2,1``."""
    return tuple(float(part) for part in value.split(",")) if isinstance(value, str) else tuple(value)


def _size(value: Any) -> tuple[int, int]:
    """``640x480``."""
    width, height = value.split("x") if isinstance(value, str) else value
    return int(width), int(height)


def _named(known: Sequence[str]) -> Callable[[Any], tuple[str, ...]]:
    """Some of the known names with commas between them, or ``all``."""

    def names(value: Any) -> tuple[str, ...]:
        chosen = tuple(known if value == "all" else value.split(",") if isinstance(value, str) else value)
        if unknown := [name for name in chosen if name not in known]:
            raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(known)}")
        return chosen

    return names


def _qualities() -> tuple[str, ...]:
    from tests.benchmarks.scenes import ALL_QUALITIES

    return tuple(ALL_QUALITIES)


def _conditions() -> tuple[str, ...]:
    from tests.benchmarks.scenes import CONDITIONS

    return tuple(CONDITIONS)


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


_half = click.option(
    "--half", type=click.Choice(["tune", "held"]), help="Only files of this half, as the README has it."
)
common = _options(
    click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Worker processes."),
    click.option("--cache", type=_FOLDER, default=".cache/benchmarks", show_default=True, help="What was rendered."),
    click.option("-o", "--output", type=_FOLDER, default="docs/benchmarks", show_default=True, help="For the results."),
)
faces = _options(
    click.option(
        "--faces", type=_FOLDER, help="Portraits and a README.md that names their origin; else one astronaut."
    ),
    _half,
    click.option("--people", "most", type=click.IntRange(1), help="At most so many portraits."),
    click.option("--methods", type=_named(_METHODS), metavar="LIST", default="all", help="[anchor,facemesh,fused]"),
    click.option("--config", "config_path", type=click.Path(path_type=Path), help="Other settings (TOML)."),
)
real_clips = click.option(
    "--clips", type=_FOLDER, multiple=True, help="Real recordings without twitches; can be repeated."
)
learned_from = _options(
    real_clips,
    click.option(
        "--faces", type=_FOLDER, help="Portraits: movements of the tune half are rendered for networks to learn from."
    ),
    click.option(
        "--warped", type=click.FloatRange(0.1, 10), default=3.0, show_default=True, help="Size of twitches, %."
    ),
)
strangers_given = _options(
    click.option("--strangers", type=_FOLDER, multiple=True, help="Others to judge; --half is of these."),
    _half,
)
clips_given = _options(
    real_clips,
    click.option("--rest-minutes", type=click.FloatRange(0), default=30.0, show_default=True, help="Rendered rest."),
    click.option("--rest-quality", type=_named(_qualities()), metavar="LIST", default="web,low", show_default=True),
)
rendered_videos = _options(
    click.option("--seeds", type=click.IntRange(1), help="Videos for each person, size and quality. [3]"),
    click.option(
        "--amplitudes", type=_numbers, metavar="LIST", help="Sizes, % IOD. [4,2,1,0.5,0.25; with --conditions 1]"
    ),
    click.option("--quality", type=_named(_qualities()), metavar="LIST", help="[web,low; with --conditions web]"),
    click.option("--seconds", type=click.FloatRange(10), help="Length of a video. [30]"),
    click.option("--quick", is_flag=True, help="1 seed, 2 % and 1 %, web, 20 s; what is given still counts."),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def benchmarks() -> None:
    """Measure accuracy, false alarms, calibration and speed; write dated tables."""


@benchmarks.command()
@common
@faces
@rendered_videos
@click.option(
    "--conditions", type=_named(_conditions()), metavar="LIST", help="Names with commas, or all, instead of sizes."
)
def accuracy(conditions: tuple[str, ...] | None, output: Path, **given: Any) -> None:
    """F1, sides, lips, onsets and amplitudes on rendered twitches, by size and quality or by condition."""
    from tests.benchmarks import accuracy as module

    options = accuracy_options(given, conditions=conditions)
    click.echo(module.write(options, module.measure(options), output))


@benchmarks.command("false_alarms")
@common
@faces
@clips_given
@click.option("--movement-minutes", type=click.FloatRange(0), default=8.0, show_default=True, help="Rendered smiles...")
@click.option("--warped", type=click.FloatRange(0, 10), default=3.0, show_default=True, help="Twitches in talking, %.")
def false_alarms(
    clips: tuple[Path, ...],
    rest_minutes: float,
    rest_quality: tuple[str, ...],
    movement_minutes: float,
    warped: float,
    output: Path,
    **given: Any,
) -> None:
    """False alarms per minute at rest, in movements and in real clips, by context."""
    from tests.benchmarks import false_alarms as module
    from tests.benchmarks.accuracy import anchor_threshold

    people, plan = _people(given), _plan(given)
    options = module.Options(
        people=people,
        clips=entries(clips, given["half"]),
        rest_minutes=rest_minutes,
        rest_qualities=rest_quality,
        movement_minutes=movement_minutes,
        warped=warped,
        threshold=anchor_threshold(people, plan, jobs=given["jobs"]) if "anchor" in plan.methods else 0.0,
        plan=plan,
        jobs=given["jobs"],
        made=_made(plan),
    )
    click.echo(module.write(options, module.measure(options), module.measure_warped(options), output))


@benchmarks.command()
@common
@faces
@real_clips
@click.option("--seeds", type=click.IntRange(1), default=1, show_default=True, help="Videos for each person and cell.")
@click.option("--seconds", type=click.FloatRange(10), default=20.0, show_default=True, help="Length of a video.")
def ablation(clips: tuple[Path, ...], seeds: int, seconds: float, output: Path, **given: Any) -> None:
    """What each part adds: the same videos and clips with one thing left out at a time."""
    from tests.benchmarks import ablation as module

    plan = _plan(given, ("fused",))
    options = module.Options(
        people=_people(given),
        clips=entries(clips, given["half"]),
        numbers=seeds,
        seconds=seconds,
        plan=plan,
        jobs=given["jobs"],
        made=_made(plan),
    )
    click.echo(module.write(options, module.measure(options), output))


@benchmarks.command()
@common
@faces
@rendered_videos
@clips_given
def calibration(
    clips: tuple[Path, ...], rest_minutes: float, rest_quality: tuple[str, ...], output: Path, **given: Any
) -> None:
    """Of the events said to be twitches with a confidence, how many are; rendered and real footage pooled."""
    from tests.benchmarks import calibration as module

    options = module.Options(
        rendered=accuracy_options(given, methods=("fused",)),
        rest_minutes=rest_minutes,
        rest_qualities=rest_quality,
        clips=entries(clips, given["half"]),
    )
    click.echo(module.write(options, module.measure(options), output))


@benchmarks.command()
@common
@click.option("--length", type=click.FloatRange(10), default=60.0, show_default=True, help="Of the video, seconds.")
@click.option("--size", "sizes", type=_size, metavar="WxH", multiple=True, help="Can be repeated. [640x480]")
@click.option("--runs", type=click.IntRange(1), default=3, show_default=True, help="Of each process.")
@click.option(
    "--memory-minutes", type=_numbers, metavar="LIST", default=(1, 5), help="Lengths to look at memory. [1,5]"
)
def speed(
    length: float, sizes: tuple[tuple[int, int], ...], runs: int, memory_minutes: tuple[float, ...], output: Path,
    cache: Path, jobs: int,
) -> None:  # fmt: skip
    """Wall time, CPU seconds and memory of analyze against decode + FaceLandmarker, as whole processes."""
    from tests.benchmarks import speed as module
    from tests.benchmarks.tasks import Plan

    plan = Plan(cache=cache.resolve())
    options = module.Options(
        seconds=length,
        sizes=sizes or ((640, 480),),
        runs=runs,
        memory_minutes=memory_minutes,
        plan=plan,
        made=_made(plan),
    )
    click.echo(module.write(options, module.measure(options), output))


@benchmarks.command()
@common
@click.option("--faces", type=_FOLDER, help="Portraits to render; else one astronaut.")
@_half
@click.option("--events", type=click.IntRange(1), default=10_000, show_default=True, help="Sessions a kind, as events.")
@click.option("--channels", type=click.IntRange(0), default=200, show_default=True, help="The same as channels.")
@click.option("--healthy", type=click.IntRange(0), default=1_000, show_default=True, help="Healthy ones as channels.")
@click.option(
    "--channel-seconds", "channels_s", type=click.FloatRange(60), default=600.0, show_default=True, help="Of each."
)
@click.option("--videos", type=click.IntRange(0), default=12, show_default=True, help="Videos to render and analyse.")
@click.option("--video-seconds", "videos_s", type=click.FloatRange(10), default=360.0, show_default=True)
def operating(
    faces: Path | None, half: str | None, events: int, channels: int, healthy: int, channels_s: float, videos: int,
    videos_s: float, output: Path, cache: Path, jobs: int,
) -> None:  # fmt: skip
    """How often the screening states each level, on made-up sessions of every kind."""
    from tests.benchmarks import operating as module
    from tests.benchmarks.people import people
    from tests.benchmarks.tasks import Plan

    plan = Plan(cache=cache.resolve())
    options = module.Options(
        events=events,
        channels=channels,
        healthy=healthy,
        channels_s=channels_s,
        videos=videos,
        videos_s=videos_s,
        people=people(faces, half=half),
        plan=plan,
        jobs=jobs,
        made=_made(plan),
    )
    click.echo(module.write(options, module.measure(options), output))


@benchmarks.command()
@common
@click.option("--videos", type=click.IntRange(2), default=8, show_default=True, help="How many.")
@click.option("--length", type=click.FloatRange(10), default=60.0, show_default=True, help="Of each, seconds.")
@click.option("--processes", type=_numbers, metavar="LIST", default=(1, 2), help="Numbers to compare. [1,2]")
@click.option("--runs", type=click.IntRange(1), default=2, show_default=True, help="Of each.")
def scaling(
    videos: int, length: float, processes: tuple[float, ...], runs: int, output: Path, cache: Path, jobs: int
) -> None:
    """How much sooner many videos are done with several processes."""
    from tests.benchmarks import scaling as module
    from tests.benchmarks.tasks import Plan

    plan = Plan(cache=cache.resolve())
    numbers = tuple(int(number) for number in processes)
    options = module.Options(videos=videos, seconds=length, jobs=numbers, runs=runs, plan=plan, made=_made(plan))
    click.echo(module.write(options, module.measure(options), output))


@benchmarks.command("all")
@common
@faces
@rendered_videos
@clips_given
@click.pass_context
def everything(
    context: click.Context, /, clips: tuple[Path, ...], rest_minutes: float, rest_quality: tuple[str, ...], **given: Any
) -> None:
    """Everything, one after the other: accuracy, conditions, false_alarms, calibration, speed."""
    if given["quick"] and context.get_parameter_source("rest_minutes") is ParameterSource.DEFAULT:
        rest_minutes = _QUICK_REST_MINUTES
    only_rendered = ("seeds", "amplitudes", "quality", "seconds", "quick")
    shared = {name: value for name, value in given.items() if name not in only_rendered}
    context.invoke(accuracy, conditions=None, **given)
    conditions = ("fps60", "noise6") if given["quick"] else _conditions()
    context.invoke(accuracy, conditions=conditions, **{**given, "amplitudes": None, "quality": None})
    rest = {"clips": clips, "rest_minutes": rest_minutes, "rest_quality": rest_quality}
    context.invoke(false_alarms, movement_minutes=rest_minutes / 4, warped=3.0, **rest, **shared)
    context.invoke(calibration, **rest, **given)
    alone = {name: given[name] for name in ("output", "cache", "jobs")}
    context.invoke(speed, length=60.0, sizes=(), runs=3, memory_minutes=(1, 5), **alone)


def main() -> None:
    """Runs the command line."""
    run_command(benchmarks)


def run_command(command: click.Command) -> None:
    """Runs a command; what a user can cause is one line on stderr."""
    try:
        command()
    except TwitchcamError as error:
        click.echo(f"benchmarks: {error}", err=True)
        sys.exit(error.exit_code)


def accuracy_options(
    given: dict[str, Any],
    *,
    conditions: tuple[str, ...] | None = None,
    methods: tuple[str, ...] | None = None,
) -> accuracy_module.Options:
    """What is rendered, from the options given on the command line and the usual ones."""
    from tests.benchmarks.accuracy import Options

    usual: dict[str, Any] = {**_FULL, **({"amplitudes": (1.0,), "quality": ("web",)} if conditions else {})}
    usual = {**usual, **(_QUICK if given["quick"] else {})}
    plan = _plan(given, methods)
    chosen = {name: usual[name] if given[name] is None else given[name] for name in usual}
    return Options(
        people=_people(given),
        numbers=chosen["seeds"],
        seconds=chosen["seconds"],
        amplitudes=chosen["amplitudes"],
        qualities=chosen["quality"],
        conditions=conditions or ("base",),
        plan=plan,
        jobs=given["jobs"],
        made=_made(plan),
    )


def _people(given: dict[str, Any]) -> list[Person]:
    from tests.benchmarks.people import people

    return people(given["faces"], half=given["half"], most=given["most"])


def _plan(given: dict[str, Any], methods: tuple[str, ...] | None = None) -> Plan:
    from tests.benchmarks.tasks import Plan
    from twitchcam.config import load, to_dict

    settings = to_dict(load(given["config_path"])) if given["config_path"] else {}
    return Plan(cache=given["cache"].resolve(), methods=methods or given["methods"], settings=settings)


def entries(folders: Sequence[Path], half: str | None) -> list[Entry]:
    """The clips of several folders."""
    from tests.benchmarks.catalogue import CLIPS, read_catalogue

    return [entry for folder in folders for entry in read_catalogue(folder, CLIPS, half=half)]


def _made(plan: Plan) -> dict[str, str]:
    """Asked before a run begins."""
    from tests.benchmarks.report import environment, shown_command

    module = Path(sys.argv[0]).stem
    name = "tests.benchmarks" if module == "__main__" else f"tests.benchmarks.{module}"
    return {**environment(shown_command([name, *sys.argv[1:]])), "settings": _changes(plan.settings)}


def _changes(settings: dict[str, Any]) -> str:
    """The settings that are not the defaults."""
    from twitchcam.config import Config, to_dict

    usual = to_dict(Config())
    changed = [
        f"{section}.{key} = {value}"
        for section, values in settings.items()
        for key, value in values.items()
        if value != usual[section][key]
    ]
    return ", ".join(changed) or "defaults"
