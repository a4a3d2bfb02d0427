from __future__ import annotations

import inspect
import re

import pytest

from twitchcam import errors
from twitchcam.errors import TwitchcamError

CLASSES = {name: kind for name, kind in vars(errors).items() if inspect.isclass(kind)}


def drawn() -> list[tuple[str, str | None]]:
    """Name and parent of each error in the tree that the module's docstring draws."""
    found: list[tuple[str, str | None]] = []
    above: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^ {4}((?:[ |`]*(?:\|--|`--) )?)(\w+Error)\b", line)
        if match is None:
            continue
        depth = len(match.group(1))
        above = [(d, name) for d, name in above if d < depth]
        found.append((match.group(2), above[-1][1] if above else None))
        above.append((depth, match.group(2)))
    return found


def test_the_tree_that_is_drawn_is_the_one_that_is_there() -> None:
    there = {
        name: None if kind is TwitchcamError else next(b.__name__ for b in kind.__bases__)
        for name, kind in CLASSES.items()
    }
    assert dict(drawn()) == there
    assert len(drawn()) == len(there) >= 8


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_every_error_is_one_of_ours_and_says_what_it_was_told(kind: type[TwitchcamError]) -> None:
    assert issubclass(kind, TwitchcamError)
    assert str(kind("a.mp4: no such file")) == "a.mp4: no such file"
    assert kind.__doc__


def test_wrong_use_has_its_own_exit_code() -> None:
    codes = {name: kind.exit_code for name, kind in CLASSES.items()}
    wrong_use = {"UsageError", "ConfigError"}
    assert {name for name, code in codes.items() if code == 2} == wrong_use
    assert {code for name, code in codes.items() if name not in wrong_use} == {1}
