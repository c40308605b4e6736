"""`POST /model/{id}/converse` on loopback, in Bedrock's REST JSON; `PUT /mode` and `GET /calls` for whoever tests."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote

from local.large_model.answers import honest, obedient, tokens

MODES = ("honest", "obedient", "throttled", "slow", "garbage", "broken", "filtered", "cut", "scripted")
LONGEST = 4 * 1024 * 1024  # bytes of a call
_PATH = re.compile(r"/model/([^/]+)/converse")
_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[a-z0-9-]+/bedrock/aws4_request, "
    r"SignedHeaders=\S+, Signature=[0-9a-f]{64}"
)
Said = Callable[[str, str], str]


class Refused(Exception):
    """An error of the service, by its name in the API."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status, self.name = status, name


class PretendedModel:
    """Serves on loopback in threads of its own. What it heard is in memory and forgotten at the end."""

    def __init__(self, port: int = 0) -> None:
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self.started = False
        self.mode = "honest"
        self.script: Said = lambda _system, _said: ""  # what it answers in the mode "scripted", of system prompt and data
        self.calls: list[dict[str, Any]] = []
        handler = type("Handler", (_Handler,), {"model": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        self.started = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        self.started = False
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    # -- calls -----------------------------------------------------------------------------------------

    def converse(self, model: str, body: bytes, authorization: str) -> bytes:
        """The answer's bytes. Raises Refused."""
        if not _SIGNED.fullmatch(authorization):
            raise Refused(403, "AccessDeniedException", "the call is not signed for bedrock")
        system, said, most = _read(body)
        with self._lock:
            mode = self.mode
            self.calls.append({"model": model, "system": system, "said": said, "body": json.loads(body)})
        if mode == "throttled":
            raise Refused(429, "ThrottlingException", "Too many requests, please wait before trying again.")
        if mode == "broken":
            raise Refused(500, "InternalServerException", "An internal server error occurred. Retry your request.")
        if mode == "garbage":
            return b"<html>upstream</html>"
        if mode == "slow":
            self._stopped.wait(60)
        speak: Said = {"obedient": obedient, "scripted": self.script}.get(mode, honest)
        return _answer(system, said, speak(system, said), most, mode)


def _answer(system: str, said: str, text: str, most: int, mode: str) -> bytes:
    stop = {"filtered": "guardrail_intervened", "cut": "max_tokens"}.get(mode, "end_turn")
    if tokens(text) > most:
        text, stop = text[: most * 2], "max_tokens"
    read, written = tokens(system + said), tokens(text)
    return json.dumps({
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}}, "stopReason": stop,
        "usage": {"inputTokens": read, "outputTokens": written, "totalTokens": read + written}, "metrics": {"latencyMs": 1},
    }).encode()  # fmt: skip


def _read(body: bytes) -> tuple[str, str, int]:
    """System prompt, the user's text, and the most tokens. Raises Refused as the service does for what is not of its form."""
    try:
        asked = json.loads(body)
        system = "".join(part["text"] for part in asked.get("system", []))
        messages = asked["messages"]
        said = "\n".join(part["text"] for message in messages for part in message["content"])
        most = int(asked.get("inferenceConfig", {}).get("maxTokens", 4096))
        roles = [message["role"] for message in messages]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused(400, "ValidationException", "The request is not of the documented form.") from None
    wanted = ["user", "assistant"] * len(roles)
    if not roles or roles != wanted[: len(roles)] or not said.strip() or most < 1:
        raise Refused(400, "ValidationException", "A conversation must alternate between user and assistant roles.")
    if len(body) > LONGEST // 4:
        raise Refused(400, "ValidationException", "Input is too long for requested model.")
    return system, said, most


class _Handler(BaseHTTPRequestHandler):
    model: PretendedModel
    protocol_version = "HTTP/1.1"
    timeout = 70

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal belongs to the demo."""

    def do_POST(self) -> None:
        match = _PATH.fullmatch(self.path)
        body = self._body()
        if match is None or body is None:
            self._refuse(Refused(404, "UnknownOperationException", "there is nothing here"))
            return
        try:
            self._send(200, self.model.converse(unquote(match[1]), body, self.headers.get("Authorization", "")))
        except Refused as refused:
            self._refuse(refused)

    def do_PUT(self) -> None:
        wanted = (self._body() or b"").decode(errors="replace").strip()
        if self.path != "/mode" or wanted not in MODES:
            self._refuse(Refused(400, "ValidationException", f"PUT /mode with one of {', '.join(MODES)}"))
            return
        self.model.mode = wanted
        self._send(200, b"{}")

    def do_GET(self) -> None:
        self._send(200, json.dumps({"mode": self.model.mode, "calls": self.model.calls}, ensure_ascii=False).encode())

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        return self.rfile.read(int(length)) if length.isdigit() and int(length) <= LONGEST else None

    def _refuse(self, refused: Refused) -> None:
        self._send(refused.status, json.dumps({"message": str(refused)}).encode(), refused.name)

    def _send(self, status: int, body: bytes, error: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(body)
