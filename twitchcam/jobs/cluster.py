"""The same tasks on the workers of a Dask scheduler.

Each attempt writes into a folder of its own, which is given the session's name in one step when it is complete: a
worker that was thought to be dead and is not disturbs nothing.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from twitchcam.errors import DependencyError, InputError, OutputError, TwitchcamError, UsageError
from twitchcam.jobs.task import Outcome, Task, failed, kept_outcome, run_task, skipped
from twitchcam.session.folders import make_private, put_in_place
from twitchcam.session.writer import KEPT_NAMES, check_free

#: How long to try to reach the scheduler, and how often the user's wish is looked for.
CONNECT_S = 10.0
_LOOK_S = 0.1

#: Folders of attempts; what a worker that died left is removed at the end of the run.
_ATTEMPT_PREFIX = ".attempt-"

#: How often a task asks whether it is still wanted.
_ASK_S = 0.5

#: Libraries silence the standard error of the whole process for moments, so one worker does one video at a time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a worker sends back: the outcome, and with ``fetch`` the session as a tar archive."""

    outcome: Outcome
    session: bytes | None = None


def run_there(
    tasks: Sequence[Task], address: str, *, fetch: bool = False, stop: Callable[[], bool] = lambda: False
) -> Iterator[tuple[int, Outcome]]:
    """Does tasks on a cluster; yields the number and outcome of each as soon as it is known.

    A video whose worker dies is done again on another one, as often as the scheduler allows.

    Args:
        tasks: What to do.
        address: The scheduler, as in ``tcp://10.0.0.1:8786``.
        fetch: The workers do not share the folder to write to: sessions are sent back.
        stop: Asked many times a second; once it says True, the rest is skipped.

    Raises:
        UsageError, ModelError, DependencyError: no video can be analysed.
        InputError: the scheduler cannot be reached.
    """
    distributed = _distributed()
    run = f"{_ATTEMPT_PREFIX}{time.time_ns():x}-"
    with _connected(distributed, address) as client:
        left: dict[Any, int] = {}
        try:
            for number, task in enumerate(tasks):
                if fetch and (outcome := _kept(task)) is not None:
                    yield number, outcome
                    continue
                # A key of its own, or the scheduler would answer with what it did before.
                key = f"twitchcam-{run}{number}"
                left[client.submit(attempt, _absolute(task), run, fetch=fetch, key=key, pure=False)] = number
            yield from _collected(distributed, client, tasks, left, stop)
        finally:
            client.cancel(list(left))
            _sweep({task.out_dir for task in tasks}, run)


def _collected(
    distributed: Any,  # noqa: ANN401
    client: Any,  # noqa: ANN401
    tasks: Sequence[Task],
    left: dict[Any, int],
    stop: Callable[[], bool],
) -> Iterator[tuple[int, Outcome]]:
    while left:
        if stop():
            client.cancel(list(left))
            yield from ((number, skipped(tasks[number].video, "stopped by the user")) for number in left.values())
            left.clear()
            return
        done = [future for future in left if future.done()]
        if not done:
            if client.status in ("closed", "closing"):
                raise InputError("the connection to the scheduler was lost; --resume goes on from here")
            time.sleep(_LOOK_S)
        for future in done:
            number = left.pop(future)
            yield number, _as_given(tasks[number], _outcome(distributed, tasks[number], future))


def _outcome(distributed: Any, task: Task, future: Any) -> Outcome:  # noqa: ANN401
    try:
        result: Result = future.result()
    except TwitchcamError:
        raise
    except distributed.KilledWorker:
        return failed(task.video, f"{task.video}: every worker that analysed it died; perhaps its memory is too small")
    except Exception as error:
        what = f"{type(error).__name__}: {error}".replace("\n", " ")
        return failed(task.video, f"{task.video}: the cluster could not analyse it ({what})")
    finally:
        future.release()
    try:
        return result.outcome if result.session is None else _unpacked(task, result)
    except OutputError as error:
        return failed(task.video, str(error))


def attempt(task: Task, run: str, *, fetch: bool) -> Result:
    """What a worker does for one video.

    Args:
        task: The video; its paths are absolute.
        run: How folders of attempts begin.
        fetch: Send the session back instead of putting it in its place.

    Raises:
        UsageError, ModelError, DependencyError: nothing can be analysed here.
    """
    with _ONE_AT_A_TIME:
        stop = _unwanted()
        if fetch:
            with tempfile.TemporaryDirectory(prefix="twitchcam-") as room:
                outcome = run_task(replace(task, out_dir=Path(room), resume=False), stop=stop)
                return Result(outcome=outcome, session=None if outcome.analysis is None else _packed(Path(room), task))
        if task.resume and (kept := _kept(task)) is not None:
            return Result(outcome=kept)
        try:
            return Result(outcome=_in_own_room(task, run, stop))
        except OutputError as error:
            return Result(outcome=failed(task.video, str(error)))


