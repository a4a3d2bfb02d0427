from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest

from tests.review.sessions import make_session
from tests.waiting import until
from twitchcam.cli import main
from twitchcam.session.review_file import REVIEW_NAME, read_verdicts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_session(tmp_path)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the command prints for the user, as soon as it is printed."""
    import click

    lines: list[str] = []
    monkeypatch.setattr(click, "echo", lambda line, err=False: lines.append(line))
    return lines


def test_the_printed_page_reviews_the_session_until_it_is_done(folder: Path, printed: list[str]) -> None:
    code: list[int] = []
    running = threading.Thread(target=lambda: code.append(main(["review", str(folder), "--reviewer", " A.  B. "])))
    running.start()
    try:
        addresses = until(
            lambda: [line for line in printed if "token=" in line],
            ended=lambda: not running.is_alive(),
            said=lambda: printed,
        )
        address = addresses[0].split()[-1]
        with httpx.Client(trust_env=False, follow_redirects=True) as client:
            client.base_url = str(client.get(address).url)
            client.headers["Origin"] = address.partition("/?")[0]
            asked = {"event": 2.0, "trial_type": "twitch", "verdict": "rejected"}
            assert client.post("verdict", json=asked).status_code == 200
            assert client.post("done", json={}).status_code == 200
    finally:
        running.join(60)
    assert code == [0]
    assert "1 of 3 events judged: 0 confirmed, 1 rejected, 0 relabelled, 0 added" in printed[-1]
    assert any("clip.mp4 is not near it" in line and "traces alone" in line for line in printed)
    assert [verdict.reviewer for verdict in read_verdicts(folder / REVIEW_NAME)] == ["A. B."]


def test_a_video_that_was_named_and_is_not_there_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(folder), "--video", str(folder / "absent.mp4")]) == 1
    assert "there is no such file" in capsys.readouterr().err


def test_a_folder_that_is_no_session_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(tmp_path)]) == 1
    assert "is not a session" in capsys.readouterr().err
