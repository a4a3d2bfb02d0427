from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import av
import click
import numpy as np
import pytest

from tests.capture.recordings import Picture, cut, damage, moving, record, record_sound
from tests.engines import FakeEngine
from tests.waiting import until
from twitchcam import bundled
from twitchcam.cli import main
from twitchcam.commands._values import seconds, wall_time
from twitchcam.commands.analyze import described
from twitchcam.session.events_file import read_events
from twitchcam.session.reader import Session

ROOT = Path(__file__).parents[2]

Capture = pytest.CaptureFixture[str]


def analyze(*arguments: object) -> int:
    return main(["analyze", *map(str, arguments)])


def document(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "session.json").read_text(encoding="utf-8"))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return record(tmp_path / "clip.mp4", moving(60))


@pytest.fixture
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twitchcam.engine.Engine", FakeEngine)


@pytest.mark.usefixtures("fake_engine")
class TestWhatIsWritten:
    def test_a_session_a_summary_and_a_line(self, tmp_path: Path, clip: Path, capsys: Capture) -> None:
        out = tmp_path / "out"
        assert analyze(clip, "-o", out) == 0
        printed = capsys.readouterr()
        assert printed.out.splitlines() == [
            f"{clip}: 5 twitches in 2.0 valid of 2.0 s (4 upper left, 1 lower right): {out / 'clip'}",
            f"{out / 'summary.tsv'}: a row for each input",
        ]
        assert printed.err == ""
        assert {path.name for path in out.iterdir()} == {"clip", "summary.tsv"}

    def test_beside_the_user_by_default(self, tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert analyze("clip.mp4") == 0
        assert (tmp_path / "twitchcam-out" / "clip" / "session.json").is_file()

    def test_several_inputs_of_which_one_fails(self, tmp_path: Path, clip: Path, capsys: Capture) -> None:
        assert analyze(tmp_path / "absent.mp4", clip, "-o", tmp_path / "out", "--jobs", 1) == 1
        printed = capsys.readouterr()
        assert printed.err.splitlines() == [
            f"twitchcam: {tmp_path / 'absent.mp4'}: cannot read: No such file or directory",
            f"twitchcam: 1 of 2 inputs were not analysed to their end: {tmp_path / 'absent.mp4'}",
        ]
        assert len(printed.out.splitlines()) == 2
        assert len((tmp_path / "out" / "summary.tsv").read_text().splitlines()) == 3

    def test_the_extras(self, tmp_path: Path, clip: Path) -> None:
        assert analyze(clip, "-o", tmp_path / "out", "--annotate", "--debug-rejections") == 0
        assert {"annotated.mp4", "rejections.tsv"} <= {path.name for path in (tmp_path / "out" / "clip").iterdir()}

    def test_a_session_is_replaced_only_when_asked(self, tmp_path: Path, clip: Path, capsys: Capture) -> None:
        assert analyze(clip, "-o", tmp_path / "out") == 0
        capsys.readouterr()
        assert analyze(clip, "-o", tmp_path / "out") == 1
        assert "--overwrite" in capsys.readouterr().err
        assert analyze(clip, "-o", tmp_path / "out", "--overwrite") == 0


@pytest.mark.usefixtures("fake_engine")
class TestOptions:
    def test_all_of_them_arrive(self, tmp_path: Path, clip: Path) -> None:
        given = ["--tracker", "facemesh", "--mirrored", "--start", "0:00.5", "--end", "1.5", "--subject"]
        assert (
            analyze(clip, "-o", tmp_path / "out", *given, "subject 7", "--recorded-at", "2024-05-01T14:30:00+02:00")
            == 0
        )
        session = Session.load(tmp_path / "out" / "clip")
        assert session.config.face.tracker == "facemesh"
        assert session.config.capture.mirrored
        assert (session.config.capture.start_s, session.config.capture.end_s) == (0.5, 1.5)
        assert (session.document["frames"], session.subject) == (30, "subject 7")
        assert session.started_at == datetime.fromisoformat("2024-05-01T14:30:00+02:00")

    def test_the_command_line_is_over_the_file_and_the_file_over_the_defaults(self, tmp_path: Path, clip: Path) -> None:
        (tmp_path / "c.toml").write_text('[face]\ntracker = "facemesh"\n[capture]\nend_s = 1.0\nmirrored = true\n')
        assert analyze(clip, "-o", tmp_path / "out", "--config", tmp_path / "c.toml", "--end", "0.5") == 0
        config = Session.load(tmp_path / "out" / "clip").config
        assert (config.face.tracker, config.capture.end_s, config.capture.mirrored) == ("facemesh", 0.5, True)
        assert config.capture.min_rate_hz == 20.0


class TestNothingToAnalyse:
    """One clear line that names it, exit 1 or 2, and nothing written."""

    @pytest.fixture(autouse=True)
    def _no_engine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("twitchcam.engine.Engine", None)

    def refused(self, capfd: Capture, out: Path, *arguments: object) -> tuple[int, str]:
        capfd.readouterr()
        code = analyze(*arguments, "-o", out)
        printed = capfd.readouterr()
        assert printed.out == ""
        (line,) = printed.err.splitlines()
        assert line.startswith("twitchcam: ")
        assert not out.exists()
        return code, line

    @pytest.mark.parametrize(
        ("name", "make", "words"),
        [
            ("absent.mp4", lambda path: None, "No such file"),
            ("empty.mp4", Path.touch, "empty"),
            ("text.mp4", lambda path: path.write_text("a letter\n" * 100), "not a video"),
            ("letter.txt", lambda path: path.write_text("a letter\n" * 100), "not a video"),
            ("noise.avi", lambda path: path.write_bytes(np.random.default_rng(0).bytes(20_000)), "not a video"),
            ("voice.m4a", record_sound, "only sound"),
            ("folder", Path.mkdir, "is a folder"),
            ("cut.mp4", lambda path: cut(record(path, moving(30)), 0.7), "cut off"),
        ],
    )
    def test_inputs(
        self, tmp_path: Path, capfd: Capture, name: str, make: Callable[[Path], object], words: str
    ) -> None:
        make(tmp_path / name)
        code, line = self.refused(capfd, tmp_path / "out", tmp_path / name)
        assert code == 1
        assert words in line
        assert str(tmp_path / name) in line

    def test_an_input_without_permission(
        self, tmp_path: Path, clip: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(path: Path, *args: object, **options: object) -> None:
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr(Path, "open", refuse)
        code, line = self.refused(capfd, tmp_path / "out", clip)
        assert code == 1
        assert line == f"twitchcam: {clip}: cannot read: Permission denied"

    def test_a_start_beyond_the_end(self, tmp_path: Path, clip: Path, capfd: Capture) -> None:
        code, line = self.refused(capfd, tmp_path / "out", clip, "--start", "60")
        assert code == 1
        assert "has no picture from 60 s on" in line

    def test_an_output_that_cannot_be_written(self, tmp_path: Path, clip: Path, capfd: Capture) -> None:
        code, line = self.refused(capfd, clip / "out", clip)
        assert code == 1
        assert f"{clip / 'out'}: cannot write there" in line

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--mirored"], "--mirrored"),
            (["--tracker", "dlib"], "'fused', 'facemesh'"),
            (["--start", "soon"], "'soon' is not a time"),
            (["--recorded-at", "yesterday"], "'yesterday' is not a date"),
            (["--start", "2", "--end", "1"], "must come after the start"),
            (["--config", "absent.toml"], "absent.toml: cannot read"),
            (["--end", "0"], "end_s"),
        ],
    )
    def test_wrong_use(self, tmp_path: Path, clip: Path, capfd: Capture, arguments: list[str], words: str) -> None:
        code, line = self.refused(capfd, tmp_path / "out", clip, *arguments)
        assert code == 2
        assert words in line

    def test_no_input_at_all(self, tmp_path: Path, capfd: Capture) -> None:
        code, line = self.refused(capfd, tmp_path / "out")
        assert code == 2
        assert "INPUT" in line

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("[detection]\nmin_snrr = 5.0\n", "unknown key detection.min_snrr; the nearest one is detection.min_snr"),
            ("[detektion]\nmin_snr = 5.0\n", "unknown key detektion; the nearest one is detection"),
            ("[capture]\nmax_gap_s = -1.0\n", "capture.max_gap_s = -1.0"),
            ("not toml", "not a TOML file"),
        ],
    )
    def test_a_wrong_configuration(self, tmp_path: Path, clip: Path, capfd: Capture, text: str, words: str) -> None:
        (tmp_path / "c.toml").write_text(text)
        code, line = self.refused(capfd, tmp_path / "out", clip, "--config", tmp_path / "c.toml")
        assert code == 2
        assert words in line
        assert str(tmp_path / "c.toml") in line


