"""The window on a real, if invisible, screen: it opens beside PyAV, its keys work, and closing it ends the session."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.live.streams import StreamServer
from tests.waiting import PATIENCE_S, until
from twitchcam.session.notes_file import NOTES_NAME, NoteKind, read_notes
from twitchcam.session.reader import Session


@pytest.fixture
def screen() -> Iterator[str]:
    """An X server with nobody before it; the name of its display."""
    for program, package in (("Xvfb", "xvfb"), ("xdotool", "xdotool")):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is missing: apt-get install {package}")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.mark.heavy
def test_a_session_in_the_window(tmp_path: Path, screen: str) -> None:
    here = {**os.environ, "DISPLAY": screen, "QT_LOGGING_RULES": "*=false"}

    def xdotool(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["xdotool", *arguments], env=here, capture_output=True, text=True, check=False)

    def noted(kind: NoteKind) -> list[str]:
        return [note.text for path in tmp_path.rglob(NOTES_NAME) for note in read_notes(path) if note.kind is kind]

    def press(*keys: str) -> None:
        for key in keys:
            xdotool("key", key)
            time.sleep(0.2)

    def pressed(keys: tuple[str, ...], condition: Callable[[], bool]) -> bool:
        press(*keys)
        return condition()

    with StreamServer() as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "twitchcam", "live", "--camera", stream.address, "-o", str(tmp_path)],
            env=here,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        runs_until = partial(until, ended=lambda: process.poll() is not None, said=process.communicate)
        runs_until(lambda: bool(xdotool("search", "--name", "twitchcam").stdout))
        runs_until(lambda: any(path.stat().st_size > 2000 for path in tmp_path.rglob("signals.csv")))
        runs_until(lambda: pressed(("f",), lambda: len(noted(NoteKind.FELT)) >= 1))
        runs_until(lambda: pressed(("n", "t", "e", "a", "Return"), lambda: len(noted(NoteKind.NOTE)) >= 1))
        xdotool("key", "q")
        said, remarks = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, remarks
    assert "tea" in noted(NoteKind.NOTE)
    (folder,) = tmp_path.iterdir()
    assert Session.load(folder).complete
    assert "felt twitches were seen" in said
