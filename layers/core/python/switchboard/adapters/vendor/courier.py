"""Hands messages to vendors: renders by the channel, calls over HTTPS, keeps access tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import urllib3

from switchboard.application.ports import Sent
from switchboard.channels.base import Account, Channel, Outbound, Outcome, SendResult, VendorAnswer, VendorCall
from switchboard.domain.content import Content
from switchboard.domain.errors import Misconfigured, NotFound, VendorUnavailable

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
    """Implements `application.ports.Courier`. `channel` finds the module of a channel by its name."""

    def __init__(self, channel: Callable[[str], Channel], accounts: Accounts, tokens: Tokens, pool: urllib3.PoolManager) -> None:
        self._channel = channel
        self._accounts = accounts
        self._tokens = tokens
        self._pool = pool

    def send(self, channel: str, account: str, recipient: str, content: Content, reference: str) -> Sent:
        try:
            module, where = self._channel(channel), self._accounts.account(channel, account)
            return self._send(module, where, Outbound(recipient, content, reference))
        except NotFound as error:
            return Sent("refused", reason=str(error))
        except (VendorUnavailable, Misconfigured) as error:
            return Sent("retry", reason=str(error))

    def _send(self, module: Channel, account: Account, message: Outbound) -> Sent:
        token = self._token(module, account)
        result = SendResult(Outcome.REFUSED, reason="the channel renders nothing for this kind of message")
        for number, call in enumerate(module.render(message, account, token)):
            try:
                result = module.read(self._call(call))
                if result.outcome is Outcome.STALE_TOKEN:
                    token = self._token(module, account, stale=token)
                    fresh = module.render(message, account, token)[number]
                    result = module.read(self._call(fresh))
            except AnswerLost:
                return Sent("unknown", reason=LOST)
            if result.outcome is not Outcome.ACCEPTED:
                return self._judge(result, number)
        return self._judge(result, 0)

    @staticmethod
    def _judge(result: SendResult, parts_sent: int) -> Sent:
        """Once a part of a long message is out, the whole must not be repeated by itself."""
        if result.outcome is Outcome.ACCEPTED:
            return Sent("accepted", result.vendor_id, result.reason)
        if parts_sent:
            return Sent("unknown", reason=f"only the first {parts_sent} parts were sent: {result.reason}")
        if result.outcome is Outcome.REFUSED:
            return Sent("refused", reason=result.reason)
        return Sent("retry", reason=result.reason or result.outcome.value, retry_after=result.retry_after)

    def _token(self, module: Channel, account: Account, *, stale: str = "") -> str:
        if module.token_call(account, refresh=False) is None:
            return ""

        def fetch(refresh: bool) -> tuple[str, float]:
            call = module.token_call(account, refresh=refresh)
            assert call is not None
            try:
                token = module.read_token(self._call(call))
            except AnswerLost:
                raise VendorUnavailable("the vendor's token service did not answer") from None
            return token.value, token.expires_in

        return self._tokens.token(account, fetch, stale=stale)

    def _call(self, call: VendorCall) -> VendorAnswer:
        """Raises VendorUnavailable if the request cannot have arrived, AnswerLost if it may have."""
        timeout = urllib3.Timeout(connect=3.0, read=call.timeout)
        try:
            answer = self._pool.request(
                call.method, call.url, body=call.body or None, headers=dict(call.headers), timeout=timeout, retries=False,
                redirect=False,
            )  # fmt: skip
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise VendorUnavailable(f"the vendor cannot be reached ({type(error).__name__})") from None
        except urllib3.exceptions.HTTPError:
            raise AnswerLost from None
        return VendorAnswer(answer.status, answer.data, {k.lower(): v for k, v in answer.headers.items()})
