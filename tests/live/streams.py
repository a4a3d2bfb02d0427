"""A network camera on this computer: pictures over HTTP, one after the other."""

from __future__ import annotations

import http.server
import threading
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from tests.capture.recordings import quarters
from tests.waiting import until

_BOUNDARY = "picture"


class StreamServer:
    """Serves a stream of small pictures; :meth:`unplug` ends the connections, and new ones are taken at once.

    Attributes:
        address: What to open.
        connections: How many were made.
    """

    def __init__(self, rate_hz: float = 30.0) -> None:
        _, coded = cv2.imencode(".jpg", np.ascontiguousarray(np.kron(quarters(), np.ones((5, 5, 1), np.uint8))))
        picture = coded.tobytes()
        stream = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stream.connections += 1
                plug = stream._plug
                self.send_response(200)
                self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
                self.end_headers()
                part = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                while not plug.wait(1 / rate_hz):
                    try:
                        self.wfile.write(part.encode() + picture + b"\r\n")
                    except OSError:
                        return

            def log_message(self, *said: object) -> None:
                pass

        self.connections = 0
        self._plug = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/camera"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def unplug(self) -> None:
        """Ends every connection there is."""
        plug, self._plug = self._plug, threading.Event()
        plug.set()

    def wait_for(self, connections: int) -> None:
        """Waits until so many connections were made."""
        until(
            lambda: self.connections >= connections,
            said=lambda: f"{self.connections} of {connections} connections were made",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()
        self._server.shutdown()
        self._server.server_close()
