"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: After so long it is not coming any more; a slow machine must not fail a test.
PATIENCE_S = 120.0


def until(
    condition: Callable[[], T], *, ended: Callable[[], bool] = lambda: False, said: Callable[[], object] = lambda: ""
) -> T:
    """Looks again and again until something is so; returns what the condition said.

    It sleeps in between: a thread that looks without a pause keeps the one that it waits for from running.

    Args:
        condition: Asked many times a second.
        ended: Whether who is waited for has ended, so that nothing more is to come.
        said: What a failure shows.
    """
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        # Asked first: what ended after the last look may have done it by then.
        over = ended() or time.monotonic() > deadline_s
        if answer := condition():
            return answer
        assert not over, said()
        time.sleep(0.01)
