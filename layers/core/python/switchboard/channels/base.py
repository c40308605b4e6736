"""The one protocol every channel implements. A channel is pure: bytes in, domain objects out, and the reverse; it opens no
connection and reads no clock. Adding a channel is adding one module here and one webhook function.

The flow: `handshake` answers a vendor's GET; `verify` checks the raw bytes of a POST; `parse` normalises; `acknowledge` is what
the vendor wants to hear; `render` turns an outbound message into the vendor's HTTP calls; `read` judges the vendor's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from switchboard.domain.content import Content
from switchboard.domain.inbound import InboundItem


@dataclass(frozen=True, slots=True)
class Request:
    """A webhook call as it came over the wire. `body` is the raw bytes, base64 of the gateway already undone.
    Header names are lower case."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What the webhook answers."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a channel (a phone number, an official account, a web site). `secrets` are the vendor's credentials by
    the names the channel module documents; during a rotation `previous` holds the old ones, accepted for verification only.
    `base_url` is the vendor's send API (the real one unless a test stands in); only where it is `private` on purpose may it lead
    into a private network, or be plain HTTP."""

    channel: str
    account: str
    secrets: Mapping[str, str]
    previous: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""
    private: bool = False

    def __repr__(self) -> str:
        return f"Account({self.channel}/{self.account})"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the vendor allows. `window` is how long after the customer's last message free text may be sent."""

    text_units: int  # longest text of one call, in `text_unit`
    text_unit: str  # "characters" | "utf8_bytes" | "utf16_units"
    window: timedelta | None = None
    messages_per_window: int | None = None
    body_bytes: int = 3 * 1024 * 1024  # largest webhook body worth reading


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message for the customer. `reference` is ours: stable over retries, at most 64 ASCII characters."""

    recipient: str
    content: Content
    reference: str


@dataclass(frozen=True, slots=True)
class VendorCall:
    """One HTTP request to the vendor."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout: float = 10.0

    def __repr__(self) -> str:
        return f"VendorCall({self.method})"  # addresses and headers of some vendors hold access tokens


@dataclass(frozen=True, slots=True)
class VendorAnswer:
    """What the vendor answered to a call."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Outcome(StrEnum):
    """What an answer means for us."""

    ACCEPTED = "accepted"
    RETRY = "retry"  # the vendor is down or throttles: the message was not taken
    STALE_TOKEN = "stale_token"  # noqa: S105 - a name  # fetch a new access token and try once more
    REFUSED = "refused"  # will never work: window over, blocked, malformed


@dataclass(frozen=True, slots=True)
class SendResult:
    """The judgement of one answer. `vendor_id` names the accepted message, where the vendor gives one.
    `reason` is a short code and words for people; no personal data. `retry_after` in seconds, where told."""

    outcome: Outcome
    vendor_id: str = ""
    reason: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A short-lived token of the vendor. `expires_in` in seconds from the answer."""

    value: str
    expires_in: float

    def __repr__(self) -> str:
        return "AccessToken(...)"


class Channel(Protocol):
    """See the module's text. Methods raise `BadSignature`, `Malformed`, `TooLarge` or `Misconfigured`
    of `domain.errors`, nothing else."""

    name: str
    limits: Limits
    receipts: bool  # does the vendor ever say that a message was delivered

    def handshake(self, request: Request, account: Account) -> Reply:
        """Answer the vendor's GET that proves the address is ours."""
        ...

    def verify(self, request: Request, account: Account) -> None:
        """Check the raw bytes against the account's secrets, in constant time."""
        ...

    def parse(self, request: Request, account: Account, received_at: datetime) -> Sequence[InboundItem]:
        """All items of a verified post, in the vendor's order."""
        ...

    def acknowledge(self) -> Reply:
        """The answer to a post whose items are safely queued."""
        ...

    def token_call(self, account: Account, *, refresh: bool) -> VendorCall | None:
        """The call that fetches an access token, or None where the account's secrets hold a lasting one."""
        ...

    def read_token(self, answer: VendorAnswer) -> AccessToken:
        """The token in the answer to `token_call`; raises `VendorUnavailable` where there is none."""
        ...

    def render(self, message: Outbound, account: Account, token: str) -> Sequence[VendorCall]:
        """The calls that send a message, in order; longer texts are split at sensible places."""
        ...

    def read(self, answer: VendorAnswer) -> SendResult:
        """What the vendor's answer to one rendered call means."""
        ...
