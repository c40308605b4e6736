"""Calls of the company's own systems over HTTPS, signed, so that they can tell them from a stranger's.

The signature is that of the Standard Webhooks specification (https://github.com/standard-webhooks/standard-webhooks, version 1.0.0):
HMAC-SHA256 over "<webhook-id>.<webhook-timestamp>.<body>", in base64 after "v1,"."""

from __future__ import annotations

import hmac
import ipaddress
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPException
from typing import Protocol

from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from switchboard.application.ports import Sent
from switchboard.domain.errors import NotFound

SECONDS = 5.0  # to connect, and for each read
AGAIN = frozenset({408, 409, 425, 429})  # of the 4xx those that may pass
LONGEST_PAUSE = 3600.0  # seconds that a receiver may make us wait


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to call, and the key to sign with."""

    name: str
    url: str
    key: bytes = field(repr=False)


class Endpoints(Protocol):
    def endpoint(self, name: str) -> Endpoint:
        """Raises NotFound, Misconfigured or StorageUnavailable."""
        ...


class _NotPublic(OSError):
    """The name leads into a private network."""


class HttpHooks:
    """Implements `application.hooks.Hooks`. Calls configured endpoints alone, by HTTPS, follows no redirect, reads no answer but its
    status, and speaks to no address that is not public: a name that is changed to lead to our own network is refused before a byte
    is sent. `private_too` lifts this last rule for an installation whose systems are reached privately."""

    def __init__(self, endpoints: Endpoints, now: Callable[[], datetime], *, private_too: bool = False) -> None:
        self._endpoints = endpoints
        self._now = now
        self._private_too = private_too

    def send(self, name: str, body: str, call: str) -> Sent:
        try:
            endpoint = self._endpoints.endpoint(name)
        except NotFound:
            return Sent("refused", reason=f"there is no endpoint {name!r}")
        payload = body.encode()
        try:
            status, retry_after = self._post(endpoint, payload, signed(endpoint.key, call, int(self._now().timestamp()), payload))
        except _NotPublic:
            return Sent("refused", reason=f"the endpoint {name!r} leads to an address that is not public")
        except (HTTPError, HTTPException, OSError) as error:  # it may have arrived: the receiver knows the call by its id
            return Sent("retry", reason=f"the endpoint {name!r} did not answer ({type(error).__name__})")
        if 200 <= status < 300:
            return Sent("accepted", (call,))
        if status >= 500 or status in AGAIN:
            return Sent("retry", reason=f"the endpoint {name!r} answered {status}", retry_after=retry_after)
        return Sent("refused", reason=f"the endpoint {name!r} answered {status}")

    def _post(self, endpoint: Endpoint, payload: bytes, headers: dict[str, str]) -> tuple[int, float | None]:
        url = parse_url(endpoint.url)
        line = HTTPSConnection(url.host or "", url.port, timeout=SECONDS)
        try:
            line.connect()
            if not self._private_too and not _is_public(line):
                raise _NotPublic
            line.request("POST", url.request_uri, body=payload, headers=headers, preload_content=False)
            answer = line.getresponse()
            return answer.status, _seconds(answer.headers.get("Retry-After", ""))
        finally:
            line.close()


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
