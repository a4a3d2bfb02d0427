"""BORIS and ELAN: what they read, and what we read again as a truth."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pympi
import pytest

from tests.exports.sessions import EVENTS, SEGMENTS, STARTED_AT, material
from twitchcam.annotations import read_annotations
from twitchcam.annotations.labels import place_words
from twitchcam.events.model import EventType, Segment, Twitch
from twitchcam.exports import boris, elan
from twitchcam.exports.material import Material

WRITERS = [(".boris", boris.write), (".eaf", elan.write)]


@pytest.fixture
def clip(tmp_path: Path) -> Material:
    return material(tmp_path)


@pytest.mark.parametrize(("suffix", "write"), WRITERS)
def test_what_we_wrote_is_a_truth(tmp_path: Path, clip: Material, suffix: str, write: object) -> None:
    write(clip, tmp_path / f"clip{suffix}")
    events = read_annotations(tmp_path / f"clip{suffix}")
    assert [(e.trial_type, e.lip, e.side) for e in events] == [(e.trial_type, e.lip, e.side) for e in EVENTS]
    assert [e.onset_s for e in events] == pytest.approx([e.onset_s for e in EVENTS], abs=6e-4)
    assert [e.end_s for e in events] == pytest.approx([e.end_s for e in EVENTS], abs=1.1e-3)
    assert [e.amplitude_pct_iod for e in events] == pytest.approx([e.amplitude_pct_iod for e in EVENTS], abs=0.006)


@pytest.mark.parametrize(("suffix", "write"), WRITERS)
def test_nothing_found_is_an_empty_truth(tmp_path: Path, suffix: str, write: object) -> None:
    write(material(tmp_path, events=(), segments=(), started_at=None, subject=None), tmp_path / f"clip{suffix}")
    assert read_annotations(tmp_path / f"clip{suffix}") == []


class TestElan:
    def tiers(self, tmp_path: Path, clip: Material) -> pympi.Elan.Eaf:
        elan.write(clip, tmp_path / "clip.eaf")
        return pympi.Elan.Eaf(str(tmp_path / "clip.eaf"))

    def test_pympi_finds_every_event_and_segment(self, tmp_path: Path, clip: Material) -> None:
        document = self.tiers(tmp_path, clip)
        names = set(document.get_tier_names())
        assert names >= {"twitch", "twitch 2", "spasm", "context", "blink", "eye_closed", "gaze_shift", "rhythm"}
        found = {name: document.get_annotation_data_for_tier(name) for name in names if not name.endswith("size")}
        twitches = sorted(row[:3] for name in ("twitch", "twitch 2") for row in found[name])
        expected = [e for e in EVENTS if e.trial_type is EventType.TWITCH]
        assert [row[2] for row in twitches] == [place_words(e.lip, e.side) for e in expected]
        assert [row[0] for row in twitches] == [round(1000 * e.onset_s) for e in expected]
        assert [row[1] for row in twitches] == pytest.approx([1000 * e.end_s for e in expected], abs=1.1)
        assert [row[:3] for row in found["context"]] == [
            (0, 6000, "rest"), (6000, 8000, "talking"), (8000, 9000, "no face"), (9000, 10000, "rest"),
        ]  # fmt: skip
        assert [row[:3] for row in found["eye_closed"]] == [(3000, 3900, "eye closed left")]
        assert [row[:3] for row in found["rhythm"]] == [(4500, 5750, "rhythm both 5.25 Hz")]

    def test_annotations_of_a_tier_do_not_overlap(self, tmp_path: Path, clip: Material) -> None:
        document = self.tiers(tmp_path, clip)
        for name in document.get_tier_names():
            if not name.endswith("size"):
                rows = sorted(row[:2] for row in document.get_annotation_data_for_tier(name))
                assert all(end <= start for (_, end), (start, _) in itertools.pairwise(rows)), name

    def test_sizes_depend_on_their_events(self, tmp_path: Path, clip: Material) -> None:
        document = self.tiers(tmp_path, clip)
        assert document.get_parameters_for_tier("twitch size")["PARENT_REF"] == "twitch"
        (first, *_) = document.get_ref_annotation_data_for_tier("twitch size")
        assert first[:3] == (500, 620, "1.50 % IOD")

    def test_the_video_is_named(self, tmp_path: Path, clip: Material) -> None:
        (media,) = self.tiers(tmp_path, clip).get_linked_files()
        assert media["RELATIVE_MEDIA_URL"] == "./clip.mp4"
        assert media["MIME_TYPE"] == "video/mp4"


def test_a_subject_that_xml_cannot_hold(tmp_path: Path) -> None:
    elan.write(material(tmp_path, subject="a\x00b\x1b<c>\x7f"), tmp_path / "clip.eaf")
    assert "a b &lt;c&gt;" in (tmp_path / "clip.eaf").read_text(encoding="utf-8")


class TestBoris:
    """As BORIS 9 reads a project: states by counting starts and stops of one subject, behaviour and modifiers."""

    def observation(self, tmp_path: Path, clip: Material) -> tuple[dict[str, object], dict[str, object]]:
        boris.write(clip, tmp_path / "clip.boris")
        project = json.loads((tmp_path / "clip.boris").read_text(encoding="utf-8"))
        return project, project["observations"]["clip"]

    def test_states_are_paired(self, tmp_path: Path, clip: Material) -> None:
        project, observation = self.observation(tmp_path, clip)
        kinds = {behaviour["code"]: behaviour["type"] for behaviour in project["behaviors_conf"].values()}
        subjects = {subject["name"] for subject in project["subjects_conf"].values()}
        states: dict[tuple[str, ...], list[float]] = {}
        for time, subject, code, modifiers, _, frame in sorted(observation["events"], key=lambda row: row[:3]):
            assert kinds[code] == "State event"
            assert subject in subjects
            assert frame == "NA"
            states.setdefault((subject, code, modifiers), []).append(time)
        spans = sorted(
            (times[place], times[place + 1], *key[1:])
            for key, times in states.items()
            for place in range(0, len(times), 2)
        )
        things: list[Twitch | Segment] = [*EVENTS, *SEGMENTS]
        assert len(spans) == len(things)
        things.sort(key=lambda thing: (round(thing.onset_s, 3), round(thing.end_s, 3)))
        assert [span[0] for span in spans] == pytest.approx([thing.onset_s for thing in things], abs=6e-4)
        assert ("twitch", "upper|both") in {span[2:] for span in spans}
        assert ("eye_closed", "left") in {span[2:] for span in spans}

    def test_what_has_a_size_or_a_frequency_says_it(self, tmp_path: Path, clip: Material) -> None:
        _, observation = self.observation(tmp_path, clip)
        said = {(code, modifiers, comment) for _, _, code, modifiers, comment, _ in observation["events"]}
        assert {("twitch", "upper|left", "1.50 % IOD"), ("rhythm", "both", "5.25 Hz")} <= said
        assert {comment for code, _, comment in said if code == "blink"} == {""}

    def test_modifiers_are_those_that_can_be_chosen(self, tmp_path: Path, clip: Material) -> None:
        project, observation = self.observation(tmp_path, clip)
        sets = {behaviour["code"]: behaviour["modifiers"] for behaviour in project["behaviors_conf"].values()}
        for _, _, code, modifiers, *_ in observation["events"]:
            chosen = modifiers.split("|")
            assert len(chosen) == len(sets[code])
            for index, value in enumerate(chosen):
                assert value in [*sets[code][str(index)]["values"], "None"]

    def test_the_video_and_its_time(self, tmp_path: Path, clip: Material) -> None:
        project, observation = self.observation(tmp_path, clip)
        assert project["project_format_version"] == "7.0"
        assert observation["file"] == {"1": ["clip.mp4"]}
        assert observation["date"] == STARTED_AT.isoformat()
        assert observation["media_info"]["fps"] == {"clip.mp4": 30.0}


def test_events_before_zero_and_without_length_stay_in_order(tmp_path: Path) -> None:
    odd = (replace(EVENTS[0], onset_s=-0.02, duration_s=0.0201), replace(EVENTS[0], onset_s=0.0003, duration_s=0.0002))
    made = material(tmp_path, events=odd)
    for suffix, write in WRITERS:
        write(made, tmp_path / f"clip{suffix}")
        events = read_annotations(tmp_path / f"clip{suffix}")
        assert len(events) == 2
        assert all(0 <= event.onset_s < event.end_s < 0.01 for event in events)
