"""Processes that do as they are told; how long they live is seen from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.jobs.work import obedient, task
from tests.waiting import until
from twitchcam.errors import ModelError
from twitchcam.jobs.local import GRACE_S, run_here
from twitchcam.jobs.task import Outcome, Status

ROOT = Path(__file__).parents[2]


def done(names: list[str], out_dir: Path = Path(), jobs: int = 2, **given: object) -> dict[str, Outcome]:
    tasks = [task(name, out_dir) for name in names]
    found = dict(run_here(tasks, jobs=jobs, work=obedient, **given))
    assert sorted(found) == list(range(len(names)))
    return {name: found[number] for number, name in enumerate(names)}


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_one_that_dies_takes_only_its_own_video_with_it() -> None:
    found = done(["a", "crash", "bad", "b", "exit", "c"])
    assert [outcome.status for outcome in found.values()] == ["ok", "failed", "failed", "ok", "failed", "ok"]
    assert found["crash"].message == "crash: the process that analysed it was ended by SIGSEGV"
    assert found["exit"].message == "exit: the process that analysed it ended with code 3"
    assert found["bad"].message == "is bad"


def test_processes_are_used_again_and_ended() -> None:
    found = done([f"v{number}" for number in range(6)])
    processes = {int(outcome.message) for outcome in found.values()}
    assert os.getpid() not in processes
    assert 1 <= len(processes) <= 2
    assert not any(alive(process) for process in processes)


def test_as_many_at_once_as_asked(tmp_path: Path) -> None:
    found = done(["meet1", "meet2"], tmp_path)
    assert len({outcome.message for outcome in found.values()}) == 2


def test_how_far_each_is() -> None:
    told: list[tuple[int, float]] = []
    done(["a", "b"], progress=lambda number, share: told.append((number, share)))
    assert set(told) == {(0, 0.5), (1, 0.5)}


def test_what_stops_every_video_stops_the_run() -> None:
    with pytest.raises(ModelError, match="the model is missing"):
        done(["a", "model", "b"])


def test_after_a_stop_what_was_found_is_kept_and_the_rest_is_skipped(tmp_path: Path) -> None:
    found = done(["wait1", "wait2", "a"], tmp_path, stop=lambda: len(list(tmp_path.iterdir())) == 2)
    assert [outcome.status for outcome in found.values()] == [Status.WARNING, Status.WARNING, Status.SKIPPED]
    assert found["a"].message == "stopped by the user before it was begun"


def test_one_that_does_not_listen_is_ended(tmp_path: Path) -> None:
    assert GRACE_S < 2
    found = done(
        ["deaf"], tmp_path, stop=lambda: bool((tmp_path / "deaf").exists() and (tmp_path / "deaf").read_text())
    )
    assert (found["deaf"].status, found["deaf"].message) == ("skipped", "stopped by the user before it was finished")
    assert not alive(int((tmp_path / "deaf").read_text()))


def test_without_the_one_that_asked_nobody_goes_on(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.jobs.work import obedient, task; "
        "from twitchcam.jobs.local import run_here; out = Path(sys.argv[1]); "
        "list(run_here([task('wait1', out), task('wait2', out)], jobs=2, work=obedient))"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT) as parent:
        until(lambda: [path.read_text() != "" for path in tmp_path.iterdir()] == [True, True])
        processes = [int(path.read_text()) for path in tmp_path.iterdir()]
        parent.kill()
    until(lambda: not any(alive(process) for process in processes))
