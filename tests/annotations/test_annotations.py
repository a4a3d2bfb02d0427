from __future__ import annotations

from pathlib import Path

import pytest

from tests.session.findings import twitch
from twitchcam.annotations import read_annotations
from twitchcam.errors import SessionError
from twitchcam.session.events_file import EventsWriter


def test_a_table_of_our_own_and_a_folder_with_one(tmp_path: Path) -> None:
    with EventsWriter(tmp_path / "events.tsv", None) as writer:
        writer.write(twitch(2.0))
        writer.write(twitch(1.0))
    for path in (tmp_path, tmp_path / "events.tsv"):
        assert [event.onset_s for event in read_annotations(path)] == [1.0, 2.0]


def test_what_is_none_of_these(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(SessionError, match="no file of BORIS or ELAN"):
        read_annotations(tmp_path / "clip.mp4")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SessionError, match="has no column"):
        read_annotations(tmp_path / "table.csv")
    with pytest.raises(SessionError, match="cannot read"):
        read_annotations(tmp_path / "absent.tsv")
