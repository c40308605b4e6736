"""TranslateText over the wire of Amazon Translate (AWS JSON 1.1), on loopback.

After botocore's model `translate` 2017-07-01: limits and error codes. Signatures are asked for and not checked."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from local.translate.pretending import LANGUAGES, translated, without_marks

TARGET = "AWSShineFrontendService_20170701.TranslateText"
TEXT_BYTES = 10_000
SLOW_SECONDS = 8.0
_STATUS = {"InternalServerException": 500, "ServiceUnavailableException": 503, "AccessDeniedException": 400}
TROUBLES = {
    "throttle": "TooManyRequestsException", "unavailable": "ServiceUnavailableException", "internal": "InternalServerException",
    "denied": "AccessDeniedException",
}  # fmt: skip

Answer = tuple[int, bytes]


class TranslateServer:
    """Runs from `start` to `stop`. `texts` are those it was asked for, in order.

    `trouble` has the next calls go wrong: "throttle", "unavailable", "internal", "denied", "slow", "garbage" (no JSON), "empty",
    "no_marks" (markup and what it keeps is lost), "twice" (everything is said twice), "one_line" (lines run together), "digits"
    (numbers are made up)."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.refused_pairs: set[tuple[str, str]] = set()
        self._troubles: deque[str] = deque()
        handler = type("Handler", (_Handler,), {"server_of": self})
        self._server = _QuietServer(("127.0.0.1", 0), handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Safe to repeat, and before a start."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def trouble(self, *kinds: str) -> None:
        """The next calls, one kind each; "" for a good one."""
        self._troubles.extend(kinds)

    def well(self) -> None:
        self._troubles.clear()
        self.refused_pairs.clear()

    def answer(self, target: str, signed: bool, body: bytes) -> Answer:
        if target != TARGET:
            return _refusal("UnknownOperationException", "this emulator knows TranslateText alone")
        if not signed:
            return _refusal("MissingAuthenticationTokenException", "the request is not signed", 403)
        try:
            asked = json.loads(body)
            text, source, wanted = (asked[name] for name in ("Text", "SourceLanguageCode", "TargetLanguageCode"))
        except (ValueError, KeyError, TypeError):
            return _refusal("InvalidRequestException", "Text, SourceLanguageCode and TargetLanguageCode are needed")
        return self._translate(str(text), str(source), str(wanted))

    def _translate(self, text: str, source: str, target: str) -> Answer:
        trouble = self._troubles.popleft() if self._troubles else ""
        if trouble in TROUBLES:
            return _refusal(TROUBLES[trouble], f"made to fail: {trouble}")
        if not text:
            return _refusal("InvalidRequestException", "the text is empty")
        if len(text.encode()) > TEXT_BYTES:
            return _refusal("TextSizeLimitExceededException", f"a text has at most {TEXT_BYTES} bytes")
        if source == target or (source, target) in self.refused_pairs or not {source, target} <= set(LANGUAGES):
            return _refusal("UnsupportedLanguagePairException", f"no translation from {source} to {target}")
        self.texts.append(text)
        if trouble == "slow":
            time.sleep(SLOW_SECONDS)
        if trouble == "garbage":
            return 200, b"<html>not now</html>"
        said = _spoilt(translated(text, source, target), trouble)
        return 200, json.dumps({"TranslatedText": said, "SourceLanguageCode": source, "TargetLanguageCode": target}).encode()


def _spoilt(said: str, trouble: str) -> str:
    match trouble:
        case "no_marks":
            return without_marks(said)
        case "twice":
            return "\n".join(f"{line} {line}" for line in said.split("\n"))
        case "one_line":
            return said.replace("\n", " ")
        case "digits":
            return "\n".join(f"{line} 4711999" for line in said.split("\n"))
        case "empty":
            return ""
    return said


def _refusal(code: str, message: str, status: int = 0) -> Answer:
    return status or _STATUS.get(code, 400), json.dumps({"__type": code, "Message": message}).encode()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a caller that did not wait is none of our failures."""


class _Handler(BaseHTTPRequestHandler):
    server_of: TranslateServer
    timeout = 20

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal belongs to the demo."""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length) if length.isdigit() else 0)
        signed = "Authorization" in self.headers
        self._send(*self.server_of.answer(self.headers.get("X-Amz-Target", ""), signed, body))

    def _send(self, status: int, body: bytes, **headers: Any) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/x-amz-json-1.1", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
