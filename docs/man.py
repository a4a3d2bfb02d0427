"""Writes the manual page from the commands' own help: ``python docs/man.py twitchcam.1`` (``make man``)."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from twitchcam import __version__
from twitchcam.cli import cli

EXIT = (
    ("0", "every input was analysed"),
    ("1", "an input could not be analysed, or something is missing here"),
    ("2", "wrong use"),
    ("130", "interrupted"),
)


def page() -> str:
    """The page as roff."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    ctx = click.Context(cli, info_name="twitchcam")
    yield f'.TH TWITCHCAM 1 "" "twitchcam {_text(__version__)}" "User Commands"'
    yield from (".SH NAME", r"twitchcam \- find lip twitches in webcam and recorded video")
    yield from (".SH SYNOPSIS", r".B twitchcam", r".I COMMAND", r"[\fIOPTIONS\fR] [\fIARGUMENTS\fR]")
    yield from (".SH DESCRIPTION", *_paragraphs(cli.help or ""), ".PP", _text(cli.epilog or ""))
    yield ".SH COMMANDS"
    for name in cli.list_commands(ctx):
        command = cli.get_command(ctx, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=ctx)
        usage = " ".join(command.collect_usage_pieces(inner))
        yield from (f".SS twitchcam {_text(name)} {_text(usage)}", *_paragraphs(command.help or ""))
        for parameter in command.get_params(inner):
            record = parameter.get_help_record(inner)
            if record is not None:
                yield from (".TP", rf"\fB{_text(record[0])}\fR", _text(record[1]) or r"\&")
    yield ".SH EXIT STATUS"
    for code, meaning in EXIT:
        yield from (".TP", rf"\fB{code}\fR", _text(meaning))
    yield from (".SH ENVIRONMENT", ".TP", r"\fBTWITCHCAM_DEBUG\fR", "If set to 1, errors show where they came from.")
    yield from (".SH NOTES", "twitchcam is a monitor. It never makes a diagnosis.")


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        yield ".PP"
        yield _text(" ".join(paragraph.replace("\b", "").split()))


def _text(text: str) -> str:
    """Plain text on one line, with nothing that roff would take for its own."""
    safe = " ".join(text.split()).replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{safe}" if safe.startswith((".", "'")) else safe


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(), encoding="utf-8")
