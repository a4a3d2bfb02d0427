"""A project of BORIS: one observation with twitches, spasms and contexts as states."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from twitchcam.annotations.labels import amplitude_words, frequency_words
from twitchcam.events.model import Context, EventType, Lip, Side, Twitch
from twitchcam.exports.material import NOTICE, Lasting, Material, apart, lanes, milliseconds

_FORMAT_VERSION = "7.0"
_SINGLE_SELECTION = 0

_Row = list[float | str]


def write(material: Material, path: Path) -> None:
    """Writes the project. BORIS looks for the video beside the project."""
    document = material.session.document
    source, name = document["source"], material.source_name
    codes = [*EventType, *Context]
    rows = sorted(_events(material), key=lambda row: row[0])
    observation = {
        "file": {"1": [name]},
        "type": "MEDIA",
        "date": document["clock"]["recorded_at"] or "1970-01-01T00:00:00",
        "description": NOTICE,
        "time offset": 0.0,
        "events": rows,
        "observation time interval": [0, 0],
        "independent_variables": {},
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "close_behaviors_between_videos": False,
        "media_info": {
            "length": {name: source["duration_s"] or material.session.duration_s},
            "fps": {name: source["rate_hz"] or 0.0},
            "hasVideo": {name: True},
            "hasAudio": {name: False},
            "offset": {"1": 0.0},
        },
    }
    project = {
        "time_format": "hh:mm:ss",
        "project_date": "",
        "project_name": path.name.removesuffix(".boris"),
        "project_description": NOTICE,
        "project_format_version": _FORMAT_VERSION,
        "subjects_conf": {
            str(index): {"key": "", "name": subject, "description": ""}
            for index, subject in enumerate(sorted({str(row[1]) for row in rows} - {""}))
        },
        "behaviors_conf": {str(index): _behaviour(code) for index, code in enumerate(codes)},
        "observations": {path.name.removesuffix(".boris"): observation},
        "behavioral_categories": ["event", "context"],
        "behavioral_categories_config": {"0": {"name": "event", "color": ""}, "1": {"name": "context", "color": ""}},
        "independent_variables": {},
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }
    path.write_text(json.dumps(project, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _behaviour(code: EventType | Context) -> dict[str, Any]:
    event = isinstance(code, EventType)
    places = {"lip": [*Lip], "side": [*Side]} if event else {"side": [*Side]}
    return {
        "type": "State event",
        "key": code.value[0],
        "code": code.value,
        "description": code.value.replace("_", " "),
        "color": "",
        "category": "event" if event else "context",
        "modifiers": {
            str(index): {"name": name, "type": _SINGLE_SELECTION, "values": [value.value for value in values]}
            for index, (name, values) in enumerate(places.items())
        },
        "excluded": "",
        "coding map": "",
    }


def _events(material: Material) -> Iterator[_Row]:
    """Time in seconds, subject, behaviour, modifiers, comment, number of the frame: at each start and stop."""
    subject = material.subject or ""
    yield from _states(material.events, subject)
    yield from _states(material.session.segments, subject)


def _states(things: Iterable[Lasting], subject: str) -> Iterator[_Row]:
    grouped: dict[tuple[str, str], list[Lasting]] = {}
    for thing in things:
        grouped.setdefault(_words(thing), []).append(thing)
    for (code, modifiers), group in grouped.items():
        # BORIS tells starts from stops by counting; what overlaps needs another subject.
        for number, lane in enumerate(lanes(group), start=1):
            who = subject if number == 1 else f"{subject} ({number})".strip()
            times = apart([milliseconds(thing.onset_s, thing.end_s) for thing in lane])
            for thing, (start, end) in zip(lane, times, strict=True):
                comment = amplitude_words(thing) if isinstance(thing, Twitch) else frequency_words(thing)
                yield [start / 1000, who, code, modifiers, comment, "NA"]
                yield [end / 1000, who, code, modifiers, "", "NA"]


def _words(thing: Lasting) -> tuple[str, str]:
    if isinstance(thing, Twitch):
        return thing.trial_type.value, f"{thing.lip}|{thing.side}"
    return thing.kind.value, "None" if thing.side is None else thing.side.value
