"""Keeps everybody out of a local page but the person who started it.

Who may be at the door, and what keeps them out:

* Another computer: the server listens on 127.0.0.1 only.
* Another user of this computer: the address holds a random token, new with every run; it is exchanged for a cookie, and
  the cookie is only sent to a path that is random too, so that no other local server gets to see it.
* A web site whose name is made to point to this computer (DNS rebinding): the ``Host`` must be ours.
* A web site that sends the browser here (cross-site requests): the cookie is ``SameSite=Strict``, a request that
  changes something and a WebSocket must name our own ``Origin``, and ``Sec-Fetch-Site`` must not be another site's.
* A web site that shows the page in a frame, or loads its pictures: it may not be framed, nor loaded from elsewhere.
* A hostile text (a note, a file's name) that would run as a program: the page may only load its own files.

Scripts send ``Authorization: Bearer TOKEN`` instead of the cookie.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = "127.0.0.1"
#: Names that a browser may call this computer by; both lead nowhere else.
_OWN_NAMES = (LOOPBACK, "localhost")
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_TOKEN_BYTES = 32
_ROOM_BYTES = 16
#: Marks that a visit from elsewhere was sent on by the page itself, which the browser then gives the cookie to.
_AGAIN = "again"

_CLOSED = """<!doctype html><html lang="en"><meta charset="utf-8"><title>twitchcam</title>
<h1>This page is closed</h1>
<p>Open the whole address that twitchcam printed when it was started. It is a new one with every start.</p>"""
_ONWARD = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>twitchcam</title>
<meta http-equiv="refresh" content="0;url=./?{_AGAIN}=1"><p><a href="./?{_AGAIN}=1">Go on to the page</a></p>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where one run's page is, and its secrets.

    Attributes:
        port: Port on 127.0.0.1.
        token: What the printed address holds, and scripts send.
        cookie: What a browser gets for the token.
        room: First part of the path of everything that the cookie opens.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(_TOKEN_BYTES), repr=False)
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(_TOKEN_BYTES), repr=False)
    room: str = field(default_factory=lambda: secrets.token_urlsafe(_ROOM_BYTES), repr=False)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def address(self) -> str:
        """What is printed for the user to open."""
        return f"{self.origin}/?token={self.token}"

    @property
    def cookie_name(self) -> str:
        """Cookies do not tell ports apart; two pages at once must not take each other's."""
        return f"twitchcam_{self.port}"

    @property
    def path(self) -> str:
        """Path that the page is at once the token was exchanged."""
        return f"/{self.room}/"


class Guard:
    """Lets through to an application only what :mod:`twitchcam.webpage.guard` allows.

    The application sees paths without the room: ``/`` is its page.

    Args:
        app: The application.
        door: The run's secrets.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door
        own = [f"{name}:{door.port}" for name in _OWN_NAMES]
        self._hosts = frozenset(own)
        sockets = " ".join(f"ws://{host}" for host in own)
        self._fixed_headers = {
            "Content-Security-Policy": f"default-src 'self'; connect-src 'self' {sockets}; object-src 'none'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or hands it on."""
        if scope["type"] == "http":
            await self._http(scope, receive, self._with_headers(send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        answer = self._refusal(scope, headers)
        if answer is None and (inside := self._inside(scope, headers)) is not None:
            await self._app(inside, receive, send)
            return
        await (answer or _closed())(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        inside = self._inside(scope, headers)
        if headers.get("host") in self._hosts and self._is_own(headers.get("origin"), headers) and inside is not None:
            await self._app(inside, receive, send)
            return
        # Before it was accepted, this is answered with 403.
        await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """An answer that keeps a request out, or leads it in; None where only the cookie or the token is missing."""
        if headers.get("host") not in self._hosts:
            return Response("this server has another name", 421, media_type="text/plain")
        if scope["path"] == "/favicon.ico":
            # Browsers ask for it where a page names no other, as those below do not.
            return Response(status_code=204)
        query = parse_qs(scope["query_string"].decode("ascii", "replace"))
        reads = scope["method"] in _SAFE_METHODS
        if reads and scope["path"] == "/" and "token" in query:
            return self._exchanged(query["token"][0])
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            visit = (
                reads and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
            )
            if visit and scope["path"] == self._door.path and _AGAIN not in query:
                return HTMLResponse(_ONWARD)
            return _closed()
        origin = headers.get("origin")
        if not reads and not self._is_own(origin, headers) and (origin is not None or not self._has_token(headers)):
            return Response("this request comes from elsewhere", 403, media_type="text/plain")
        return None

    def _exchanged(self, token: str) -> Response:
        if not _same(token, self._door.token):
            return _closed()
        answer = RedirectResponse(self._door.path, 303)
        answer.set_cookie(
            self._door.cookie_name, self._door.cookie, path=self._door.path, httponly=True, samesite="strict"
        )
        return answer

    def _inside(self, scope: Scope, headers: Headers) -> Scope | None:
        """The request as the application sees it; None where neither cookie nor token let it in."""
        path: str = scope["path"]
        if self._has_cookie(headers) and path.startswith(self._door.path):
            return {**scope, "path": path[len(self._door.path) - 1 :], "raw_path": None}
        return scope if self._has_token(headers) else None

    def _is_own(self, origin: str | None, headers: Headers) -> bool:
        return origin is not None and origin == f"http://{headers.get('host')}"

    def _has_cookie(self, headers: Headers) -> bool:
        try:
            cookies = SimpleCookie("; ".join(headers.getlist("cookie")))
        except CookieError:
            return False
        found = cookies.get(self._door.cookie_name)
        return found is not None and _same(found.value, self._door.cookie)

    def _has_token(self, headers: Headers) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and _same(token.strip(), self._door.token)

    def _with_headers(self, send: Send) -> Send:
        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: Any = MutableHeaders(scope=message)
                for name, value in self._fixed_headers.items():
                    headers[name] = value
            await send(message)

        return wrapped


def _closed() -> Response:
    return HTMLResponse(_CLOSED, 403)


def _same(a: str, b: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell how far."""
    return hmac.compare_digest(a.encode("utf-8", "surrogateescape"), b.encode())
