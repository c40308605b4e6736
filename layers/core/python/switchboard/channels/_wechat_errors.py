"""What WeChat's return codes mean for a message of ours. The words are ours: the vendor's `errmsg` carries request ids and,
for some codes, addresses. Codes: "Global return codes" of the Official Account documents; issue threads for 45015, 45047."""

from __future__ import annotations

from switchboard.channels._wire import Json, number
from switchboard.channels.base import Outcome, SendResult

_STALE: dict[int, str] = {
    40001: "the access token is not valid, or not the latest",
    40014: "the access token is not valid",
    41001: "the access token is missing",
    42001: "the access token has expired",
}

# Code -> words and the seconds after which another try makes sense. The message was not taken.
_PASSING: dict[int, tuple[str, float | None]] = {
    -1000: ("the vendor had an error", None),
    -1: ("the vendor is busy", 2.0),
    45011: ("too many calls in this minute", 60.0),
}

_LASTING: dict[int, str] = {
    40003: "the customer does not follow this account",
    40008: "the vendor does not know this type of message",
    40013: "the appid is not valid",
    40125: "the account's secret is not valid",
    40164: "our address is not on the account's list of IP addresses",
    41002: "the appid is missing",
    41004: "the account's secret is missing",
    43004: "the customer does not follow this account",
    43019: "the customer is on the account's block list",
    44004: "the text is empty",
    45002: "the text is too long",
    45008: "the message has too many articles",
    45009: "the account's calls of the day are used up",
    45015: "more than 48 hours since the customer's last message, or they unfollowed",
    45047: "too many messages since the customer's last one",
    47001: "the vendor could not read the message",
    48001: "the account may not use this interface",
    48002: "the customer receives no messages from this account",
    48004: "this interface is blocked for a breach of policy",
    50002: "the account is restricted",
    61004: "our address is not on the account's list of IP addresses",
    87014: "the vendor found the text risky",
}


def judge(status: int, body: Json) -> SendResult:
    """What an answer means. `status` is HTTP's, `body` the answer's JSON."""
    code = number(body, "errcode")
    words = reason(status, body)
    if code in _STALE:
        return SendResult(Outcome.STALE_TOKEN, reason=words)
    if code in _PASSING:
        return SendResult(Outcome.RETRY, reason=words, retry_after=_PASSING[code][1])
    if code in _LASTING:
        return SendResult(Outcome.REFUSED, reason=words)
    if status in (408, 429) or status >= 500:
        return SendResult(Outcome.RETRY, reason=words)
    if code == 0 and 200 <= status < 300:
        return SendResult(Outcome.ACCEPTED)
    return SendResult(Outcome.REFUSED, reason=words)


def reason(status: int, body: Json) -> str:
    """A code and words for people."""
    code = number(body, "errcode")
    if code is None:
        return f"{status}: no errcode in the answer" + ("; it may have been sent" if status < 300 else "")
    words = _STALE.get(code) or _LASTING.get(code) or (_PASSING[code][0] if code in _PASSING else "unknown to us")
    return f"{code}: {words}"
