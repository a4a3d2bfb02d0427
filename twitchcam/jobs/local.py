"""Videos in processes of their own, several at once. A process that dies takes its video with it and no other."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Protocol, TypeAlias

from twitchcam.analysis import Progress
from twitchcam.errors import TwitchcamError
from twitchcam.jobs.task import Outcome, Task, failed, run_task, skipped

#: How long videos that are being analysed may take to keep what was found, once the user wants to stop.
GRACE_S = 1.5

#: How often a process tells how far it is, and how often the user's wish is looked for.
_TELL_S = 0.2
_LOOK_S = 0.05

#: Called with the number of the task and the share of it that is done.
TaskProgress: TypeAlias = Callable[[int, float], None]


class Work(Protocol):
    """What is done with a task."""

    def __call__(self, task: Task, *, stop: Callable[[], bool], progress: Progress | None) -> Outcome:
        """As :func:`~twitchcam.jobs.task.run_task`."""


def run_here(
    tasks: Sequence[Task],
    *,
    jobs: int,
    stop: Callable[[], bool] = lambda: False,
    progress: TaskProgress | None = None,
    work: Work = run_task,
) -> Iterator[tuple[int, Outcome]]:
    """Does tasks in up to ``jobs`` processes; yields the number and outcome of each as soon as it is known.

    Args:
        tasks: What to do.
        jobs: How many at once.
        stop: Asked many times a second; once it says True, what was found so far is kept as far as that is possible
            within :data:`GRACE_S`, and the rest is skipped.
        progress: Told how far each is.
        work: What is done with each; a function that another process can import.

    Raises:
        UsageError, ModelError, DependencyError: no video can be analysed.
    """
    # The processes begin anew, so libraries read this there; see twitchcam.cli.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    pool = _Pool(jobs, work)
    waiting = deque(enumerate(tasks))
    deadline_s: float | None = None
    try:
        while waiting or pool.busy:
            if deadline_s is None and stop():
                deadline_s = time.monotonic() + GRACE_S
                pool.ask_to_stop()
            if deadline_s is not None:
                for number, task in waiting:
                    yield number, skipped(task.video)
                waiting.clear()
            while waiting and (worker := pool.idle()) is not None:
                worker.begin(*waiting.popleft())
            for worker in pool.ready(_LOOK_S):
                told = worker.told()
                if isinstance(told, TwitchcamError):
                    raise told
                if isinstance(told, Outcome):
                    yield worker.end(), told
                elif told is not None and progress is not None:
                    progress(worker.number, told)
            if deadline_s is not None and time.monotonic() > deadline_s:
                for worker in pool.busy:
                    task = worker.task
                    worker.kill()
                    yield (
                        worker.end(),
                        skipped(task.video, "stopped by the user before it was finished"),
                    )
    finally:
        pool.close()


@dataclass(eq=False, kw_only=True)
class _Worker:
    """A process and our end of the pipe to it."""

    process: SpawnProcess
    pipe: Connection
    number: int = -1
    current: Task | None = field(default=None)

    @property
    def task(self) -> Task:
        assert self.current is not None
        return self.current

    def begin(self, number: int, task: Task) -> None:
        self.number, self.current = number, task
        # One that is dead already is found out when its answer is asked for.
        with contextlib.suppress(OSError):
            self.pipe.send(task)

    def end(self) -> int:
        self.current = None
        return self.number

    def told(self) -> Outcome | TwitchcamError | float | None:
        """What it says; for one that died, the outcome of its video."""
        try:
            if self.pipe.poll():
                said: Outcome | TwitchcamError | float = self.pipe.recv()
                return said
            if self.process.is_alive():
                return None
        except (EOFError, OSError):
            pass
        self.process.join()
        return failed(self.task.video, f"{self.task.video}: {_how_it_ended(self.process.exitcode)}")

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class _Pool:
    def __init__(self, size: int, work: Work) -> None:
        self._size = size
        self._work = work
        self._workers: list[_Worker] = []
        self._context = multiprocessing.get_context("spawn")

    @property
    def busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.current is not None]

    def idle(self) -> _Worker | None:
        """A process with nothing to do, a new one where there may be more, or None."""
        self._workers = [worker for worker in self._workers if worker.current is not None or worker.process.is_alive()]
        for worker in self._workers:
            if worker.current is None:
                return worker
        if len(self._workers) >= self._size:
            return None
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._work), name="twitchcam", daemon=True)
        process.start()
        theirs.close()
        self._workers.append(_Worker(process=process, pipe=ours))
        return self._workers[-1]

    def ready(self, timeout_s: float) -> list[_Worker]:
        """Those that have something to say, or have died."""
        busy = self.busy
        if not busy:
            return []
        signs = {sign: worker for worker in busy for sign in (worker.pipe, worker.process.sentinel)}
        found = wait(list(signs), timeout_s)
        return list(dict.fromkeys(signs[sign] for sign in found))  # type: ignore[index]

    def ask_to_stop(self) -> None:
        for worker in self.busy:
            with contextlib.suppress(OSError):
                worker.pipe.send(None)

    def close(self) -> None:
        """Ends all processes at once. What they did is on the disk; waiting for libraries to tidy up wins nothing."""
        for worker in self._workers:
            worker.kill()


class _Abandoned(BaseException):
    """The process that asked is gone; nobody wants the result."""


def _serve(pipe: Connection, work: Work) -> None:
    """What a process does: one task after another, until the pipe is closed."""
    # Ctrl-C reaches every process of a terminal; what it means is the parent's to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError, _Abandoned):
        while True:
            task = pipe.recv()
            if task is not None:
                pipe.send(_done(task, pipe, work))


def _done(task: Task, pipe: Connection, work: Work) -> Outcome | TwitchcamError:
    stopping, told_s = False, 0.0

    def stop() -> bool:
        nonlocal stopping
        try:
            if not stopping and pipe.poll():
                pipe.recv()
                stopping = True
        except (EOFError, OSError):
            raise _Abandoned from None
        return stopping

    def progress(what: str, done_s: float, total_s: float | None) -> None:
        nonlocal told_s
        now_s = time.monotonic()
        if total_s and now_s - told_s >= _TELL_S:
            told_s = now_s
            # Drawing comes after the analysis, which is nearly all of the work.
            with contextlib.suppress(OSError):
                pipe.send(min(done_s / total_s, 1.0))

    try:
        return work(task, stop=stop, progress=progress)
    except TwitchcamError as error:
        return error


def _how_it_ended(code: int | None) -> str:
    if code is None or code >= 0:
        how = f"code {code}"
    else:
        with contextlib.suppress(ValueError):
            code_name = signal.Signals(-code).name
            hint = "; perhaps the memory is too small: use fewer --jobs" if code_name == "SIGKILL" else ""
            return f"the process that analysed it was ended by {code_name}{hint}"
        how = f"signal {-code}"
    return f"the process that analysed it ended with {how}"
