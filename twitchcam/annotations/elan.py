"""Files of ELAN, the program for annotating video: XML with tiers of annotations."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from twitchcam.annotations.labels import event_from, label_of
from twitchcam.errors import SessionError
from twitchcam.events.model import Twitch


class _Refused(ET.TreeBuilder):
    """ELAN writes no document type; one can make a small file into an endless one."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ValueError("it declares a document type, which ELAN never does")


def read_elan(path: Path, left_out: list[str]) -> list[Twitch]:
    """The twitches and spasms of an ``.eaf`` file.

    Annotations of dependent tiers add words to those they depend on, such as a size in %. Times are those of the
    first linked video. Annotations that are neither are added to ``left_out``, in words.

    Raises:
        SessionError: the file cannot be read, is not of ELAN, has no tier or annotation of the kind, or one of them
            has no time.
    """
    try:
        root = ET.fromstring(path.read_bytes(), parser=ET.XMLParser(target=_Refused()))
    except OSError as error:
        raise SessionError(f"{path}: cannot read: {error.strerror}") from None
    except (ET.ParseError, ValueError, LookupError) as error:
        raise SessionError(f"{path}: is not a file of ELAN: {error}") from None
    if root.tag != "ANNOTATION_DOCUMENT":
        raise SessionError(f"{path}: is not a file of ELAN: it begins with {root.tag}")
    try:
        events = list(_events(root, left_out))
    except KeyError as error:
        raise SessionError(f"{path}: an annotation lacks {error.args[0]}") from None
    except ValueError as error:
        raise SessionError(f"{path}: {error}") from None
    if not events and not any(label_of(tier.get("TIER_ID", "")) for tier in root.iter("TIER")):
        raise SessionError(f"{path}: no tier or annotation says twitch or spasm")
    return events


def _events(root: ET.Element, left_out: list[str]) -> Iterator[Twitch]:
    origin_s = _origin_s(root)
    times = {slot.get("TIME_SLOT_ID"): slot.get("TIME_VALUE") for slot in root.iter("TIME_SLOT")}
    more: dict[str, list[str]] = {}
    for annotation in root.iter("REF_ANNOTATION"):
        more.setdefault(annotation.attrib["ANNOTATION_REF"], []).append(_value(annotation))
    for tier in root.iter("TIER"):
        name = tier.get("TIER_ID", "")
        for annotation in tier.iter("ALIGNABLE_ANNOTATION"):
            value = _value(annotation)
            if label_of(name, value) is None:
                left_out.append(f"{name}: {value}" if value else name)
                continue
            label = label_of(name, value, *more.get(annotation.get("ANNOTATION_ID", ""), ()))
            assert label is not None
            start_s, end_s = (
                _seconds(times, annotation.attrib[key]) + origin_s for key in ("TIME_SLOT_REF1", "TIME_SLOT_REF2")
            )
            yield event_from(label, start_s, end_s)


def _value(annotation: ET.Element) -> str:
    return annotation.findtext("ANNOTATION_VALUE") or ""


def _origin_s(root: ET.Element) -> float:
    """Where in the first video the annotations' time begins."""
    media = root.find("HEADER/MEDIA_DESCRIPTOR")
    return 0.0 if media is None else float(media.get("TIME_ORIGIN", "0")) / 1000


def _seconds(times: dict[str | None, str | None], slot: str) -> float:
    text = times.get(slot)
    if text is None:
        raise ValueError(f"the time {slot} of an annotation is not set")
    return float(text) / 1000