def sample_pictures(begin_s: float, end_s: float, step: int = 1) -> Iterator[Picture]:
    """Pictures of the bundled sample, every ``step``-th one."""
    path = bundled.find("samples", "sample.mp4")
    assert path is not None
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if frame.time >= end_s:
                return
            if frame.time >= begin_s and index % step == 0:
                yield frame.to_ndarray(format="rgb24")


class TestWithLimits:
    """Exit 0, a session that says so, and one line on stderr; with the real engine."""

    def limited(self, capfd: Capture, path: Path) -> tuple[dict[str, Any], str]:
        out = path.parent / "out"
        capfd.readouterr()
        assert analyze(path, "-o", out) == 0
        printed = capfd.readouterr()
        (line,) = printed.err.splitlines()
        assert line.startswith(f"twitchcam: {path}: ")
        assert len(printed.out.splitlines()) == 2
        assert {folder.name for folder in out.iterdir()} == {path.stem, "summary.tsv"}
        session = Session.load(out / path.stem)
        assert session.complete
        assert "; ".join(session.document["warnings"]) == line.removeprefix(f"twitchcam: {path}: ")
        assert "\twarning\t" in (out / "summary.tsv").read_text()
        return session.document, line

    @pytest.mark.parametrize(
        ("name", "make", "words"),
        [
            (
                "cut.mp4",
                lambda path: cut(record(path, moving(90), container_options={"movflags": "faststart"}), 0.5),
                "cut short",
            ),
            ("cut.ts", lambda path: cut(record(path, moving(90)), 0.503), "cut short"),
            ("hurt.mp4", lambda path: damage(record(path, moving(90), options={"g": "15"}), 0.4, 0.5), "damaged"),
            ("hurt.ts", lambda path: damage(record(path, moving(90), options={"g": "15"}), 0.4, 0.5), "damaged"),
            ("faceless.mp4", lambda path: record(path, moving(60)), "no face"),
            ("one.mp4", lambda path: record(path, moving(1)), "no time was valid"),
            ("two.mp4", lambda path: record(path, moving(2)), "no time was valid"),
        ],
    )
    def test_nobody_to_see(
        self, tmp_path: Path, capfd: Capture, name: str, make: Callable[[Path], object], words: str
    ) -> None:
        make(tmp_path / name)
        found, line = self.limited(capfd, tmp_path / name)
        assert words in line
        assert (found["valid_min"], found["valid_share"], found["counts"]["twitch"]) == (0.0, 0.0, 0)
        assert found["rates_per_valid_min"]["twitch"] is None

    @pytest.mark.heavy
    def test_a_face_lost_and_found(self, tmp_path: Path, capfd: Capture) -> None:
        nobody = [np.full((480, 640, 3), 90, np.uint8)] * 45
        pictures = [*sample_pictures(0, 3), *nobody, *sample_pictures(3, 6)]
        path = record(tmp_path / "lost.mp4", pictures, options={"crf": "12"})
        found, line = self.limited(capfd, path)
        assert "no face was found" in line
        assert found["face_share"] == pytest.approx(180 / 225, abs=0.05)
        assert 0.4 < found["valid_share"] <= 0.82
        segments = Session.load(tmp_path / "out" / "lost").segments
        (lost,) = [segment for segment in segments if segment.kind == "no_face"]
        assert lost.onset_s == pytest.approx(3.0, abs=0.15)
        assert lost.duration_s == pytest.approx(1.5, abs=0.3)

    @pytest.mark.heavy
    def test_ten_frames_a_second(self, tmp_path: Path, capfd: Capture) -> None:
        path = record(tmp_path / "slow.mp4", sample_pictures(0, 9, step=3), rate=10, options={"crf": "12"})
        found, line = self.limited(capfd, path)
        assert "20 frames per second" in line
        assert (found["valid_min"], found["counts"]["twitch"]) == (0.0, 0)
        assert found["rate_hz"] == pytest.approx(10, abs=0.01)


