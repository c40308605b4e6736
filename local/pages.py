"""Serves the built web pages: the console at `/console/`, the shop at `/shop/`, the widget's script at `/widget/`."""

from __future__ import annotations

import json
import mimetypes
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from local.page_headers import headers_of

mimetypes.add_type("font/woff2", ".woff2")


class Pages:
    """A small static server on loopback; `config` answers `/config.json`."""

    def __init__(self, root: Path, port: int, config: Mapping[str, str]) -> None:
        handler = type("Handler", (_Handler,), {"root": root.resolve(), "config": dict(config)})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    root: Path
    config: Mapping[str, str]

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal belongs to the demo."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.endswith("/config.json"):
            self._answer(json.dumps(self.config).encode(), "application/json")
            return
        if path == "/":
            self._redirect("/console/")
            return
        found = self._find(path)
        if found is None:
            self.send_error(404)
            return
        kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        self._answer(found.read_bytes(), f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)

    def _find(self, path: str) -> Path | None:
        """The file of a path; the console's own routes all lead to its page."""
        target = (self.root / path.strip("/")).resolve()
        if not target.is_relative_to(self.root):
            return None
        if target.is_dir():
            target /= "index.html"
        if target.is_file():
            return target
        page = self.root / "console" / "index.html"
        return page if path.startswith("/console/") and "." not in path and page.is_file() else None

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in headers_of(self.path.partition("?")[0], self.config).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
