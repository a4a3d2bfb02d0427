"""Made-up sessions, screened: what was said of each. Every piece of work is done once and found again by its key."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tests.benchmarks import seen, signals
from tests.benchmarks.keys import code_digest, key_of, versions
from tests.benchmarks.patterns import Script, script, with_eye_share
from tests.benchmarks.tasks import Plan
from twitchcam.config import from_dict, to_dict
from twitchcam.events.model import Side
from twitchcam.screening.look_alikes import Fit
from twitchcam.screening.recording import Recording
from twitchcam.screening.result import Screening, screen


def _here(*names: str) -> tuple[str, ...]:
    return tuple(str(Path(__file__).with_name(f"{name}.py")) for name in names)


#: The screening but for its words, on which no outcome depends.
_SCREENING = tuple(
    f"screening/{name}.py"
    for name in (
        "asymmetry", "bursts", "closures", "criteria", "evidence", "levels", "look_alikes", "recording", "result",
        "rhythm", "shape", "statistics", "synkinesis",
    )
)  # fmt: skip
#: The code that an outcome depends on, by depth: the screening and what draws people; then the detector as well. Taken
#: when this is imported, as the code itself is: files may change during a long run.
_CODE = {
    "events": code_digest(*_SCREENING, "events/model.py", *_here("patterns", "screened", "seen")),
    "channels": code_digest(*_SCREENING, "events", "dsp", "motion", *_here("patterns", "screened", "signals")),
}
#: The settings of the same.
_SETTINGS = {
    "events": ("detection",),
    "channels": ("capture", "dsp", "detection", "context", "eye", "rhythm", "spasm", "spread"),
}
_FOLDER = "screened"

Look: TypeAlias = Callable[[Script, int], Recording]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some sessions of one kind."""

    kind: str
    first: int
    number: int
    length_s: float
    eye: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said of one session.

    Attributes:
        kind: What it was.
        level: What was said.
        sufficient: The same.
        bursts: Bursts that were seen.
        right_side: Whether the side is the true one; None where none is said, or there is none.
        warned: Whether even jerks were warned of.
        fits: Look-alikes that fit as well or better.
        eye: How often the eye closed with the mouth in truth, where that was set.
    """

    kind: str
    level: int
    sufficient: bool
    bursts: int
    right_side: bool | None
    warned: bool
    fits: tuple[str, ...] = ()
    eye: float | None = None


def at_events(piece: Piece, plan: Plan) -> list[Outcome]:
    """Screens sessions drawn as events."""
    return _kept("events", piece, plan, seen.recording_of)


def at_channels(piece: Piece, plan: Plan) -> list[Outcome]:
    """Screens sessions found by the detector in channels."""
    config = from_dict(plan.settings)
    return _kept("channels", piece, plan, lambda made, seed: signals.recording_of(made, seed, config=config))


def _kept(depth: str, piece: Piece, plan: Plan, look: Look) -> list[Outcome]:
    """What was said before, or is said now: a long run that was interrupted goes on where it was."""
    settings = to_dict(from_dict(plan.settings))
    used = {name: settings[name] for name in _SETTINGS[depth]}
    key = key_of(depth, piece, used, _CODE[depth], versions("numpy", "scipy"))
    path = plan.cache / _FOLDER / f"{depth}-{piece.kind}-{key}.json"
    if path.is_file():
        return [_read(one) for one in json.loads(path.read_text(encoding="utf-8"))]
    outcomes = _outcomes(piece, look)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps([asdict(one) for one in outcomes]), encoding="utf-8")
    partial.replace(path)
    return outcomes


def _read(one: dict[str, Any]) -> Outcome:
    return Outcome(**{**one, "fits": tuple(one["fits"])})


def _outcomes(piece: Piece, look: Look) -> list[Outcome]:
    found = []
    for seed in range(piece.first, piece.first + piece.number):
        if piece.eye is None:
            made = script(piece.kind, seed, length_s=piece.length_s)
        else:
            made = with_eye_share(piece.eye, seed, length_s=piece.length_s)
        found.append(outcome_of(piece.kind, made.side, screen([look(made, seed)]), piece.eye))
    return found


def outcome_of(kind: str, side: Side | None, screening: Screening, eye: float | None = None) -> Outcome:
    """What was said of one session, against what was put into it."""
    level = screening.level
    return Outcome(
        kind=kind,
        level=level.level,
        sufficient=level.sufficient,
        bursts=screening.evidence.laterality.bursts,
        right_side=None if level.side is None or side is None else level.side is side,
        warned=screening.evidence.rhythm.jerking,
        fits=tuple(one.look_alike.value for one in screening.look_alikes if one.fit is not Fit.NOT),
        eye=eye,
    )
