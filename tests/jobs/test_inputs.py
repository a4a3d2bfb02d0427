from __future__ import annotations

import io
from pathlib import Path

import pytest

from twitchcam.errors import InputError
from twitchcam.jobs.inputs import expanded


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Videos among other things; the working folder is where they are."""
    for name in (
        *("day1/a.mp4", "day1/B.MOV", "day1/notes.txt", "day2/deep/c.mkv", "day2/.hidden.mp4", ".trash/d.mp4"),
        *("out/a/session.json", "out/a/annotated.mp4", "out/a/clips/001.mp4", "out/b.partial/session.head.json"),
        *("out/b.partial/annotated.mp4", "empty/letter.txt", "odd[1].mp4", "-dash.mp4", "z ü.webm"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*inputs: str) -> list[str]:
    return [str(path) for path in expanded(map(Path, inputs))]


def test_files_are_taken_as_they_are() -> None:
    assert found("day1/notes.txt", "absent.mp4", "-dash.mp4", "odd[1].mp4") == [
        "day1/notes.txt",
        "absent.mp4",
        "-dash.mp4",
        "odd[1].mp4",
    ]


def test_a_folder_is_its_videos_and_those_below_but_not_those_of_sessions() -> None:
    assert found("day1") == ["day1/B.MOV", "day1/a.mp4"]
    assert found(".") == ["-dash.mp4", "odd[1].mp4", "z ü.webm", "day1/B.MOV", "day1/a.mp4", "day2/deep/c.mkv"]


def test_a_pattern() -> None:
    assert found("day*/**/*.m*") == ["day1/a.mp4", "day2/deep/c.mkv"]
    assert found("day?/*.mp4") == ["day1/a.mp4"]


def test_a_list(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "list").write_text("day1/a.mp4\n\n z ü.webm\r\nday2\n", encoding="utf-8-sig")
    assert found("@list") == ["day1/a.mp4", " z ü.webm", "day2/deep/c.mkv"]
    monkeypatch.setattr("sys.stdin", io.StringIO("day1/a.mp4\n*.mp4\n"))
    assert found("@-") == ["day1/a.mp4", "*.mp4"]


def test_each_once() -> None:
    assert found("day1", "day1/a.mp4", "day1/*.mp4", "./day1/a.mp4") == ["day1/B.MOV", "day1/a.mp4"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("empty", "empty: is a folder without videos"),
        ("nothing*.mp4", "no file fits"),
        ("@absent", "absent: cannot read the list: No such file"),
        ("@day1/a.mp4", "the list is empty"),
        ("@day1", "cannot read the list: Is a directory"),
    ],
)
def test_what_stands_for_nothing(given: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        found(given)


def test_a_list_that_is_none(tree: Path) -> None:
    (tree / "list").write_bytes(b"a\0b\xff")
    with pytest.raises(InputError, match="is not a list of paths"):
        found("@list")


def test_a_folder_that_leads_back_to_itself(tree: Path) -> None:
    (tree / "day1" / "again").symlink_to(tree / "day1")
    (tree / "day1" / "link.mp4").symlink_to(tree / "day1" / "a.mp4")
    assert found("day1") == ["day1/B.MOV", "day1/a.mp4", "day1/link.mp4"]
