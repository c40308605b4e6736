"""Where a line to somebody's address may lead: never into our own network, however the address is spelt, and never for longer or
more than it is worth."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from urllib3.exceptions import HTTPError
from urllib3.util.ssl_ import create_urllib3_context

from local.certificates import self_signed
from switchboard.adapters.vendor import calls, courier
from switchboard.adapters.vendor.lines import NotPublic, connect, is_public, read
from switchboard.channels.base import Account, VendorCall
from switchboard.domain.errors import VendorUnavailable
from tests.unit.https_receiver import Receiver


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "line.pem", "line")


@pytest.fixture
def receiver(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    receiver = Receiver(certificate)
    yield receiver
    receiver.close()


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "2002:7f00:1::", "2001:0:7f00:1::1", "2001:db8::1",
])  # fmt: skip
def test_an_address_of_our_own_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_an_address_of_the_internet_is(address: str) -> None:
    assert is_public(address)


class Touched(AssertionError):
    """Somebody was about to be connected to."""


def untouchable(monkeypatch: pytest.MonkeyPatch) -> None:
    def touch(*_: Any) -> None:
        raise Touched

    monkeypatch.setattr(socket.socket, "connect", touch)


@pytest.mark.parametrize("host", [
    "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:7f00:1]", "localhost", "169.254.169.254",
    "[fd00:ec2::254]", "0xA9FEA9FE",
])  # fmt: skip
def test_no_spelling_of_a_private_address_is_even_connected_to(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    untouchable(monkeypatch)
    with pytest.raises(NotPublic):
        connect(f"https://{host}/x", 1)


@pytest.mark.parametrize("url", ["http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com", "//x", ""])
def test_only_https_goes_out(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    untouchable(monkeypatch)
    with pytest.raises(NotPublic):
        connect(url, 1)


def answers(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> list[str]:
    """What the name servers answer, one list a question; the last is said again. Returns the names that were asked for; an address is
    no question."""
    asked: list[str] = []
    true = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host[0].isdigit():
            return true(host, port, *rest, **more)
        asked.append(host)
        return [(0, 0, 0, "", (address, port)) for address in rounds[min(len(asked), len(rounds)) - 1]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_name_that_leads_to_us_beside_the_internet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    untouchable(monkeypatch)
    with pytest.raises(NotPublic):
        connect("https://crm.example/", 1)


def test_a_name_that_changes_its_mind_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: public while it is judged, private when it is used. The line goes to the address that was judged."""
    asked = answers(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    made: list[Any] = []

    def refuse(_: socket.socket, to: Any) -> None:
        made.append(to)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(HTTPError):
        connect("https://crm.example/", 1)
    assert [to[0] for to in made] == ["93.184.216.34"]
    assert asked == ["crm.example"]


def test_the_name_and_not_its_address_is_what_is_vouched_for_and_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line made to an address must not loosen whose certificate counts."""
    line = connect(f"https://127.0.0.1:{receiver.port}/", 5, private=True)
    line.request("POST", "/x", body=b"{}")
    line.getresponse()
    line.close()
    assert receiver.heard[0][1]["host"] == f"127.0.0.1:{receiver.port}"
    true = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *r, **m: true("127.0.0.1" if host == "other.example" else host, *r, **m))
    with pytest.raises((HTTPError, OSError), match="certificate"):
        connect(f"https://other.example:{receiver.port}/", 5, private=True)


def test_nothing_older_than_tls_1_2_is_spoken(receiver: Receiver) -> None:
    line = connect(f"https://127.0.0.1:{receiver.port}/", 5, private=True)
    spoken = line.sock.version()  # type: ignore[union-attr]
    line.close()
    assert spoken in ("TLSv1.2", "TLSv1.3")
    assert create_urllib3_context().minimum_version.name == "TLSv1_2"


# -- the answer ----------------------------------------------------------------------------------------------


BOMB = gzip.compress(b"\0" * 100 * 1024 * 1024, 9)


def test_a_bomb_is_opened_no_further_than_it_is_read(receiver: Receiver) -> None:
    receiver.headers, receiver.body = {"Content-Encoding": "gzip"}, BOMB
    line = connect(f"https://127.0.0.1:{receiver.port}/", 5, private=True)
    line.request("POST", "/", body=b"{}", preload_content=False)
    tracemalloc.start()
    try:
        assert read(line.getresponse(), 64 * 1024) is None
        assert tracemalloc.get_traced_memory()[1] < 2 * 1024 * 1024
    finally:
        tracemalloc.stop()
        line.close()


def ask(port: int, timeout: float = 5.0, private: bool = True) -> Any:
    account = Account("whatsapp", "shop", {}, private=private)
    return courier._request(VendorCall("POST", f"https://127.0.0.1:{port}/m", {}, b"{}", timeout), account)


def test_a_vendors_answer_is_read_whole_if_it_is_one(receiver: Receiver) -> None:
    receiver.headers, receiver.body = {"Content-Encoding": "gzip"}, gzip.compress(b'{"messages":[]}')
    assert ask(receiver.port).body == b'{"messages":[]}'


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}], ids=["long", "bomb"])
def test_a_vendor_that_answers_without_end_is_not_listened_to(receiver: Receiver, headers: dict[str, str]) -> None:
    receiver.headers, receiver.body = headers, BOMB if headers else b"x" * (courier.LONGEST_ANSWER + 1)
    with pytest.raises(courier.AnswerLost):
        ask(receiver.port)


def test_a_vendor_that_answers_drop_by_drop_has_no_more_time_than_others(receiver: Receiver) -> None:
    def drip(wire: Any) -> None:
        for _ in range(40):
            wire.write(b" ")
            wire.flush()
            time.sleep(0.05)

    receiver.headers, receiver.speak = {"Content-Length": "1000"}, drip
    began = time.monotonic()
    with pytest.raises(courier.AnswerLost):
        ask(receiver.port, timeout=0.4)
    assert time.monotonic() - began < 1.5


class Dripping:
    """Sends `text` byte by byte to whoever connects, as slowly as never to be silent for long; `greeting` at once. With TLS where
    there is a certificate, else at once: what is no TLS drips into the middle of the handshake."""

    def __init__(self, text: bytes, certificate: Path | None = None, greeting: bytes = b"") -> None:
        self._text, self._greeting, self._over = text, greeting, threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self._context and certificate:
            self._context.load_cert_chain(certificate)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with suppress(OSError):
            wire, _ = self._listening.accept()
            wire = self._context.wrap_socket(wire, server_side=True) if self._context else wire
            with wire:
                wire.sendall(self._greeting)
                for byte in self._text:
                    if self._over.wait(0.03):
                        return
                    wire.sendall(bytes([byte]))

    def close(self) -> None:
        self._over.set()
        self._listening.close()
        self._thread.join(10)


ENDLESS = b"X-Slow: " + b"a" * 2000
SLOW = {
    "status": (b"HTTP/1.1 200 " + ENDLESS, b""),
    "headers": (ENDLESS, b"HTTP/1.1 200 OK\r\n"),
    "many headers": (b"A: b\r\n" * 300, b"HTTP/1.1 200 OK\r\n"),
    "interim answers": (b"HTTP/1.1 100 Continue\r\n\r\n" * 80, b""),
    "body": (b"x" * 2000, b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"),
    "body without end": (b"x" * 2000, b"HTTP/1.1 200 OK\r\n\r\n"),
    "chunks": (b"1\r\nx\r\n" * 300, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
}


@pytest.mark.parametrize("part", SLOW)
@pytest.mark.parametrize("caller", ["vendor", "hook"])
def test_whatever_drips_is_cut_when_the_calls_time_is_over(
    part: str, caller: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes within the socket's time-out, so that alone would wait for a minute."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = Dripping(SLOW[part][0], certificate, SLOW[part][1])
    began = time.monotonic()
    try:
        if caller == "vendor":
            with pytest.raises(courier.AnswerLost):
                ask(server.port, timeout=0.4)
        else:
            monkeypatch.setattr(calls, "SECONDS", 0.4)
            with pytest.raises(calls.Silent):
                calls.post(calls.Endpoint("shop", f"https://127.0.0.1:{server.port}/", b"k", private=True), b"{}", {}, most=4096)
    finally:
        took = time.monotonic() - began
        server.close()
    assert 0.3 < took < 1.5


def test_a_handshake_that_drips_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "CONNECT", 0.4)
    server = Dripping(b"\x16\x03\x03\x40\x00" + b"\x02\x00\x3f\x00" + b"\0" * 2000)
    began = time.monotonic()
    with pytest.raises(VendorUnavailable):
        ask(server.port)
    took = time.monotonic() - began
    server.close()
    assert took < 1.5


def test_a_name_server_that_does_not_answer_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def silent(*_: Any, **__: Any) -> Any:
        answered.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        connect("https://crm.example/", 0.3)
    assert time.monotonic() - began < 1.5
    answered.set()


def test_who_answers_in_time_leaves_no_watcher_behind(receiver: Receiver) -> None:
    receiver.body = b"{}"
    assert ask(receiver.port).body == b"{}"
    assert [t.name for t in threading.enumerate() if t.name == "line"] == []


def test_a_vendor_in_our_own_network_hears_nothing(receiver: Receiver) -> None:
    with pytest.raises(VendorUnavailable, match="not public"):
        ask(receiver.port, private=False)
    assert receiver.heard == []
