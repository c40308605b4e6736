"""People who use the running system from outside: agents at their desk and customers at their channels, over real wires.

Used by the smoke run, the figures and the tests; shares nothing with the product but its documented protocol."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Container, Mapping
from contextlib import ExitStack
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

Frame = dict[str, Any]


class NeverCame(AssertionError):
    """What was awaited did not come in time; the message tells what did."""


def call(method: str, url: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> Any:
    """One JSON request; raises urllib's HTTPError on refusal."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        raw = answer.read()
    return json.loads(raw) if raw else None


class Socket:
    """A WebSocket that keeps every frame with the time it came (epoch seconds)."""

    def __init__(self, url: str, origin: str | None = None) -> None:
        self._line = ExitStack()
        self._socket: ClientConnection = self._line.enter_context(connect(url, origin=origin, open_timeout=20))  # type: ignore[arg-type]
        self._frames: list[tuple[float, Frame]] = []
        self._news = threading.Condition()
        self._ids = itertools.count(1)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            for raw in self._socket:
                at = time.time()
                with self._news:
                    self._frames.append((at, json.loads(raw)))
                    self._news.notify_all()
        except ConnectionClosed:
            return

    @property
    def frames(self) -> list[tuple[float, Frame]]:
        with self._news:
            return list(self._frames)

    def expect(self, what: str, wanted: Callable[[Frame], bool], timeout: float = 20) -> tuple[float, Frame]:
        """The first frame, past or coming, that is wanted, and when it came."""
        deadline = time.monotonic() + timeout
        looked = 0
        with self._news:
            while True:
                for at, frame in self._frames[looked:]:
                    if wanted(frame):
                        return at, frame
                looked = len(self._frames)
                left = deadline - time.monotonic()
                if left <= 0:
                    kinds = [f"{f['type']}:{f.get('code', '')}" for _, f in self._frames[-12:]]
                    raise NeverCame(f"{what} did not come within {timeout:.0f} s; the last frames were {kinds}")
                self._news.wait(left)

    def request(self, action: str, **arguments: Any) -> Frame:
        """Send a request and await its answer, error or not."""
        id_ = f"r{next(self._ids)}"
        self._socket.send(json.dumps({"action": action, "id": id_, **arguments}))
        return self.expect(f"the answer to {action}", lambda f: f.get("id") == id_ and f["type"] in ("ack", "error"))[1]

    def close(self) -> None:
        self._line.close()

    def vanish(self) -> None:
        """Lose the connection without a word."""
        self._socket.socket.shutdown(socket.SHUT_RDWR)  # a mere close waits for the reader


class SignedIn:
    """Signs in with Cognito and calls the desk's API."""

    def __init__(self, cognito: str, client_id: str, desk_api: str, login: str, password: str) -> None:
        self.desk_api = desk_api
        headers = {
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        }  # fmt: skip
        signed = call(
            "POST", f"{cognito}/",
            {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client_id, "AuthParameters": {"USERNAME": login,
            "PASSWORD": password}},
            headers,
        )  # fmt: skip
        self.token: str = signed["AuthenticationResult"]["IdToken"]
        self.id = login

    def rest(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return call(method, f"{self.desk_api}{path}", body, {"Authorization": f"Bearer {self.token}"})


class AgentAtDesk(SignedIn):
    """The same with a WebSocket, opened with a ticket."""

    def __init__(self, cognito: str, client_id: str, desk_api: str, login: str, password: str, origin: str | None = None) -> None:
        super().__init__(cognito, client_id, desk_api, login, password)
        self.socket = Socket(self.rest("POST", "/v1/tickets")["url"], origin)

    def offered(self, channel: str, timeout: float = 30, besides: Container[str] = ()) -> tuple[float, Frame]:
        """When a conversation of this channel, none of `besides`, was offered, and the frame that said so."""
        return self.socket.expect(
            f"an offer of a {channel} conversation to {self.id}",
            lambda f: f["type"] == "events" and f["conversation"]["channel"] == channel
            and f["conversation"]["id"] not in besides
            and any(e["type"] == "assigned" and e["agent"] == self.id for e in f["events"]),
            timeout,
        )  # fmt: skip

    def sees(self, text: str, timeout: float = 20) -> tuple[float, Frame]:
        """When a customer's message with this text was on the screen, and its event."""
        at, frame = self.socket.expect(
            f"a message with {text!r}", lambda f: f["type"] == "events" and _event_with(f, text) is not None, timeout
        )
        event = _event_with(frame, text)
        assert event is not None
        return at, event


def _event_with(frame: Frame, text: str) -> Frame | None:
    said = ("message_received", "message_sent")
    return next((e for e in frame["events"] if e["type"] in said and text in e["content"]["text"]), None)


class Sandbox:
    """Customers on WhatsApp and WeChat, through the channel sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url

    def say(self, channel: str, account: str, customer: str, name: str, text: str) -> dict[str, Any]:
        body = {"channel": channel, "account": account, "customer": customer, "name": name, "text": text}
        return dict(call("POST", f"{self.url}/api/say", body))

    def thread(self, channel: str, account: str, customer: str) -> list[dict[str, Any]]:
        query = f"channel={channel}&account={account}&customer={customer}"
        found = call("GET", f"{self.url}/api/thread?{query}")
        return list(found["messages"] if isinstance(found, dict) else found)

    def hears(self, channel: str, account: str, customer: str, text: str, timeout: float = 20) -> dict[str, Any]:
        """The customer's copy of a message with this text."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for message in self.thread(channel, account, customer):
                if message.get("direction") == "out" and text in json.dumps(message, ensure_ascii=False):
                    return message
            time.sleep(0.02)
        raise NeverCame(f"{text!r} did not reach {customer} on {channel}: {self.thread(channel, account, customer)}")


class Visitor:
    """Somebody with the chat widget's protocol."""

    def __init__(self, public_api: str, account: str, origin: str, name: str = "") -> None:
        self._base, self._origin = f"{public_api}/webchat/{account}", origin
        opened = call("POST", f"{self._base}/sessions", {"name": name}, {"Origin": origin})
        self.session: str = opened["session"]
        self.socket = Socket(opened["url"], origin)
        self._numbers = itertools.count(1)

    def say(self, text: str) -> str:
        client_id = f"v{next(self._numbers)}-{time.time_ns():x}"
        answer = self.socket.request("message", text=text, client_id=client_id)
        assert answer["type"] == "ack", answer
        return client_id

    def hears(self, text: str, timeout: float = 20) -> tuple[float, Frame]:
        at, frame = self.socket.expect(
            f"a message with {text!r}", lambda f: f["type"] == "events" and _event_with(f, text) is not None, timeout
        )
        event = _event_with(frame, text)
        assert event is not None
        return at, event

    def reconnect(self) -> None:
        ticket = call("POST", f"{self._base}/tickets", {"session": self.session}, {"Origin": self._origin})
        self.socket = Socket(ticket["url"], self._origin)
