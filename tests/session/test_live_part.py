from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.findings import twitch
from twitchcam.errors import SessionError
from twitchcam.session.clock_file import Anchor, ClockWriter, anchor_at, read_anchors
from twitchcam.session.felt import compare_felt
from twitchcam.session.gaps_file import GAPS_NAME, Gap, GapKind, GapsWriter, read_gaps
from twitchcam.session.live_part import felt_sentence, live_part, live_warnings
from twitchcam.session.lock import Lock, is_locked
from twitchcam.session.notes_file import NOTES_NAME, Note, NoteKind, append_notes


class TestFelt:
    def test_a_report_belongs_to_what_was_seen_shortly_before(self) -> None:
        both = compare_felt([10.0, 20.0], [twitch(9.0), twitch(16.5), twitch(30.0)], within_s=3.0)
        assert (both.felt, both.felt_seen, both.seen, both.seen_felt) == (2, 1, 3, 1)
        assert both.felt_share == 0.5
        assert both.seen_share == pytest.approx(1 / 3)

    def test_one_report_can_stand_for_several(self) -> None:
        both = compare_felt([11.0], [twitch(9.0), twitch(9.5), twitch(10.5)], within_s=3.0)
        assert (both.felt_seen, both.seen_felt) == (1, 3)

    def test_without_reports_nothing_can_be_said_of_what_was_seen(self) -> None:
        both = compare_felt([], [twitch(1.0)], within_s=3.0)
        assert both.felt_share is None
        assert both.seen_share is None

    @given(felt=st.lists(st.floats(0, 100)), seen=st.lists(st.floats(0, 100)), later=st.floats(0, 50))
    def test_counts_stay_within_what_there_is_and_do_not_depend_on_when(
        self, felt: list[float], seen: list[float], later: float
    ) -> None:
        both = compare_felt(felt, [twitch(t) for t in seen], within_s=3.0)
        assert 0 <= both.felt_seen <= both.felt == len(felt)
        assert 0 <= both.seen_felt <= both.seen == len(seen)
        assert (both.felt_seen > 0) == (both.seen_felt > 0)
        wider = compare_felt(felt, [twitch(t) for t in seen], within_s=3.0 + later)
        assert wider.felt_seen >= both.felt_seen


class TestClock:
    def test_anchors_are_read_back(self, tmp_path: Path) -> None:
        anchors = [
            Anchor(t_s=0.0, time=datetime(2026, 1, 1, 12, tzinfo=UTC)),
            Anchor(t_s=60.5, time=datetime(2026, 1, 1, 15, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))),
        ]
        writer = ClockWriter(tmp_path / "clock.tsv")
        for anchor in anchors:
            writer.write(anchor)
        writer.close()
        assert read_anchors(tmp_path / "clock.tsv") == anchors
        assert read_anchors(tmp_path / "other.tsv") == []

    def test_the_last_one_before_a_moment_is_in_force(self) -> None:
        anchors = [Anchor(t_s=t_s, time=datetime(2026, 1, 1, tzinfo=UTC)) for t_s in (0.0, 10.0)]
        assert anchor_at(anchors, 9.99) is anchors[0]
        assert anchor_at(anchors, 10.0) is anchors[1]
        assert anchor_at(anchors[1:], 3.0) is anchors[1]
        assert anchor_at([], 3.0) is None
        assert anchors[1].time_at(12.5) == datetime(2026, 1, 1, 0, 0, 2, 500000, tzinfo=UTC)

    def test_a_time_without_offset_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "clock.tsv").write_text("t\ttime\n0.0000\t2026-01-01T00:00:00\n")
        with pytest.raises(SessionError, match="line 2"):
            read_anchors(tmp_path / "clock.tsv")


GAPS = [
    Gap(onset_s=1.0, duration_s=2.5, kind=GapKind.CAMERA_LOST),
    Gap(onset_s=10.0, duration_s=0.25, kind=GapKind.FRAMES_DROPPED, frames=7),
]


def with_gaps(folder: Path) -> Path:
    writer = GapsWriter(folder / GAPS_NAME)
    for gap in GAPS:
        writer.write(gap)
    writer.close()
    return folder


def test_gaps_are_read_back(tmp_path: Path) -> None:
    with_gaps(tmp_path)
    assert read_gaps(tmp_path / GAPS_NAME) == GAPS


def test_a_gap_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    with_gaps(tmp_path)
    path = tmp_path / GAPS_NAME
    path.write_text(path.read_text().replace("camera_lost", "holiday"))
    with pytest.raises(SessionError, match="line 2"):
        read_gaps(path)


def test_the_part_of_the_document_and_what_it_warns_of(tmp_path: Path) -> None:
    assert live_part(tmp_path, [], felt_within_s=3.0) is None
    with_gaps(tmp_path)
    append_notes(tmp_path / NOTES_NAME, [Note(onset_s=4.0, kind=NoteKind.FELT), Note(onset_s=4.0, kind=NoteKind.NOTE)])
    part = live_part(tmp_path, [twitch(3.0)], felt_within_s=3.0)
    assert part is not None
    assert part["dropped_frames"] == 7
    assert part["gaps"]["camera_lost"] == {"count": 1, "seconds": 2.5}
    assert part["felt"]["felt_share"] == 1.0
    assert live_warnings(part) == [
        "the camera was away once, 2.5 s in all",
        "7 frames were dropped: this machine was too slow for them",
    ]
    assert felt_sentence(part) == "1 of 1 felt twitches were seen (100%); 1 of 1 seen ones were felt (100%)"


def test_a_lock_is_held_until_it_is_released(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert not is_locked(path)
    path.touch()
    assert not is_locked(path)
    lock = Lock(path)
    assert is_locked(path)
    lock.release()
    lock.release()
    assert not is_locked(path)
