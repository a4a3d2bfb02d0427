"""Lengths of time as people write them."""

from __future__ import annotations

import math
import re

from twitchcam.errors import UsageError

_LENGTH = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>s|sec|min|m|h)?")
_UNITS_S = {None: 1.0, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def length_s(length: str | float) -> float:
    """A length of time in seconds: ``30s``, ``1min``, ``1h``; a bare number is seconds.

    Raises:
        UsageError: it is none of these, or nothing.

    >>> length_s("1.5min"), length_s(20)
    (90.0, 20.0)
    """
    match = _LENGTH.fullmatch(str(length).strip())
    seconds = float(match["number"]) * _UNITS_S[match["unit"]] if match else 0.0
    if not 0 < seconds < math.inf:
        raise UsageError(f"{length!r} is not a length such as 30s, 1min or 1h")
    return seconds
