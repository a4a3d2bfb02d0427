"""Sends to every open tab without waiting for any: a slow one misses pictures, and then begins anew."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from starlette.websockets import WebSocket, WebSocketDisconnect

#: News that may wait for a tab; with more than this it is told everything anew instead.
MAX_WAITING = 256
#: Tabs that may be open at once; each costs the machine something.
MAX_TABS = 8

_GOING_AWAY = 1001
_TRY_LATER = 1013


class _Tab:
    def __init__(self, first: str) -> None:
        self.news: deque[str] = deque([first])
        self.picture: bytes | None = None
        self.wake = asyncio.Event()
        self.closing = False


class Broadcaster:
    """The open tabs. Everything runs in one event loop.

    Args:
        snapshot: Makes the message that a tab begins with.
    """

    def __init__(self, snapshot: Callable[[], str]) -> None:
        self._snapshot = snapshot
        self._tabs: set[_Tab] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def tabs(self) -> int:
        """How many tabs are open."""
        return len(self._tabs)

    def tell(self, message: str) -> None:
        """News that every tab must get."""
        for tab in self._tabs:
            if len(tab.news) >= MAX_WAITING:
                tab.news.clear()
                message_or_all = self._snapshot()
            else:
                message_or_all = message
            tab.news.append(message_or_all)
            tab.wake.set()

    def show(self, picture: bytes) -> None:
        """A picture; a tab that has not yet got the one before does without that."""
        for tab in self._tabs:
            tab.picture = picture
            tab.wake.set()

    async def serve(self, socket: WebSocket) -> None:
        """Serves one tab until it or the session is closed."""
        if len(self._tabs) >= MAX_TABS:
            await socket.close(_TRY_LATER)
            return
        await socket.accept()
        tab = _Tab(self._snapshot())
        self._tabs.add(tab)
        self._empty.clear()
        tab.wake.set()
        listening = asyncio.create_task(_until_closed(socket))
        sending = asyncio.create_task(_send(socket, tab))
        try:
            await asyncio.wait({listening, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._tabs.discard(tab)
            if not self._tabs:
                self._empty.set()
            for task in (listening, sending):
                task.cancel()
            await asyncio.gather(listening, sending, return_exceptions=True)

    async def close(self, patience_s: float) -> None:
        """Lets every tab have what waits for it, no longer than ``patience_s``, and closes it."""
        for tab in self._tabs:
            tab.closing = True
            tab.wake.set()
        try:
            await asyncio.wait_for(self._empty.wait(), patience_s)
        except TimeoutError:
            return


async def _until_closed(socket: WebSocket) -> None:
    """Returns when the tab is closed; what it sends is not listened to."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _send(socket: WebSocket, tab: _Tab) -> None:
    try:
        while True:
            await tab.wake.wait()
            tab.wake.clear()
            while tab.news:
                await socket.send_text(tab.news.popleft())
            if tab.picture is not None:
                picture, tab.picture = tab.picture, None
                await socket.send_bytes(picture)
            if tab.closing and not tab.news:
                await socket.close(_GOING_AWAY)
                return
    except WebSocketDisconnect:
        return
