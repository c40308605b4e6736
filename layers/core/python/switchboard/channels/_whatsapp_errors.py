"""What Meta's error codes mean for a message of ours.

The words are ours, never the vendor's `message`: that one repeats phone numbers and even access tokens. Codes and meanings:
"Error codes" of the WhatsApp Business Platform; pywa's error classes name the same."""

from __future__ import annotations

import re

from switchboard.channels._wire import Json, number, word
from switchboard.channels.base import Outcome, SendResult

# Code -> words and, as no header tells it, the seconds after which another try makes sense. The message was not taken.
_PASSING: dict[int, tuple[str, float | None]] = {
    1: ("an unknown error of the vendor", None),
    2: ("the vendor is down or overloaded", None),
    4: ("too many calls by this app", 60.0),
    80007: ("too many calls for this business account", 60.0),
    130429: ("too many messages from this phone number", 2.0),
    131000: ("something went wrong at the vendor", None),
    131016: ("the vendor's service is unavailable", 30.0),
    131056: ("too many messages to this customer in a short time", 6.0),
    131057: ("the business account is in maintenance", 60.0),
    133004: ("the vendor's server is unavailable", 30.0),
}

_LASTING: dict[int, str] = {
    0: "the access token is not valid",
    3: "the access token lacks a permission",
    10: "the access token lacks a permission",
    33: "the phone number does not exist any more",
    100: "the vendor found a parameter wrong",
    190: "the access token has expired or was revoked",
    368: "the business account is blocked for a breach of policy",
    130472: "the customer is part of an experiment of the vendor and gets no such messages",
    130497: "the business account may not write to customers in this country",
    131005: "the access token lacks a permission",
    131008: "the vendor misses a parameter",
    131009: "the vendor found a value wrong",
    131021: "sender and recipient are the same",
    131026: "undeliverable: the customer has no WhatsApp, an old version, or has not accepted the terms",
    131030: "the recipient is not on the test number's list of recipients",
    131031: "the business account is locked",
    131037: "the phone number's display name is not approved",
    131042: "the business account has a payment problem",
    131045: "the phone number is not registered",
    131047: "more than 24 hours since the customer's last message: only templates may be sent",
    131048: "the phone number is restricted: too many of its messages were blocked or reported",
    131049: "held back by the vendor to protect the customer from too many messages",
    131050: "the customer has stopped marketing messages",
    131051: "the vendor does not support this type of message",
    131062: "this type of message needs a phone number, and the customer has hidden theirs",
    133010: "the phone number is not registered",
}

_PERSONAL = re.compile(r"\+?[0-9][0-9 ()-]{4,}[0-9]|\b[A-Z]{2}\.\w+|\S+@\S+|\b\w{40,}")


def judge(status: int, error: Json) -> SendResult:
    """What an answer that did not accept the message means. `status` is HTTP's, `error` the answer's error object."""
    code = number(error, "code")
    if code in _PASSING:
        words, after = _PASSING[code]
        return SendResult(Outcome.RETRY, reason=f"{code}: {words}", retry_after=after)
    if code in _LASTING:
        return SendResult(Outcome.REFUSED, reason=f"{code}: {_LASTING[code]}")
    if code is not None and 200 <= code <= 299:
        return SendResult(Outcome.REFUSED, reason=f"{code}: the access token lacks a permission")
    told = f"{code}: " if code is not None else f"{status}: "
    if status in (408, 429) or status >= 500 or error.get("is_transient") is True:
        return SendResult(Outcome.RETRY, reason=told + "the vendor did not take the message")
    if status == 401:
        return SendResult(Outcome.REFUSED, reason=told + _LASTING[0])
    return SendResult(Outcome.REFUSED, reason=told + "the vendor refused the message")


def reason(error: Json) -> str:
    """Code and words of an error in a status. For codes unknown to us the vendor's title, without what might be personal."""
    code = number(error, "code")
    if code in _PASSING:
        return f"{code}: {_PASSING[code][0]}"
    if code in _LASTING:
        return f"{code}: {_LASTING[code]}"
    title = _PERSONAL.sub("…", word(error, "title"))[:120]
    return ": ".join(filter(None, (str(code) if code is not None else "", title))) or "the vendor gave no reason"
