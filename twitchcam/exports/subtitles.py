"""Subtitles: what is seen when, while the video plays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from twitchcam.annotations.labels import amplitude_words, words_of
from twitchcam.exports.material import NOTICE, Material, milliseconds


def write_vtt(material: Material, path: Path) -> None:
    """Writes WebVTT."""
    blocks = ["WEBVTT", f"NOTE {NOTICE}"]
    blocks += [f"{n}\n{_clock(start, '.')} --> {_clock(end, '.')}\n{text}" for n, start, end, text in _cues(material)]
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8", newline="\n")


def write_srt(material: Material, path: Path) -> None:
    """Writes SubRip."""
    blocks = [f"{n}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{text}\n" for n, start, end, text in _cues(material)]
    path.write_text("\n".join(blocks), encoding="utf-8", newline="\n")


def _cues(material: Material) -> Iterator[tuple[int, int, int, str]]:
    """Number, begin and end in milliseconds, and text."""
    for number, event in enumerate(material.events, start=1):
        start, end = milliseconds(event.onset_s, max(event.end_s, event.onset_s + material.hold_s))
        yield number, start, end, f"{words_of(event)}\n{amplitude_words(event)}, {event.duration_s:.2f} s"


def _clock(time_ms: int, point: str) -> str:
    minutes, milliseconds = divmod(time_ms, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds // 1000:02d}{point}{milliseconds % 1000:03d}"
