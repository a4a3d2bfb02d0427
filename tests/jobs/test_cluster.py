"""A real scheduler and real workers, as processes on this machine."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.capture.recordings import moving, record
from tests.engines import FakeEngine
from tests.jobs.work import task
from twitchcam.analysis import AnalysisOptions
from twitchcam.batch import analyze_videos
from twitchcam.config import Config
from twitchcam.errors import DependencyError, InputError, UsageError
from twitchcam.jobs import cluster

ROOT = Path(__file__).parents[2]
OPTIONS = AnalysisOptions(config=Config())

#: A worker that, told so by a file, ends itself in the middle of its first video.
WORKER = """
import os, sys
from pathlib import Path
import twitchcam.engine
sys.path.insert(0, {root!r})
from tests.engines import FakeEngine

class Mortal(FakeEngine):
    def push(self, frame):
        told = Path({told!r})
        if frame.t_s > 0.5 and told.exists():
            told.unlink()
            os.kill(os.getpid(), 9)
        return super().push(frame)

twitchcam.engine.Engine = Mortal
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where the scheduler is, the file that lets one worker die, and the workers."""

    address: str
    told: Path
    workers: list[subprocess.Popen[str]]


def said(process: subprocess.Popen[str], pattern: str) -> str:
    """What a program says once it is ready."""
    assert process.stderr is not None
    for line in process.stderr:
        if match := re.search(pattern, line):
            return match[1]
    raise AssertionError(f"ended before it said {pattern}")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers; nobody takes the place of one that dies."""
    room = tmp_path_factory.mktemp("cluster")
    preload = room / "preload.py"
    preload.write_text(WORKER.format(root=str(ROOT), told=str(room / "die")))
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    with contextlib.ExitStack() as stack:

        def start(module: str, *arguments: str) -> subprocess.Popen[str]:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
                    text=True,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env=env,
                    cwd=room,
                )
            )
            stack.callback(process.kill)
            return process

        scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        address = said(scheduler, r"Scheduler at: +(tcp://\S+)")
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--preload", str(preload))
        workers = [start("dask_worker", address, "--host", "127.0.0.1", *options) for _ in range(2)]
        for worker in workers:
            said(worker, r"(Registered to)")
        yield Cluster(address=address, told=room / "die", workers=workers)


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("videos")
    made = [record(folder / f"clip{number}.mp4", moving(30 + number)) for number in range(3)]
    (folder / "broken.mp4").write_text("no video")
    return [*made, folder / "broken.mp4"]


@pytest.fixture(scope="module")
def local(videos: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same videos done here."""
    out = tmp_path_factory.mktemp("local") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("twitchcam.engine.Engine", FakeEngine)
        list(analyze_videos(videos, out, OPTIONS))
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.heavy
class TestOnWorkers:
    def test_a_worker_that_dies_has_its_video_done_elsewhere(
        self, tmp_path: Path, running: Cluster, videos: list[Path], local: Path
    ) -> None:
        running.told.touch()
        outcomes = list(analyze_videos(videos, tmp_path / "out", OPTIONS, cluster=running.address))
        assert not running.told.exists()
        assert [worker.poll() for worker in running.workers].count(None) == 1
        assert sorted(outcome.status for outcome in outcomes) == ["failed", "ok", "ok", "ok"]
        assert contents(tmp_path / "out") == contents(local)
        assert {path.name for path in (tmp_path / "out").iterdir()} == {path.name for path in local.iterdir()}
        assert (tmp_path / "out" / "clip0").stat().st_mode & 0o777 == 0o700

    def test_sessions_are_sent_back(self, tmp_path: Path, running: Cluster, videos: list[Path], local: Path) -> None:
        list(analyze_videos(videos, tmp_path / "out", OPTIONS, cluster=running.address, fetch=True))
        assert contents(tmp_path / "out") == contents(local)
        assert (tmp_path / "out" / "clip0").stat().st_mode & 0o777 == 0o700

    @pytest.mark.parametrize("fetch", [False, True])
    def test_what_is_finished_stays(self, running: Cluster, videos: list[Path], local: Path, fetch: bool) -> None:
        before = contents(local)
        given = {"cluster": running.address, "fetch": fetch, "resume": True}
        outcomes = list(analyze_videos(videos, local, OPTIONS, **given))
        assert sum(outcome.kept for outcome in outcomes) == 3
        assert contents(local) == before

    @pytest.mark.parametrize("fetch", [False, True])
    def test_nothing_is_replaced_unasked_and_notes_outlive_it(
        self, tmp_path: Path, running: Cluster, videos: list[Path], fetch: bool
    ) -> None:
        given = {"cluster": running.address, "fetch": fetch}
        for _ in range(2):
            (outcome,) = analyze_videos(videos[:1], tmp_path, OPTIONS, **given)
        assert outcome.status == "failed"
        assert "--overwrite replaces it" in outcome.message
        (tmp_path / "clip0" / "notes.tsv").write_text("mine")
        (outcome,) = analyze_videos(videos[:1], tmp_path, replace(OPTIONS, overwrite=True), **given)
        assert outcome.whole
        assert (tmp_path / "clip0" / "notes.tsv").read_text() == "mine"

    def test_a_stop_skips_the_rest(self, tmp_path: Path, running: Cluster, videos: list[Path]) -> None:
        outcomes = analyze_videos(videos, tmp_path, OPTIONS, cluster=running.address, stop=lambda: True)
        assert {outcome.status for outcome in outcomes} == {"skipped"}

    def test_another_version_there_is_refused(self, running: Cluster, videos: list[Path], tmp_path: Path) -> None:
        odd = replace(task("a", tmp_path), video=videos[0], version="99.0")
        with pytest.raises(UsageError, match="install the same everywhere"):
            list(cluster.run_there([odd], running.address))


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:1", "klingon://x:1", ""])
def test_an_address_without_a_scheduler(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_S", 0.5)
    with pytest.raises((InputError, UsageError), match="scheduler"):
        list(cluster.run_there([task("a", tmp_path)], address))


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DependencyError, match=r"pip install 'twitchcam\[cluster\]'"):
        list(cluster.run_there([task("a", tmp_path)], "tcp://127.0.0.1:1"))
