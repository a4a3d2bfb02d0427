from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.errors import OutputError, SessionError
from twitchcam.session.notes_file import NOTE_COLUMNS, NOTES_NAME, Note, NoteKind, append_notes, read_notes

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=12).filter(
    lambda text: text != "n/a"
)
NOTES = st.builds(
    Note,
    onset_s=st.none() | st.integers(0, 10**9).map(lambda n: n / 10_000),
    time=st.none() | st.just(datetime(2026, 11, 26, 9, 30, 1, 250_000, tzinfo=UTC)),
    kind=st.sampled_from(NoteKind),
    name=WORDS,
    value=WORDS,
    text=WORDS,
)


@given(st.lists(NOTES, max_size=5), st.lists(NOTES, max_size=5))
def test_what_is_added_in_pieces_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, a: list[Note], b: list[Note]
) -> None:
    path = tmp_path_factory.mktemp("notes") / NOTES_NAME
    append_notes(path, a)
    append_notes(path, b)
    assert read_notes(path) == [*a, *b]


def test_no_file_holds_no_notes(tmp_path: Path) -> None:
    assert read_notes(tmp_path / NOTES_NAME) == []


def test_line_breaks_and_tabs_become_spaces(tmp_path: Path) -> None:
    append_notes(tmp_path / NOTES_NAME, [Note(kind=NoteKind.NOTE, text="one\ttwo\n three")])
    assert [note.text for note in read_notes(tmp_path / NOTES_NAME)] == ["one two three"]


def test_a_row_that_a_crash_cut_short_is_not_joined_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / NOTES_NAME
    path.write_text("\t".join(NOTE_COLUMNS) + "\n1.0\tn/a\tfelt\tn/a\tn/a\tn/a", encoding="utf-8")
    append_notes(path, [Note(kind=NoteKind.FELT, onset_s=2.0)])
    assert [note.onset_s for note in read_notes(path)] == [1.0, 2.0]


def test_a_wrong_value_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / NOTES_NAME
    path.write_text("\t".join(NOTE_COLUMNS) + "\n1.0\tn/a\tsneeze\tn/a\tn/a\tn/a\n", encoding="utf-8")
    with pytest.raises(SessionError, match=r"line 2: .*sneeze"):
        read_notes(path)


def test_a_time_needs_its_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        Note(kind=NoteKind.FELT, time=datetime(2026, 1, 1))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        append_notes(tmp_path / "absent" / NOTES_NAME, [Note(kind=NoteKind.FELT)])
