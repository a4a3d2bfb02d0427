from __future__ import annotations

import stat
from pathlib import Path

import pytest

from twitchcam.session.folders import write_private


def test_a_file_is_for_its_owner_alone_and_replaces_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("earlier")
    path.chmod(0o644)
    write_private(path, "Zoë\r\n")
    assert path.read_bytes() == "Zoë\r\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_one_that_cannot_be_written_leaves_the_earlier_one_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("earlier")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "half a \ud800")
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="report"):
        write_private(path, "text")
    assert list(tmp_path.iterdir()) == [path]
