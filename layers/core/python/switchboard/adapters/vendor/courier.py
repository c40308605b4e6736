"""Hands messages to vendors: renders by the channel, calls over HTTPS, keeps access tokens."""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPException
from typing import Protocol

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from switchboard.adapters.vendor.lines import NotPublic, connect, exchange
from switchboard.application.ports import Sent
from switchboard.channels.base import Account, Channel, Outbound, Outcome, SendResult, VendorAnswer, VendorCall
from switchboard.domain.content import Content
from switchboard.domain.errors import SwitchboardError, VendorUnavailable

CONNECT = 3.0  # seconds
LONGEST_ANSWER = 256 * 1024  # bytes; vendors' answers hold ids and codes
LOST = "the vendor's answer was lost: it may or may not have been delivered"


class Accounts(Protocol):
    def account(self, channel: str, account: str) -> Account: ...


class Tokens(Protocol):
    def token(self, account: Account, fetch: Callable[[bool], tuple[str, float]], *, stale: str = "") -> str:
        """A valid access token, fetched once for all processes; `stale` names one the vendor has just refused."""
        ...


class AnswerLost(Exception):
    """The request went out and no answer came back."""


class HttpCourier:
    """Implements `application.ports.Courier`. `channel` finds the module of a channel by its name.

    Connections are not kept: between two calls a Lambda may be frozen for minutes, and a request on a connection that the other
    side has forgotten is lost without anybody knowing."""

    def __init__(self, channel: Callable[[str], Channel], accounts: Accounts, tokens: Tokens) -> None:
        self._channel = channel
        self._accounts = accounts
        self._tokens = tokens

    def prepare(self, channel: str, account: str, recipient: str, content: Content, reference: str) -> _Shipment:
        module, where = self._channel(channel), self._accounts.account(channel, account)
        return _Shipment(module, where, Outbound(recipient, content, reference), self._tokens)


class _Shipment:
    """A rendered message with a valid token; nothing of it has left yet."""

    def __init__(self, module: Channel, account: Account, message: Outbound, tokens: Tokens) -> None:
        self._module = module
        self._account = account
        self._message = message
        self._tokens = tokens
        self._value = self._token()
        self._calls = module.render(message, account, self._value)

    def send(self) -> Sent:
        if not self._calls:
            return Sent("refused", reason="the channel has no way to say this kind of message")
        ids: list[str] = []
        for number in range(len(self._calls)):  # a stale token's replacement renders them anew
            try:
                result = self._try(number)
            except AnswerLost:
                return Sent("unknown", tuple(ids), LOST)
            except SwitchboardError as error:  # before this part left
                result = SendResult(Outcome.RETRY, reason=str(error))
            if result.outcome is not Outcome.ACCEPTED:
                return self._not_accepted(result, ids)
            ids.append(result.vendor_id)
        return Sent("accepted", tuple(ids), result.reason)

    def _try(self, number: int) -> SendResult:
        result = self._module.read(_request(self._calls[number], self._account))
        if result.outcome is not Outcome.STALE_TOKEN:
            return result
        self._value = self._token(stale=self._value)
        self._calls = self._module.render(self._message, self._account, self._value)
        return self._module.read(_request(self._calls[number], self._account))

    def _token(self, *, stale: str = "") -> str:
        if self._module.token_call(self._account, refresh=False) is None:
            return ""

        def fetch(refresh: bool) -> tuple[str, float]:
            call = self._module.token_call(self._account, refresh=refresh)
            assert call is not None
            try:
                token = self._module.read_token(_request(call, self._account))
            except AnswerLost:
                raise VendorUnavailable("the vendor's token service did not answer") from None
            return token.value, token.expires_in

        return self._tokens.token(self._account, fetch, stale=stale)

    def _not_accepted(self, result: SendResult, ids: list[str]) -> Sent:
        """Once a part of a long message is out (`ids` has one for each), the whole must not be repeated by itself."""
        if ids:
            return Sent("unknown", tuple(ids), f"{len(ids)} of {len(self._calls)} parts were sent, then: {result.reason}")
        if result.outcome is Outcome.REFUSED:
            return Sent("refused", reason=result.reason)
        return Sent("retry", reason=result.reason or result.outcome.value, retry_after=result.retry_after)


def _request(call: VendorCall, account: Account) -> VendorAnswer:
    """Raises VendorUnavailable if the request cannot have arrived, AnswerLost if it may have: the line is made first, so that a
    failure of TLS tells which."""
    line = _line(call, account)
    try:
        uri = parse_url(call.url).request_uri
        answer = exchange(line, call.method, uri, call.headers, call.body or None, call.timeout, LONGEST_ANSWER)
    except (HTTPError, HTTPException, OSError):
        raise AnswerLost from None
    finally:
        line.close()
    if answer.body is None:
        raise AnswerLost
    return VendorAnswer(answer.status, answer.body, answer.headers)


def _line(call: VendorCall, account: Account) -> HTTPConnection:
    """To the vendor, whose address an account may name: tokens and customers' words go to it."""
    try:
        return connect(call.url, CONNECT, private=account.private)
    except NotPublic:
        raise VendorUnavailable("the account's base_url is not https, or leads to an address that is not public") from None
    except (HTTPError, OSError, ValueError) as error:
        raise VendorUnavailable(f"the vendor cannot be reached ({type(error).__name__})") from None
