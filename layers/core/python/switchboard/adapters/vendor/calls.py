"""Calls of the company's own systems over HTTPS, signed, so that they can tell them from a stranger's.

The signature is that of the Standard Webhooks specification (https://github.com/standard-webhooks/standard-webhooks, version 1.0.0):
HMAC-SHA256 over "<webhook-id>.<webhook-timestamp>.<body>", in base64 after "v1,"."""

from __future__ import annotations

import hmac
import ipaddress
import socket
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Protocol

from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import parse_url

SECONDS = 5.0  # to connect; and then for the answer
AGAIN = frozenset({408, 409, 425, 429})  # of the 4xx those that may pass
LONGEST_PAUSE = 3600.0  # seconds that a receiver may make us wait
AT_ONCE = 4096  # bytes read in one go


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to call, and the key to sign with. `ca`: the certificates (PEM) that vouch for it instead of the public ones. `private`:
    it is reached within a private network, on purpose."""

    name: str
    url: str
    key: bytes = field(repr=False)
    ca: str = field(default="", repr=False)
    private: bool = False


class Endpoints(Protocol):
    def endpoint(self, name: str) -> Endpoint:
        """Raises NotFound, Misconfigured or StorageUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is None where it was not asked for or is too long; `retry_after` in seconds."""

    status: int
    retry_after: float | None
    body: bytes | None = field(default=None, repr=False)

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def may_pass(self) -> bool:
        """Whether the same call may be taken another time."""
        return self.status >= 500 or self.status in AGAIN


class NotPublic(Exception):
    """The name leads into a private network; nothing was sent."""


class Silent(Exception):
    """No answer came. It may have arrived all the same: the receiver knows the call by its id."""


def post(endpoint: Endpoint, payload: bytes, headers: Mapping[str, str], *, most: int = 0) -> Reply:
    """Call an endpoint by HTTPS; no redirect is followed. Its answer is read up to `most` bytes. Raises Silent; raises NotPublic
    before a byte is sent where a name that was changed would lead into our own network."""
    url = parse_url(endpoint.url)
    line = HTTPSConnection(url.host or "", url.port, timeout=SECONDS, ca_cert_data=endpoint.ca or None)
    try:
        line.connect()
        if not endpoint.private and not _is_public(line):
            raise NotPublic
        wire, until = line.sock, time.monotonic() + SECONDS  # of the line itself the answer takes it away
        line.request("POST", url.request_uri, body=payload, headers=headers, preload_content=False)
        answer = line.getresponse()
        body = _body(wire, answer, most, until) if most else None
        return Reply(answer.status, _seconds(answer.headers.get("Retry-After", "")), body)
    except (HTTPError, HTTPException, OSError) as error:
        raise Silent(type(error).__name__) from error
    finally:
        line.close()


def _body(wire: socket.socket, answer: BaseHTTPResponse, most: int, until: float) -> bytes | None:
    """None if it is longer. Who sends it byte by byte has no more time for it than others."""
    read = b""
    while len(read) <= most:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if wire.fileno() >= 0:  # it is closed as soon as the last byte is there
            wire.settimeout(left)
        some = answer.read1(AT_ONCE)
        if not some:
            return read
        read += some
    return None


def signed(key: bytes, call: str, at: int, payload: bytes) -> dict[str, str]:
    """The headers of a call; `at` in seconds since 1970."""
    mac = hmac.digest(key, b".".join((call.encode(), str(at).encode(), payload)), "sha256")
    return {
        "Content-Type": "application/json", "User-Agent": "Switchboard", "webhook-id": call, "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{b64encode(mac).decode()}",
    }  # fmt: skip


def _is_public(line: HTTPSConnection) -> bool:
    """By the address we are really connected to, which no later answer of a name server can change."""
    address = ipaddress.ip_address(line.sock.getpeername()[0].partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global


def _seconds(retry_after: str) -> float | None:
    return min(float(retry_after), LONGEST_PAUSE) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 8 else None
