from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.sessions import session
from twitchcam.errors import SessionError
from twitchcam.session.document import SCHEMA_PATH
from twitchcam.session.reader import Session
from twitchcam.session.schema import complaint


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return session(tmp_path_factory.mktemp("session")).document


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a document something stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


def changed(document: dict[str, Any], path: tuple[Any, ...], value: object) -> dict[str, Any]:
    made = copy.deepcopy(document)
    target: Any = made
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return made


VALUES = st.sampled_from([None, True, 0, -1, 1.5, 10**400, float("nan"), "", "x", "2024-05-01", [], [1], {}, {"a": 1}])


def test_what_we_write_is_right(document: dict[str, Any]) -> None:
    assert complaint(document, SCHEMA_PATH, whole=True) is None


@given(data=st.data())
def test_as_another_checker_says(document: dict[str, Any], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places(document)[1:]))
    odd = changed(document, path, data.draw(VALUES))
    checker = jsonschema.Draft202012Validator(json.loads(SCHEMA_PATH.read_text(encoding="utf-8")))
    theirs = [fault for fault in checker.iter_errors(odd) if fault.validator != "additionalProperties"]
    ours = complaint(odd, SCHEMA_PATH, whole=True)
    # A time must be one for us, and a number must be a finite one.
    assert ours is not None or not theirs
    assert not theirs or ours is not None
    if ours is not None and not theirs:
        assert "date and time" in ours or "out of range" in ours


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("clock", "recorded_at"), "yesterday", "clock.recorded_at must be a date and time with its offset"),
        (("source", "name"), 5, "source.name must be string"),
        (("counts", "twitch"), -1, "counts.twitch is out of range"),
        (("duration_s",), 10**400, "duration_s is out of range"),
        (("warnings",), ["", "x"], "warnings[0] is not what it should be"),
        (("screening", "level"), 7, "screening.level must be one of 0, 1, 2"),
        (("screening", "level"), True, "screening.level must be one of 0, 1, 2"),
        (("format_version",), True, "format_version must be 1"),
    ],
)
def test_the_place_is_named(
    tmp_path: Path, document: dict[str, Any], path: tuple[str, ...], value: object, words: str
) -> None:
    made = session(tmp_path)
    (made.path / "session.json").write_text(json.dumps(changed(document, path, value)))
    with pytest.raises(SessionError) as caught:
        Session.load(made.path)
    assert str(caught.value) == f"{made.path / 'session.json'}: {words}"
