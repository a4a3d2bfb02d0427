"""Each threat of SECURITY.md against a local page, tried on a real server on the loopback interface."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from twitchcam.errors import UsageError
from twitchcam.webpage.bodies import MAX_BODY_BYTES, read_object, text_of
from twitchcam.webpage.guard import Guard
from twitchcam.webpage.server import PageServer

SECRET = "a picture of a person"


async def _picture(request: Request) -> PlainTextResponse:
    return PlainTextResponse(SECRET)


async def _page(request: Request) -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>our page</title>")


async def _note(request: Request) -> JSONResponse:
    return JSONResponse({"text": text_of(await read_object(request, {"text"}), "text")})


async def _feed(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(SECRET)
    await websocket.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    static = tmp_path_factory.mktemp("static")
    routes = [
        Route("/", _page),
        Route("/picture", _picture),
        Route("/note", _note, methods=["POST"]),
        WebSocketRoute("/feed", _feed),
    ]
    server = PageServer(routes, static)
    yield server
    server.close()


@pytest.fixture
def stranger(server: PageServer) -> Iterator[httpx.Client]:
    """Somebody on this computer who has not seen the address."""
    with httpx.Client(base_url=server.door.origin, trust_env=False) as client:
        yield client


@pytest.fixture
def owner(server: PageServer) -> Iterator[httpx.Client]:
    """The browser of the person who opened the printed address; paths are inside the page."""
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        page = client.get(server.address)
        assert "our page" in page.text
        client.base_url = str(page.url)
        yield client


def own_origin(server: PageServer) -> dict[str, str]:
    return {"Origin": server.door.origin}


def test_the_printed_address_leads_to_an_address_without_the_token(server: PageServer, owner: httpx.Client) -> None:
    assert server.door.token not in str(owner.base_url)
    assert owner.get("picture").text == SECRET
    assert owner.post("note", json={"text": "a  b"}, headers=own_origin(server)).json() == {"text": "a b"}


def test_the_cookie_is_for_this_page_alone_and_for_no_script(server: PageServer, stranger: httpx.Client) -> None:
    answer = stranger.get("/", params={"token": server.door.token})
    name, *attributes = answer.headers["set-cookie"].lower().split("; ")
    assert name.startswith(f"twitchcam_{server.door.port}=")
    assert {"httponly", "samesite=strict", f"path={server.door.path.lower()}"} <= set(attributes)
    assert not any(attribute.startswith("domain=") for attribute in attributes)
    assert server.door.token not in answer.headers["set-cookie"]


def test_it_listens_on_the_loopback_interface_only(server: PageServer) -> None:
    assert server._listener.getsockname()[0] == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.door.port), timeout=2)


def test_secrets_are_new_with_every_run_and_not_in_what_is_printed_by_accident(server: PageServer) -> None:
    again = PageServer([], Path())
    again.close()
    for name in ("token", "cookie", "room"):
        assert getattr(again.door, name) != getattr(server.door, name)
        assert getattr(again.door, name) not in repr(again.door)


@pytest.mark.parametrize("path", ["/", "/?token=", "/?token=wrong", "/picture", "/room/picture", "/index.html"])
def test_another_user_of_this_computer_sees_nothing(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 403
    assert SECRET not in answer.text
    assert "our page" not in answer.text


def test_the_path_alone_or_a_guessed_cookie_opens_nothing(server: PageServer, stranger: httpx.Client) -> None:
    inside = f"{server.door.path}picture"
    assert stranger.get(inside).status_code == 403
    for cookie in (f"{server.door.cookie_name}=guess", f"{server.door.cookie_name}=", "=;;x", "a[]=b"):
        assert stranger.get(inside, headers={"Cookie": cookie}).status_code == 403
    right = f"{server.door.cookie_name}={server.door.cookie}"
    assert stranger.get("/picture", headers={"Cookie": right}).status_code == 403
    assert stranger.get(inside, headers={"Cookie": right}).text == SECRET


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}", ""]
)
def test_a_name_that_is_made_to_point_here_is_refused(server: PageServer, owner: httpx.Client, host: str) -> None:
    """DNS rebinding: the browser believes it talks to the attacker's site, and says so in Host."""
    host = host.format(port=server.door.port)
    spoofed = {"Host": host}
    assert owner.get("picture", headers=spoofed).status_code in (400, 421)
    assert owner.get(server.address, headers=spoofed).status_code in (400, 421)
    with pytest.raises(InvalidStatus, match=r"403|400"):
        connect_as(server, origin=f"http://{host}", host=host or "evil.example")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null", "", None])
