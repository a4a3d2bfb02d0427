"""A file of ELAN: a tier for twitches, one for spasms, one for the context and one for each kind that lies over it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from twitchcam.annotations.labels import amplitude_words, place_words, segment_words
from twitchcam.events.model import OVERLAID, EventType, Twitch
from twitchcam.exports.material import NOTICE, Lasting, Material, apart, lanes, milliseconds

_MIME_TYPES = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".mpg": "video/mpeg"}
_UNKNOWN_DATE = "1970-01-01T00:00:00+00:00"


def write(material: Material, path: Path) -> None:
    """Writes the file. ELAN looks for the video beside it, else asks for it."""
    document = _Document(material)
    for trial_type in EventType:
        events = [event for event in material.events if event.trial_type is trial_type]
        document.add(trial_type.value, events)
    segments = material.session.segments
    document.add("context", [segment for segment in segments if segment.kind not in OVERLAID])
    for kind in sorted(OVERLAID):
        document.add(kind.value, [segment for segment in segments if segment.kind is kind])
    path.write_bytes(document.finished())


class _Document:
    def __init__(self, material: Material) -> None:
        self._root = ET.Element(
            "ANNOTATION_DOCUMENT",
            {
                "AUTHOR": material.software,
                "DATE": material.session.document["clock"]["recorded_at"] or _UNKNOWN_DATE,
                "FORMAT": "3.0",
                "VERSION": "3.0",
                "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
                "xsi:noNamespaceSchemaLocation": "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
            },
        )
        header = ET.SubElement(self._root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
        name = material.source_name
        media = {
            "MEDIA_URL": f"file:///{quote(name)}",
            "MIME_TYPE": _MIME_TYPES.get(Path(name).suffix.lower(), "video/*"),
            "RELATIVE_MEDIA_URL": f"./{quote(name)}",
        }
        ET.SubElement(header, "MEDIA_DESCRIPTOR", media)
        ET.SubElement(header, "PROPERTY", {"NAME": "twitchcam"}).text = NOTICE
        self._last = ET.SubElement(header, "PROPERTY", {"NAME": "lastUsedAnnotationId"})
        self._order = ET.SubElement(self._root, "TIME_ORDER")
        self._participant = {} if material.subject is None else {"PARTICIPANT": material.subject}
        self._times: list[tuple[int, ET.Element]] = []
        self._annotations = 0

    def add(self, name: str, things: Sequence[Lasting]) -> None:
        """A tier, and more of them where things overlap, which ELAN does not allow within one."""
        for number, row in enumerate(lanes(things), start=1):
            tier_id = name if number == 1 else f"{name} {number}"
            tier = self._tier(tier_id, "default-lt")
            sizes = (
                self._tier(f"{tier_id} size", "size", PARENT_REF=tier_id)
                if row and isinstance(row[0], Twitch)
                else None
            )
            times = apart([milliseconds(thing.onset_s, thing.end_s) for thing in row])
            for thing, (start, end) in zip(row, times, strict=True):
                slots = {"TIME_SLOT_REF1": self._slot(start), "TIME_SLOT_REF2": self._slot(end)}
                own = self._annotation(tier, "ALIGNABLE_ANNOTATION", _text(thing), slots)
                if sizes is not None and isinstance(thing, Twitch):
                    self._annotation(sizes, "REF_ANNOTATION", amplitude_words(thing), {"ANNOTATION_REF": own})

    def finished(self) -> bytes:
        """The document as it stands in the file."""
        # Slots stand in the order of time; each keeps its name.
        self._order.extend(slot for _, slot in sorted(self._times, key=lambda pair: pair[0]))
        self._last.text = str(self._annotations)
        ET.SubElement(
            self._root,
            "LINGUISTIC_TYPE",
            {"GRAPHIC_REFERENCES": "false", "LINGUISTIC_TYPE_ID": "default-lt", "TIME_ALIGNABLE": "true"},
        )
        ET.SubElement(
            self._root,
            "LINGUISTIC_TYPE",
            {
                "CONSTRAINTS": "Symbolic_Association",
                "GRAPHIC_REFERENCES": "false",
                "LINGUISTIC_TYPE_ID": "size",
                "TIME_ALIGNABLE": "false",
            },
        )
        said = "1-1 association with a parent annotation"
        ET.SubElement(self._root, "CONSTRAINT", {"DESCRIPTION": said, "STEREOTYPE": "Symbolic_Association"})
        ET.indent(self._root)
        return bytes(ET.tostring(self._root, encoding="UTF-8", xml_declaration=True)) + b"\n"

    def _tier(self, name: str, kind: str, **more: str) -> ET.Element:
        return ET.SubElement(
            self._root, "TIER", {"LINGUISTIC_TYPE_REF": kind, "TIER_ID": name, **self._participant, **more}
        )

    def _slot(self, time_ms: int) -> str:
        name = f"ts{len(self._times) + 1}"
        slot = ET.Element("TIME_SLOT", {"TIME_SLOT_ID": name, "TIME_VALUE": str(time_ms)})
        self._times.append((time_ms, slot))
        return name

    def _annotation(self, tier: ET.Element, kind: str, text: str, refs: dict[str, str]) -> str:
        self._annotations += 1
        name = f"a{self._annotations}"
        annotation = ET.SubElement(ET.SubElement(tier, "ANNOTATION"), kind, {"ANNOTATION_ID": name, **refs})
        ET.SubElement(annotation, "ANNOTATION_VALUE").text = text
        return name


def _text(thing: Lasting) -> str:
    if isinstance(thing, Twitch):
        return place_words(thing.lip, thing.side)
    return segment_words(thing)
