from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from fhir.resources import bundle
from fhir.resources.R4B import bundle as bundle_r4b

from tests.exports.sessions import EVENTS, STARTED_AT, material
from twitchcam.annotations.labels import words_of
from twitchcam.exports.fhir import write

MODELS = [bundle_r4b, bundle]


def read(path: Path, models: ModuleType = bundle) -> tuple[object, list[object]]:
    """The session's Observation and those of the events, as a checking library reads them."""
    found = models.Bundle.model_validate_json(path.read_text(encoding="utf-8"))
    whole, *events = (entry.resource for entry in found.entry)
    return whole, events


def parts(observation: object) -> dict[str, float]:
    return {
        part.code.text: part.valueInteger if part.valueQuantity is None else float(part.valueQuantity.value)
        for part in observation.component
    }


@pytest.mark.parametrize("models", MODELS)
def test_another_library_finds_every_event(tmp_path: Path, models: ModuleType) -> None:
    write(material(tmp_path), tmp_path / "clip.fhir.json")
    whole, events = read(tmp_path / "clip.fhir.json", models)
    assert [event.code.text for event in events] == [f"lip {words_of(event)}, seen in video" for event in EVENTS]
    onsets = [parts(event)["onset from the first frame of the recording"] for event in events]
    assert onsets == pytest.approx([event.onset_s for event in EVENTS], abs=1e-4)
    assert [parts(event)["duration"] for event in events] == pytest.approx([e.duration_s for e in EVENTS], abs=1e-4)
    for event, own in zip(events, EVENTS, strict=True):
        expected = STARTED_AT + timedelta(seconds=own.onset_s)
        assert abs(event.effectivePeriod.start - expected) < timedelta(milliseconds=1)
    counted = parts(whole)
    assert (counted["count of twitches"], counted["count of spasms"]) == (6, 1)
    assert counted["count, lower left"] == 3
    assert counted["valid time"] == pytest.approx(7 / 60, abs=1e-4)
    assert len(whole.hasMember) == len(EVENTS)


def test_it_is_worded_as_a_monitor(tmp_path: Path) -> None:
    write(material(tmp_path), tmp_path / "clip.fhir.json")
    whole, events = read(tmp_path / "clip.fhir.json")
    for observation in (whole, *events):
        assert "never a diagnosis" in observation.note[0].text
        assert observation.status == "preliminary"
        assert observation.subject.display == "subject 7"
    assert [note.text for note in whole.note[1:]] == ["the picture is dark"]
    text = (tmp_path / "clip.fhir.json").read_text().casefold()
    assert "condition" not in text
    assert '"coding"' not in text


def test_what_a_person_reviewed_is_final(tmp_path: Path) -> None:
    write(replace(material(tmp_path), reviewed=True), tmp_path / "clip.fhir.json")
    assert {one.status for one in read(tmp_path / "clip.fhir.json")[1]} == {"final"}


def test_without_wall_time_subject_and_events(tmp_path: Path) -> None:
    write(material(tmp_path, started_at=None, subject=None, events=(), segments=()), tmp_path / "clip.fhir.json")
    whole, events = read(tmp_path / "clip.fhir.json")
    assert events == []
    assert (whole.effectivePeriod, whole.subject, whole.hasMember) == (None, None, None)
    assert parts(whole)["count of twitches"] == 0


def test_identifiers_are_the_recordings(tmp_path: Path) -> None:
    write(material(tmp_path), tmp_path / "one.json")
    write(material(tmp_path / "again"), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    urls = [entry["fullUrl"] for entry in json.loads((tmp_path / "one.json").read_text())["entry"]]
    assert len(set(urls)) == len(urls)
