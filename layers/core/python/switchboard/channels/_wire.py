"""Reading what strangers send: JSON of any shape becomes typed values or nothing, never an unexpected exception.
Also the account's secrets and the checks on them that every channel makes alike."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from switchboard.channels.base import Account, Limits, Request, VendorAnswer
from switchboard.channels.text import clean
from switchboard.domain.errors import Malformed, Misconfigured, TooLarge

Json = Mapping[str, object]
_NOTHING: Json = {}
LONGEST_PAUSE = 3600.0


def load(body: bytes) -> Json:
    """The JSON object in `body`. Raises Malformed."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("the body is not JSON") from None
    if not isinstance(value, dict):
        raise Malformed("the body is not a JSON object")
    return value


def peek(body: bytes) -> Json | None:
    """The JSON object in a vendor's answer, or None if there is none."""
    try:
        return load(body)
    except Malformed:
        return None


def part(value: Json, key: str) -> Json:
    """The object under `key`, empty if there is none."""
    found = value.get(key)
    return found if isinstance(found, dict) else _NOTHING


def parts(value: Json, key: str) -> list[Json]:
    """The list of objects under `key`; a member of another type counts as an empty object, so that it is not lost unseen."""
    found = value.get(key)
    if not isinstance(found, list):
        return []
    return [member if isinstance(member, dict) else _NOTHING for member in found]


def word(value: Json, key: str) -> str:
    """The string (or number, as text) under `key`, empty if there is none."""
    found = value.get(key)
    if isinstance(found, str):
        return clean(found)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return ""


def number(value: Json, key: str) -> int | None:
    """The whole number under `key`."""
    found = value.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def moment(seconds: str, otherwise: datetime) -> datetime:
    """A time given in seconds since 1970, or `otherwise` if it is not one."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return otherwise


def present(**facts: str) -> dict[str, str]:
    """The facts that are not empty."""
    return {name: fact for name, fact in facts.items() if fact}


def check_size(request: Request, limits: Limits) -> None:
    """Raises TooLarge."""
    if len(request.body) > limits.body_bytes:
        raise TooLarge(f"the body is longer than {limits.body_bytes} bytes")


def secret(account: Account, name: str) -> str:
    """A secret the account cannot work without. Raises Misconfigured, which names it and never shows one."""
    value = account.secrets.get(name, "")
    if not value:
        raise Misconfigured(f"{account!r} has no secret {name!r}; add it in Secrets Manager")
    return value


def candidates(account: Account, name: str) -> list[str]:
    """The secrets a signature may be made with: the current one, and during a rotation the previous one."""
    return [value for value in (account.secrets.get(name, ""), account.previous.get(name, "")) if value]


def same(given: str, expected: str) -> bool:
    """Compare in constant time. `given` may be anything, lone surrogates included."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode("utf-8", "surrogatepass"))


def pause(answer: VendorAnswer, otherwise: float | None = None) -> float | None:
    """The seconds of a Retry-After header, at most an hour; `otherwise` where there is none, or a date."""
    for name, value in answer.headers.items():
        if name.lower() == "retry-after" and value.strip().isdecimal():
            return min(float(value.strip()[:9]), LONGEST_PAUSE)
    return otherwise
