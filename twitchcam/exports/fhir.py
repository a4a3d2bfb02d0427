"""A FHIR bundle (R4, R4B, R5): one Observation for the session and one for each event.

Nothing is coded from a terminology: no code says exactly this, and a wrong one would be read as a finding. Times of
events are given where the session knows its wall time; seconds from the first frame always.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from twitchcam.annotations.labels import words_of
from twitchcam.events.model import Twitch
from twitchcam.exports.material import NOTICE, Material, printable
from twitchcam.session.tally import Tally

_UNITS = "http://unitsofmeasure.org"
#: Identifiers follow from this and the recording, so the same session gives the same ones.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "twitchcam.invalid")

_Json = dict[str, Any]


def write(material: Material, path: Path) -> None:
    """Writes the bundle as JSON."""
    key = material.session.document["source"]["sha256"] or material.session.path.resolve().name
    events = [
        _entry(f"{key}/{number}/{event.onset_s:.4f}", _event(material, event))
        for number, event in enumerate(material.events, start=1)
    ]
    whole = _entry(f"{key}/session", {**_session(material), **_members(events)})
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [whole, *events]}
    path.write_text(json.dumps(bundle, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _entry(key: str, resource: _Json) -> _Json:
    return {"fullUrl": f"urn:uuid:{uuid.uuid5(_NAMESPACE, key)}", "resource": resource}


def _members(events: list[_Json]) -> _Json:
    return {"hasMember": [{"reference": event["fullUrl"]} for event in events]} if events else {}


def _observation(material: Material, what: str, onset_s: float, end_s: float) -> _Json:
    observation: _Json = {
        "resourceType": "Observation",
        # What no person has looked at is not final.
        "status": "final" if material.reviewed else "preliminary",
        "code": {"text": what},
        "device": {"display": material.software},
        "note": [{"text": NOTICE}],
    }
    if material.subject is not None:
        observation["subject"] = {"display": material.subject}
    started_at = material.session.started_at
    if started_at is not None:
        observation["effectivePeriod"] = {"start": _time(started_at, onset_s), "end": _time(started_at, end_s)}
    return observation


def _event(material: Material, event: Twitch) -> _Json:
    observation = _observation(material, f"lip {words_of(event)}, seen in video", event.onset_s, event.end_s)
    observation["bodySite"] = {"text": words_of(event).split(" ", 1)[1]}
    measured = (
        ("onset from the first frame of the recording", event.onset_s, 4, "s", "s"),
        ("duration", event.duration_s, 4, "s", "s"),
        (
            "amplitude in per cent of the distance of the outer corners of the eyes",
            event.amplitude_pct_iod,
            3,
            "%",
            "%",
        ),
        ("amplitude", event.amplitude_mm, 3, "mm", "mm"),
        ("signal to noise", event.snr, 2, "1", "1"),
        ("confidence, 0 to 1", event.confidence, 3, "1", "1"),
    )
    observation["component"] = [
        _component(what, round(value, decimals), unit, code)
        for what, value, decimals, unit, code in measured
        if value is not None
    ]
    return observation


def _session(material: Material) -> _Json:
    session, tally = material.session, Tally()
    for event in material.events:
        tally.add(event)
    begin_s = float(session.document.get("start_s", 0.0))
    observation = _observation(
        material, "lip twitches counted in a video of the face", begin_s, begin_s + session.duration_s
    )
    observation["note"] += [{"text": printable(str(warning))} for warning in session.document.get("warnings", ())]
    counts, rates = tally.counts(), tally.rates_per_min(session.valid_s)
    components = [
        _component("length of what was analysed", round(session.duration_s, 4), "s", "s"),
        _component("valid time", round(session.valid_s / 60, 4), "min", "min"),
        *(_count(f"count of {what}", counts[key]) for key, what in _COUNTED.items()),
        *(_count(f"count, {place.replace('_', ' ')}", n) for place, n in counts["by_lip_and_side"].items()),
    ]
    for key, what in _COUNTED.items():
        if rates[key] is not None:
            components.append(_component(f"{what} per minute of valid time", rates[key], "/min", "/min"))
    return {**observation, "component": components}


_COUNTED = {"twitch": "twitches", "spasm": "spasms", "bursts": "bursts"}


def _component(what: str, value: float, unit: str, code: str) -> _Json:
    return {
        "code": {"text": what},
        "valueQuantity": {"value": value, "unit": unit, "system": _UNITS, "code": code},
    }


def _count(what: str, count: int) -> _Json:
    return {"code": {"text": what}, "valueInteger": count}


def _time(started_at: datetime, t_s: float) -> str:
    return (started_at + timedelta(milliseconds=round(1000 * t_s))).isoformat(timespec="milliseconds")
