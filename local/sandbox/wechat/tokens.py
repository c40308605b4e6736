"""access_token as WeChat hands it out: two isolated kinds, each with only its latest value good."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field


@dataclass
class _Slot:
    value: str = field(default="", repr=False)
    expires: float = 0.0


class Tokens:
    """Tokens of all accounts. `life_seconds` is how long one lives."""

    def __init__(self, life_seconds: float) -> None:
        self._life = life_seconds
        self._slots: dict[tuple[str, str], _Slot] = {}
        self._expired: dict[str, set[str]] = {}

    def issue(self, account: str) -> tuple[str, int]:
        """The classic endpoint: a new token each time; the one before stops working."""
        return self._new(account, "classic"), int(self._life)

    def stable(self, account: str, force: bool) -> tuple[str, int]:
        """The stable endpoint: the same token while it lives, unless a refresh is forced."""
        slot = self._slots.get((account, "stable"))
        if slot is None or force or slot.expires <= time.monotonic():
            return self._new(account, "stable"), int(self._life)
        return slot.value, max(1, int(slot.expires - time.monotonic()))

    def check(self, account: str, token: str) -> int:
        """0 when good, 42001 when it was good until it expired, 40001 otherwise."""
        for kind in ("classic", "stable"):
            slot = self._slots.get((account, kind))
            if slot and token and secrets.compare_digest(slot.value.encode(), token.encode()):
                return 0 if slot.expires > time.monotonic() else 42001
        return 42001 if token in self._expired.get(account, set()) else 40001

    def owner(self, token: str) -> str | None:
        """The account a token belongs to, dead or alive."""
        for (account, _), slot in self._slots.items():
            if slot.value and slot.value == token:
                return account
        return next((account for account, gone in self._expired.items() if token in gone), None)

    def expire(self, account: str) -> None:
        """End the account's current tokens now, as if their time were over."""
        for kind in ("classic", "stable"):
            slot = self._slots.pop((account, kind), None)
            if slot:
                self._expired.setdefault(account, set()).add(slot.value)

    def reset(self) -> None:
        self._slots.clear()
        self._expired.clear()

    def _new(self, account: str, kind: str) -> str:
        value = f"{secrets.randbelow(90) + 10}_" + secrets.token_urlsafe(96)
        self._slots[(account, kind)] = _Slot(value, time.monotonic() + self._life)
        return value
