"""What must not lose anything, tried on a process that really ends, stops, or has no room left."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.live.replayed import samples
from twitchcam.cli import main
from twitchcam.config import Config
from twitchcam.events.detector import Detector
from twitchcam.events.model import Twitch
from twitchcam.recovery import recover
from twitchcam.redetect import detect_again
from twitchcam.session.clock_file import CLOCK_NAME, read_anchors
from twitchcam.session.gaps_file import GAPS_NAME, GapKind, read_gaps
from twitchcam.session.reader import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX systems")

SECONDS = 60.0
#: Prints more than a pipe holds: it cannot have ended before somebody who reads slowly kills it.
NIGHT_S = 600.0


def started(out: Path, *options: str, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.live.replayed", str(out), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )


def logged_until(process: subprocess.Popen[str], t_s: float) -> None:
    """Waits until a frame of that time was logged."""
    assert process.stdout is not None
    for line in process.stdout:
        if float(line) >= t_s:
            return
    pytest.fail(f"it ended before {t_s} s: {process.stderr.read() if process.stderr else ''}")


def expected(until_s: float) -> list[Twitch]:
    detector, found = Detector(Config()), []
    for sample in samples(NIGHT_S):
        if sample.t_s > until_s:
            break
        found += detector.push(sample).twitches
    return [*found, *detector.close().twitches]


@pytest.mark.parametrize("kill_at_s", [7.7, 31.05])
def test_killed_at_any_moment_it_loses_at_most_a_second_and_recovers(
    tmp_path: Path, kill_at_s: float, capsys: pytest.CaptureFixture[str]
) -> None:
    process = started(tmp_path, "--seconds", str(NIGHT_S))
    logged_until(process, kill_at_s)
    process.kill()
    rest, _ = process.communicate()
    last_s = max([kill_at_s, *(float(line) for line in rest.split())])
    partial = Session.load(tmp_path / "night")
    assert not partial.complete
    rows = [sample.t_s for sample in partial.samples()]
    assert last_s - rows[-1] <= 1.0
    logged = partial.events

    assert main(["recover", str(tmp_path / "night")]) == 0
    assert "recovered afterwards" in capsys.readouterr().err
    session = Session.load(tmp_path / "night")
    assert session.complete
    assert session.events[: len(logged)] == logged
    found = expected(rows[-1])
    assert [(t.onset_s, t.lip, t.side) for t in session.events] == [
        (pytest.approx(t.onset_s, abs=1e-4), t.lip, t.side) for t in found
    ]
    assert session.document["interrupted"] is True
    assert session.document["frames"] == len(rows)
    assert session.duration_s == pytest.approx(rows[-1], abs=0.1)
    assert session.document["valid_min"] > 0.8 * session.duration_s / 60
    again = detect_again(session, session.config)
    assert session.document["asymmetry_pct_iod"] == again.document["asymmetry_pct_iod"] is not None
    assert (tmp_path / "night" / "frequency.png").exists()
    assert not (tmp_path / "night.partial").exists()


def test_a_session_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    process = started(tmp_path, "--seconds", "600", "--real")
    logged_until(process, 0.1)
    try:
        assert main(["recover", str(tmp_path / "night.partial")]) == 1
        assert (tmp_path / "night.partial").exists()
    finally:
        process.kill()
        process.communicate()


def test_what_the_first_second_lost_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recover", str(tmp_path / "nothing")]) == 1
    assert "no such session" in capsys.readouterr().err


def test_without_room_it_stops_and_what_was_written_is_safe(tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    process = started(tmp_path, "--seconds", str(SECONDS), before=little_room)
    told, err = process.communicate()
    assert process.returncode == 1
    assert "is safe in" in err
    assert "twitchcam recover" in err
    assert "Traceback" not in err
    last_s = float(told.split()[-1])
    assert last_s < SECONDS - 5
    done = recover(tmp_path / "night.partial")
    rows = [sample.t_s for sample in Session.load(done.folder).samples()]
    assert last_s - rows[-1] <= 1.5
    assert len(Session.load(done.folder).events) == len(expected(rows[-1]))


def test_put_to_sleep_it_goes_on_with_one_clock_and_new_wall_times(tmp_path: Path) -> None:
    process = started(tmp_path, "--seconds", "5", "--real")
    logged_until(process, 1.0)
    process.send_signal(signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)
    # It sleeps for as long as another process takes to start: long enough for a gap.
    subprocess.run([sys.executable, "-c", "import time; time.sleep(0.6)"], check=True)
    process.send_signal(signal.SIGCONT)
    process.communicate()
    assert process.returncode == 0
    session = Session.load(tmp_path / "night")
    assert session.complete
    times = [sample.t_s for sample in session.samples()]
    assert times[-1] == pytest.approx(5.0, abs=0.5)
    gaps = read_gaps(session.path / GAPS_NAME)
    slept = max(gaps, key=lambda gap: gap.duration_s)
    assert slept.kind is GapKind.STALLED
    assert slept.duration_s >= 0.5
    anchors = read_anchors(session.path / CLOCK_NAME)
    assert len(anchors) == 2
    assert anchors[1].t_s > slept.onset_s
    jump = anchors[1].time - anchors[0].time_at(anchors[1].t_s)
    assert jump.total_seconds() == pytest.approx(3600, abs=1)
    late = [row.split("\t") for row in (session.path / "events.tsv").read_text().splitlines()[1:]]
    for cells in late:
        onset_s, time = float(cells[0]), datetime.fromisoformat(cells[3])
        anchor = anchors[1] if onset_s >= anchors[1].t_s else anchors[0]
        assert abs((time - anchor.time_at(onset_s)).total_seconds()) < 0.01
