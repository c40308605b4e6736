"""Lines to addresses that somebody chose: where one leads is judged before anything is sent there, and read no longer than it may be.

A name is looked up once, each of its addresses judged, and the line made to an address that was judged, so no later answer of a name
server counts (DNS rebinding). Other spellings of an address (decimal, octal, IPv6 around IPv4) are judged as what they lead to."""

from __future__ import annotations

import ipaddress
import socket
import time

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import parse_url

AT_ONCE = 4096  # bytes read in one go; a compressed answer is opened only as far as it is read
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
# Of IPv6 around IPv4, forms that no public service needs: compatible (RFC 4291), translated (RFC 8215), 6to4, Teredo.
_AROUND = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


class NotPublic(Exception):
    """It leads into a private network, or is not encrypted on its way out of one; nothing was sent, not even a greeting."""


def connect(url: str, seconds: float, *, ca: str = "", private: bool = False) -> HTTPConnection:
    """A line that is made (TLS too) to where `url` leads. `ca`: the certificates (PEM) that vouch for it instead of the public ones.
    Only what is `private` on purpose may lead into a private network or be plain HTTP. Raises NotPublic, OSError, HTTPError or
    ValueError."""
    parsed = parse_url(url)
    host = (parsed.host or "").strip("[]")
    if parsed.scheme not in ("https", "http") or not host or (parsed.scheme == "http" and not private):
        raise NotPublic
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    addresses = list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    if not private and not all(map(is_public, addresses)):
        raise NotPublic
    until = time.monotonic() + seconds
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
            line.connect()
        except (OSError, HTTPError) as error:
            line.close()
            last = error
            continue
        line.host, line.timeout = parsed.host or host, seconds  # what the request names
        return line
    raise last


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


def read(wire: socket.socket, answer: BaseHTTPResponse, most: int, until: float) -> bytes | None:
    """The answer's body; None if it is longer than `most` bytes. Who sends it byte by byte has no more time for it than others:
    TimeoutError after `until` (monotonic). `wire` is the line's socket, which the line itself gives away with the answer."""
    body = b""
    while len(body) <= most:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if wire.fileno() >= 0:  # it is closed as soon as the last byte is there
            wire.settimeout(left)
        some = answer.read1(AT_ONCE)
        if not some:
            return body
        body += some
    return None
