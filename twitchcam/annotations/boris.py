"""Projects of BORIS, the program for behaviour coding: JSON with the events of each observation."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twitchcam.annotations.labels import Label, event_from, label_of
from twitchcam.errors import SessionError
from twitchcam.events.model import Twitch

#: Places in the list that BORIS keeps for an event.
TIME, SUBJECT, CODE, MODIFIERS, COMMENT = range(5)

#: Project files are text; a larger one is none.
MAX_BYTES = 200_000_000


def read_project(path: Path, left_out: list[str]) -> list[Twitch]:
    """The twitches and spasms of a project with one observation.

    State events run from their start to their stop, point events are moments. What is neither is added to ``left_out``,
    by the names of its behaviours.

    Raises:
        SessionError: the file cannot be read, is no project, has another number of observations, knows no behaviour
            of the kind, or a state that begins does not end.
    """
    project = _loaded(path)
    try:
        observations, ethogram = project["observations"], project["behaviors_conf"]
        kinds = {str(behaviour["code"]): str(behaviour["type"]) for behaviour in ethogram.values()}
        if len(observations) != 1:
            names = ", ".join(observations) or "none"
            raise SessionError(f"{path}: expected a project with one observation, got {len(observations)} ({names})")
        if not any(label_of(code) for code in kinds):
            raise SessionError(f"{path}: no behaviour of the project has twitch or spasm in its name")
        (observation,) = observations.values()
        return list(_events(observation["events"], kinds, left_out))
    except SessionError:
        raise
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError):
        raise SessionError(f"{path}: is not a project of BORIS that can be read here") from None
    except ValueError as error:
        raise SessionError(f"{path}: {error}") from None


def _loaded(path: Path) -> dict[str, Any]:
    try:
        with gzip.open(path) if path.name.casefold().endswith(".gz") else path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise SessionError(f"{path}: is too large for a project of BORIS")
        project = json.loads(content)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise SessionError(f"{path}: is not a file that gzip made, or it is cut short") from None
    except OSError as error:
        raise SessionError(f"{path}: cannot read: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise SessionError(f"{path}: is not a project of BORIS: no JSON") from None
    if not isinstance(project, dict):
        raise SessionError(f"{path}: is not a project of BORIS: no JSON object")
    return project


def _events(rows: list[list[Any]], kinds: dict[str, str], left_out: list[str]) -> Iterator[Twitch]:
    began: dict[tuple[str, str, str], tuple[float, Label]] = {}
    for row in sorted(rows, key=lambda row: float(row[TIME])):
        time_s = float(row[TIME])
        subject, code, modifiers = (str(row[place]) for place in (SUBJECT, CODE, MODIFIERS))
        comment = str(row[COMMENT]) if len(row) > COMMENT else ""
        # A comment may name a size; whether it is an event at all, its behaviour says.
        if label_of(code) is None:
            left_out.append(code)
            continue
        label = label_of(code, modifiers, comment)
        assert label is not None
        key = (subject, code, modifiers)
        if "state" not in kinds.get(code, "").casefold():
            yield event_from(label, time_s, time_s)
        elif key in began:
            start_s, first = began.pop(key)
            yield event_from(first, start_s, time_s)
        else:
            began[key] = (time_s, label)
    for (_, code, modifiers), (start_s, _) in began.items():
        raise ValueError(f"{' '.join((code, modifiers)).strip()} begins at {start_s:g} s and does not end")
