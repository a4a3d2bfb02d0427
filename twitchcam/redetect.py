"""Finds the events of a session again from its ``signals.csv``, without the video, perhaps with other settings."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from twitchcam.config import Config, to_dict
from twitchcam.errors import ConfigError, OutputError
from twitchcam.events.detector import Detector, Found
from twitchcam.session.asymmetry import RestingAsymmetry
from twitchcam.session.coverage import Coverage
from twitchcam.session.document import results, versions, write_json
from twitchcam.session.findings import FindingsWriter
from twitchcam.session.folders import PARTIAL_SUFFIX, make_private, put_in_place
from twitchcam.session.notes_file import NOTES_NAME
from twitchcam.session.reader import Session
from twitchcam.session.screened import screening_of

#: Where the result stands when nothing else is asked for: in the session, beside what was found first.
FOLDER_NAME = "detected"
DOCUMENT_NAME = "detection.json"

#: Frames that are looked at together.
_AT_ONCE = 256

#: Settings of the measurement: ``signals.csv`` was made with them, so they cannot be changed afterwards.
_MEASURED = frozenset(
    {
        "face",
        "registration",
        "periphery",
        "eyelid",
        "capture.mirrored",
        "capture.start_s",
        "capture.end_s",
        "capture.max_doubt_s",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A setting that differs from the session's."""

    key: str
    session: Any
    now: Any

    def __str__(self) -> str:
        return f"{self.key} = {self.now} (was {self.session})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redetection:
    """What was found again.

    Attributes:
        folder: Where it stands.
        document: Its ``detection.json``.
        changes: The settings that differ from the session's.
    """

    folder: Path
    document: dict[str, Any]
    changes: tuple[Change, ...]


def changes_between(before: Config, after: Config) -> tuple[Change, ...]:
    """The settings that differ, by their full names."""
    old, new = to_dict(before), to_dict(after)
    return tuple(
        Change(key=f"{section}.{key}", session=old[section][key], now=value)
        for section, values in new.items()
        for key, value in values.items()
        if value != old[section][key]
    )


def detect_again(
    session: Session, config: Config, *, out: Path | None = None, with_rejections: bool = False
) -> Redetection:
    """Runs the detector over the signals of a session; the session itself stays as it is.

    With the session's own settings, ``events.tsv`` and ``segments.tsv`` come out byte for byte as they are there.

    Args:
        session: What was analysed.
        config: Settings; those of the measurement must be the session's.
        out: Folder to write; by default ``detected`` in the session. An earlier result there is replaced.
        with_rejections: Also write ``rejections.tsv``.

    Raises:
        ConfigError: a setting of the measurement differs.
        SessionError: the signals or the notes cannot be read.
        OutputError: the folder cannot be written, or what has its name is not an earlier result.
    """
    changes = changes_between(session.config, config)
    for change in changes:
        if change.key in _MEASURED or change.key.split(".")[0] in _MEASURED:
            raise ConfigError(
                f"{change.key} is {change.session} in {session.path} and cannot be changed without the video; "
                "use analyze"
            )
    folder = session.path / FOLDER_NAME if out is None else out
    if folder.exists() and not (folder / DOCUMENT_NAME).is_file():
        raise OutputError(f"{folder}: is in the way and was not written by detect; name another folder with -o")
    partial = folder.with_name(folder.name + PARTIAL_SUFFIX)
    make_private(partial)
    try:
        document = _detect(session, config, changes, partial, with_rejections=with_rejections)
        put_in_place(partial, folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return Redetection(folder=folder, document=document, changes=changes)


def _detect(
    session: Session, config: Config, changes: tuple[Change, ...], folder: Path, *, with_rejections: bool
) -> dict[str, Any]:
    detector = Detector(config)
    coverage, asymmetry = Coverage(session.document["source"]["rate_hz"]), RestingAsymmetry()
    with FindingsWriter(folder, session.started_at, with_rejections=with_rejections) as writer:

        def write(found: Found) -> None:
            writer.write(found.twitches, found.segments, found.rejections)

        for anchor in session.anchors[1:]:
            writer.anchor(anchor)
        samples = session.samples()
        while piece := list(islice(samples, _AT_ONCE)):
            for sample in piece:
                coverage.add(sample)
            found = detector.push_many(piece)
            asymmetry.add(piece, found.segments)
            write(found)
        found = detector.close()
        asymmetry.add([], found.segments)
        write(found)
        tally = writer.tally
    document = {
        "format": "twitchcam detection",
        "format_version": 1,
        "session": session.name,
        "versions": versions(),
        "configuration": to_dict(config),
        "changed": {change.key: {"session": change.session, "now": change.now} for change in changes},
        **results(coverage.extent(detector.valid_s), tally, asymmetry_pct_iod=asymmetry.median_pct_iod()),
        "warnings": detector.warnings,
    }
    told = {**session.document, **document}
    document["screening"] = screening_of(folder, told, session.path / NOTES_NAME)
    write_json(folder / DOCUMENT_NAME, document)
    return document
