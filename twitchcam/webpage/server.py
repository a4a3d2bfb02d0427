"""Runs one local page in a thread of its own."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from twitchcam.errors import TwitchcamError, UsageError
from twitchcam.webpage.guard import LOOPBACK, Door, Guard

#: What every page may load.
COMMON_DIR = Path(__file__).parent / "static"
#: Requests that are still being answered get this long when the page is closed, seconds.
_GRACE_S = 1
_START_S = 10.0
#: The largest message that a page takes from a socket, bytes; pages send none at all.
_SOCKET_BYTES = 4096


class PageServer:
    """A page on 127.0.0.1. It answers from the time it is made until :meth:`close`.

    Args:
        routes: What the page consists of; ``static`` is served below them.
        static: Folder with the files that the page loads.
        port: Port to listen on; 0 takes a free one.
        started: Called in the server's event loop before the first request.

    Attributes:
        door: Address and secrets.

    Raises:
        UsageError: the port is taken or not allowed.
    """

    def __init__(
        self,
        routes: Sequence[BaseRoute],
        static: Path,
        *,
        port: int = 0,
        started: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        listener = _listen(port)
        self.door = Door(port=listener.getsockname()[1])
        app = Starlette(
            routes=[
                *routes,
                Mount("/common", StaticFiles(directory=COMMON_DIR)),
                Mount("/", StaticFiles(directory=static)),
            ],
            exception_handlers={TwitchcamError: _told, HTTPException: _refused},
        )
        self._started = started
        self._server = uvicorn.Server(
            uvicorn.Config(
                Guard(app, self.door),
                # Addresses with secrets have no place in a log.
                access_log=False,
                log_config=None,
                log_level="error",
                lifespan="off",
                loop="asyncio",
                http="h11",
                ws_max_size=_SOCKET_BYTES,
                ws_per_message_deflate=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._listener = listener
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="twitchcam-page", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_S):
            raise TwitchcamError("the local page did not start; try again without it")

    @property
    def address(self) -> str:
        """What is printed for the user to open; it holds the token."""
        return self.door.address

    def close(self) -> None:
        """Stops answering; returns when the thread has ended. A second call does nothing."""
        self._server.should_exit = True
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        if self._started is not None:
            await self._started()
        # The listener queues connections already, so the page can be opened from here on.
        self._ready.set()
        await self._server.serve(sockets=[self._listener])


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform == "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "is taken" if taken else "cannot be used"
        raise UsageError(f"port {port} {why}: name another one, or none for any that is free") from None
    return listener


def _told(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 409)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code)