def test_another_site_cannot_make_the_browser_change_anything(
    server: PageServer, owner: httpx.Client, origin: str | None
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    assert owner.post("note", json={"text": "x"}, headers=headers).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(("mode", "dest"), [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")])
def test_another_site_cannot_load_anything(owner: httpx.Client, site: str, mode: str, dest: str) -> None:
    """Another port of this computer is the same site to a browser, and would be given the cookie."""
    asked = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    assert owner.get("picture", headers=asked).status_code == 403
    assert owner.get("", headers=asked).status_code == 403


def test_a_link_elsewhere_leads_to_the_page_by_way_of_itself(owner: httpx.Client) -> None:
    visit = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    onward = owner.get("", headers=visit)
    assert "our page" not in onward.text
    assert 'url=./?again=1"' in onward.text
    assert owner.get("?again=1", headers=visit).status_code == 403
    assert "our page" in owner.get("?again=1", headers={**visit, "Sec-Fetch-Site": "same-origin"}).text


def test_a_form_of_another_site_is_not_read_even_with_our_origin(server: PageServer, owner: httpx.Client) -> None:
    answer = owner.post("note", data={"text": "x"}, headers=own_origin(server))
    assert answer.status_code == 415


def connect_as(server: PageServer, *, origin: str | None, host: str | None = None, cookie: str | None = None):
    """Opens a WebSocket as a browser would, in whose page ``origin`` is."""
    cookie = server.door.cookie if cookie is None else cookie
    headers = {"Cookie": f"{server.door.cookie_name}={cookie}"}
    address = server.door.origin.replace("http", "ws")
    sock = socket.create_connection(("127.0.0.1", server.door.port))
    uri = f"{address}{server.door.path}feed" if host is None else f"ws://{host}{server.door.path}feed"
    try:
        return connect(uri, sock=sock, origin=origin, additional_headers=headers, proxy=None)
    except BaseException:
        sock.close()
        raise


def test_the_page_itself_may_open_a_socket(server: PageServer) -> None:
    with connect_as(server, origin=server.door.origin) as feed:
        assert feed.recv() == SECRET


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null", None])
def test_another_site_cannot_open_a_socket(server: PageServer, origin: str | None) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        connect_as(server, origin=origin)


def test_nobody_opens_a_socket_without_the_cookie(server: PageServer) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        connect_as(server, origin=server.door.origin, cookie="guess")


def test_a_script_that_knows_the_token_needs_no_cookie(server: PageServer, stranger: httpx.Client) -> None:
    right, wrong = ({"Authorization": f"Bearer {token}"} for token in (server.door.token, "wrong"))
    assert stranger.post("/note", json={"text": "x"}, headers=right).status_code == 200
    assert stranger.post("/note", json={"text": "x"}, headers=wrong).status_code == 403
    assert (
        stranger.post("/note", json={"text": "x"}, headers={**right, "Origin": "http://evil.example"}).status_code
        == 403
    )


@pytest.mark.parametrize("path", ["", "picture", "absent", "common/base.css"])
def test_every_answer_forbids_to_load_frame_or_keep_it(owner: httpx.Client, path: str) -> None:
    headers = owner.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert not {"script-src", "style-src"} & policy.keys()
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


@pytest.mark.parametrize(
    "path", ["../server.py", "..%2fserver.py", "common/..%2f..%2fserver.py", "common/%2e%2e/guard.py"]
)
def test_no_file_outside_the_page_is_given_away(server: PageServer, owner: httpx.Client, path: str) -> None:
    with socket.create_connection(("127.0.0.1", server.door.port)) as raw:
        cookie = f"{server.door.cookie_name}={server.door.cookie}"
        raw.sendall(
            f"GET {server.door.path}{path} HTTP/1.1\r\nHost: 127.0.0.1:{server.door.port}\r\nCookie: {cookie}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 403"))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 10_000, 400),
        (b'{"text": ' + b'"' + b"x" * MAX_BODY_BYTES + b'"}', 413),
        (b'{"text": 1}', 400),
        (b'{"other": "x"}', 400),
        (b"[]", 400),
        (b"\xff", 400),
    ],
)
def test_a_hostile_body_is_refused(server: PageServer, owner: httpx.Client, body: bytes, status: int) -> None:
    headers = {**own_origin(server), "Content-Type": "application/json"}
    assert owner.post("note", content=body, headers=headers).status_code == status


def test_half_a_character_is_no_text(server: PageServer, owner: httpx.Client) -> None:
    headers = {**own_origin(server), "Content-Type": "application/json"}
    answer = owner.post("note", content=rb'{"text": "a\ud800\u0000\tb\u2028c"}', headers=headers)
    assert answer.json() == {"text": "a b c"}


def test_a_port_that_is_taken_is_told(server: PageServer) -> None:
    with pytest.raises(UsageError, match=f"port {server.door.port} is taken"):
        PageServer([], Path(), port=server.door.port)
    with pytest.raises(UsageError, match="cannot be used"):
        PageServer([], Path(), port=99_999)


def test_closing_ends_the_thread_and_frees_the_port() -> None:
    server = PageServer([], Path())
    server.close()
    server.close()
    assert not server._thread.is_alive()
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", server.door.port))


def test_without_the_guard_the_application_would_answer_everybody(server: PageServer) -> None:
    """What the tests above would miss if the guard were left out."""
    assert isinstance(server._server.config.app, Guard)
