"""Values that people type: times within a recording and wall times."""

from __future__ import annotations

import re
from datetime import datetime

import click

_CLOCK = re.compile(r"(?:(?:(?P<hours>\d+):)?(?P<minutes>\d+):)?(?P<seconds>\d+(?:\.\d*)?|\.\d+)")

_SIZE = re.compile(r"(?P<width>[1-9]\d{1,4})[x×](?P<height>[1-9]\d{1,4})")


def seconds(text: str) -> float:
    """A time in a recording: seconds, or ``MM:SS``, or ``H:MM:SS``; parts of a second after a point.

    Raises:
        click.BadParameter: it is none of these.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise click.BadParameter(f"{text!r} is not a time such as 90, 1:30 or 0:01:30.5")
    parts = {key: float(part or 0) for key, part in match.groupdict().items()}
    return 3600 * parts["hours"] + 60 * parts["minutes"] + parts["seconds"]


def length(text: str) -> float:
    """A length of time, seconds: ``30s``, ``1min``, ``1h``; a bare number is seconds.

    Raises:
        click.BadParameter: it is none of these, or nothing.
    """
    from twitchcam.durations import length_s
    from twitchcam.errors import UsageError

    try:
        return length_s(text)
    except UsageError as error:
        raise click.BadParameter(str(error)) from None


def face_choice(text: str) -> str:
    """Which of several faces: ``largest``, ``leftmost``, or a number from the left of the picture.

    Raises:
        click.BadParameter: it is none of these.
    """
    if text not in ("any", "largest", "leftmost") and not re.fullmatch("[1-9]", text):
        raise click.BadParameter(f"{text!r} is none of largest, leftmost, or a number from 1 to 9")
    return text


def wall_time(text: str) -> datetime:
    """A date and time in ISO 8601; without an offset it is this computer's local time.

    Raises:
        click.BadParameter: it is not one.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date and time such as 2024-05-01T14:30:00+02:00") from None
    return moment if moment.utcoffset() is not None else moment.astimezone()


def picture_size(text: str) -> tuple[int, int]:
    """A size such as ``1280x720``.

    Raises:
        click.BadParameter: it is not one.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise click.BadParameter(f"{text!r} is not a size such as 1280x720")
    return int(match["width"]), int(match["height"])
