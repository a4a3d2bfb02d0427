from __future__ import annotations

from pathlib import Path

import pytest

from twitchcam.errors import SessionError
from twitchcam.events.model import Context, Segment, Side
from twitchcam.session.segments_file import SegmentsWriter, read_segments

SEGMENTS = [
    Segment(onset_s=0.0, duration_s=12.5, kind=Context.REST),
    Segment(onset_s=3.25, duration_s=0.2, kind=Context.EYE_CLOSED, side=Side.LEFT),
    Segment(onset_s=12.5, duration_s=1.0001, kind=Context.NO_FACE),
    Segment(onset_s=14.0, duration_s=3.0, kind=Context.RHYTHM, side=Side.BOTH, frequency_hz=5.25),
]


def test_the_exact_rows_and_back(tmp_path: Path) -> None:
    with SegmentsWriter(tmp_path / "s") as writer:
        for index, segment in enumerate(SEGMENTS, start=1):
            writer.write(segment)
            assert read_segments(tmp_path / "s") == SEGMENTS[:index]
    assert (tmp_path / "s").read_text().splitlines() == [
        "onset\tduration\ttrial_type\tside\tfrequency_hz",
        "0.0000\t12.5000\trest\tn/a\tn/a",
        "3.2500\t0.2000\teye_closed\tleft\tn/a",
        "12.5000\t1.0001\tno_face\tn/a\tn/a",
        "14.0000\t3.0000\trhythm\tboth\t5.25",
    ]


def test_a_table_without_frequencies_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("onset\tduration\ttrial_type\tside\n1.0\t3.0\trhythm\tleft\n")
    assert read_segments(tmp_path / "s") == [Segment(onset_s=1.0, duration_s=3.0, kind=Context.RHYTHM, side=Side.LEFT)]


@pytest.mark.parametrize(
    ("old", "new"),
    [("rest", "dreaming"), ("left", "west"), ("12.5000\trest", "n/a\trest"), ("12.5000\trest", "-1\trest")],
)
def test_a_damaged_table_is_named_with_its_line(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "s"
    with SegmentsWriter(path) as writer:
        for segment in SEGMENTS:
            writer.write(segment)
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(SessionError, match=f"{path}: line [23]: "):
        read_segments(path)
