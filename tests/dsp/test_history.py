from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.dsp.history import History


@given(
    keep=st.integers(1, 7),
    values=st.lists(st.floats(-10, 10), max_size=40),
    ranges=st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=10),
)
def test_it_is_a_list_whose_beginning_may_be_gone(
    keep: int, values: list[float], ranges: list[tuple[int, int]]
) -> None:
    history = History(keep, (2,))
    for value in values:
        history.append(np.array([value, -value]))
    assert len(history) == len(values)
    assert history.oldest <= max(0, len(values) - keep)
    for start, stop in ranges:
        low = max(start, history.oldest)
        wanted = values[low : max(stop, low)]
        assert np.array_equal(history.rows(start, stop), np.array([(v, -v) for v in wanted]).reshape(-1, 2))


@given(
    keep=st.integers(1, 7),
    pieces=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20),
    ranges=st.lists(st.tuples(st.integers(-5, 150), st.integers(-5, 150)), max_size=5),
)
def test_rows_that_wait_are_not_there_and_then_as_if_they_had_just_come(
    keep: int, pieces: list[tuple[int, int]], ranges: list[tuple[int, int]]
) -> None:
    history, plain = History(keep, ()), History(keep, ())
    known = waiting = 0
    for come, shown in pieces:
        come = min(come, keep - waiting)
        history.prepare(np.arange(known + waiting, known + waiting + come, dtype=np.float64))
        waiting += come
        shown = min(shown, waiting)
        history.show(shown)
        for value in range(known, known + shown):
            plain.append(float(value))
        known, waiting = known + shown, waiting - shown
        assert (len(history), history.oldest) == (len(plain), plain.oldest)
        for start, stop in ranges:
            assert history.rows(start, stop).tolist() == plain.rows(start, stop).tolist()


def test_memory_does_not_grow() -> None:
    history = History(10, ())
    sizes = set()
    for k in range(1000):
        history.append(float(k))
        rows = history.rows(0, 2000)
        assert len(rows) <= 20
        sizes.add(rows.base.size if rows.base is not None else rows.size)
    assert len(sizes) == 1
    assert history.rows(990, 1000).tolist() == list(range(990, 1000))
