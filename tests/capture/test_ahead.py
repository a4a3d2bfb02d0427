from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import pytest

from twitchcam.capture.ahead import Ahead


def test_everything_comes_in_order_from_another_thread() -> None:
    threads = set()

    def items() -> Iterator[int]:
        for number in range(500):
            threads.add(threading.get_ident())
            yield number

    with Ahead(items()) as ahead:
        assert list(ahead) == list(range(500))
    assert threads
    assert threading.get_ident() not in threads


def test_no_more_than_asked_for_is_made_ahead() -> None:
    made: list[int] = []
    enough = threading.Event()

    def items() -> Iterator[int]:
        for number in itertools.count():
            made.append(number)
            if number == 3:
                enough.set()
            yield number

    with Ahead(items(), most=3) as ahead:
        # One that is being handed over, and three that wait.
        enough.wait()
        assert made == [0, 1, 2, 3]
        taken = iter(ahead)
        assert [next(taken) for _ in range(5)] == [0, 1, 2, 3, 4]


def test_an_error_comes_after_all_that_came_before_it() -> None:
    def items() -> Iterator[int]:
        yield from range(10)
        raise OSError("gone")

    seen: list[int] = []
    with Ahead(items()) as ahead, pytest.raises(OSError, match="gone"):
        seen.extend(ahead)
    assert seen == list(range(10))


def test_leaving_early_ends_the_thread_and_nothing_more_is_taken() -> None:
    items = itertools.count()
    with Ahead(items, most=2) as ahead:
        assert next(iter(ahead)) == 0
    then = next(items)
    assert then <= 4
    assert next(items) == then + 1
    assert not [one for one in threading.enumerate() if one.name == "decoding"]
