"""The guided protocol: what the person is asked to do, one part after the other."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from twitchcam.config import NotNegative, Positive
from twitchcam.errors import ConfigError
from twitchcam.live.feed import ProtocolStep

#: The protocol that is part of the package; a clinic may copy and change it.
STANDARD_PATH = Path(__file__).with_name("protocol.toml")

#: Between two repetitions.
PAUSE_NAME = "pause"
_PAUSE_INSTRUCTION = "Relax your face and look at the camera."

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Part:
    """One thing to do.

    Attributes:
        name: Short, for ``notes.tsv``.
        instruction: What to do, a sentence for the person.
        duration_s: How long.
        times: How often.
        pause_s: Rest after each time.
    """

    name: Annotated[str, Field(min_length=1)]
    instruction: Annotated[str, Field(min_length=1)]
    duration_s: Positive
    times: Annotated[int, Field(ge=1)] = 1
    pause_s: NotNegative = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Protocol:
    """A list of parts."""

    name: Annotated[str, Field(min_length=1)]
    part: Annotated[tuple[Part, ...], Field(min_length=1)]


_ADAPTER: TypeAdapter[Protocol] = TypeAdapter(Protocol)


def load_protocol(path: Path = STANDARD_PATH) -> Protocol:
    """Reads a protocol.

    Raises:
        ConfigError: the file cannot be read or is not a protocol; the message names the key.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot read the protocol: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a TOML file: {error}") from None
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(place) for place in first["loc"])
        raise ConfigError(f"{path}: {where}: {first['msg']}; {STANDARD_PATH} is an example") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A part, or a pause, and when it is; seconds from the beginning of the protocol."""

    name: str
    instruction: str
    onset_s: float
    duration_s: float

    @property
    def end_s(self) -> float:
        """When it ends."""
        return self.onset_s + self.duration_s


class Guide:
    """Says which step it is.

    Args:
        protocol: What to do.
    """

    def __init__(self, protocol: Protocol) -> None:
        steps: list[Step] = []
        for part in protocol.part:
            for _ in range(part.times):
                steps.append(_after(steps, part.name, part.instruction, part.duration_s))
                if part.pause_s > 0:
                    steps.append(_after(steps, PAUSE_NAME, _PAUSE_INSTRUCTION, part.pause_s))
        self.steps = tuple(steps)

    @property
    def duration_s(self) -> float:
        """How long all of it takes."""
        return self.steps[-1].end_s

    def at(self, t_s: float) -> ProtocolStep | None:
        """The step at a moment; None after the last one."""
        for number, step in enumerate(self.steps, start=1):
            if t_s < step.end_s:
                return ProtocolStep(
                    name=step.name,
                    instruction=step.instruction,
                    left_s=step.end_s - t_s,
                    number=number,
                    total=len(self.steps),
                )
        return None


def _after(steps: list[Step], name: str, instruction: str, duration_s: float) -> Step:
    onset_s = steps[-1].end_s if steps else 0.0
    return Step(name=name, instruction=instruction, onset_s=onset_s, duration_s=duration_s)
