"""What a page may send: a small JSON object with known keys."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

Choice = TypeVar("Choice", bound=StrEnum)

#: The largest body that is read, bytes.
MAX_BODY_BYTES = 16_384
#: The longest text of one value.
MAX_TEXT = 1000


async def read_object(request: Request, known: set[str]) -> dict[str, Any]:
    """The JSON object of a request; an empty body is an empty object.

    Args:
        request: The request.
        known: Keys that may be there.

    Raises:
        HTTPException: 413 for one that is too large, 415 for another kind, 400 for anything else than an object with
            these keys.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413, f"at most {MAX_BODY_BYTES} bytes can be sent")
    if not body:
        return {}
    # A form of another site can send text, but never this kind without being asked first.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "expected Content-Type: application/json")
    try:
        value = json.loads(body)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise HTTPException(400, "expected JSON") from None
    if not isinstance(value, dict) or not value.keys() <= known:
        raise HTTPException(400, f"expected an object with keys among: {', '.join(sorted(known))}")
    return value


def text_of(value: dict[str, Any], key: str) -> str:
    """A text, without line breaks and outer spaces; empty where it is not there.

    Raises:
        HTTPException: 400 for another type or one that is too long.
    """
    text = value.get(key, "")
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise HTTPException(400, f"expected {key}: a text of at most {MAX_TEXT} characters")
    # What cannot be printed, such as half of a character, cannot be written to a file either.
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


def number_of(value: dict[str, Any], key: str) -> float:
    """A finite number.

    Raises:
        HTTPException: 400 for anything else.
    """
    number = value.get(key)
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) < float("inf"):
        raise HTTPException(400, f"expected {key}: a number")
    return float(number)


def choice_of(value: dict[str, Any], key: str, kind: type[Choice]) -> Choice:
    """One of an enumeration's values.

    Raises:
        HTTPException: 400 for anything else.
    """
    try:
        return kind(str(value.get(key)))
    except ValueError:
        raise HTTPException(400, f"expected {key}: one of {', '.join(kind)}") from None
