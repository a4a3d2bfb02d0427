from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.benchmarks.shares import PARTS, WRAPPED, Stopwatch, named


@pytest.mark.parametrize(("part", "module", "name"), WRAPPED)
def test_what_is_timed_exists_under_its_name(part, module, name):
    owner, attribute = named(module, name)
    assert callable(getattr(owner, attribute))
    assert part in PARTS


class Clock:
    """Goes on by one each time somebody works."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float) -> None:
        self.now += seconds


def test_a_part_is_counted_without_the_parts_inside_it():
    clock = Clock()
    watch = Stopwatch(clock)
    inner = watch.timed("inner", lambda: clock.work(2))

    def outer() -> str:
        clock.work(1)
        inner()
        inner()
        return "done"

    assert watch.timed("outer", outer)() == "done"
    assert watch.seconds == {"inner": 4, "outer": 1}


def test_a_part_that_fails_is_counted_too():
    clock = Clock()
    watch = Stopwatch(clock)

    def fails() -> None:
        clock.work(3)
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        watch.timed("part", fails)()
    assert watch.seconds == {"part": 3}


def test_only_the_steps_of_an_iterator_are_counted():
    clock = Clock()
    watch = Stopwatch(clock)

    def steps() -> Iterator[int]:
        for number in (1, 2):
            clock.work(number)
            yield number

    for _ in watch.timed_iterator("steps", steps)():
        clock.work(10)
    assert watch.seconds == {"steps": 3}
