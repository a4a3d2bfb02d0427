"""Tables that are made from the code, so that they cannot differ from it.

Directives for pages: ``{commands}``, ``{columns}`` (of ``events.tsv`` or ``notes.tsv``), ``{channels}`` (of
``signals.csv``), ``{settings}`` (every default with its meaning), ``{session-keys}`` (of ``session.json``).
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from click import Context
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class FromCode(SphinxDirective):
    """Parses Markdown that :meth:`markdown` makes."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The nodes of the page."""
        parent = nodes.container()
        self.state.nested_parse(StringList(self.markdown(), source=type(self).__name__), self.content_offset, parent)
        return parent.children

    def markdown(self) -> list[str]:
        """Lines of Markdown."""
        raise NotImplementedError


class Commands(FromCode):
    """Every command with its options."""

    def markdown(self) -> list[str]:
        """A section for each, made by sphinx-click."""
        from twitchcam.cli import cli

        lines = ["```{eval-rst}"]
        for name in cli.list_commands(Context(cli)):
            lines += [f".. click:: twitchcam.commands.{name}:command", f"   :prog: twitchcam {name}", ""]
        return [*lines, "```"]


class Columns(FromCode):
    """Columns of a table of the session folder; the argument is its name."""

    def markdown(self) -> list[str]:
        """A row for each column."""
        from twitchcam.session.events_file import COLUMNS
        from twitchcam.session.notes_file import NOTE_COLUMNS, Note

        name = self.arguments[0]
        if name == "events.tsv":
            rows = []
            for column in COLUMNS:
                told = column.description
                if column.levels:
                    told += " One of " + ", ".join(f"`{level}`" for level in column.levels) + "."
                rows.append((f"`{column.name}`", column.units or "", told))
            return table(("column", "unit", "what it is"), rows)
        assert name == "notes.tsv", name
        told = attributes(Note)
        given = {"onset": told["onset_s"], **told}
        return table(("column", "what it is"), [(f"`{column}`", given[column]) for column in NOTE_COLUMNS])


class Channels(FromCode):
    """Columns of ``signals.csv``."""

    def markdown(self) -> list[str]:
        """A row for each channel."""
        from twitchcam.motion.channels import CHANNELS

        rows = [(f"`{c.name}`", c.unit, c.meaning) for c in CHANNELS]
        return table(("column", "unit", "what it is"), rows)


class Settings(FromCode):
    """Every section of the configuration, or those that the argument names."""

    def markdown(self) -> list[str]:
        """A table for each section."""
        from twitchcam.config import Config

        lines: list[str] = []
        default = Config()
        for section in fields(Config):
            values = getattr(default, section.name)
            lines += [f"**`[{section.name}]`** {first_line(type(values))}", ""]
            told = attributes(type(values))
            lines += table(
                ("key", "default", "what it is"),
                [(f"`{f.name}`", f"`{toml(getattr(values, f.name))}`", told[f.name]) for f in fields(values)],
            )
            lines.append("")
        return lines


class SessionKeys(FromCode):
    """The keys of ``session.json``, from its published schema."""

    def markdown(self) -> list[str]:
        """A row for each key of the first level."""
        from twitchcam.session.document import SCHEMA_PATH

        schema = json.loads(Path(SCHEMA_PATH).read_text(encoding="utf-8"))
        rows = [
            (f"`{key}`", kind_of(value), value.get("description", "")) for key, value in schema["properties"].items()
        ]
        return table(("key", "type", "what it is"), rows)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table."""
    made = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    made += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return made


def attributes(kind: type) -> dict[str, str]:
    """What a docstring's section ``Attributes`` says of each."""
    text = inspect.getdoc(kind) or ""
    section = re.search(r"^Attributes:\n(.*?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    assert section is not None, f"{kind.__name__} has no section Attributes"
    told: dict[str, str] = {}
    name = ""
    for line in section[1].split("\n"):
        if match := re.match(r"    (\w+): (.*)", line):
            name = match[1]
            told[name] = match[2]
        elif name:
            told[name] += " " + line.strip()
    return {key: plain(value) for key, value in told.items()}


def plain(text: str) -> str:
    """A docstring's markup as Markdown: names in backticks, no cross-references."""
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text)
    return text.replace("``", "`")


def first_line(kind: type) -> str:
    """The first line of a docstring."""
    return plain((inspect.getdoc(kind) or "").split("\n")[0])


def toml(value: object) -> str:
    """A value as it is written in a configuration file."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def kind_of(value: dict[str, Any]) -> str:
    """The type of a schema's property, in a word or two."""
    kind = value.get("type", "")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def setup(app: Sphinx) -> dict[str, bool]:
    """Names the directives."""
    for name, directive in {
        "commands": Commands,
        "columns": Columns,
        "channels": Channels,
        "settings": Settings,
        "session-keys": SessionKeys,
    }.items():
        app.add_directive(name, directive)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
