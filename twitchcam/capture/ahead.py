"""Decoding in a thread of its own, a few pictures ahead of what is measured in them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")

#: So many pictures wait at most: enough that neither side waits for the other's slowest moment, and little memory.
MOST_AHEAD = 3


class Ahead(Generic[T]):
    """Iterates over something in another thread. Use as a context manager, and iterate once.

    An error there is raised here, after everything that came before it. Leaving the context ends the thread; what it
    iterates over is untouched from then on.

    Args:
        items: What is iterated over.
        most: How many items may wait.
    """

    def __init__(self, items: Iterable[T], most: int = MOST_AHEAD) -> None:
        self._items = items
        self._room = threading.Semaphore(most)
        self._ready: queue.SimpleQueue[tuple[T] | BaseException | None] = queue.SimpleQueue()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="decoding", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[T]:
        while (told := self._ready.get()) is not None:
            if isinstance(told, BaseException):
                raise told
            self._room.release()
            yield told[0]

    def _run(self) -> None:
        try:
            for item in self._items:
                self._ready.put((item,))
                self._room.acquire()
                if self._stopped:
                    return
        except BaseException as error:
            self._ready.put(error)
        else:
            self._ready.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped = True
        self._room.release()
        self._thread.join()
