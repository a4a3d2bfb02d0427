"""Finishes a session whose writing was interrupted: what was logged stays, what was measured but not yet decided is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twitchcam.errors import OutputError, SessionError
from twitchcam.events.detector import Detector, Found
from twitchcam.events.model import Context, Segment, Twitch
from twitchcam.motion.channels import Sample
from twitchcam.session.asymmetry import RestingAsymmetry
from twitchcam.session.coverage import Coverage
from twitchcam.session.document import results, write_json
from twitchcam.session.findings import EVENTS_NAME, SEGMENTS_NAME, SIDECAR_NAME, FindingsWriter
from twitchcam.session.folders import PARTIAL_SUFFIX, make_private, put_in_place
from twitchcam.session.live_part import live_part, live_warnings
from twitchcam.session.lock import is_locked
from twitchcam.session.notes_file import NOTES_NAME
from twitchcam.session.reader import Session
from twitchcam.session.screened import screening_of
from twitchcam.session.signals_file import SignalsWriter
from twitchcam.session.writer import DOCUMENT_NAME, HEAD_NAME, SIGNALS_NAME

_WORK_NAME = ".recovering"
#: Times in the tables are rounded.
_SAME_MOMENT_S = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What became of a session.

    Attributes:
        folder: Where it stands now.
        document: Its ``session.json``.
        added: How many events were decided only now.
    """

    folder: Path
    document: dict[str, Any]
    added: int


def recover(path: Path) -> Recovery:
    """Completes ``NAME.partial`` and gives it its name.

    Args:
        path: The folder, with or without ``.partial``.

    Raises:
        SessionError: it is complete, is being written, holds nothing, or cannot be read.
        OutputError: it cannot be written.
    """
    session = Session.load(path)
    if session.complete:
        raise SessionError(f"{session.path}: is complete; there is nothing to recover")
    if is_locked(session.path / HEAD_NAME):
        raise SessionError(f"{session.path}: is being written; end that first")
    work = session.path / _WORK_NAME
    make_private(work)
    try:
        document, added = _complete(session, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    write_json(session.path / DOCUMENT_NAME, document)
    (session.path / HEAD_NAME).unlink(missing_ok=True)
    return Recovery(folder=_named(session.path), document=document, added=added)


def _complete(session: Session, work: Path) -> tuple[dict[str, Any], int]:
    """Writes the tables anew in ``work`` and puts them in place; returns the document and how many events are new."""
    coverage, asymmetry = Coverage(session.document["source"]["rate_hz"]), RestingAsymmetry()
    signals = _Signals(session)
    with SignalsWriter(work / SIGNALS_NAME) as rows:
        found, valid_s, warnings = _detected(session, signals, coverage, asymmetry, rows)
    twitches = _continued(session.events, found.twitches)
    segments = _followed(session.segments, found.segments)
    if coverage.frames == 0:
        raise SessionError(f"{session.path}: no frame was written before it was interrupted; it can be deleted")
    with FindingsWriter(work, session.started_at) as tables:
        for anchor in session.anchors[1:]:
            tables.anchor(anchor)
        tables.write(twitches, segments)
        tally = tables.tally
    live = live_part(session.path, twitches, felt_within_s=session.config.live.felt_within_s)
    warnings = [
        f"the writing was interrupted at about {coverage.extent(0).end_s:.1f} s; recovered afterwards",
        *([] if signals.fault is None else [signals.fault]),
        *warnings,
        *([] if live is None else live_warnings(live)),
    ]
    document = {
        **session.document,
        **results(coverage.extent(valid_s), tally, asymmetry_pct_iod=asymmetry.median_pct_iod()),
        "interrupted": True,
        "warnings": warnings,
        **({} if live is None else {"live": live}),
    }
    document["screening"] = screening_of(work, document, session.path / NOTES_NAME)
    for name in (SIGNALS_NAME, EVENTS_NAME, SEGMENTS_NAME, SIDECAR_NAME):
        try:
            (work / name).replace(session.path / name)
        except OSError as error:
            raise OutputError(f"{session.path / name}: cannot write: {error.strerror}") from None
    return document, len(twitches) - len(session.events)


class _Signals:
    """The rows of a session up to the first that cannot be read; ``fault`` says why that one cannot."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.fault: str | None = None

    def __iter__(self) -> Iterator[Sample]:
        try:
            yield from self._session.samples()
        except SessionError as error:
            self.fault = f"what was measured could be read only up to there: {error}"


def _detected(
    session: Session, signals: _Signals, coverage: Coverage, asymmetry: RestingAsymmetry, rows: SignalsWriter
) -> tuple[Found, float, list[str]]:
    """Everything that the detector finds in the signals, the valid time, and what limits it."""
    detector = Detector(session.config)
    twitches: list[Twitch] = []
    segments: list[Segment] = []

    def take(samples: Sequence[Sample], found: Found) -> None:
        asymmetry.add(samples, found.segments)
        twitches.extend(found.twitches)
        segments.extend(found.segments)

    for sample in signals:
        coverage.add(sample)
        rows.write(sample)
        take([sample], detector.push(sample))
    take([], detector.close())
    return Found(twitches=tuple(twitches), segments=tuple(segments)), detector.valid_s, detector.warnings


def _continued(logged: tuple[Twitch, ...], found: tuple[Twitch, ...]) -> list[Twitch]:
    """What was logged, and what follows it."""
    last_s = max((twitch.peak_s for twitch in logged), default=-1.0)
    return [*logged, *(twitch for twitch in found if twitch.peak_s > last_s + _SAME_MOMENT_S)]


def _followed(logged: tuple[Segment, ...], found: tuple[Segment, ...]) -> list[Segment]:
    """The same for segments: those of each kind are in order, and a stretch is told of when it ends."""
    ends_s: dict[Context, float] = {}
    for segment in logged:
        ends_s[segment.kind] = max(segment.end_s, ends_s.get(segment.kind, 0.0))
    new = (s for s in found if s.onset_s > ends_s.get(s.kind, -1.0) - _SAME_MOMENT_S)
    return [*logged, *new]


def _named(partial: Path) -> Path:
    """Gives the folder its name; one more where that is taken."""
    final = partial.with_name(partial.name.removesuffix(PARTIAL_SUFFIX))
    number = 1
    while final.exists():
        number += 1
        final = final.with_name(f"{partial.name.removesuffix(PARTIAL_SUFFIX)}-{number}")
    put_in_place(partial, final)
    return final