#: ``twitchcam`` with an engine that waits at a frame for a line on its standard input.
WAITING = """
import sys
import twitchcam.engine
from tests.engines import FakeEngine
from twitchcam.cli import main

class WaitingEngine(FakeEngine):
    frames = 0

    def push(self, frame):
        self.frames += 1
        if self.frames == 40:
            print("waiting", flush=True)
            sys.stdin.readline()
        return super().push(frame)

twitchcam.engine.Engine = WaitingEngine
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.heavy
class TestCtrlC:
    def start(self, *arguments: object) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([sys.executable, *map(str, arguments)], text=True, cwd=ROOT, **pipes)

    def test_what_was_found_is_kept(self, tmp_path: Path, clip: Path) -> None:
        other = record(tmp_path / "other.mp4", moving(10))
        with self.start("-c", WAITING, "analyze", clip, other, "--jobs", 1, "-o", tmp_path / "out") as process:
            assert process.stdout.readline() == "waiting\n"
            process.send_signal(signal.SIGINT)
            out, err = process.communicate("\n")
        assert process.returncode == 1
        assert "4 twitches" in out
        said = err.splitlines()
        assert said[0].startswith("twitchcam: stopping; what was found is kept")
        assert said[1] == f"twitchcam: {clip}: stopped by the user at 1.3 s"
        assert said[2] == f"twitchcam: {other}: stopped by the user before it was begun"
        assert said[3] == f"twitchcam: 2 of 2 inputs were not analysed to their end: {clip}, {other}"
        assert len(said) == 4
        session = Session.load(tmp_path / "out" / "clip")
        assert session.complete
        assert session.document["interrupted"] is True
        assert session.document["frames"] == 40
        assert len(session.events) == 4
        assert {path.name for path in (tmp_path / "out").iterdir()} == {"clip", "summary.tsv"}

    def test_a_second_one_ends_at_once(self, tmp_path: Path, clip: Path) -> None:
        with self.start("-c", WAITING, "analyze", clip, "-o", tmp_path / "out") as process:
            assert process.stdout.readline() == "waiting\n"
            process.send_signal(signal.SIGINT)
            assert "stopping" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            _, err = process.communicate()
        assert process.returncode == 130
        assert err.strip() == "twitchcam: interrupted"
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["clip.partial"]
        session = Session.load(tmp_path / "out" / "clip")
        assert not session.complete
        assert len(session.events) == 3

    def test_with_the_real_engine(self, tmp_path: Path) -> None:
        sample = bundled.find("samples", "sample.mp4")
        events = tmp_path / "out" / "sample.partial" / "events.tsv"
        with self.start("-m", "twitchcam", "analyze", sample, "-o", tmp_path / "out") as process:
            until(
                lambda: events.exists() and events.read_text().count("\n") > 1,
                ended=lambda: process.poll() is not None,
                said=process.communicate,
            )
            process.send_signal(signal.SIGINT)
            _, err = process.communicate()
        assert process.returncode == 1
        assert "stopped by the user at" in err
        session = Session.load(tmp_path / "out" / "sample")
        assert session.complete
        assert session.document["interrupted"] is True
        assert session.document["frames"] < 600
        assert len(read_events(session.path / "events.tsv")) >= 1


@pytest.mark.heavy
def test_a_bar_with_the_time_left_on_a_terminal_only(tmp_path: Path, clip: Path) -> None:
    terminal, its_end = pty.openpty()
    script = WAITING.replace("twitchcam.engine.Engine = WaitingEngine", "twitchcam.engine.Engine = FakeEngine")
    with subprocess.Popen(
        [sys.executable, "-c", script, "analyze", str(clip), "-o", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=its_end,
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:
        os.close(its_end)
        shown = "".join(iter(lambda: read_terminal(terminal), ""))
        assert process.stdout is not None
        printed = process.stdout.read().decode()
    os.close(terminal)
    assert process.returncode == 0
    assert "analysing clip.mp4" in shown
    assert "%" in shown
    assert "0:00:0" in shown
    assert printed.count("\n") == 2
    assert "analysing" not in printed


def read_terminal(terminal: int) -> str:
    """What was shown since; empty once nobody holds the other end any more."""
    try:
        return os.read(terminal, 1 << 16).decode(errors="replace")
    except OSError:
        return ""


@pytest.mark.parametrize(
    ("text", "expected"), [("90", 90.0), ("1:30", 90.0), ("1:01:30.5", 3690.5), (".5", 0.5), (" 2. ", 2.0)]
)
def test_times_as_people_type_them(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "-1", "1:2:3:4", "1e3", "5s", "nan"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(click.BadParameter):
        seconds(text)


def test_a_wall_time_without_offset_is_local() -> None:
    assert wall_time("2024-05-01T14:30+02:00") == datetime.fromisoformat("2024-05-01T14:30:00+02:00")
    assert wall_time("2024-05-01 14:30").utcoffset() is not None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "0 twitches in 10.0 valid of 20.0 s"),
        ({"twitch": 1, "upper_left": 1}, "1 twitch in 10.0 valid of 20.0 s (1 upper left)"),
        (
            {"twitch": 2, "spasm": 1, "both_right": 3, "duration_s": 600.0},
            "2 twitches, 1 spasm in 0.2 valid of 10.0 min (3 both right)",
        ),
        (
            {"twitch": 1, "upper_left": 1, "rates": {"twitch": 0.0, "spasm": 0.0}},
            "1 twitch, outside valid time, in 10.0 valid of 20.0 s (1 upper left)",
        ),
        (
            {"twitch": 3, "upper_left": 3, "rates": {"twitch": 6.0, "spasm": 0.0}},
            "3 twitches, 2 outside valid time, in 10.0 valid of 20.0 s (3 upper left)",
        ),
        (
            {"twitch": 3, "upper_left": 3, "rates": {"twitch": None, "spasm": None}, "valid_s": 0.0},
            "3 twitches, all outside valid time, in 0.0 valid of 20.0 s (3 upper left)",
        ),
    ],
)
def test_results_in_a_few_words(changes: dict[str, Any], expected: str) -> None:
    valid_min = changes.get("valid_s", 10.0) / 60
    found = {
        "counts": {
            "twitch": changes.get("twitch", 0),
            "spasm": changes.get("spasm", 0),
            "by_lip_and_side": {place: changes.get(place, 0) for place in ("upper_left", "both_right")},
        },
        "valid_min": valid_min,
        "rates_per_valid_min": changes.get("rates")
        or {name: changes.get(name, 0) / valid_min for name in ("twitch", "spasm")},
        "duration_s": changes.get("duration_s", 20.0),
    }
    assert described(found) == expected
