from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from twitchcam.live.broadcast import MAX_TABS, MAX_WAITING, Broadcaster


class Socket:
    """A tab's end; it takes what it is sent only while its gate is open."""

    def __init__(self) -> None:
        self.got: list[str | bytes] = []
        self.closed: int | None = None
        self.gate = asyncio.Event()
        self.gone = asyncio.Event()

    async def accept(self) -> None:
        self.gate.set()

    async def receive(self) -> dict[str, str]:
        await self.gone.wait()
        return {"type": "websocket.disconnect"}

    async def _send(self, message: str | bytes) -> None:
        await self.gate.wait()
        self.got.append(message)
        await asyncio.sleep(0)

    send_text = send_bytes = _send

    async def close(self, code: int) -> None:
        self.closed = code


async def settle() -> None:
    for _ in range(2000):
        await asyncio.sleep(0)


def with_tabs(count: int, check: Callable[[Broadcaster, list[Socket]], Awaitable[None]]) -> None:
    async def run() -> None:
        tabs = Broadcaster(lambda: "everything")
        sockets = [Socket() for _ in range(count)]
        served = [asyncio.create_task(tabs.serve(socket)) for socket in sockets]  # type: ignore[arg-type]
        await settle()
        await check(tabs, sockets)
        for socket in sockets:
            socket.gone.set()
        await asyncio.wait_for(asyncio.gather(*served), 10)
        assert tabs.tabs == 0

    # In a thread of its own: where a browser was started, this one runs a loop already.
    with ThreadPoolExecutor(1) as alone:
        alone.submit(lambda: asyncio.run(run())).result()


def test_every_tab_gets_everything_first_and_then_all_news_in_order() -> None:
    async def check(tabs: Broadcaster, sockets: list[Socket]) -> None:
        for number in range(5):
            tabs.tell(str(number))
        await settle()
        assert all(socket.got == ["everything", "0", "1", "2", "3", "4"] for socket in sockets)

    with_tabs(2, check)


def test_a_slow_tab_begins_anew_and_holds_up_nobody() -> None:
    async def check(tabs: Broadcaster, sockets: list[Socket]) -> None:
        slow, quick = sockets
        slow.gate.clear()
        for number in range(3 * MAX_WAITING):
            tabs.tell(str(number))
            tabs.show(f"picture {number}".encode())
            assert max(len(tab.news) for tab in tabs._tabs) <= MAX_WAITING
            await asyncio.sleep(0)
        await settle()
        assert [message for message in quick.got if isinstance(message, str)][-1] == str(3 * MAX_WAITING - 1)
        assert "everything" not in quick.got[1:]
        slow.gate.set()
        await settle()
        texts = [message for message in slow.got if isinstance(message, str)]
        anew = len(texts) - 1 - texts[::-1].index("everything")
        last = [str(number) for number in range(3 * MAX_WAITING)]
        assert 1 < anew < len(texts) < MAX_WAITING + 5
        assert texts[anew + 1 :] == last[len(last) - len(texts[anew + 1 :]) :]
        assert slow.got[-1] == f"picture {3 * MAX_WAITING - 1}".encode()
        assert sum(isinstance(message, bytes) for message in slow.got) < 5

    with_tabs(2, check)


def test_a_tab_that_goes_leaves_the_others_alone() -> None:
    async def check(tabs: Broadcaster, sockets: list[Socket]) -> None:
        sockets[0].gone.set()
        await settle()
        assert tabs.tabs == 1
        tabs.tell("news")
        await settle()
        assert sockets[1].got == ["everything", "news"]

    with_tabs(2, check)


def test_at_the_end_every_tab_gets_what_waits_and_is_closed() -> None:
    async def check(tabs: Broadcaster, sockets: list[Socket]) -> None:
        tabs.tell("the end")
        await tabs.close(10)
        assert all(socket.got == ["everything", "the end"] and socket.closed for socket in sockets)

    with_tabs(2, check)


def test_a_tab_that_takes_nothing_cannot_put_the_end_off() -> None:
    async def check(tabs: Broadcaster, sockets: list[Socket]) -> None:
        sockets[0].gate.clear()
        tabs.tell("the end")
        await tabs.close(0.01)
        assert sockets[1].closed
        assert not sockets[0].closed

    with_tabs(2, check)


def test_there_are_no_more_tabs_than_the_machine_bears() -> None:
    async def check(tabs: Broadcaster, sockets: list[Socket]) -> None:
        assert tabs.tabs == MAX_TABS
        assert sockets[-1].closed
        assert sockets[-1].got == []

    with_tabs(MAX_TABS + 1, check)
