from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.events.model import Context, Segment
from twitchcam.events.timeline import Timeline

MIN_S = 0.3
STEP_S = 0.05
AT_ONCE = (Context.NO_FACE, Context.LOW_RATE)


def timeline(*stretches: tuple[Context, int], end: bool = True) -> Timeline:
    """Contexts every 0.05 s."""
    made = Timeline(MIN_S)
    kinds = [kind for kind, count in stretches for _ in range(count)]
    for i, kind in enumerate(kinds):
        made.add(i * STEP_S, kind)
    if end:
        made.close(len(kinds) * STEP_S)
    return made


def told(segments: list[Segment]) -> list[tuple[str, float, float]]:
    return [(s.kind.value, pytest.approx(s.onset_s), pytest.approx(s.end_s)) for s in segments]


def test_equal_neighbours_are_one_segment() -> None:
    made = timeline((Context.REST, 20), (Context.TALKING, 10), (Context.REST, 10))
    assert told(made.take()) == [("rest", 0.0, 1.0), ("talking", 1.0, 1.5), ("rest", 1.5, 2.0)]


def test_a_short_stretch_belongs_to_what_was_before() -> None:
    made = timeline((Context.REST, 20), (Context.TALKING, 3), (Context.REST, 10))
    assert told(made.take()) == [("rest", 0.0, 1.65)]


def test_short_stretches_of_several_kinds_end_what_was_before() -> None:
    made = timeline((Context.REST, 20), (Context.TALKING, 4), (Context.SMILING, 10))
    assert told(made.take()) == [("rest", 0.0, 1.0), ("smiling", 1.0, 1.7)]


@pytest.mark.parametrize("kind", AT_ONCE)
def test_a_lost_face_counts_from_its_first_frame(kind: Context) -> None:
    made = timeline((Context.REST, 20), (kind, 1), (Context.REST, 10))
    assert told(made.take()) == [("rest", 0.0, 1.0), (kind.value, 1.0, 1.05), ("rest", 1.05, 1.55)]


def test_segments_are_given_once() -> None:
    made = timeline((Context.REST, 20), (Context.TALKING, 10), end=False)
    assert told(made.take()) == [("rest", 0.0, 1.0)]
    assert made.take() == []
    made.close(1.5)
    assert told(made.take()) == [("talking", 1.0, 1.5)]


def test_seconds_so_far_include_the_segment_that_goes_on() -> None:
    made = timeline((Context.REST, 21), end=False)
    assert made.take() == []
    assert made.total_s(Context.REST) == pytest.approx(1.0)
    made.close(1.05)
    assert made.total_s(Context.REST) == pytest.approx(1.05)
    assert made.total_s(Context.TALKING) == 0.0


def test_the_kind_at_a_recent_time_is_known_after_it_was_given() -> None:
    made = timeline((Context.REST, 20), (Context.NO_FACE, 10), (Context.TALKING, 4), end=False)
    made.take()
    assert made.kind_at(0.5) is Context.REST
    assert made.kind_at(1.2) is Context.NO_FACE
    assert made.kind_at(1.6) is Context.TALKING
    assert made.kind_at(-1.0) is None
    assert Timeline(MIN_S).kind_at(0.0) is None


@given(kinds=st.lists(st.sampled_from((Context.REST, Context.TALKING, *AT_ONCE)), max_size=80))
def test_segments_cover_the_time_without_overlap_or_hole(kinds: list[Context]) -> None:
    made = Timeline(MIN_S)
    segments = []
    before = dict.fromkeys(Context, 0.0)
    for i, kind in enumerate(kinds):
        made.add(10 + i * STEP_S, kind)
        segments += made.take()
        so_far = {kind: made.total_s(kind) for kind in Context}
        assert all(so_far[kind] >= before[kind] for kind in Context)
        assert sum(so_far.values()) <= i * STEP_S + 1e-9
        before = so_far
    end_s = 10 + len(kinds) * STEP_S
    made.close(end_s)
    segments += made.take()
    assert bool(segments) is bool(kinds)
    for one, other in itertools.pairwise(segments):
        assert one.end_s == pytest.approx(other.onset_s)
        assert one.kind is not other.kind
    for segment in segments[1:-1]:
        # What is cut off by a lost face may be short, and so may the lost face.
        near = segments.index(segment)
        cut_off = {segments[near - 1].kind, segment.kind, segments[near + 1].kind} & set(AT_ONCE)
        assert cut_off or segment.duration_s >= MIN_S - 1e-9
    if kinds:
        assert segments[0].onset_s == 10
        assert segments[-1].end_s == pytest.approx(end_s)
    for kind in Context:
        assert made.total_s(kind) == pytest.approx(sum(s.duration_s for s in segments if s.kind is kind))
    lost = sum(kind is Context.NO_FACE for kind in kinds)
    assert made.total_s(Context.NO_FACE) == pytest.approx(lost * STEP_S)
