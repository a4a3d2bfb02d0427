"""Many videos, one after the other or several at once, and a table of what became of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from twitchcam.analysis import AnalysisOptions, Progress
from twitchcam.errors import OutputError
from twitchcam.jobs.local import run_here
from twitchcam.jobs.names import session_names
from twitchcam.jobs.summary import SUMMARY_COLUMNS, SUMMARY_NAME, known_inputs, write_summary
from twitchcam.jobs.task import Outcome, Status, Task, run_task, skipped

__all__ = [
    "SUMMARY_COLUMNS",
    "SUMMARY_NAME",
    "Outcome",
    "Status",
    "analyze_videos",
    "session_names",
    "write_summary",
]


def analyze_videos(
    videos: Sequence[Path],
    out_dir: Path,
    options: AnalysisOptions,
    *,
    jobs: int = 1,
    resume: bool = False,
    cluster: str | None = None,
    fetch: bool = False,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Analyses videos; yields what became of each as soon as it is known.

    ``out_dir/summary.tsv`` is kept up to date from the first session on, its rows in the order of ``videos``; where
    there is no session, nothing is written.

    Args:
        videos: The inputs, at least one, none twice.
        out_dir: Where the sessions shall stand.
        options: What is the same for all of them.
        jobs: How many at once, each in a process of its own; 1 is one after the other in this process.
        resume: Take sessions that would come out the same as they are; replace others of the same video.
        cluster: Address of a Dask scheduler whose workers shall do the work.
        fetch: Sessions are sent back from there: the workers do not share ``out_dir``.
        stop: As in :func:`~twitchcam.analysis.analyze_video`; the inputs that follow are skipped.
        progress: The same; for several videos, of all of them.

    Raises:
        UsageError: the settings contradict each other.
        OutputError: the place to write to cannot be written.
        ModelError, DependencyError: nothing can be analysed here.
    """
    _check_place(out_dir)
    known = known_inputs(out_dir / SUMMARY_NAME) if resume else {}
    tasks = [
        Task(video=video, out_dir=out_dir, name=name, options=options, resume=resume, known_as=known.get(name))
        for video, name in zip(videos, session_names(videos), strict=True)
    ]
    outcomes: dict[int, Outcome] = {}
    for number, outcome in _run(tasks, jobs=jobs, cluster=cluster, fetch=fetch, stop=stop, progress=progress):
        outcomes[number] = outcome
        if any(one.analysis is not None for one in outcomes.values()):
            write_summary(out_dir / SUMMARY_NAME, [outcomes[index] for index in sorted(outcomes)])
        yield outcome


def _run(
    tasks: Sequence[Task],
    *,
    jobs: int,
    cluster: str | None,
    fetch: bool,
    stop: Callable[[], bool],
    progress: Progress | None,
) -> Iterator[tuple[int, Outcome]]:
    if cluster is None and len(tasks) == 1:
        yield 0, skipped(tasks[0].video) if stop() else run_task(tasks[0], stop=stop, progress=progress)
        return
    whole = _Whole([task.video for task in tasks], progress)
    if cluster is None and jobs == 1:
        found = _run_alone(tasks, stop, whole)
    elif cluster is None:
        found = run_here(tasks, jobs=jobs, stop=stop, progress=whole.told)
    else:
        from twitchcam.jobs.cluster import run_there

        found = run_there(tasks, cluster, fetch=fetch, stop=stop)
    for number, outcome in found:
        whole.finished(number)
        yield number, outcome


def _run_alone(tasks: Sequence[Task], stop: Callable[[], bool], whole: _Whole) -> Iterator[tuple[int, Outcome]]:
    """One after the other, in this process."""
    for number, task in enumerate(tasks):

        def told(what: str, done_s: float, total_s: float | None, number: int = number) -> None:
            if total_s:
                whole.told(number, done_s / total_s)

        yield number, skipped(task.video) if stop() else run_task(task, stop=stop, progress=told)


class _Whole:
    """How far many videos are together, measured by their size: how long they last, only reading them tells."""

    def __init__(self, videos: Sequence[Path], progress: Progress | None) -> None:
        self._sizes = [_size(video) for video in videos]
        self._shares = [0.0] * len(videos)
        self._finished = 0
        self._progress = progress

    def told(self, number: int, share: float) -> None:
        """Video ``number`` is analysed, or drawn after that, by so much; it never goes back."""
        self._shares[number] = max(self._shares[number], min(share, 1.0))
        self._show()

    def finished(self, number: int) -> None:
        """Nothing is left to do for video ``number``."""
        self._shares[number] = 1.0
        self._finished += 1
        self._show()

    def _show(self) -> None:
        if self._progress is not None:
            done = sum(size * one for size, one in zip(self._sizes, self._shares, strict=True))
            self._progress(f"{self._finished} of {len(self._sizes)} videos", done, float(sum(self._sizes)))


def _size(video: Path) -> int:
    try:
        return max(video.stat().st_size, 1)
    except OSError:
        return 1


def _check_place(out_dir: Path) -> None:
    """Finds out, without writing, whether sessions can be written there."""
    place = out_dir
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise OutputError(f"{out_dir}: cannot write there: {place} is not a folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise OutputError(f"{out_dir}: cannot write there: no permission to write in {place}")
