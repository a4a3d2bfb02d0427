"""Dated results: a Markdown table for people, JSON beside it for programs."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks.keys import versions
from tests.benchmarks.people import Person
from twitchcam import __version__

ROOT = Path(__file__).parents[2]
_LIBRARIES = ("mediapipe", "opencv-contrib-python", "av", "numpy", "scipy")


@dataclass(slots=True, kw_only=True)
class Report:
    """Collects a result and writes it.

    Attributes:
        name: Goes into the file names.
        title: The heading.
        made: When, where, with what and how, from :func:`environment`.
        parts: Paragraphs and tables in order.
        data: For the JSON.
    """

    name: str
    title: str
    made: dict[str, str]
    parts: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def add(self, *parts: str) -> None:
        """Appends paragraphs or tables."""
        self.parts.extend(parts)

    def picture(self, folder: Path, what: str) -> Path:
        """Where a plot belongs; it is shown at this place."""
        path = folder / f"{date.today().isoformat()}-{self.name}-{what}.png"
        self.parts.append(f"![{what.replace('-', ' ')}]({path.name})")
        return path

    def write(self, folder: Path) -> Path:
        """Writes ``YYYY-MM-DD-NAME.md`` and ``.json``; returns the former."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{date.today().isoformat()}-{self.name}.md"
        text = "\n\n".join([f"# {self.title}", table(("", ""), self.made.items()), *self.parts])
        path.write_text(text + "\n", encoding="utf-8")
        whole = {"environment": self.made, **self.data}
        path.with_suffix(".json").write_text(as_json(whole), encoding="utf-8")
        return path


def environment(command: str) -> dict[str, str]:
    """When, where and with what; asked before a run begins, since the code may have changed when it ends."""
    libraries = ", ".join(f"{name} {version}" for name, version in versions(*_LIBRARIES).items())
    return {
        "date": date.today().isoformat(),
        "command": f"`{command}`",
        "commit": _commit(),
        "twitchcam": __version__,
        "python": f"{platform.python_version()}, {libraries}",
        "host": f"{_processor()}, {_cores()} cores, {platform.system()} {platform.machine()}",
    }


def as_json(data: dict[str, Any]) -> str:
    """JSON with a line for each key, and for each row of a list: small, and its changes can be read."""

    def text(value: object) -> str:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))

    parts = []
    for key, value in data.items():
        rows = value if isinstance(value, list) and value and isinstance(value[0], dict) else None
        whole = text(value) if rows is None else "[\n" + ",\n".join(text(row) for row in rows) + "\n]"
        parts.append(f"{text(key)}:{whole}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def shown_command(arguments: Sequence[str]) -> str:
    """A command line without the folders of this machine."""
    short = [Path(a).name if Path(a).is_absolute() else a for a in arguments]
    return " ".join(["python -m", *short])


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; numbers are written as they are given."""
    lines = [_row(header), _row(["---"] * len(header))]
    lines += [_row([str(cell) for cell in row]) for row in rows]
    return "\n".join(lines)


def origins(people: Sequence[Person]) -> str:
    """Who was seen, and where the portraits come from."""
    return table(("portrait", "half", "origin"), [(p.name, p.half or "-", p.origin) for p in people])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _commit() -> str:
    try:
        head = _git("rev-parse", "--short=10", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", "twitchcam", "tests/benchmarks")
    except (OSError, subprocess.CalledProcessError):
        return "not known"
    return f"{head} with changes" if changed else head


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
