from __future__ import annotations

from pathlib import Path

import pytest

from tests.sessions import make_session, twitches
from twitchcam.errors import UsageError
from twitchcam.events.model import Context, Segment
from twitchcam.session.notes_file import Note, NoteKind
from twitchcam.session.reader import Session
from twitchcam.trends.felt import FeltAndSeen, felt_and_seen
from twitchcam.views.report import words
from twitchcam.views.report.part import Part, check_one_subject, part_of, place_counts


def part(folder: Path, **given: object) -> Part:
    return part_of(Session.load(make_session(folder, **given)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "headline"),
    [
        ({}, "No twitch was seen in 10.0 minutes of valid time."),
        ({"valid_s": 0.0}, "Nothing could be counted: no time was valid."),
        ({"events": twitches([5])}, "1 twitch in 1 burst in 10.0 minutes of valid time."),
        (
            {"events": twitches([5, 6, 90]), "duration_s": 3 * 3600.0},
            "3 twitches in 2 bursts in 3.0 hours of valid time.",
        ),
    ],
)
def test_the_result_in_a_sentence(tmp_path: Path, given: dict[str, object], headline: str) -> None:
    assert words.headline([part(tmp_path, **given)]) == headline


def test_nothing_seen_is_told_with_what_it_leaves_open(tmp_path: Path) -> None:
    (said,) = words.sentences([part(tmp_path)])
    assert said == "The true rate may still be up to 0.37 bursts a minute (95 % interval)."


def test_what_was_felt_is_compared_with_what_was_seen(tmp_path: Path) -> None:
    notes = [Note(onset_s=t, kind=NoteKind.FELT) for t in (21.0, 300.0)]
    said = words.sentences([part(tmp_path, events=twitches([20, 100]), notes=notes)])
    assert said[-1] == (
        "2 twitches were felt; with 1 of them one was seen in the 3 seconds before. Of 2 seen, 1 was felt."
    )


def test_what_was_left_out_has_its_length(tmp_path: Path) -> None:
    segments = [
        Segment(onset_s=10, duration_s=30, kind=Context.TALKING),
        Segment(onset_s=50, duration_s=5, kind=Context.NO_FACE),
        Segment(onset_s=60, duration_s=1, kind=Context.BLINK),
    ]
    assert part(tmp_path, segments=segments).hidden_s == {Context.TALKING: 30.0, Context.NO_FACE: 5.0}


@pytest.mark.parametrize(
    ("screening", "heading"),
    [
        ({"level": 0, "sufficient": False, "side": None}, "Too little was seen"),
        ({"level": 0, "sufficient": True, "side": None}, "Enough was seen, and no one-sided pattern"),
        ({"level": 1, "sufficient": True, "side": "left"}, "The twitches favour the left side."),
        ({"level": 2, "sufficient": True, "side": "right"}, "This is a description, not a diagnosis."),
        ({"level": 2, "sufficient": True, "side": "right", "headline": "As they say."}, "As they say."),
    ],
)
def test_every_level_has_its_own_words(screening: dict[str, object], heading: str) -> None:
    assert heading in words.screening_heading(screening)


def test_a_twitch_of_both_sides_counts_at_each_place(tmp_path: Path) -> None:
    from dataclasses import replace

    from twitchcam.events.model import Lip, Side

    (one,) = twitches([1])
    assert place_counts([replace(one, lip=Lip.UPPER, side=Side.BOTH)]) == [1, 1, 0, 0]


def test_people_are_not_mixed(tmp_path: Path) -> None:
    sessions = [Session.load(make_session(tmp_path, name, subject=name)) for name in ("a", "b")]
    with pytest.raises(UsageError, match="'a', 'b'"):
        check_one_subject(sessions)
    assert check_one_subject(sessions[:1]) == "a"


def test_a_mark_belongs_to_a_twitch_shortly_before_it() -> None:
    assert felt_and_seen([10.0], [6.9]) == FeltAndSeen(felt=1, felt_and_seen=0, seen=1, seen_and_felt=0)
    assert felt_and_seen([10.0], [7.0, 10.4, 10.6]) == FeltAndSeen(felt=1, felt_and_seen=1, seen=3, seen_and_felt=2)
