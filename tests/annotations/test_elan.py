from __future__ import annotations

from pathlib import Path

import pympi
import pytest

from twitchcam.annotations import read_annotations
from twitchcam.errors import SessionError
from twitchcam.events.model import EventType, Lip, Side


def written(path: Path, tiers: dict[str, list[tuple[int, int, str]]], *, origin_ms: int = 0) -> Path:
    """A file as pympi writes it; times in milliseconds."""
    document = pympi.Elan.Eaf()
    document.add_linked_file("clip.mp4", mimetype="video/mp4", time_origin=origin_ms)
    for tier, marks in tiers.items():
        document.add_tier(tier)
        for start_ms, end_ms, text in marks:
            document.add_annotation(tier, start_ms, end_ms, text)
    document.to_file(str(path))
    return path


def test_words_of_tiers_and_annotations(tmp_path: Path) -> None:
    tiers = {
        "twitches": [(1000, 1200, "upper left, 2 %"), (3000, 3100, "lower right")],
        "observer 2": [(2000, 2150, "Twitch lower lip"), (5000, 5600, "laughs")],
        "SPASM right": [(6000, 8000, "")],
    }
    left_out: list[str] = []
    events = read_annotations(written(tmp_path / "a.eaf", tiers), left_out)
    assert left_out == ["observer 2: laughs"]
    assert [(e.onset_s, round(e.end_s, 3), e.trial_type, e.lip, e.side) for e in events] == [
        (1.0, 1.2, EventType.TWITCH, Lip.UPPER, Side.LEFT),
        (2.0, 2.15, EventType.TWITCH, Lip.LOWER, Side.BOTH),
        (3.0, 3.1, EventType.TWITCH, Lip.LOWER, Side.RIGHT),
        (6.0, 8.0, EventType.SPASM, Lip.BOTH, Side.RIGHT),
    ]
    assert events[0].amplitude_pct_iod == 2.0


def test_times_are_those_of_the_video(tmp_path: Path) -> None:
    path = written(tmp_path / "a.eaf", {"twitch": [(1000, 1200, "left")]}, origin_ms=2500)
    assert read_annotations(path)[0].onset_s == pytest.approx(3.5)


def test_a_tier_without_annotations_is_an_empty_truth(tmp_path: Path) -> None:
    assert read_annotations(written(tmp_path / "a.eaf", {"twitch": []})) == []


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><ANNOTATION_DOCUMENT>&b;</ANNOTATION_DOCUMENT>'
SLOT = '<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="{}"/><TIME_SLOT TIME_SLOT_ID="ts2"/></TIME_ORDER>'
TIER = '<TIER TIER_ID="twitch"><ANNOTATION><ALIGNABLE_ANNOTATION {}/></ANNOTATION></TIER>'
BOTH = 'TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"'


def xml(slot: str, refs: str) -> str:
    return f"<ANNOTATION_DOCUMENT>{SLOT.format(slot)}{TIER.format(refs)}</ANNOTATION_DOCUMENT>"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no xml", "is not a file of ELAN"),
        ("<praat/>", "begins with praat"),
        (BOMB, "document type"),
        ("<ANNOTATION_DOCUMENT/>", "no tier or annotation says twitch"),
        (xml("5", BOTH), "time ts2 of an annotation is not set"),
        (xml("soon", BOTH), "could not convert"),
        (xml("5", 'TIME_SLOT_REF1="ts1"'), "lacks TIME_SLOT_REF2"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "is not a file of ELAN"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.eaf").write_text(text, encoding="utf-8")
    with pytest.raises(SessionError) as caught:
        read_annotations(tmp_path / "a.eaf")
    assert words in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="cannot read"):
        read_annotations(tmp_path / "a.eaf")
