"""Vendors' access tokens in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from switchboard.channels.base import Account
from switchboard.domain.errors import VendorUnavailable

MARGIN = 300.0  # seconds before its end from which a token counts as over
LOCK = 15.0  # seconds a fetch may take
TRIES, PAUSE = 10, 0.2  # looks at another's fetch, and the seconds between them


@dataclass(slots=True)
class _Row:
    value: str = ""
    until: float = 0.0
    locked_until: float = 0.0


@dataclass(slots=True)
class TokenTable:
    """What the processes share."""

    rows: dict[tuple[str, str], _Row] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)


class MemoryTokens:
    """Implements `adapters.vendor.courier.Tokens`: one process at a `table`."""

    def __init__(self, table: TokenTable, clock: Callable[[], float], pause: Callable[[float], None]) -> None:
        self._table = table
        self._clock = clock
        self._pause = pause

    def token(self, account: Account, fetch: Callable[[bool], tuple[str, float]], *, stale: str = "") -> str:
        row = self._table.rows.setdefault((account.channel, account.account), _Row())
        for _ in range(TRIES):
            with self._table.guard:
                if row.value and row.value != stale and row.until - MARGIN > self._clock():
                    return row.value
                mine = row.locked_until <= self._clock()
                if mine:
                    row.locked_until = self._clock() + LOCK
            if mine:
                return self._fetch(row, fetch, refresh=bool(stale) and row.value == stale)
            self._pause(PAUSE)
        raise VendorUnavailable("another process is fetching the vendor's access token; try again")

    def _fetch(self, row: _Row, fetch: Callable[[bool], tuple[str, float]], *, refresh: bool) -> str:
        try:
            value, lives = fetch(refresh)
            row.value, row.until = value, self._clock() + lives
            return value
        finally:
            row.locked_until = 0.0
