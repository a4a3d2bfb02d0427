"""The command as a user types it, in a process of its own."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.capture.recordings import moving, record
from tests.live.streams import StreamServer
from tests.waiting import PATIENCE_S, until
from twitchcam.cli import main
from twitchcam.session.gaps_file import GAPS_NAME, GapKind, read_gaps
from twitchcam.session.reader import Session


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return record(tmp_path / "clip.mp4", moving(30))


def live(*arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-m", "twitchcam", "live", "--no-display", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


class TestWrongUse:
    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["--camera", "missing.mp4"], "missing.mp4"),
            (["--size", "big"], "1280x720"),
            (["--camera", "file:///etc/passwd"], "name the file itself"),
            (["--protocol", "missing.toml"], "missing.toml"),
            (["--on-event", ""], "--on-event"),
            (["--duration", "soon"], "1:30"),
        ],
    )
    def test_it_is_told_in_one_line(
        self, arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["live", "--no-display", "-o", str(tmp_path), *arguments]) in (1, 2)
        said = capsys.readouterr()
        assert said.out == ""
        assert says in said.err
        assert said.err.count("\n") == 1
        assert list(tmp_path.iterdir()) == []

    def test_without_a_screen_it_says_how_to_do_without(
        self, tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("twitchcam.commands.check.in_child", lambda probe: {"error": "crashed"})
        assert main(["live", "--camera", str(clip), "-o", str(tmp_path / "out")]) == 1
        assert "--no-display" in capsys.readouterr().err


def test_a_file_is_played_once_and_ends_the_session(
    tmp_path: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["live", "--no-display", "--camera", str(clip), "-o", str(tmp_path / "out"), "--subject", "A"]
    assert main([*arguments, "--clips", "--record"]) == 0
    said = capsys.readouterr()
    assert "0 twitches in" in said.out
    assert "images kept" in said.err
    session = Session.load(tmp_path / "out" / "clip")
    assert session.subject == "A"
    assert session.document["frames"] + session.document["live"]["dropped_frames"] == 30
    assert {"gaps.tsv", "frequency.png", "recording.mkv", "events.tsv"} <= {p.name for p in session.path.iterdir()}
    assert main(arguments) == 1
    assert "--overwrite" in capsys.readouterr().err


def test_no_image_is_kept_unless_asked_for(tmp_path: Path, clip: Path) -> None:
    assert main(["live", "--no-display", "--camera", str(clip), "-o", str(tmp_path / "out")]) == 0
    kept = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    # The one picture is the plot of frequencies.
    assert kept == {
        *("events.tsv", "events.json", "segments.tsv", "signals.csv", "session.json", "gaps.tsv", "frequency.png"),
    }


@pytest.mark.heavy
def test_a_stream_that_goes_away_is_picked_up_again(tmp_path: Path) -> None:
    with StreamServer() as stream:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "twitchcam",
                "live",
                "--no-display",
                "--camera",
                stream.address,
                "-o",
                str(tmp_path),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        frames_in(tmp_path, 20, process)
        stream.unplug()
        stream.wait_for(2)
        frames_in(tmp_path, frames_in(tmp_path, 1, process) + 20, process)
        process.send_signal(signal.SIGINT)
        said, remarks = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, remarks
    (folder,) = tmp_path.iterdir()
    session = Session.load(folder)
    assert session.complete
    assert said.strip().endswith(str(folder))
    assert session.document["source"]["kind"] == "stream"
    assert session.document["clock"]["recorded_at_from"] == "clock"
    lost = [gap for gap in read_gaps(folder / GAPS_NAME) if gap.kind is GapKind.CAMERA_LOST]
    assert len(lost) == 1
    assert any("the camera was away once" in warning for warning in session.document["warnings"])


def frames_in(out: Path, count: int, process: subprocess.Popen[str]) -> int:
    """Waits until so many frames were logged; returns how many were."""

    def enough() -> int:
        rows = sum(len(path.read_bytes().splitlines()) - 1 for path in out.rglob("signals.csv"))
        return rows if rows >= count else 0

    return until(enough, ended=lambda: process.poll() is not None, said=process.communicate)


@pytest.mark.heavy
class TestPrivacy:
    def test_it_runs_with_the_network_taken_away(self, tmp_path: Path, clip: Path) -> None:
        unshare = ("unshare", "--net") if hasattr(os, "geteuid") and os.geteuid() == 0 else ("unshare", "-r", "--net")
        if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
            pytest.skip("the network cannot be taken away here: run as root, or allow user namespaces")
        done = live("--camera", str(clip), "-o", str(tmp_path / "out"), prefix=unshare)
        assert done.returncode == 0, done.stderr
        assert Session.load(tmp_path / "out" / "clip").document["frames"] > 0

    def test_it_speaks_to_the_camera_that_was_typed_and_to_nobody_else(self, tmp_path: Path) -> None:
        if shutil.which("strace") is None:
            pytest.skip("strace is missing: apt-get install strace")
        trace = tmp_path / "trace"
        strace = ("strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg,bind", "-o", str(trace))
        with StreamServer() as stream:
            port = stream.address.split(":")[2].split("/")[0]
            arguments = ("--camera", stream.address, "--duration", "2", "--serve", "-o", str(tmp_path / "out"))
            done = live(*arguments, prefix=strace)
        assert done.returncode == 0, done.stderr
        calls = trace.read_text()
        assert f"sin_port=htons({port})" in calls
        spoken_to = re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', calls)
        assert spoken_to
        for four, six in spoken_to:
            assert ipaddress.ip_address(four or six).is_loopback, four or six


@pytest.mark.heavy
def test_the_file_gives_exactly_the_events_of_analyze_and_each_is_marked_first(tmp_path: Path) -> None:
    from twitchcam import bundled
    from twitchcam.analysis import AnalysisOptions, analyze_video
    from twitchcam.config import Config, merged
    from twitchcam.live.clock import SystemClock
    from twitchcam.live.feed import LiveUpdate
    from twitchcam.live.loop import LiveLoop, LiveOptions
    from twitchcam.live.player import FilePlayer

    sample = bundled.find("samples", "sample.mp4")
    assert sample is not None
    config = merged(Config(), {"capture": {"end_s": 10.5}})
    shown: list[LiveUpdate] = []

    class Watcher:
        def show(self, update: LiveUpdate) -> None:
            shown.append(update)

        def close(self) -> None:
            pass

    # Without a clock every frame comes at once, and none is dropped.
    player = FilePlayer(sample, config, None)
    options = LiveOptions(config=config, name="sample")
    result = LiveLoop(player, tmp_path / "live", options, displays=[Watcher()], clock=SystemClock()).run()
    analysis = analyze_video(sample, tmp_path / "batch", AnalysisOptions(config=config))
    folder, document = result.sessions[0]
    assert document is not None
    assert len(Session.load(folder).events) >= 4
    for name in ("events.tsv", "segments.tsv", "signals.csv", "events.json"):
        assert (folder / name).read_bytes() == (analysis.folder / name).read_bytes(), name
    for key in ("duration_s", "valid_min", "counts", "rates_per_valid_min", "frames", "rate_hz", "screening"):
        assert document[key] == analysis.document[key]
    marks = [(update.status.t_s, mark) for update in shown for mark in update.marks]
    certain = {t.onset_s: update.status.t_s for update in shown[:-2] for t in update.update.twitches}
    for twitch in Session.load(folder).events:
        told_s = next(
            t_s
            for t_s, mark in marks
            if abs(mark.peak_s - twitch.peak_s) < 0.1 and (mark.lip, mark.side) == (twitch.lip, twitch.side)
        )
        assert told_s - twitch.end_s < 0.4 - 0.05
    assert len(marks) <= 2 * len(certain)
    assert all(told_s - t.end_s < 1.0 - 0.05 for t, told_s in _told(shown))


def _told(shown: list) -> list:
    return [(twitch, update.status.t_s) for update in shown for twitch in update.update.twitches]


def test_the_event_goes_to_the_command_as_json(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from tests.session.findings import twitch
    from twitchcam.engine import Update
    from twitchcam.live.feed import LiveUpdate, Status
    from twitchcam.live.hooks import EventCommand

    told: list[str] = []
    script = tmp_path / "keep.py"
    script.write_text("import sys; open(sys.argv[1], 'a').write(sys.stdin.read())")
    kept = tmp_path / "kept"
    hook = EventCommand(f'"{sys.executable}" "{script}" "{kept}"', told.append)
    status = Status(t_s=11.0, time=datetime(2026, 1, 1, 12, 0, 11, tzinfo=UTC))
    hook.show(LiveUpdate(update=Update(twitches=(twitch(10.0), twitch(10.5))), status=status))
    until(lambda: kept.exists() and kept.read_text().count("\n") >= 2)
    hook.close()
    first, second = (json.loads(line) for line in kept.read_text().splitlines())
    assert (first["onset"], first["lip"], first["side"]) == (10.0, "upper", "left")
    assert first["time"] == "2026-01-01T12:00:10.000+00:00"
    assert second["onset"] == 10.5
    assert told == []


def test_a_command_that_cannot_be_run_is_told_of_once(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from tests.session.findings import twitch
    from twitchcam.engine import Update
    from twitchcam.live.feed import LiveUpdate, Status
    from twitchcam.live.hooks import EventCommand

    told: list[str] = []
    hook = EventCommand(str(tmp_path / "missing"), told.append)
    status = Status(t_s=11.0, time=datetime(2026, 1, 1, tzinfo=UTC))
    for _ in range(3):
        hook.show(LiveUpdate(update=Update(twitches=(twitch(10.0),)), status=status))
    hook.close()
    assert len(told) == 1
    assert "cannot be run" in told[0]