def _in_own_room(task: Task, run: str, stop: Callable[[], bool]) -> Outcome:
    check_free(task.out_dir, task.name, overwrite=task.options.overwrite or task.resume)
    try:
        task.out_dir.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=run, dir=task.out_dir))
    except OSError as error:
        raise OutputError(f"{task.out_dir}: cannot write: {error.strerror}") from None
    try:
        outcome = run_task(replace(task, out_dir=room, resume=False), stop=stop)
        return _placed(task, room / task.name, outcome)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _placed(task: Task, made: Path, outcome: Outcome) -> Outcome:
    """Gives a session its name; what a person wrote into an earlier one is kept."""
    if outcome.analysis is None:
        return outcome
    final = task.out_dir / task.name
    try:
        for name in KEPT_NAMES:
            if (final / name).exists():
                shutil.copy2(final / name, made / name)
    except OSError as error:
        raise OutputError(f"{made}: cannot write: {error.strerror}") from None
    put_in_place(made, final)
    return replace(outcome, analysis=replace(outcome.analysis, folder=final))


def _kept(task: Task) -> Outcome | None:
    """The outcome of a task that an earlier run has finished, or that must not be begun."""
    try:
        if task.resume:
            return kept_outcome(task)
        check_free(task.out_dir, task.name, overwrite=task.options.overwrite)
    except TwitchcamError as error:
        return failed(task.video, str(error))
    return None


def _packed(room: Path, task: Task) -> bytes:
    with io.BytesIO() as buffer:
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            archive.add(room / task.name, arcname=task.name)
        return buffer.getvalue()


def _unpacked(task: Task, result: Result) -> Outcome:
    """Puts a session that was sent back into its place."""
    assert result.session is not None
    room = task.out_dir / f"{_ATTEMPT_PREFIX}{task.name}"
    make_private(room)
    try:
        with tarfile.open(fileobj=io.BytesIO(result.session), mode="r:gz") as archive:
            archive.extractall(room, filter="data")
        (room / task.name).chmod(0o700)
        return _placed(task, room / task.name, result.outcome)
    except (OSError, tarfile.TarError) as error:
        raise OutputError(f"{task.out_dir / task.name}: cannot write what was sent back: {error}") from None
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _absolute(task: Task) -> Task:
    """Workers run elsewhere; what they tell names the video as it was given."""
    return replace(task, video=task.video.absolute(), out_dir=task.out_dir.absolute())


def _as_given(task: Task, outcome: Outcome) -> Outcome:
    """The outcome as it would be here: with the paths that the user typed."""
    message = outcome.message.replace(str(task.video.absolute()), str(task.video))
    analysis = outcome.analysis
    if analysis is not None:
        analysis = replace(analysis, folder=task.out_dir / task.name)
    return replace(outcome, video=task.video, message=message, analysis=analysis)


def _unwanted() -> Callable[[], bool]:
    """Says True once the scheduler does not want this task any more."""
    from distributed import get_worker

    try:
        worker: Any = get_worker()
        key = worker.get_current_task()
    except ValueError:
        return lambda: False
    asked_s = 0.0

    def stop() -> bool:
        nonlocal asked_s
        now_s = time.monotonic()
        if now_s - asked_s < _ASK_S:
            return False
        asked_s = now_s
        state = worker.state.tasks.get(key)
        return state is None or state.state == "cancelled"

    return stop


def _sweep(folders: set[Path], run: str) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):
            for left in folder.glob(f"{run}*"):
                shutil.rmtree(left, ignore_errors=True)


def _distributed() -> Any:  # noqa: ANN401 - a module whose types are not ours
    try:
        import distributed
    except ImportError as error:
        raise DependencyError(f"distributed cannot be loaded ({error}): pip install 'twitchcam[cluster]'") from None
    return distributed


@contextlib.contextmanager
def _connected(distributed: Any, address: str) -> Iterator[Any]:  # noqa: ANN401
    try:
        client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise InputError(f"{address}: no scheduler answers there ({error})".replace("\n", " ")) from None
    except ValueError as error:
        raise UsageError(f"{address}: is not the address of a scheduler ({error})") from None
    try:
        yield client
    finally:
        client.close(timeout=1)
