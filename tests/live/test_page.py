"""The live page's server, without a browser: what it tells, what it takes, and that it holds up nobody."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.live.fake_loop import frame, updates
from tests.waiting import until
from twitchcam.errors import UsageError
from twitchcam.live.feed import AddNote, Command, Control, LiveUpdate
from twitchcam.live.page import LivePage, serve
from twitchcam.session.notes_file import NoteKind


@pytest.fixture
def commands() -> queue.SimpleQueue[Command]:
    return queue.SimpleQueue()


@pytest.fixture
def page(commands: queue.SimpleQueue[Command]) -> Iterator[LivePage]:
    page = serve(commands.put, title="me")
    yield page
    page.close()


@pytest.fixture
def script(page: LivePage) -> Iterator[httpx.Client]:
    """A script that was given the token."""
    door = page._server.door
    with httpx.Client(
        base_url=door.origin, headers={"Authorization": f"Bearer {door.token}"}, trust_env=False
    ) as client:
        yield client


@contextmanager
def tab(page: LivePage, **options: object) -> Iterator[ClientConnection]:
    door = page._server.door
    headers = {"Cookie": f"{door.cookie_name}={door.cookie}"}
    address = f"ws://127.0.0.1:{door.port}{door.path}feed"
    with connect(address, origin=door.origin, additional_headers=headers, proxy=None, **options) as opened:
        yield opened


def news(opened: ClientConnection) -> dict[str, object]:
    """The next message that is no picture."""
    while isinstance(message := opened.recv(timeout=20), bytes):
        pass
    return json.loads(message)


def wait_for_tabs(page: LivePage, count: int) -> None:
    until(lambda: page._tabs.tabs == count, said=lambda: f"{page._tabs.tabs} tabs are open")


def test_a_tab_gets_all_that_is_known_and_then_every_frame(page: LivePage) -> None:
    feed = updates()
    for update in islice(feed, 60):
        page.show(update)
    with tab(page) as opened:
        first = news(opened)
        assert first["kind"] == "all"
        assert first["title"] == "me"
        for update in islice(feed, 60):
            page.show(update)
        times = list(first["t"])
        while len(times) < 120:
            message = news(opened)
            assert message["kind"] == "news"
            times += message["t"]
    assert times == [round(index / 30, 4) for index in range(120)]


def test_no_picture_is_made_while_nobody_looks(page: LivePage) -> None:
    made = []

    def watched(t_s: float):
        shown = frame(t_s)
        return shown.__class__(t_s=t_s, luma=shown.luma, to_rgb=lambda: made.append(t_s) or shown.to_rgb())

    feed = updates(frames=watched)
    for update in islice(feed, 30):
        page.show(update)
    assert made == []
    with tab(page) as opened:
        wait_for_tabs(page, 1)
        page.show(next(feed))
        while not isinstance(opened.recv(timeout=20), bytes):
            pass
    assert made == [1.0]


def test_closing_one_tab_changes_nothing_for_the_other(page: LivePage) -> None:
    with tab(page) as stays:
        with tab(page):
            wait_for_tabs(page, 2)
        wait_for_tabs(page, 1)
        news(stays)
        page.show(next(updates()))
        assert news(stays)["t"] == [0.0]


def test_the_last_news_reaches_every_tab_before_the_end(page: LivePage) -> None:
    feed = list(islice(updates(), 2))
    with tab(page) as first, tab(page) as second:
        wait_for_tabs(page, 2)
        status = feed[1].status
        kept = {name: getattr(status, name) for name in status.__slots__}
        page.show(feed[0])
        page.show(LiveUpdate(status=status.__class__(**{**kept, "ended": True})))
        page.close()
        for opened in (first, second):
            while True:
                message = news(opened)
                if message["status"] and message["status"]["ended"]:
                    break
            with pytest.raises(ConnectionClosed):
                news(opened)
    page.close()
    page.show(feed[0])


def test_a_script_can_say_that_one_was_felt(script: httpx.Client, commands: queue.SimpleQueue[Command]) -> None:
    assert script.post("/felt").status_code == 202
    assert commands.get_nowait() == AddNote(kind=NoteKind.FELT)


def test_a_note_reaches_the_loop_and_every_tab(
    page: LivePage, script: httpx.Client, commands: queue.SimpleQueue[Command]
) -> None:
    page.show(next(updates()))
    with tab(page) as opened:
        news(opened)
        asked = {"kind": "trigger", "name": "caffeine", "value": "2", "text": "a\tb\n"}
        assert script.post("/note", json=asked).status_code == 202
        assert commands.get_nowait() == AddNote(kind=NoteKind.TRIGGER, name="caffeine", value="2", text="a b")
        while not (notes := news(opened)["notes"]):
            pass
    assert notes[0]["name"] == "caffeine"
    assert notes[0]["t"] == 0.0


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/note", {"kind": "protocol", "name": "rest"}),
        ("/note", {"kind": "gossip", "text": "x"}),
        ("/note", {"kind": "trigger"}),
        ("/note", {"text": "x" * 2000}),
        ("/felt", {"onset": 3}),
        ("/control", {"command": "format"}),
        ("/control", {}),
    ],
)
def test_what_makes_no_sense_is_refused_and_told(
    script: httpx.Client, commands: queue.SimpleQueue[Command], path: str, asked: dict[str, object]
) -> None:
    answer = script.post(path, json=asked)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert commands.empty()


@pytest.mark.parametrize("command", list(Control))
def test_controls_reach_the_loop(script: httpx.Client, commands: queue.SimpleQueue[Command], command: Control) -> None:
    assert script.post("/control", json={"command": command.value}).status_code == 202
    assert commands.get_nowait() is command


def test_nothing_is_changed_by_looking(script: httpx.Client, commands: queue.SimpleQueue[Command]) -> None:
    for path in ("/felt", "/note", "/control"):
        assert script.get(path).status_code in (404, 405)
    assert commands.empty()


def test_the_port_can_be_chosen_once(page: LivePage) -> None:
    with pytest.raises(UsageError, match="is taken"):
        serve(lambda command: None, port=page._server.door.port)
