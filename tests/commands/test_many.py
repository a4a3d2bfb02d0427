"""``twitchcam analyze`` with many inputs, as whole programs."""

from __future__ import annotations

import csv
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.capture.recordings import moving, record
from tests.waiting import until
from twitchcam import bundled
from twitchcam.cli import main
from twitchcam.session.reader import Session

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days with a recording of the same name each, and a file that is none."""
    folder = tmp_path_factory.mktemp("study")
    for day, frames in (("day1", 40), ("day2", 50)):
        (folder / day).mkdir()
        record(folder / day / "clip.mp4", moving(frames))
    (folder / "day2" / "broken.mp4").write_text("no video")
    return folder


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "twitchcam", "analyze", *map(str, arguments)]
    return subprocess.Popen(command, text=True, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finished(*arguments: object) -> tuple[int, list[str], list[str]]:
    with start(*arguments) as process:
        out, err = process.communicate()
    return process.returncode, out.splitlines(), err.splitlines()


def summary(out: Path) -> list[dict[str, str]]:
    with (out / "summary.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def whole(study: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, list[str], list[str]]:
    """What a run in two processes writes and says."""
    out = tmp_path_factory.mktemp("whole") / "out"
    return (out, *finished(study, "-o", out, "--jobs", 2))


def test_a_folder_with_a_broken_file(study: Path, whole: tuple[Path, int, list[str], list[str]]) -> None:
    out, code, said, err = whole
    broken = study / "day2" / "broken.mp4"
    assert code == 1
    assert sum(line.startswith(str(study)) for line in said) == 2
    assert said[-1] == f"{out / 'summary.tsv'}: a row for each input"
    assert err[-1] == f"twitchcam: 1 of 3 inputs were not analysed to their end: {broken}"
    assert any(line.startswith(f"twitchcam: {broken}: is not a video") for line in err)
    assert [(row["input"], row["status"], row["session"]) for row in summary(out)] == [
        (str(study / "day1" / "clip.mp4"), "warning", "day1_clip"),
        (str(broken), "failed", "n/a"),
        (str(study / "day2" / "clip.mp4"), "warning", "day2_clip"),
    ]
    assert {path.name for path in out.iterdir()} == {"day1_clip", "day2_clip", "summary.tsv"}
    assert Session.load(out / "day2_clip").document["frames"] == 50
    assert stat.S_IMODE((out / "summary.tsv").stat().st_mode) == 0o600


def test_one_after_the_other_gives_the_same(
    tmp_path: Path, study: Path, whole: tuple[Path, int, list[str], list[str]]
) -> None:
    finished(study, "-o", tmp_path / "one", "--jobs", 1)
    assert contents(tmp_path / "one") == contents(whole[0])


def test_killed_and_resumed_is_as_if_nothing_had_happened(
    tmp_path: Path, study: Path, whole: tuple[Path, int, list[str], list[str]]
) -> None:
    out = tmp_path / "out"
    with start(study, "-o", out, "--jobs", 2) as process:
        until(lambda: list(out.glob("*/session.json")), ended=lambda: process.poll() is not None)
        process.kill()
        process.communicate()
    code, said, _ = finished(study, "-o", out, "--jobs", 2, "--resume")
    assert code == 1
    assert len(said) == 3
    assert contents(out) == contents(whole[0])


def test_ctrl_c_while_several_are_analysed(tmp_path: Path) -> None:
    sample = bundled.find("samples", "sample.mp4")
    assert sample is not None
    videos = [shutil.copy(sample, tmp_path / f"long{number}.mp4") for number in range(3)]
    out = tmp_path / "out"
    with start(*videos, "-o", out, "--jobs", 2) as process:
        until(lambda: len(list(out.glob("long*.partial/signals.csv"))) >= 2, ended=lambda: process.poll() is not None)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 1
    assert err.startswith("twitchcam: stopping; what was found is kept (Ctrl-C again ends at once)")
    assert "3 of 3 inputs were not analysed" in err.splitlines()[-1]
    assert err.count("stopped by the user") == 3
    for folder in out.glob("long?"):
        assert Session.load(folder).document["interrupted"] is True


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--fetch"], 2, "--fetch belongs to --cluster"),
        (["--jobs", "0"], 2, "--jobs"),
        (["--cluster", "tcp://127.0.0.1:9"], 1, "no scheduler answers there"),
        (["@absent.txt"], 1, "absent.txt: cannot read the list"),
        (["absent*.mp4"], 1, "no file fits this pattern"),
    ],
)
def test_wrong_use(
    tmp_path: Path, study: Path, arguments: list[str], code: int, words: str, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("twitchcam.jobs.cluster.CONNECT_S", 0.5)
    given = [str(study / "day1" / "clip.mp4"), *arguments] if arguments[0].startswith("--") else arguments
    assert main(["analyze", *given, "-o", str(tmp_path / "out")]) == code
    printed = capfd.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert words in line
    assert not (tmp_path / "out").exists()
