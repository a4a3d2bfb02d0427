"""What several commands take: said here once, so that it has one name and one meaning in all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from twitchcam.score import TOLERANCE_S

F = TypeVar("F", bound=Callable[..., Any])

#: Where ``analyze`` and ``live`` put sessions.
SESSIONS_FOLDER = "twitchcam-out"

_PATH: Any = click.Path(path_type=Path)

session = click.argument("session", metavar="SESSION", type=_PATH)
sessions = click.argument("sessions", metavar="SESSION...", nargs=-1, required=True, type=_PATH)
config = click.option("--config", "config_path", metavar="FILE.toml", type=_PATH, help="Other settings.")
subject = click.option("--subject", metavar="ID", help="Who is seen, in free text; no name is needed.")
port = click.option(
    "--port", metavar="N", type=click.IntRange(1, 65535), help="Port of the page; otherwise any free one."
)
debug_rejections = click.option(
    "--debug-rejections", is_flag=True, help="Also write rejections.tsv: what was not taken for a twitch, and why."
)
overwrite = click.option(
    "--overwrite", is_flag=True, help="Replace sessions of the same name; notes.tsv and review.tsv stay."
)
tolerance = click.option(
    "--tolerance",
    "tolerance_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=TOLERANCE_S,
    show_default=True,
    help="Largest distance in time between the middles of two events that are the same one.",
)


def output(meaning: str, *, metavar: str = "DIR", **more: Any) -> Callable[[F], F]:  # noqa: ANN401 - as of click.option
    """``-o``: where to write; a path of any kind unless ``type`` says another.

    Args:
        meaning: Its help.
        metavar: What stands for it there.
        more: As of ``click.option``.
    """
    given: dict[str, Any] = {"type": _PATH, "show_default": "default" in more, **more}
    return click.option("-o", "--output", metavar=metavar, help=meaning, **given)


def video(meaning: str) -> Callable[[F], F]:
    """``--video``: the recording of a session."""
    return click.option("--video", metavar="FILE", type=_PATH, help=meaning)


def reviewed(meaning: str) -> Callable[[F], F]:
    """``--reviewed``: the log as a person left it."""
    return click.option("--reviewed", is_flag=True, help=f"{meaning} (review.tsv).")


def as_json(what: str) -> Callable[[F], F]:
    """``--json``: for other programs."""
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what} as JSON.")


def mirrored(what: str) -> Callable[[F], F]:
    """``--mirrored``: left and right are swapped in the picture."""
    return click.option("--mirrored", is_flag=True, help=f"{what}: swap left and right back.")
