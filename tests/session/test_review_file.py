from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.findings import twitch
from twitchcam.errors import OutputError, SessionError
from twitchcam.events.model import Context, EventType, Lip, Side
from twitchcam.session.review_file import (
    REVIEW_COLUMNS,
    REVIEW_NAME,
    SAME_EVENT_S,
    Verdict,
    VerdictKind,
    read_verdicts,
    reviewed,
    verdict_on,
    with_verdicts,
    write_verdicts,
)

EVENTS = [twitch(1.0), twitch(2.0, Lip.LOWER, Side.RIGHT), twitch(10.0)]
SECONDS = st.integers(0, 10**8).map(lambda n: n / 10_000)
VERDICTS = st.builds(
    Verdict,
    event_s=SECONDS,
    trial_type=st.sampled_from(EventType),
    kind=st.sampled_from(VerdictKind),
    lip=st.sampled_from(Lip),
    side=st.sampled_from(Side),
    onset_s=SECONDS,
    duration_s=st.integers(1, 10**5).map(lambda n: n / 10_000),
    peak_s=SECONDS,
    amplitude_pct_iod=st.integers(0, 10**5).map(lambda n: n / 1000),
    context=st.none() | st.sampled_from(Context),
    time=st.none() | st.just(datetime(2026, 11, 26, 9, 30, 1, 250_000, tzinfo=UTC)),
    reviewer=st.sampled_from(["", "A. B.", "dr müller"]),
)
MISSED = replace(verdict_on(twitch(5.0, Lip.LOWER, Side.LEFT), VerdictKind.ADDED), context=Context.TALKING)


@given(st.lists(VERDICTS, max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, verdicts: list[Verdict]) -> None:
    path = tmp_path_factory.mktemp("review") / REVIEW_NAME
    write_verdicts(path, verdicts)
    assert read_verdicts(path) == verdicts
    assert [child.name for child in path.parent.iterdir()] == [REVIEW_NAME]


def test_without_a_verdict_every_event_stays() -> None:
    events = [replace(event, burst=number) for event, number in zip(EVENTS, (1, 1, 2), strict=True)]
    assert reviewed(events, []) == events


def test_a_rejected_event_goes_and_bursts_are_counted_anew() -> None:
    left = reviewed(EVENTS, [verdict_on(EVENTS[1], VerdictKind.REJECTED)])
    assert [event.onset_s for event in left] == [1.0, 10.0]
    assert [event.burst for event in left] == [1, 2]


def test_a_relabelled_event_keeps_everything_but_lip_and_side() -> None:
    (first, *_) = reviewed(EVENTS, [verdict_on(EVENTS[0], VerdictKind.RELABELLED, lip=Lip.BOTH, side=Side.RIGHT)])
    assert first == replace(EVENTS[0], lip=Lip.BOTH, side=Side.RIGHT)


def test_a_confirmed_event_that_was_relabelled_before_has_its_own_label_again() -> None:
    verdicts = [
        verdict_on(EVENTS[0], VerdictKind.RELABELLED, side=Side.RIGHT),
        verdict_on(EVENTS[0], VerdictKind.CONFIRMED),
    ]
    assert reviewed(EVENTS, verdicts)[0] == EVENTS[0]


def test_an_added_event_stands_in_its_place_and_can_be_taken_away_again() -> None:
    with_it = reviewed(EVENTS, [MISSED])
    assert [event.onset_s for event in with_it] == [1.0, 2.0, 5.0, 10.0]
    assert with_it[2].context is Context.TALKING
    assert with_it[2].confidence is None
    assert len(reviewed(EVENTS, [MISSED, replace(MISSED, kind=VerdictKind.REJECTED)])) == 3
    relabelled = replace(MISSED, kind=VerdictKind.RELABELLED, lip=Lip.UPPER)
    assert reviewed(EVENTS, [MISSED, relabelled])[2].lip is Lip.UPPER


def test_the_last_verdict_counts_and_rejected_events_can_still_be_seen() -> None:
    reject, confirm = (verdict_on(EVENTS[0], kind) for kind in (VerdictKind.REJECTED, VerdictKind.CONFIRMED))
    assert len(reviewed(EVENTS, [reject, confirm])) == 3
    items = with_verdicts(EVENTS, [confirm, reject])
    assert [item.holds for item in items] == [False, True, True]
    assert items[0].found == EVENTS[0]


def test_a_verdict_finds_its_event_when_the_onset_moved_a_little() -> None:
    verdict = verdict_on(EVENTS[0], VerdictKind.REJECTED)
    moved = [twitch(1.0 + 0.9 * SAME_EVENT_S), *EVENTS[1:]]
    assert len(reviewed(moved, [verdict])) == 2
    gone = [twitch(1.0 + 1.1 * SAME_EVENT_S), *EVENTS[1:]]
    assert len(reviewed(gone, [verdict])) == 3


def test_a_spasm_and_a_twitch_of_one_moment_are_two_events() -> None:
    spasm = twitch(1.0, trial_type=EventType.SPASM, duration_s=3.0)
    left = reviewed([EVENTS[0], spasm], [verdict_on(spasm, VerdictKind.REJECTED)])
    assert [event.trial_type for event in left] == [EventType.TWITCH]


def test_no_file_holds_no_verdicts(tmp_path: Path) -> None:
    assert read_verdicts(tmp_path / REVIEW_NAME) == []


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("verdict", "maybe"),
        ("lip", "n/a"),
        ("onset", "n/a"),
        ("amplitude_pct_iod", "n/a"),
        ("duration", "-1"),
        ("time", "2026-11-26T09:30:00"),
    ],
)
def test_a_value_that_is_none_is_told_with_its_line(tmp_path: Path, column: str, cell: str) -> None:
    path = tmp_path / REVIEW_NAME
    write_verdicts(path, [MISSED])
    header, row, _ = path.read_text(encoding="utf-8").split("\n")
    cells = dict(zip(REVIEW_COLUMNS, row.split("\t"), strict=True)) | {column: cell}
    path.write_text("\n".join((header, "\t".join(cells.values()), "")), encoding="utf-8")
    with pytest.raises(SessionError, match="line 2"):
        read_verdicts(path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        write_verdicts(tmp_path / "absent" / REVIEW_NAME, [MISSED])
