"""Several videos, one after the other, and a table of what became of each."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from twitchcam.analysis import Analysis, AnalysisOptions, Progress, analyze_video, session_name
from twitchcam.errors import DependencyError, ModelError, OutputError, TwitchcamError, UsageError
from twitchcam.events.model import Lip, Side
from twitchcam.session.tsv import MISSING, TableWriter, format_number

SUMMARY_NAME = "summary.tsv"

_PLACES = tuple(f"{lip}_{side}" for lip in Lip for side in Side)

SUMMARY_COLUMNS: tuple[str, ...] = (
    *("input", "status", "session", "duration_s", "valid_min"),
    *("twitches", "spasms", "bursts"),
    *_PLACES,
    *("twitches_per_min", "bursts_per_min"),
    *(f"{side}_per_min" for side in Side),
    *("screening_level", "message"),
)


class Status(StrEnum):
    """What became of an input."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one input.

    Attributes:
        video: The input.
        status: In a word.
        message: Why it failed or was skipped, or what limits it; empty where all is well.
        analysis: What came out, or None.
    """

    video: Path
    status: Status
    message: str = ""
    analysis: Analysis | None = None

    @property
    def whole(self) -> bool:
        """True where the input was analysed to its end."""
        return self.analysis is not None and self.analysis.whole


def analyze_videos(
    videos: Sequence[Path],
    out_dir: Path,
    options: AnalysisOptions,
    *,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Analyses videos in order; yields what became of each as soon as it is known.

    ``out_dir/summary.tsv`` is kept up to date from the first session on; where there is none, nothing is written.

    Args:
        videos: The inputs, at least one.
        out_dir: Where the sessions shall stand.
        options: What is the same for all of them.
        stop: As in :func:`~twitchcam.analysis.analyze_video`; the inputs that follow are skipped.
        progress: The same.

    Raises:
        UsageError: two inputs would be written to the same place, or the settings contradict each other.
        OutputError: the place to write to cannot be written.
        ModelError, DependencyError: nothing can be analysed here.
    """
    names = session_names(videos)
    _check_place(out_dir)
    outcomes: list[Outcome] = []
    for video, name in zip(videos, names, strict=True):
        if stop():
            outcome = Outcome(video=video, status=Status.SKIPPED, message="stopped by the user before it was begun")
        else:
            outcome = _analyzed(video, out_dir, name, options, stop, progress)
        outcomes.append(outcome)
        if any(one.analysis is not None for one in outcomes):
            write_summary(out_dir / SUMMARY_NAME, outcomes)
        yield outcome


def _analyzed(
    video: Path,
    out_dir: Path,
    name: str,
    options: AnalysisOptions,
    stop: Callable[[], bool],
    progress: Progress | None,
) -> Outcome:
    try:
        analysis = analyze_video(video, out_dir, options, name=name, stop=stop, progress=progress)
    except (UsageError, ModelError, DependencyError):
        raise
    except TwitchcamError as error:
        return Outcome(video=video, status=Status.FAILED, message=str(error))
    return Outcome(
        video=video,
        status=Status.WARNING if analysis.remarks else Status.OK,
        message="; ".join(analysis.remarks),
        analysis=analysis,
    )


def session_names(videos: Sequence[Path]) -> list[str]:
    """The names of the sessions: without suffix, or with it where only that tells two inputs apart.

    Raises:
        UsageError: two inputs have the same name, or one is named twice.
    """
    short = Counter(session_name(video).casefold() for video in videos)
    names = [session_name(video) if short[session_name(video).casefold()] == 1 else video.name for video in videos]
    taken: dict[str, Path] = {}
    for video, name in zip(videos, names, strict=True):
        if name.casefold() in taken:
            other = taken[name.casefold()]
            raise UsageError(f"{other} and {video} would both be written as {name}; give one of them another -o")
        taken[name.casefold()] = video
    return names


def write_summary(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Writes ``summary.tsv``: a row per input.

    Raises:
        OutputError: the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    with TableWriter(partial, SUMMARY_COLUMNS) as table:
        for outcome in outcomes:
            table.write([_cell(cell) for cell in _row(outcome)])
    try:
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror}") from None


def _row(outcome: Outcome) -> list[str]:
    first = [str(outcome.video), outcome.status.value]
    message = outcome.message or MISSING
    if outcome.analysis is None:
        return [*first, *[MISSING] * (len(SUMMARY_COLUMNS) - 3), message]
    document: dict[str, Any] = outcome.analysis.document
    counts, rates = document["counts"], document["rates_per_valid_min"]
    return [
        *first,
        outcome.analysis.folder.name,
        format_number(document["duration_s"], 4),
        format_number(document["valid_min"], 4),
        *(str(counts[key]) for key in ("twitch", "spasm", "bursts")),
        *(str(counts["by_lip_and_side"][place]) for place in _PLACES),
        *(format_number(rates[key], 4) for key in ("twitch", "bursts")),
        *(format_number(rates["by_side"][side.value], 4) for side in Side),
        str(document["screening"]["level"]),
        message,
    ]


def _cell(text: str) -> str:
    """File names may hold anything; a table may not."""
    return " ".join(text.split()) if any(character in text for character in "\t\r\n") else text


def _check_place(out_dir: Path) -> None:
    """Finds out, without writing, whether sessions can be written there."""
    place = out_dir
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise OutputError(f"{out_dir}: cannot write there: {place} is not a folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise OutputError(f"{out_dir}: cannot write there: no permission to write in {place}")
