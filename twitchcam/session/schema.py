"""Whether a ``session.json`` is as its published schema says; people and other programs edit such files.

Only what that schema uses is understood. Keys that it does not know do no harm here: a later version may write them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

#: What an interrupted session has of the document.
HEAD_KEYS = ("name", "source", "clock", "subject", "versions", "configuration")

_REFERENCE = "#/$defs/"
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def complaint(document: dict[str, Any], schema_path: Path, *, whole: bool) -> str | None:
    """The first thing that is wrong, as in ``clock.recorded_at is missing``; None where nothing is.

    Args:
        document: What was read.
        schema_path: The schema.
        whole: Whether it must have everything; else only :data:`HEAD_KEYS`.
    """
    schema = _loaded(schema_path)
    if not whole:
        schema = {**schema, "required": HEAD_KEYS}
    return next(_faults(document, schema, schema.get("$defs", {}), ""), None)


@cache
def _loaded(path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _faults(value: object, rule: dict[str, Any], shared: dict[str, Any], where: str) -> Iterator[str]:
    if "$ref" in rule:
        yield from _faults(value, shared[rule["$ref"].removeprefix(_REFERENCE)], shared, where)
    kinds = rule.get("type", list(_TYPES))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not any(_is(value, kind) for kind in kinds):
        yield f"{where} must be {' or '.join(kinds)}"
        return
    if "const" in rule and not _same(value, rule["const"]):
        yield f"{where} must be {rule['const']!r}"
    if "enum" in rule and not any(_same(value, one) for one in rule["enum"]):
        yield f"{where} must be one of {', '.join(map(str, rule['enum']))}"
    if isinstance(value, str):
        yield from _text_faults(value, rule, where)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        # An integer of JSON may be too large to become a float.
        largest = sys.float_info.max
        if not max(rule.get("minimum", -largest), -largest) <= value <= min(rule.get("maximum", largest), largest):
            yield f"{where} is out of range"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _faults(item, rule.get("items", {}), shared, f"{where}[{number}]")
    elif isinstance(value, dict):
        yield from _object_faults(value, rule, shared, where)


def _same(value: object, wanted: object) -> bool:
    """To Python, true is 1."""
    return value == wanted and isinstance(value, type(wanted)) and isinstance(value, bool) == isinstance(wanted, bool)


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _text_faults(value: str, rule: dict[str, Any], where: str) -> Iterator[str]:
    if len(value) < rule.get("minLength", 0) or ("pattern" in rule and not re.search(rule["pattern"], value)):
        yield f"{where} is not what it should be"
    if rule.get("format") == "date-time":
        try:
            aware = datetime.fromisoformat(value).utcoffset() is not None
        except ValueError:
            aware = False
        if not aware:
            yield f"{where} must be a date and time with its offset"


def _object_faults(value: dict[str, Any], rule: dict[str, Any], shared: dict[str, Any], where: str) -> Iterator[str]:
    before = f"{where}." if where else ""
    for key in rule.get("required", ()):
        if key not in value:
            yield f"{before}{key} is missing"
    if len(value) < rule.get("minProperties", 0):
        yield f"{where} has too few keys"
    patterns = rule.get("patternProperties", {})
    other = rule.get("additionalProperties", {})
    for key, item in value.items():
        rules = [rule["properties"][key]] if key in rule.get("properties", {}) else []
        rules += [patterns[pattern] for pattern in patterns if re.search(pattern, key)]
        if not rules and isinstance(other, dict):
            rules = [other]
        for one in rules:
            yield from _faults(item, one, shared, f"{before}{key}")
