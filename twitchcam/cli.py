"""The command line: finds the command, calls it, turns what went wrong into one line and an exit code.

Exit 0: done; 1: an input could not be analysed or something is missing here; 2: wrong use; 130: interrupted.
``TWITCHCAM_DEBUG=1`` shows the traceback instead of the one line.
"""

from __future__ import annotations

import difflib
import importlib
import io
import os
import pkgutil
import sys
from collections.abc import Iterable, Sequence

import click

# The matrices here are small: threads of the linear algebra library only take the cores from decoding and tracking.
# It reads this once, when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from twitchcam import __version__, commands
from twitchcam.errors import TwitchcamError

_DEBUG_VARIABLE = "TWITCHCAM_DEBUG"


def nearest(name: str, known: Iterable[str]) -> str:
    """The member of ``known`` (not empty) that looks most like ``name``."""
    return max(sorted(known), key=lambda candidate: difflib.SequenceMatcher(None, name, candidate).ratio())


class LazyGroup(click.Group):
    """A group whose commands are the modules of :mod:`twitchcam.commands`, imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, sorted."""
        return sorted(m.name for m in pkgutil.iter_modules(commands.__path__) if not m.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(f"{commands.__name__}.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As in click, but an unknown name is answered with the nearest one."""
        name = args[0]
        if name.startswith("-") or name in self.list_commands(ctx):
            return super().resolve_command(ctx, args)
        raise click.UsageError(
            f"no command {name!r}; the nearest one is {nearest(name, self.list_commands(ctx))!r}", ctx
        )


@click.command(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="'twitchcam COMMAND --help' says more about each. twitchcam is a monitor, not a diagnosis.",
)
@click.version_option(__version__, prog_name="twitchcam", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Find lip twitches in webcam and recorded video: when, which lip, which side, how large."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit code.

    Args:
        argv: Arguments without the program's name; None takes those of the process.
    """
    _print_anything(sys.stdout)
    _print_anything(sys.stderr)
    try:
        result = cli.main(args=None if argv is None else list(argv), prog_name="twitchcam", standalone_mode=False)
    except click.Abort:
        return _fail("interrupted", 130)
    except click.ClickException as error:
        _reraise_for_debugging(error)
        return _fail(_one_line(error) + _dashed_file(error, sys.argv[1:] if argv is None else argv), error.exit_code)
    except TwitchcamError as error:
        _reraise_for_debugging(error)
        return _fail(str(error), error.exit_code)
    except ImportError as error:
        _reraise_for_debugging(error)
        return _fail(_what_to_install(error), 1)
    except Exception as error:
        _reraise_for_debugging(error)
        what = f"{type(error).__name__}: {error}".replace("\n", " ")
        return _fail(f"this is a fault in twitchcam ({what}); {_DEBUG_VARIABLE}=1 shows where, please report it", 1)
    return result if isinstance(result, int) else 0


def _fail(message: str, exit_code: int) -> int:
    click.echo(f"twitchcam: {message}", err=True)
    return exit_code


def _reraise_for_debugging(error: Exception) -> None:
    if os.environ.get(_DEBUG_VARIABLE, "") not in ("", "0"):
        raise error


def _one_line(error: click.ClickException) -> str:
    """Click's message, which can run over several lines, on one; for an unknown option the nearest known one."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if isinstance(error, click.NoSuchOption) and ctx is not None:
        known = [
            name
            for parameter in ctx.command.get_params(ctx)
            for name in (*parameter.opts, *parameter.secondary_opts)
            if name.startswith("-")
        ]
        message = f"no option {error.option_name}; the nearest one is {nearest(error.option_name, known)}"
    else:
        message = " ".join(line.strip() for line in error.format_message().splitlines()).rstrip(".")
    if ctx is None:
        return message
    return f"{message} (see '{ctx.command_path} --help')"


def _dashed_file(error: click.ClickException, given: Sequence[str]) -> str:
    """What to do where the unknown option is a file whose name begins with a dash."""
    if isinstance(error, click.NoSuchOption):
        for name in given:
            if name.startswith("-") and os.path.lexists(name):
                return f"; the file {name} is named ./{name}"
    return ""


def _what_to_install(error: ImportError) -> str:
    from twitchcam.commands import _remedies

    said = str(error).replace("\n", " ")
    module = (error.name or "").partition(".")[0]
    remedy = _remedies.import_remedy(said, module) if module in _remedies.LIBRARIES else "see `twitchcam check`"
    return f"{module or 'a library'} cannot be loaded ({said}): {remedy}"


def _print_anything(stream: object) -> None:
    """Lets a terminal that cannot show a character show a stand-in for it, where Python would raise."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace" if stream is sys.stderr else "replace")
