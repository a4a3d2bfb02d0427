"""How long renderings say how far they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

#: Called with the number of frames done and of frames in all (None where that is not known yet).
Progress: TypeAlias = Callable[[int, int | None], None]
