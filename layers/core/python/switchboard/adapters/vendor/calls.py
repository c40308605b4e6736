"""Calls of the company's own systems over HTTPS, signed, so that they can tell them from a stranger's.

The signature is that of the Standard Webhooks specification (https://github.com/standard-webhooks/standard-webhooks, version 1.0.0):
HMAC-SHA256 over "<webhook-id>.<webhook-timestamp>.<body>", in base64 after "v1,"."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Protocol

from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from switchboard.adapters.vendor.lines import NotPublic as NotPublic
from switchboard.adapters.vendor.lines import connect, exchange

SECONDS = 5.0  # to connect, all in all; and then, all in all, for the answer
AGAIN = frozenset({408, 409, 425, 429})  # of the 4xx those that may pass
LONGEST_PAUSE = 3600.0  # seconds that a receiver may make us wait


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


class Silent(Exception):
    """No answer came. It may have arrived all the same: the receiver knows the call by its id."""


def post(endpoint: Endpoint, payload: bytes, headers: Mapping[str, str], *, most: int = 0) -> Reply:
    """Call an endpoint by HTTPS; no redirect is followed. Its answer is read up to `most` bytes. Raises Silent; raises NotPublic
    before a byte is sent where a name leads into our own network."""
    try:
        line = connect(endpoint.url, SECONDS, ca=endpoint.ca, private=endpoint.private)
    except (HTTPError, OSError, ValueError) as error:
        raise Silent(type(error).__name__) from error
    try:
        answer = exchange(line, "POST", parse_url(endpoint.url).request_uri, headers, payload, SECONDS, most)
        return Reply(answer.status, _seconds(answer.headers.get("retry-after", "")), answer.body if most else None)
    except (HTTPError, HTTPException, OSError) as error:
        raise Silent(type(error).__name__) from error
    finally:
        line.close()


def signed(key: bytes, call: str, at: int, payload: bytes) -> dict[str, str]:
    """The headers of a call; `at` in seconds since 1970."""
    mac = hmac.digest(key, b".".join((call.encode(), str(at).encode(), payload)), "sha256")
    return {
        "Content-Type": "application/json", "User-Agent": "Switchboard", "webhook-id": call, "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{b64encode(mac).decode()}",
    }  # fmt: skip


def _seconds(retry_after: str) -> float | None:
    return min(float(retry_after), LONGEST_PAUSE) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 8 else None
