from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.session.findings import header, twitch
from twitchcam import __version__
from twitchcam.config import Config, from_dict
from twitchcam.errors import OutputError, SessionError
from twitchcam.session.document import (
    SCHEMA_PATH,
    Extent,
    SessionHeader,
    head,
    read_json,
    results,
    versions,
    write_json,
)
from twitchcam.session.tally import Tally

EXTENT = Extent(start_s=2.0, end_s=62.0, frames=1800, face_frames=900, rate_hz=30.0, valid_s=30.0)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA_PATH.read_text(encoding="utf-8")))


def test_durations_and_shares() -> None:
    tally = Tally()
    tally.add(twitch(3.0))
    found = results(EXTENT, tally, asymmetry_pct_iod=0.4)
    assert found["asymmetry_pct_iod"] == 0.4
    assert (found["duration_s"], found["valid_min"], found["valid_share"]) == (60.0, 0.5, 0.5)
    assert (found["start_s"], found["end_s"], found["face_share"]) == (2.0, 62.0, 0.5)
    assert found["rates_per_valid_min"]["twitch"] == 2.0


def test_nothing_analysed_divides_nothing_by_nothing() -> None:
    empty = Extent(start_s=0.0, end_s=0.0, frames=0, face_frames=0, rate_hz=None, valid_s=0.0)
    found = results(empty, Tally(), asymmetry_pct_iod=None)
    assert (found["valid_share"], found["face_share"], found["rate_hz"]) == (0.0, 0.0, None)


def test_the_head_tells_versions_and_every_setting() -> None:
    document = head("clip", header())
    assert document["versions"]["twitchcam"] == __version__
    assert from_dict(document["configuration"]) == Config()
    assert all(versions().values())


def test_a_wall_time_needs_its_origin() -> None:
    with pytest.raises(ValueError, match="origin"):
        SessionHeader(source=header().source, clock="x", config=Config(), recorded_at_from="option")


def test_a_number_that_is_none_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "x.json", {"rate": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_writing_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {"a": 1})
    write_json(tmp_path / "x.json", {"name": "Zoë"})
    assert read_json(tmp_path / "x.json") == {"name": "Zoë"}
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]
    with pytest.raises(OutputError, match="absent"):
        write_json(tmp_path / "absent" / "x.json", {})


@pytest.mark.parametrize(
    ("content", "message"), [(b"{", "not a JSON file"), (b"[]", "expected a JSON object"), (b"\xff", "not a JSON file")]
)
def test_reading_what_is_no_document(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(SessionError, match=message):
        read_json(tmp_path / "x.json")
    with pytest.raises(SessionError, match="absent"):
        read_json(tmp_path / "absent")
