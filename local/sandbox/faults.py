"""Faults a tester orders: the next N calls to a vendor endpoint go wrong in one chosen way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KINDS: dict[str, tuple[str, ...]] = {
    "whatsapp": (
        "down",
        "slow",
        "unauthorised",
        "rate_limit",
        "pair_limit",
        "window",
        "drop_response",
        "expire_token",
    ),
    "wechat": (
        "down",
        "slow",
        "unauthorised",
        "rate_limit",
        "quota",
        "window",
        "drop_response",
        "expire_token",
    ),
}
SCOPES = ("send", "typing", "token", "media")
"""Which calls a fault meets. `typing` covers WhatsApp's read receipts; `token` exists for WeChat only."""


@dataclass
class Fault:
    channel: str
    kind: str
    left: int
    account: str | None = None
    """None means any account of the channel."""
    on: str = "send"
    ms: int = 5_000
    """How long a slow answer takes."""
    mode: str = "async"
    """WhatsApp window only: the refusal comes later as a failed status (async) or in the answer (sync)."""

    def public(self) -> dict[str, Any]:
        return vars(self).copy()


class FaultBook:
    """Ordered faults; each matching call uses one up."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, document: dict[str, Any]) -> Fault:
        """Order a fault from its JSON form. Raises ValueError naming what is wrong."""
        strangers = sorted(set(document) - {"channel", "kind", "count", "account", "on", "ms", "mode"})
        if strangers:
            raise ValueError(f"unknown field {strangers[0]!r}")
        channel, kind = document.get("channel"), document.get("kind")
        if not isinstance(channel, str) or channel not in KINDS:
            raise ValueError(f"channel must be one of {', '.join(KINDS)}")
        if kind not in KINDS[channel]:
            raise ValueError(f"kind must be one of {', '.join(KINDS[channel])}")
        count, ms = document.get("count", 1), document.get("ms", 5_000)
        if not isinstance(count, int) or not 1 <= count <= 100_000:
            raise ValueError("count must be 1 to 100000")
        if not isinstance(ms, int) or not 0 <= ms <= 120_000:
            raise ValueError("ms must be 0 to 120000")
        on, mode = document.get("on", "send"), document.get("mode", "async")
        if on not in SCOPES:
            raise ValueError(f"on must be one of {', '.join(SCOPES)}")
        if mode not in ("async", "sync"):
            raise ValueError("mode must be async or sync")
        fault = Fault(channel, str(kind), count, document.get("account"), on, ms, mode)
        self._faults.append(fault)
        return fault

    def take(self, channel: str, account: str | None, on: str) -> Fault | None:
        """The oldest fault that fits this call, used up once; None when the call should go well."""
        for fault in self._faults:
            if fault.channel == channel and fault.on == on and fault.account in (None, account):
                fault.left -= 1
                if fault.left <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def pending(self) -> list[dict[str, Any]]:
        return [fault.public() for fault in self._faults]

    def clear(self) -> None:
        self._faults.clear()
