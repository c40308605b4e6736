"""Lines to addresses that somebody chose: where one leads is judged before anything is sent there, and read no longer than it may be.

A time-out of a socket begins anew with each byte, so who sends one now and then could hold a function for as long as it lives. So
a line is watched from beside: when its time is over it is cut, whatever it was at (TLS, the headers, the body).

A name is looked up once, each of its addresses judged, and the line made to an address that was judged, so no later answer of a name
server counts (DNS rebinding). Other spellings of an address (decimal, octal, IPv6 around IPv4) are judged as what they lead to."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import parse_url

OFTEN = 0.05  # seconds from one cut to the next, until whoever used the line has noticed
AT_ONCE = 4096  # bytes read in one go; a compressed answer is opened only as far as it is read
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
# Of IPv6 around IPv4, forms that no public service needs: compatible (RFC 4291), translated (RFC 8215), 6to4, Teredo.
_AROUND = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is None where it is longer than was asked for."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


class NotPublic(Exception):
    """It leads into a private network, or is not encrypted on its way out of one; nothing was sent, not even a greeting."""


def connect(url: str, seconds: float, *, ca: str = "", private: bool = False) -> HTTPConnection:
    """A line that is made (the name's lookup and TLS too) within `seconds` to where `url` leads. `ca`: the certificates (PEM) that
    vouch for it instead of the public ones. Only what is `private` on purpose may lead into a private network or be plain HTTP.
    Raises NotPublic, OSError, HTTPError or ValueError."""
    parsed = parse_url(url)
    host = (parsed.host or "").strip("[]")
    if parsed.scheme not in ("https", "http") or not host or (parsed.scheme == "http" and not private):
        raise NotPublic
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    until = time.monotonic() + seconds
    addresses = list(dict.fromkeys(str(found[4][0]) for found in _looked_up(host, port, seconds)))
    if not private and not all(map(is_public, addresses)):
        raise NotPublic
    last: OSError | HTTPError = OSError("the name has no address")
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line = (
            HTTPSConnection(address, port, timeout=left, server_hostname=host, ca_cert_data=ca or None)
            if parsed.scheme == "https" else HTTPConnection(address, port, timeout=left)
        )  # fmt: skip
        try:
            _make(line, until)
        except (OSError, HTTPError) as error:
            line.close()
            last = error
            continue
        line.host = parsed.host or host  # what the request names
        return line
    raise last


def _make(line: HTTPConnection, until: float) -> None:
    with _cut_at(until, lambda: line.sock):
        line.connect()


def exchange(
    line: HTTPConnection, method: str, uri: str, headers: Mapping[str, str], payload: bytes | None, seconds: float, most: int
) -> Answer:
    """One request on a line and its answer, within `seconds` for all of it; the body as far as `most` bytes. Raises OSError
    (TimeoutError too), HTTPError or http.client.HTTPException; the request may have arrived all the same."""
    wire = line.sock  # the line itself gives it away with the answer
    line.timeout = seconds
    with _cut_at(time.monotonic() + seconds, lambda: wire):
        line.request(method, uri, body=payload, headers=dict(headers), preload_content=False)
        answer = line.getresponse()
        body = read(answer, most) if most else b""
    return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, body)


@contextmanager
def _cut_at(until: float, wire: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cut the line at `until` (monotonic), and raise TimeoutError. Cut, for whoever reads is told so at once and cannot go on."""
    over, late = threading.Event(), threading.Event()

    def watch() -> None:
        left = until - time.monotonic()
        while not over.wait(max(0.0, left)):
            late.set()
            cut = wire()
            if cut is not None:
                with suppress(OSError):
                    socket.socket.shutdown(cut, socket.SHUT_RDWR)  # beneath TLS: its own way would have the reader fall over
            left = OFTEN

    watcher = threading.Thread(target=watch, name="line", daemon=True)
    watcher.start()
    try:
        yield
    except (OSError, HTTPError, HTTPException) as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        over.set()
        watcher.join()
    if late.is_set():
        raise TimeoutError


def _looked_up(host: str, port: int, seconds: float) -> list[Any]:
    """The system's resolver knows no time-out: who waits for it goes on without it. Raises OSError, TimeoutError or ValueError."""
    found = Future[list[Any]]()

    def look_up() -> None:
        try:
            found.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            found.set_exception(error)

    threading.Thread(target=look_up, name="lookup", daemon=True).start()
    return found.result(seconds)


def is_public(address: str) -> bool:
    """Whether an address, as the system's resolver gives it, lies in the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found in _NAT64:
            found = ipaddress.IPv4Address(found.packed[-4:])
        elif any(found in network for network in _AROUND):
            return False
    return found.is_global and not found.is_multicast


def read(answer: BaseHTTPResponse, most: int) -> bytes | None:
    """The answer's body; None if it is longer than `most` bytes."""
    body = b""
    while len(body) <= most:
        some = answer.read1(AT_ONCE)
        if not some:
            return body
        body += some
    return None
