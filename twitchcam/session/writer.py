"""Writes a session folder so that a crash loses at most the last second, and nothing unfinished looks complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from twitchcam.errors import OutputError
from twitchcam.events.model import Rejection, Segment, Twitch
from twitchcam.motion.channels import Sample
from twitchcam.session.asymmetry import RestingAsymmetry
from twitchcam.session.clock_file import Anchor
from twitchcam.session.coverage import Coverage
from twitchcam.session.document import SessionHeader, head, results, write_json
from twitchcam.session.findings import EVENTS_NAME, FindingsWriter
from twitchcam.session.folders import PARTIAL_SUFFIX, make_private, put_in_place
from twitchcam.session.lock import Lock, is_locked
from twitchcam.session.notes_file import NOTES_NAME
from twitchcam.session.review_file import REVIEW_NAME
from twitchcam.session.screened import screening_of
from twitchcam.session.signals_file import SignalsWriter

DOCUMENT_NAME = "session.json"
SIGNALS_NAME = "signals.csv"

#: What is known before the first frame; it makes an interrupted session readable and is gone from a complete one.
HEAD_NAME = "session.head.json"

#: What a person wrote into a session outlives the session's being analysed anew.
KEPT_NAMES = (NOTES_NAME, REVIEW_NAME)


class SessionWriter:
    """One session folder being written: ``NAME.partial`` until :meth:`finish` gives it its name.

    Args:
        out_dir: Where the folder shall stand; made if it is missing.
        name: Name of the folder.
        header: What is known before the first frame.
        overwrite: Replace a session of that name, finished or not.
        with_rejections: Also write ``rejections.tsv``.

    Raises:
        OutputError: the folder cannot be made, or one of that name exists and shall not be overwritten.
    """

    def __init__(
        self,
        out_dir: Path,
        name: str,
        header: SessionHeader,
        *,
        overwrite: bool = False,
        with_rejections: bool = False,
    ) -> None:
        self._final = out_dir / name
        self._partial = out_dir / (name + PARTIAL_SUFFIX)
        self._overwrite = overwrite
        self._head = head(name, header)
        self._coverage = Coverage(header.source.rate_hz)
        self._asymmetry = RestingAsymmetry()
        check_free(out_dir, name, overwrite=overwrite)
        make_private(self._partial)
        write_json(self._partial / HEAD_NAME, self._head)
        self._lock = Lock(self._partial / HEAD_NAME)
        self._signals = SignalsWriter(self._partial / SIGNALS_NAME)
        self._findings = FindingsWriter(self._partial, header.recorded_at, with_rejections=with_rejections)

    @property
    def folder(self) -> Path:
        """The folder while it is written."""
        return self._partial

    def write(
        self,
        samples: Iterable[Sample] = (),
        twitches: Iterable[Twitch] = (),
        segments: Iterable[Segment] = (),
        rejections: Iterable[Rejection] = (),
    ) -> None:
        """Appends what was measured and what became certain.

        Raises:
            OutputError: it cannot be written.
        """
        samples, segments = tuple(samples), tuple(segments)
        for sample in samples:
            self._coverage.add(sample)
            self._signals.write(sample)
        self._asymmetry.add(samples, segments)
        self._findings.write(twitches, segments, rejections)

    def anchor(self, anchor: Anchor) -> None:
        """From this moment on wall time runs anew: the clock was set."""
        self._findings.anchor(anchor)

    def flush(self) -> None:
        """Hands everything written so far to the system: what kills this process cannot lose it.

        Raises:
            OutputError: it cannot be written.
        """
        self._signals.flush()

    def finish(
        self,
        *,
        valid_s: float,
        warnings: Sequence[str] = (),
        interrupted: bool = False,
        screening: dict[str, Any] | None = None,
        live: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Completes the session and gives the folder its name.

        Args:
            valid_s: Valid time, seconds.
            warnings: What limits the result, a plain sentence each.
            interrupted: The recording was not read to its end.
            screening: What the screening said; by default it is made from what was written.
            live: What only a live session has: gaps, felt twitches.

        Returns:
            The document as it stands in ``session.json``.

        Raises:
            OutputError: it cannot be written.
        """
        self._close()
        document = {
            **self._head,
            **results(
                self._coverage.extent(valid_s),
                self._findings.tally,
                asymmetry_pct_iod=self._asymmetry.median_pct_iod(),
            ),
            "interrupted": interrupted,
            "warnings": list(warnings),
            **({} if live is None else {"live": live}),
        }
        if screening is None:
            own = self._partial / NOTES_NAME
            notes_path = self._final / NOTES_NAME if self._overwrite and not own.exists() else own
            screening = screening_of(self._partial, document, notes_path)
        document["screening"] = screening
        write_json(self._partial / DOCUMENT_NAME, document)
        (self._partial / HEAD_NAME).unlink()
        self._publish()
        return document

    def abandon(self) -> None:
        """Stops writing: a folder without a single frame is removed, any other stays as ``NAME.partial``."""
        self._close()
        if self._coverage.frames == 0:
            shutil.rmtree(self._partial, ignore_errors=True)

    def _publish(self) -> None:
        if self._final.exists():
            if not self._overwrite:
                raise OutputError(
                    f"{self._final}: a session of this name was made meanwhile; this one is {self._partial}"
                )
            for name in KEPT_NAMES:
                if (self._final / name).exists() and not (self._partial / name).exists():
                    shutil.copy2(self._final / name, self._partial / name)
        put_in_place(self._partial, self._final)

    def _close(self) -> None:
        self._lock.release()
        self._signals.close()
        self._findings.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._partial.exists():
            self.abandon()


def check_free(out_dir: Path, name: str, *, overwrite: bool) -> None:
    """Finds out, without writing, whether a session of that name may be written there.

    Raises:
        OutputError: one exists and shall not be overwritten, or what exists is no session.
    """
    final, partial = out_dir / name, out_dir / (name + PARTIAL_SUFFIX)
    if is_locked(partial / HEAD_NAME):
        raise OutputError(f"{partial}: is being written by another twitchcam; wait for it, or name another folder")
    for folder, what in ((final, "a session of this name exists"), (partial, "an unfinished session is there")):
        if not os.path.lexists(folder):
            continue
        if not any((folder / file).is_file() for file in (DOCUMENT_NAME, HEAD_NAME, EVENTS_NAME)):
            raise OutputError(f"{folder}: is in the way and is no session; move it, or name another folder with -o")
        if not overwrite:
            raise OutputError(f"{folder}: {what}; --overwrite replaces it, -o names another folder")
