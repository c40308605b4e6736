"""The Lambda Runtime API for one execution environment, served on a loopback port.

Contract: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. The client is AWS's `awslambdaric`,
which asks for the next invocation, runs the handler, and posts the answer or the error.
"""

import queue
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

_INVOCATION = "/2018-06-01/runtime/invocation"
_INIT_ERROR = "/2018-06-01/runtime/init/error"


@dataclass(frozen=True)
class Invocation:
    """One event for the handler; `deadline` is in seconds since the epoch."""

    request: str
    function_arn: str
    payload: bytes
    trace: str
    deadline: float


class Listener(Protocol):
    """Who is told what the function reports. Called from the server's threads."""

    def on_ready(self) -> None:
        """The handler module is loaded and asks for work."""

    def on_init_error(self, error: bytes) -> None:
        """The handler module could not be loaded; `error` is the Runtime API's JSON."""

    def on_answer(self, request: str, body: bytes, failed: bool) -> None:
        """The handler returned, or raised where `failed`."""


class RuntimeApi:
    """Serves one function process at a time. `begin` forgets the invocations meant for the process before."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._pending: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._server = _Server(self)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def begin(self) -> None:
        """Prepares for a new function process: a request of the old one that still hangs is answered 410."""
        self._pending.put(None)
        self._pending = queue.SimpleQueue()

    def send(self, invocation: Invocation) -> None:
        self._pending.put(invocation)

    def next(self) -> Invocation | None:
        """Blocks until there is an invocation; None where this process is no longer wanted."""
        return self._pending.get()

    def close(self) -> None:
        self._pending.put(None)
        # shutdown() waits for the serving loop, so it must not hold up whoever closes an environment.
        threading.Thread(target=self._shut_down, daemon=True).start()

    def _shut_down(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: RuntimeApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: a killed function leaves a broken connection, and its end is reported by its exit status."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def _api(self) -> RuntimeApi:
        assert isinstance(self.server, _Server)
        return self.server.api

    def do_GET(self) -> None:
        if self.path != f"{_INVOCATION}/next":
            self._answer(404)
            return
        self._api.listener.on_ready()
        invocation = self._api.next()
        if invocation is None:
            self.close_connection = True
            self._answer(410)
            return
        self._answer(
            200,
            invocation.payload,
            {
                "Lambda-Runtime-Aws-Request-Id": invocation.request,
                "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
                "Lambda-Runtime-Trace-Id": invocation.trace,
                "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
            },
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == _INIT_ERROR:
            self._api.listener.on_init_error(body)
        elif self.path.startswith(f"{_INVOCATION}/"):
            request, _, kind = self.path.removeprefix(f"{_INVOCATION}/").partition("/")
            self._api.listener.on_answer(request, body, failed=kind == "error")
        else:
            self._answer(404)
            return
        self._answer(202, b"{}")

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: LocalStack logs the invocations."""


def deadline_after(seconds: float) -> float:
    """The moment a handler with this timeout must have answered, in seconds since the epoch."""
    return time.time() + seconds
