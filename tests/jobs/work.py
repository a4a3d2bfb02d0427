"""What processes of the tests do with a task; they import it by its name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from twitchcam.analysis import AnalysisOptions, Progress
from twitchcam.config import Config
from twitchcam.errors import ModelError
from twitchcam.jobs.task import Outcome, Status, Task, failed


def task(name: str, out_dir: Path = Path()) -> Task:
    return Task(video=Path(name), out_dir=out_dir, name=name, options=AnalysisOptions(config=Config()))


def obedient(task: Task, *, stop: Callable[[], bool], progress: Progress | None) -> Outcome:
    """Does what the name of the video says."""
    name = task.video.name
    if progress is not None:
        progress("working", 0.5, 1.0)
    if name.startswith("crash"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if name.startswith("exit"):
        os._exit(3)
    if name.startswith("model"):
        raise ModelError("the model is missing")
    if name.startswith("bad"):
        return failed(task.video, "is bad")
    if name.startswith("meet"):
        # Goes on only when another one is being done at the same time.
        (task.out_dir / name).touch()
        while len(list(task.out_dir.glob("meet*"))) < 2:
            time.sleep(0.01)
    if name.startswith(("wait", "deaf")):
        (task.out_dir / name).write_text(str(os.getpid()))
        while name.startswith("deaf") or not stop():
            time.sleep(0.01)
        return Outcome(video=task.video, status=Status.WARNING, message="stopped by the user at 1 s")
    return Outcome(video=task.video, status=Status.OK, message=str(os.getpid()))
