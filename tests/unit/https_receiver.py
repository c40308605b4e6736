"""A company's system with TLS that says what it is told to, and remembers what it heard."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BufferedIOBase
from pathlib import Path


class Receiver:
    """`status`, `headers` and `body` are its next answers; `heard` is (path, headers, body). `speak` writes the body another way."""

    def __init__(self, certificate: Path) -> None:
        self.status, self.headers, self.body = 200, dict[str, str](), b""
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.speak: Callable[[BufferedIOBase], object] | None = None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                if receiver.speak is None:
                    self.send_header("Content-Length", str(len(receiver.body)))
                self.end_headers()
                with suppress(OSError):  # the caller has heard enough
                    self.wfile.write(receiver.body) if receiver.speak is None else receiver.speak(self.wfile)

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()
