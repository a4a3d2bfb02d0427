"""`twitchcam live --serve` as a process of its own: it prints the address, the page follows, a button there ends it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from twitchcam import bundled
from twitchcam.session.notes_file import NOTES_NAME, NoteKind, read_notes
from twitchcam.session.reader import Session

pytestmark = pytest.mark.heavy


def test_a_file_is_watched_on_the_page_and_ended_from_it(tmp_path: Path) -> None:
    sample = bundled.find("samples", "sample.mp4")
    command = [sys.executable, "-m", "twitchcam", "live", "--camera", str(sample), "-o", str(tmp_path), "--serve"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            address = next(line for line in process.stderr if "token=" in line).split()[-1]
            with httpx.Client(trust_env=False, follow_redirects=True) as client:
                client.base_url = str(client.get(address).url)
                origin = address.partition("/?")[0]
                client.headers["Origin"] = origin
                cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
                feed = str(client.base_url).replace("http", "ws") + "feed"
                headers = {"Cookie": cookie}
                with connect(feed, origin=origin, additional_headers=headers, proxy=None) as opened:
                    seen = frames = 0
                    ended = False
                    while not ended:
                        message = opened.recv(timeout=120)
                        if isinstance(message, bytes):
                            seen += 1
                            continue
                        told = json.loads(message)
                        before, frames = frames, frames + len(told["t"])
                        if before < 30 <= frames:
                            assert client.post("felt", json={}).status_code == 202
                        if before < 60 <= frames:
                            assert client.post("control", json={"command": "quit"}).status_code == 202
                        ended = bool(told["status"] and told["status"]["ended"])
            assert seen > 0
            assert process.wait(120) == 0
        finally:
            process.kill()
    session = Session.load(tmp_path / "sample")
    assert session.complete
    assert [note.kind for note in read_notes(session.path / NOTES_NAME)].count(NoteKind.FELT) == 1
