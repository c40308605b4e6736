"""Connections, leases and tickets in memory."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime, timedelta

from switchboard.application.ports import Principal
from switchboard.domain.errors import Unauthenticated

TICKET_LIVES = timedelta(seconds=30)
LEASE = timedelta(seconds=65)


class MemoryConnections:
    """Implements `application.ports.Connections`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tickets: dict[str, tuple[Principal, datetime]] = {}
        self._principals: dict[str, Principal] = {}
        self._opened: dict[str, datetime] = {}
        self._leases: dict[tuple[str, str], datetime] = {}  # (principal, connection) -> until

    def issue(self, principal: Principal, at: datetime) -> str:
        ticket = secrets.token_urlsafe(24)
        with self._lock:
            self._tickets[ticket] = (principal, at + TICKET_LIVES)
        return ticket

    def redeem(self, ticket: str, connection: str, at: datetime) -> Principal:
        with self._lock:
            kept = self._tickets.pop(ticket, None)
            if kept is None:
                raise Unauthenticated("this ticket is unknown or was used; ask for a new one")
            principal, until = kept
            if until < at:
                raise Unauthenticated("this ticket is too old; ask for a new one")
            self._principals[connection] = principal
            self._opened[connection] = at
            self._leases[principal.key, connection] = at + LEASE
            return principal

    def principal(self, connection: str) -> Principal:
        with self._lock:
            if connection not in self._principals:
                raise Unauthenticated("this connection is not known; reconnect with a new ticket")
            return self._principals[connection]

    def renew(self, connection: str, principal: str, at: datetime) -> None:
        with self._lock:
            self._leases[principal, connection] = at + LEASE

    def drop(self, connection: str, at: datetime, unless_younger: timedelta = timedelta(0)) -> Principal | None:
        with self._lock:
            if self._opened.get(connection, at) + unless_younger > at:
                return None
            principal = self._principals.pop(connection, None)
            if principal is not None:
                self._leases[principal.key, connection] = at
            return principal

    def last_seen(self, principal: str) -> datetime | None:
        with self._lock:
            return max((until for (p, _), until in self._leases.items() if p == principal), default=None)

    def live(self, principal: str, at: datetime) -> list[str]:
        with self._lock:
            return [c for (p, c), until in self._leases.items() if p == principal and until > at]
