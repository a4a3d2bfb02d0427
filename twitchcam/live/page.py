"""The live display as a local web page: ``twitchcam live --serve``."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from twitchcam.live.broadcast import Broadcaster
from twitchcam.live.feed import AddNote, Command, Control, LiveUpdate
from twitchcam.live.messages import PageState
from twitchcam.live.pictures import Picture, encoded
from twitchcam.session.notes_file import NoteKind
from twitchcam.webpage.bodies import choice_of, read_object, text_of
from twitchcam.webpage.frame import page_route
from twitchcam.webpage.server import PageServer

STATIC_DIR = Path(__file__).parent / "static"

#: The page is told of what happened at most this often; every frame's values are among it.
PACE_S = 0.03
#: Pictures are for orientation; the traces have every frame.
PICTURE_INTERVAL_S = 1 / 15
#: How long tabs may take to get the last news.
PATIENCE_S = 1.0

#: Updates that may wait for the server's thread: minutes of them.
_MAX_WAITING = 8192
#: What a person may note from the page; parts of the protocol are noted by the loop.
_NOTED = frozenset({NoteKind.NOTE, NoteKind.TRIGGER, NoteKind.TREATMENT, NoteKind.FELT})


class LivePage:
    """A display that any number of tabs on this computer can look at. It answers from the time it is made.

    Args:
        commands: Takes what the person asks for, from another thread; must not block.
        port: Port to listen on; 0 takes a free one.
        title: What is watched, for the page's heading.

    Raises:
        UsageError: the port is taken or not allowed.
    """

    def __init__(self, commands: Callable[[Command], None], *, port: int = 0, title: str = "") -> None:
        self._commands = commands
        self._state = PageState(title)
        self._waiting: deque[LiveUpdate | AddNote] = deque(maxlen=_MAX_WAITING)
        self._picture: Picture | None = None
        self._pictured_s = 0.0
        self._closed = threading.Event()
        self._artist = ThreadPoolExecutor(1, thread_name_prefix="twitchcam-picture")
        self._server = PageServer(
            [
                page_route(STATIC_DIR.parent),
                Route("/felt", self._felt, methods=["POST"]),
                Route("/note", self._note, methods=["POST"]),
                Route("/control", self._control, methods=["POST"]),
                WebSocketRoute("/feed", self._feed),
            ],
            STATIC_DIR,
            port=port,
            started=self._start,
        )

    @property
    def address(self) -> str:
        """What is printed for the user to open; it holds the token."""
        return self._server.address

    def show(self, update: LiveUpdate) -> None:
        """Takes what a frame brought; a picture is made from it only if somebody looks, and not of every frame."""
        if self._closed.is_set():
            return
        self._waiting.append(update)
        now_s = time.monotonic()
        if update.frame is not None and self._tabs.tabs and now_s - self._pictured_s >= PICTURE_INTERVAL_S:
            self._pictured_s = now_s
            self._picture = Picture(
                t_s=update.frame.t_s,
                rgb=update.frame.to_rgb(),
                lips_px=update.update.lips_px,
                sites_px=update.update.sites_px,
            )
            self._loop.call_soon_threadsafe(self._pictured.set)
        self._loop.call_soon_threadsafe(self._arrived.set)

    def close(self) -> None:
        """Tells the tabs what they have not heard yet, and ends the page. A second call does nothing."""
        if self._closed.is_set():
            return
        self._closed.set()
        asyncio.run_coroutine_threadsafe(self._finish(), self._loop).result()
        self._server.close()
        self._artist.shutdown()

    async def _start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._arrived, self._pictured = asyncio.Event(), asyncio.Event()
        self._tabs = Broadcaster(lambda: json.dumps(self._state.snapshot(), allow_nan=False))
        self._pumps = [asyncio.create_task(self._pump_news()), asyncio.create_task(self._pump_pictures())]

    async def _finish(self) -> None:
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        self._tell()
        await self._tabs.close(PATIENCE_S)

    async def _pump_news(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            self._tell()
            await asyncio.sleep(PACE_S)

    async def _pump_pictures(self) -> None:
        while True:
            await self._pictured.wait()
            self._pictured.clear()
            picture, self._picture = self._picture, None
            if picture is not None:
                self._tabs.show(await self._loop.run_in_executor(self._artist, encoded, picture))

    def _tell(self) -> None:
        updates = []
        while self._waiting:
            updates.append(self._waiting.popleft())
        if updates:
            self._tabs.tell(json.dumps(self._state.take(updates), allow_nan=False))

    async def _feed(self, socket: WebSocket) -> None:
        await self._tabs.serve(socket)

    async def _felt(self, request: Request) -> Response:
        await read_object(request, set())
        return self._noted(AddNote(kind=NoteKind.FELT))

    async def _note(self, request: Request) -> Response:
        asked = await read_object(request, {"kind", "name", "value", "text"})
        note = AddNote(
            kind=choice_of({"kind": "note", **asked}, "kind", NoteKind),
            name=text_of(asked, "name"),
            value=text_of(asked, "value"),
            text=text_of(asked, "text"),
        )
        if note.kind not in _NOTED:
            return JSONResponse({"error": f"expected kind: one of {', '.join(sorted(_NOTED))}"}, 400)
        if note.kind is not NoteKind.FELT and not (note.name or note.text):
            return JSONResponse({"error": "write what is to be noted: a name or a text"}, 400)
        return self._noted(note)

    async def _control(self, request: Request) -> Response:
        asked = await read_object(request, {"command"})
        self._commands(choice_of(asked, "command", Control))
        return JSONResponse({"done": True}, 202)

    def _noted(self, note: AddNote) -> Response:
        self._commands(note)
        self._waiting.append(note)
        self._arrived.set()
        return JSONResponse({"done": True}, 202)


def serve(commands: Callable[[Command], None], *, port: int = 0, title: str = "") -> LivePage:
    """Starts the live page; print its :attr:`LivePage.address`.

    Args:
        commands: Takes what the person asks for, from another thread (a queue's ``put``).
        port: Port to listen on; 0 takes a free one.
        title: What is watched, for the page's heading.

    Raises:
        UsageError: the port is taken or not allowed.
    """
    return LivePage(commands, port=port, title=title)
