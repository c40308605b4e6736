"""The shop's system on HTTPS: `POST /actions` by the contract of docs/connector.md, and `GET /effects` to see what came of it."""

from __future__ import annotations

import hmac
import json
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from local.shop.rules import Asked, BadCall, Shop, UnknownAction
from local.shop.signing import is_signed

LONGEST_CALL = 64 * 1024  # bytes
SECONDS = 10  # that a caller may take for anything


class ShopServer:
    """Serves a shop on loopback. `certificate` is the file of its certificate and key (PEM), `secret` what calls are signed with
    ("whsec_..."). State is in memory and forgotten at the end."""

    def __init__(
        self, shop: Shop, secret: str, certificate: Path, port: int = 0, now: Callable[[], float] = time.time
    ) -> None:
        self._shop, self._secret, self._now = shop, secret, now
        self._lock = threading.Lock()
        self._troubles: deque[int | None] = deque()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        handler = type("Handler", (_Handler,), {"shop": self})
        self._server = _TlsServer(("127.0.0.1", port), handler, context)
        self.port = int(self._server.server_address[1])
        self.url = f"https://127.0.0.1:{self.port}/actions"

    def start(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    # -- for tests -----------------------------------------------------------------------------------

    def trouble(self, *statuses: int | None) -> None:
        """What the next calls get instead of their answer, one each: a status, and nothing is done; None: it is done, and the answer
        is lost."""
        with self._lock:
            self._troubles.extend(statuses)

    def well(self) -> None:
        """Calls get their answers again: what is left of the troubles is forgotten."""
        with self._lock:
            self._troubles.clear()

    def report(self) -> dict[str, list[dict[str, Any]]]:
        """What was done, and what was asked with its answer; each in order, and each call once."""
        with self._lock:
            calls = [
                {"call": asked.call, "action": asked.action, "for": asked.purpose, "customer": dict(asked.customer),
                 "arguments": dict(asked.arguments), "outcome": answer.outcome, "data": dict(answer.data)}
                for asked, answer in self._shop.asked.values()
            ]  # fmt: skip
            return {"effects": [dict(effect) for effect in self._shop.effects], "calls": calls}

    # -- calls -----------------------------------------------------------------------------------------

    def act(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]] | None:
        """Status and answer of a call; None where the answer is to be lost."""
        if not is_signed(self._secret, headers, body, self._now()):
            return 401, {"error": "the call is not signed as agreed, or is too old"}
        try:
            asked = _asked(headers, body)
        except BadCall as error:
            return 400, {"error": str(error)}
        with self._lock:
            trouble = self._troubles.popleft() if self._troubles else 200
            if trouble not in (None, 200):
                return trouble or 500, {"error": "out of order"}
            try:
                answer = self._shop.perform(asked)
            except UnknownAction:
                return 404, {"error": "there is no such action"}
            except BadCall as error:
                return 422, {"error": str(error)}
        return None if trouble is None else (200, {"outcome": answer.outcome, "data": dict(answer.data)})

    def may_look(self, authorization: str) -> bool:
        return hmac.compare_digest(authorization.encode("utf-8", "replace"), f"Bearer {self._secret}".encode())


def _asked(headers: dict[str, str], body: bytes) -> Asked:
    """Raises BadCall."""
    try:
        given = json.loads(body)
        call = given["call"]
        asked = Asked(call, given["action"], given.get("for", ""), given["customer"], given["arguments"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadCall("the body is not of the documented form") from None
    texts = (call, asked.action, asked.purpose, given.get("language"))
    if not all(isinstance(text, str) for text in texts) or not (_is_flat(asked.customer) and _is_flat(asked.arguments)):
        raise BadCall("the body is not of the documented form")
    if not call == headers.get("webhook-id") == headers.get("idempotency-key"):
        raise BadCall("call, webhook-id and Idempotency-Key are not the same")
    return asked


def _is_flat(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


class _TlsServer(ThreadingHTTPServer):
    """Speaks TLS in each connection's own thread: a caller that says nothing holds up no other."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(address, handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(SECONDS)
        with self._context.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a caller that breaks off or does not trust us is none of our failures."""


class _Handler(BaseHTTPRequestHandler):
    shop: ShopServer
    timeout = SECONDS

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal belongs to the demo."""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != "/actions":
            self._answer(404, {"error": "there is nothing here"})
        elif not length.isdigit() or int(length) > LONGEST_CALL:
            self._answer(413, {"error": "the call is too long"})
        else:
            answer = self.shop.act({name.lower(): value for name, value in self.headers.items()}, self.rfile.read(int(length)))
            if answer is None:
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                self._answer(*answer)

    def do_GET(self) -> None:
        if self.path != "/effects":
            self._answer(404, {"error": "there is nothing here"})
        elif not self.shop.may_look(self.headers.get("Authorization", "")):
            self._answer(401, {"error": "say the secret: Authorization: Bearer whsec_..."})
        else:
            self._answer(200, self.shop.report())

    def _answer(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
