from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.catalogue import CLIPS, NOT_STATED, PORTRAITS, read_catalogue
from twitchcam.errors import InputError, UsageError

PORTRAIT_TABLE = """# Portraits
**tune** = may be looked at.

| file | half | size px | person | origin (repo: path @commit) |
|---|---|:--|---|---|
| a.png | tune | 10x10 | m 30, stubble | one/repo: x.jpg @1 |
| `b.jpg` 640x480 | **held** | 9x9 | | two/repo: y \\| z |
"""

CLIP_TABLES = """# Clips

| context | clips | minutes |
|---|---|---|
| talk | 2 | 1.0 |

## talk

| file | half | person | origin |
|---|---|---|---|
| one.mp4 | tune | Ann (f 40s) | here |

## rest

| file | half | from |
|---|---|---|
| two.mov | held | there |
"""


def folder_with(path: Path, readme: str | None, *names: str) -> Path:
    for name in names:
        (path / name).touch()
    if readme is not None:
        (path / "README.md").write_text(readme)
    return path


def test_the_table_names_half_person_and_origin(tmp_path):
    a, b = read_catalogue(folder_with(tmp_path, PORTRAIT_TABLE, "b.jpg", "a.png", "notes.txt"), PORTRAITS)
    assert (a.path.name, a.half, a.person, a.origin) == ("a.png", "tune", "m 30", "one/repo: x.jpg @1")
    assert (b.path.name, b.half, b.person, b.origin) == ("b.jpg", "held", "b", "two/repo: y | z")


def test_the_heading_above_a_table_is_the_context(tmp_path):
    one, two = read_catalogue(folder_with(tmp_path, CLIP_TABLES, "one.mp4", "two.mov"), CLIPS)
    assert (one.context, one.person, one.origin) == ("talk", "Ann", "here")
    assert (two.context, two.person, two.origin) == ("rest", "two", "there")


def test_a_column_context_wins_over_the_heading(tmp_path):
    readme = "## things\n| file | context |\n|---|---|\n| one.mp4 | chewing |\n"
    (entry,) = read_catalogue(folder_with(tmp_path, readme, "one.mp4"), CLIPS)
    assert entry.context == "chewing"


@pytest.mark.parametrize("readme", [None, "# nothing here", "# Title\n| file | what |\n|---|---|\n| other.mp4 | x |"])
def test_what_the_readme_does_not_know_is_not_stated(tmp_path, readme):
    (entry,) = read_catalogue(folder_with(tmp_path, readme, "talk03.mp4"), CLIPS)
    assert (entry.half, entry.origin, entry.context, entry.person) == (None, NOT_STATED, "talk", "talk03")


def test_only_files_of_the_half_asked_for(tmp_path):
    folder = folder_with(tmp_path, PORTRAIT_TABLE, "a.png", "b.jpg", "c.png")
    assert [e.path.name for e in read_catalogue(folder, PORTRAITS, half="held")] == ["b.jpg"]


def test_a_half_cannot_be_kept_to_where_none_is_named(tmp_path):
    with pytest.raises(UsageError, match="names no half"):
        read_catalogue(folder_with(tmp_path, None, "a.png"), PORTRAITS, half="tune")


def test_a_folder_without_such_files_is_an_error(tmp_path):
    with pytest.raises(InputError, match="holds no file that ends in"):
        read_catalogue(folder_with(tmp_path, None, "a.txt"), PORTRAITS)
    with pytest.raises(InputError, match="cannot read"):
        read_catalogue(tmp_path / "absent", PORTRAITS)
