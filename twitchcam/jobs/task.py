"""One video as a task, wherever it is done, and what became of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from twitchcam import __version__
from twitchcam.analysis import Analysis, AnalysisOptions, Progress, analyze_video
from twitchcam.errors import DependencyError, ModelError, TwitchcamError, UsageError
from twitchcam.jobs.finished import finished_session


class Status(StrEnum):
    """What became of an input."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One video to be analysed.

    Attributes:
        video: The input.
        out_dir: Where its session shall stand.
        name: How it shall be called.
        options: What is the same for all of them.
        resume: Whether a session that would come out the same is taken as it is.
        known_as: The video that an earlier run made the session of this name from; None where that is not known.
        version: Version of twitchcam that asked for it.
    """

    video: Path
    out_dir: Path
    name: str
    options: AnalysisOptions
    resume: bool = False
    known_as: Path | None = None
    version: str = __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one input.

    Attributes:
        video: The input.
        status: In a word.
        message: Why it failed or was skipped, or what limits it; empty where all is well.
        analysis: What came out, or None.
        kept: True where an earlier run had it finished.
    """

    video: Path
    status: Status
    message: str = ""
    analysis: Analysis | None = None
    kept: bool = False

    @property
    def whole(self) -> bool:
        """True where the input was analysed to its end."""
        return self.analysis is not None and self.analysis.whole


def run_task(task: Task, *, stop: Callable[[], bool] = lambda: False, progress: Progress | None = None) -> Outcome:
    """Analyses one video; whatever is wrong with it becomes its outcome.

    Args:
        task: What to do.
        stop: As in :func:`~twitchcam.analysis.analyze_video`.
        progress: The same.

    Raises:
        UsageError: the settings contradict each other: no video can be analysed with them.
        ModelError, DependencyError: nothing can be analysed here.
    """
    if task.version != __version__:
        raise UsageError(f"a worker has twitchcam {__version__}, but {task.version} asks: install the same everywhere")
    try:
        if task.resume and (kept := kept_outcome(task)) is not None:
            return kept
        options = replace(task.options, overwrite=task.options.overwrite or task.resume)
        return _outcome(
            task.video,
            analyze_video(task.video, task.out_dir, options, name=task.name, stop=stop, progress=progress),
        )
    except (UsageError, ModelError, DependencyError):
        raise
    except TwitchcamError as error:
        return failed(task.video, str(error))
    except Exception as error:
        if os.environ.get("TWITCHCAM_DEBUG", "") not in ("", "0"):
            raise
        what = f"{type(error).__name__}: {error}".replace("\n", " ")
        return failed(
            task.video,
            f"{task.video}: this is a fault in twitchcam ({what}); TWITCHCAM_DEBUG=1 shows where, please report it",
        )


def kept_outcome(task: Task) -> Outcome | None:
    """The outcome of a task that an earlier run has finished; None where it must be done.

    Raises:
        OutputError: there is a session of another recording, which must not be replaced.
        InputError: the video cannot be read.
    """
    folder = task.out_dir / task.name
    same_video = task.known_as is not None and task.known_as.absolute() == task.video.absolute()
    analysis = finished_session(folder, task.video, task.options, same_video=same_video)
    return None if analysis is None else _outcome(task.video, analysis, kept=True)


def failed(video: Path, message: str) -> Outcome:
    """The outcome of an input that could not be analysed."""
    return Outcome(video=video, status=Status.FAILED, message=message)


def skipped(video: Path, message: str = "stopped by the user before it was begun") -> Outcome:
    """The outcome of an input that the user does not want to wait for."""
    return Outcome(video=video, status=Status.SKIPPED, message=message)


def _outcome(video: Path, analysis: Analysis, *, kept: bool = False) -> Outcome:
    return Outcome(
        video=video,
        status=Status.WARNING if analysis.remarks else Status.OK,
        message="; ".join(analysis.remarks),
        analysis=analysis,
        kept=kept,
    )
