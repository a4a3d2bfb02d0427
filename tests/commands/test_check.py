from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from twitchcam import bundled
from twitchcam.commands import _remedies, check
from twitchcam.commands.check import Finding, Status
from twitchcam.face import model_file
from twitchcam.motion import weights_file

Fake = Callable[[str, str], None]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Puts a module of the given source in front of the real one, for the children too."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(module: str, source: str) -> None:
        (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")

    return write


@pytest.fixture
def everything_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    fine = [
        Finding(name="one", status=Status.FINE, detail="1.0"),
        Finding(name="two", status=Status.NOTE, detail="none"),
    ]
    monkeypatch.setattr(check, "findings_here", lambda: iter(fine))


def test_a_working_machine_passes() -> None:
    # The machine that runs these tests has what analyze needs; cameras and displays are only noted.
    env = {key: value for key, value in os.environ.items() if key != "DISPLAY"} | {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "twitchcam", "check"], capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 0, done.stdout
    assert done.stderr == ""
    assert "✗" not in done.stdout
    for name in ("Python", "opencv-contrib-python (cv2)", "mediapipe", "face model", "trial run", "camera", "display"):
        assert any(name in line for line in done.stdout.splitlines()), name


@pytest.mark.parametrize(
    ("module", "source", "detail", "remedy"),
    [
        (
            "cv2",
            "raise ImportError('libGL.so.1: cannot open shared object file: No such file or directory')",
            "libGL.so.1",
            "apt-get install .*libgl1 .*libGL.so.1",
        ),
        (
            "mediapipe",
            "raise OSError('libGLESv2.so.2: cannot open shared object file: No such file or directory')",
            "libGLESv2.so.2",
            "apt-get install .*libgles2 .*libGLESv2.so.2",
        ),
        (
            "av",
            "raise ImportError('libodd.so.7: cannot open shared object file: No such file or directory')",
            "libodd.so.7",
            "system package that holds libodd.so.7",
        ),
        ("mediapipe", "raise ModuleNotFoundError(\"No module named 'mediapipe'\")", "No module", 'install "?mediapipe'),
        ("cv2", "import numpy_that_is_not_there", "numpy_that", 'install "?opencv-contrib-python'),
        ("scipy", "raise RuntimeError('compiled for another\\nprocessor')", "another processor", "--force-reinstall"),
        ("av", "import os; os.abort()", "crashed", "--force-reinstall"),
        ("av", "import sys; sys.exit(3)", "3", "--force-reinstall"),
    ],
)
def test_a_library_that_cannot_be_imported_is_named_with_its_remedy(
    module: str, source: str, detail: str, remedy: str, fake: Fake
) -> None:
    fake(module, source)
    finding = check.check_library(module)
    assert finding.status is Status.FAILED
    assert module in finding.name
    assert detail in finding.detail
    assert "\n" not in finding.detail
    assert finding.remedy is not None
    assert re.search(remedy, finding.remedy)


def test_check_runs_and_fails_without_cv2_and_mediapipe(fake: Fake, tmp_path: Path) -> None:
    fake("cv2", "raise ModuleNotFoundError(\"No module named 'cv2'\")")
    fake("mediapipe", "raise ModuleNotFoundError(\"No module named 'mediapipe'\")")
    env = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "twitchcam", "check"], capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 1
    assert done.stderr == ""
    failed = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("✗")]
    assert failed == ["opencv-contrib-python", "mediapipe", "trial"]
    assert "Not ready" in done.stdout


def test_a_version_that_is_not_accepted_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_remedies.metadata, "requires", lambda name: ["mediapipe==0.10.1", 'ruff>=1; extra == "dev"'])
    finding = check.check_library("mediapipe")
    assert finding.status is Status.FAILED
    assert "mediapipe==0.10.1" in finding.detail
    assert finding.remedy is not None
    assert finding.remedy.endswith('install "mediapipe==0.10.1"')


def test_a_second_opencv_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_remedies, "version", lambda name: "4.11" if name == "opencv-python" else None)
    finding = check.check_opencv_alone()
    assert finding.status is Status.NOTE
    assert "uninstall opencv-python opencv-contrib-python" in (finding.remedy or "")


def test_a_missing_model_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "places", lambda kind: (tmp_path, tmp_path))
    model_file.model_path.cache_clear()
    finding = check.check_model()
    model_file.model_path.cache_clear()
    assert finding.status is Status.FAILED
    assert finding.detail.endswith(f"is missing from {tmp_path}")
    assert finding.remedy == model_file.REMEDY


def test_missing_networks_are_named_with_their_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "places", lambda kind: (tmp_path, tmp_path))
    weights_file.bundled_weights.cache_clear()
    finding = check.check_networks()
    weights_file.bundled_weights.cache_clear()
    assert finding.status is Status.FAILED
    assert finding.detail.endswith(f"is missing from {tmp_path}")
    assert finding.remedy == model_file.REMEDY
    monkeypatch.undo()
    assert check.check_networks().status is Status.FINE


def test_a_model_that_finds_no_face_in_the_sample_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {"looked_at_a_face": True, "found": False, "took_ms": 10.0}
    monkeypatch.setattr(check, "in_child", lambda *arguments, **options: answer)
    assert check.check_trial().status is Status.FAILED
    answer["found"] = True
    assert check.check_trial().status is Status.FINE


def test_missing_encoders_are_noted(fake: Fake) -> None:
    fake("av", "codecs_available = {'aac'}")
    finding = check.check_encoders()
    assert finding.status is Status.NOTE
    assert "without libx264;" in finding.detail


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="cameras are files under /dev on Linux only")
@pytest.mark.parametrize(
    ("devices", "answer", "status", "detail"),
    [
        ([], {}, [Status.NOTE], "none found"),
        (["video0"], {"error": "it delivers no picture"}, [Status.NOTE], "no picture"),
        (["video0"], {"width": 640, "height": 480, "rate_hz": 30.0}, [Status.FINE], "640x480, 30 pictures a second"),
        (["video0", "video2"], {"width": 640, "height": 480, "rate_hz": 0.0}, [Status.FINE, Status.FINE], "640x480"),
    ],
)
def test_cameras(
    devices: list[str],
    answer: dict[str, object],
    status: list[Status],
    detail: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for device in devices:
        (tmp_path / device).touch()
    monkeypatch.setattr(check, "_DEVICES", tmp_path)
    monkeypatch.setattr(check, "in_child", lambda *arguments, **options: answer)
    findings = list(check.check_cameras())
    assert [finding.status for finding in findings] == status
    assert detail in findings[-1].detail


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the display's address is an environment variable on Linux only"
)
def test_a_display_that_ends_the_process_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("DISPLAY", ":987")
    finding = check.check_display()
    assert finding.status is Status.NOTE
    assert "no window can be opened" in finding.detail


def test_a_child_that_hangs_is_ended(fake: Fake) -> None:
    fake("av", "import time; time.sleep(60)")
    assert check.in_child("library", "av", timeout_s=0.5) == {"error": "no answer within 0.5 s"}


def test_json(everything_fine: None) -> None:
    result = CliRunner().invoke(check.command, ["--json"])
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["ok"] is True
    assert data["findings"][1] == {"name": "two", "status": "note", "detail": "none", "remedy": None}


def test_a_note_does_not_fail(everything_fine: None) -> None:
    result = CliRunner().invoke(check.command, [])
    assert result.exit_code == 0
    assert "! two" in result.stdout
    assert "Ready" in result.stdout
