"""``twitchcam check``: what works on this machine, and what to do about what does not.

It must run where almost nothing works, so it imports nothing but click and the standard library; every library, the
model, the cameras and the display are tried in child processes.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from twitchcam.commands import _options, _remedies

_CHILD = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from twitchcam.commands import _probes
_probes.run(*sys.argv[2:])
"""
_DEVICES = Path("/dev")
_TIMEOUT_S = 120.0
_CAMERA_TIMEOUT_S = 20.0


class Status(StrEnum):
    """How a check ended."""

    FINE = "fine"
    NOTE = "note"
    FAILED = "failed"


_MARKS = {Status.FINE: ("✓", "green"), Status.NOTE: ("!", "yellow"), Status.FAILED: ("✗", "red")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the list: what was checked, how it is, and what to do where it is not fine."""

    name: str
    status: Status
    detail: str
    remedy: str | None = None


@click.command()
@_options.as_json("the findings")
def command(as_json: bool) -> None:
    """Say whether libraries, model, cameras and display work here.

    Every line that is not fine says what to do. Exit 1 if something that `analyze` needs is missing; a missing camera
    or display is only noted, since recordings can be analysed without.
    """
    findings = []
    for finding in findings_here():
        findings.append(finding)
        if not as_json:
            _print(finding)
    failed = [f for f in findings if f.status is Status.FAILED]
    if as_json:
        click.echo(json.dumps({"ok": not failed, "findings": [asdict(f) for f in findings]}, indent=2))
    elif failed:
        click.echo(f"\nNot ready: {', '.join(f.name for f in failed)}. Do what the arrows say, then check again.")
    else:
        click.echo("\nReady: `twitchcam analyze VIDEO -o FOLDER` will work here.")
    click.get_current_context().exit(1 if failed else 0)


def findings_here() -> Iterator[Finding]:
    """Every check of this machine, as it is done."""
    yield check_python()
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield from pool.map(check_library, _remedies.LIBRARIES)
    yield check_opencv_alone()
    yield check_model()
    yield check_networks()
    yield check_trial()
    yield check_encoders()
    yield from check_cameras()
    yield check_display()


def check_python() -> Finding:
    """Python is one that the libraries have wheels for."""
    version = platform.python_version()
    detail = f"{version}, {platform.system()} {platform.machine()}"
    if (3, 11) <= sys.version_info < (3, 14):
        return Finding(name="Python", status=Status.FINE, detail=detail)
    return Finding(name="Python", status=Status.FAILED, detail=detail, remedy="install Python 3.11, 3.12 or 3.13")


def check_library(module: str) -> Finding:
    """A library can be imported and is of a version that twitchcam accepts."""
    distribution = _remedies.LIBRARIES[module]
    name = distribution if distribution == module else f"{distribution} ({module})"
    answer = in_child("library", module)
    if "error" in answer:
        return Finding(
            name=name,
            status=Status.FAILED,
            detail=answer["error"],
            remedy=_remedies.import_remedy(answer["error"], module),
        )
    version = _remedies.version(distribution) or answer["version"] or "unknown version"
    if not _remedies.is_accepted(distribution):
        wanted = _remedies.requirement(distribution)
        detail = f"{version}, but twitchcam needs {wanted}"
        return Finding(name=name, status=Status.FAILED, detail=detail, remedy=_remedies.pip(wanted))
    return Finding(name=name, status=Status.FINE, detail=version)


def check_opencv_alone() -> Finding:
    """No second OpenCV distribution has overwritten ``cv2``."""
    others = ("opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")
    found = [name for name in others if _remedies.version(name)]
    if not found:
        return Finding(name="one OpenCV", status=Status.FINE, detail="no other distribution of cv2 beside it")
    return Finding(
        name="one OpenCV",
        status=Status.NOTE,
        detail=f"{', '.join(found)} overwrites parts of opencv-contrib-python",
        remedy=f"{Path(sys.executable).name} -m pip uninstall {' '.join(found)} opencv-contrib-python, "
        f"then {_remedies.pip(_remedies.requirement('opencv-contrib-python'))}",
    )


def check_model() -> Finding:
    """The face model is there and unaltered."""
    from twitchcam.face.model_file import model_path

    return _model("face model", lambda: f"{model_path()}, checksum right")


def check_networks() -> Finding:
    """The networks for a moving mouth are there."""
    name = "networks"
    try:
        from twitchcam.motion.weights_file import WEIGHTS_NAME, bundled_weights
    except ImportError:
        return Finding(name=name, status=Status.NOTE, detail="not looked at: a library above is missing")

    def look() -> str:
        bundled_weights()
        return f"{WEIGHTS_NAME}, for a mouth that moves"

    return _model(name, look)


def _model(name: str, look: Callable[[], str]) -> Finding:
    """What looking at a file of the package says, or what is wrong with it."""
    from twitchcam.errors import ModelError
    from twitchcam.face.model_file import REMEDY

    try:
        return Finding(name=name, status=Status.FINE, detail=look())
    except ModelError as error:
        detail = str(error).removesuffix(REMEDY).rstrip(":; ")
        return Finding(name=name, status=Status.FAILED, detail=detail, remedy=REMEDY)


def check_trial() -> Finding:
    """The model finds a face here."""
    name = "trial run"
    answer = in_child("model")
    if "error" in answer:
        return Finding(
            name=name, status=Status.FAILED, detail=answer["error"], remedy=_remedies.trial_remedy(answer["error"])
        )
    if answer["looked_at_a_face"] and not answer["found"]:
        return Finding(
            name=name,
            status=Status.FAILED,
            detail="the model runs but finds no face in the bundled sample",
            remedy=_remedies.pip("--force-reinstall " + _remedies.requirement("mediapipe")),
        )
    what = "a face found" if answer["found"] else "the model runs (there is no sample here to find a face in)"
    return Finding(name=name, status=Status.FINE, detail=f"{what} in {answer['took_ms']:.0f} ms")


def check_encoders() -> Finding:
    """Videos can be written (``--annotate``, ``simulate``)."""
    name = "video writing"
    answer = in_child("encoders")
    missing = ["PyAV"] if "error" in answer else [encoder for encoder, there in answer.items() if not there]
    if not missing:
        return Finding(name=name, status=Status.FINE, detail="H.264 (libx264) and AAC")
    return Finding(
        name=name,
        status=Status.NOTE,
        detail=f"without {' and '.join(missing)}; analyze works, --annotate and simulate do not",
        remedy=_remedies.pip(f"--force-reinstall --only-binary av {_remedies.requirement('av')}"),
    )


def check_cameras() -> Iterator[Finding]:
    """Cameras that deliver a picture; none is no fault."""
    none = Finding(name="camera", status=Status.NOTE, detail="none found; recordings can be analysed without one")
    devices = sorted(_DEVICES.glob("video*"), key=lambda path: (len(path.name), path.name))
    if sys.platform.startswith("linux") and not devices:
        yield none
        return
    closed = [str(path) for path in devices if not os.access(path, os.R_OK | os.W_OK)]
    if closed:
        yield Finding(
            name="camera",
            status=Status.NOTE,
            detail=f"{', '.join(closed)}: no permission",
            remedy="sudo usermod -aG video $USER, then log in again",
        )
        return
    indices = [path.name.removeprefix("video") for path in devices] or ["0", "1", "2"]
    found = False
    for index in indices:
        answer = in_child("camera", index, timeout_s=_CAMERA_TIMEOUT_S)
        if "error" not in answer:
            found = True
            detail = f"{answer['width']}x{answer['height']}"
            if answer["rate_hz"] > 0:
                detail += f", {answer['rate_hz']:g} pictures a second"
            yield Finding(name=f"camera {index}", status=Status.FINE, detail=detail)
    if devices and not found:
        yield Finding(
            name="camera",
            status=Status.NOTE,
            detail=f"{', '.join(map(str, devices))}: no picture",
            remedy="close other programs that use the camera, open its shutter, plug it in again",
        )
    elif not found:
        yield none


def check_display() -> Finding:
    """A window can be opened; OpenCV ends the process where it cannot, so a child tries."""
    name = "display"
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return Finding(name=name, status=Status.NOTE, detail="none here; only a live window needs one")
    answer = in_child("window")
    if "error" in answer:
        return Finding(name=name, status=Status.NOTE, detail="no window can be opened; only a live window needs one")
    return Finding(name=name, status=Status.FINE, detail="a window can be opened")


def in_child(probe: str, *arguments: str, timeout_s: float = _TIMEOUT_S) -> dict[str, Any]:
    """The answer of a function of :mod:`twitchcam.commands._probes` run in a process of its own.

    Args:
        probe: Name of the function.
        arguments: Its arguments.
        timeout_s: After this long the process is killed.

    Returns:
        What it returned; ``{"error": sentence}`` if it raised, crashed or hung.
    """
    here = [str(Path(entry).resolve()) for entry in sys.path]
    quiet = {"OPENCV_LOG_LEVEL": "SILENT", "OPENCV_FFMPEG_LOGLEVEL": "-8", "GLOG_minloglevel": "3"}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _CHILD, json.dumps(here), probe, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **quiet},
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {timeout_s:g} s"}
    lines = done.stdout.decode(errors="replace").split("\n")
    try:
        answer = json.loads(lines[-2])
    except (IndexError, ValueError):
        return {"error": f"the process crashed ({_how_it_ended(done.returncode)})"}
    assert isinstance(answer, dict)
    return answer


def _how_it_ended(returncode: int) -> str:
    if returncode >= 0:
        return f"exit code {returncode}"
    try:
        return signal.Signals(-returncode).name
    except ValueError:
        return f"signal {-returncode}"


def _print(finding: Finding) -> None:
    mark, colour = _MARKS[finding.status]
    click.echo(f"{click.style(mark, fg=colour)} {finding.name:<30} {finding.detail}")
    if finding.remedy:
        click.echo(f"  {'':<30} → {finding.remedy}")
