from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import webvtt

from tests.exports.sessions import EVENTS, material
from twitchcam.annotations.labels import words_of
from twitchcam.exports.subtitles import write_srt, write_vtt


def read(path: Path) -> list[webvtt.Caption]:
    return list(webvtt.read(str(path)) if path.suffix == ".vtt" else webvtt.from_srt(str(path)))


def seconds(text: str) -> float:
    hours, minutes, rest = text.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


@pytest.mark.parametrize(("suffix", "write"), [(".vtt", write_vtt), (".srt", write_srt)])
def test_another_reader_finds_times_and_labels(tmp_path: Path, suffix: str, write: object) -> None:
    path = tmp_path / f"clip{suffix}"
    write(material(tmp_path), path)
    captions = read(path)
    assert [caption.lines[0] for caption in captions] == [words_of(event) for event in EVENTS]
    assert [seconds(caption.start) for caption in captions] == pytest.approx([e.onset_s for e in EVENTS], abs=6e-4)
    assert [seconds(caption.end) for caption in captions] == pytest.approx([e.end_s for e in EVENTS], abs=6e-4)
    assert captions[0].lines[1] == "1.50 % IOD, 0.12 s"


def test_subtitles_stand_as_long_as_asked(tmp_path: Path) -> None:
    write_vtt(replace(material(tmp_path), hold_s=0.8), tmp_path / "clip.vtt")
    lengths = [seconds(caption.end) - seconds(caption.start) for caption in read(tmp_path / "clip.vtt")]
    assert lengths == pytest.approx([max(event.duration_s, 0.8) for event in EVENTS], abs=1e-3)


def test_hours(tmp_path: Path) -> None:
    late = replace(EVENTS[0], onset_s=3600 * 11 + 62.9996, duration_s=0.0001)
    write_vtt(material(tmp_path, events=(late,)), tmp_path / "clip.vtt")
    assert "11:01:03.000 --> 11:01:03.001" in (tmp_path / "clip.vtt").read_text()


@pytest.mark.parametrize(("suffix", "write"), [(".vtt", write_vtt), (".srt", write_srt)])
def test_where_nothing_was_found(tmp_path: Path, suffix: str, write: object) -> None:
    path = tmp_path / f"clip{suffix}"
    write(material(tmp_path, events=()), path)
    text = path.read_text()
    assert "-->" not in text
    assert suffix == ".srt" or read(path) == []
