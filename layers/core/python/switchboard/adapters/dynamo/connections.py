"""WebSocket connections, their leases, and one-time tickets."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from pynamodb.exceptions import DeleteError, DoesNotExist, PynamoDBException

from switchboard.adapters.dynamo.models import ConnectionItem, stamp, unstamp
from switchboard.adapters.dynamo.tables import Tables, unavailable
from switchboard.adapters.dynamo.transaction import code_of
from switchboard.application.ports import Principal
from switchboard.domain.errors import Unauthenticated

TICKET_LIVES = timedelta(seconds=30)
LEASE = timedelta(seconds=65)  # three heartbeats of 20 s
ALONE = "-"


class DynamoConnections:
    """Implements `application.ports.Connections`. Tickets are stored hashed: who reads the table cannot use them."""

    def __init__(self, tables: Tables) -> None:
        self._model = tables.connections

    def issue(self, principal: Principal, at: datetime) -> str:
        ticket = secrets.token_urlsafe(24)
        until = at + TICKET_LIVES
        self._save(self._model(
            _ticket_pk(ticket), ALONE, principal=principal.key, claims=dict(principal.claims), lease=stamp(until),
            expires=int(until.timestamp()) + 60,
        ))  # fmt: skip
        return ticket

    def redeem(self, ticket: str, connection: str, at: datetime) -> Principal:
        item = self._model(_ticket_pk(ticket), ALONE)
        try:
            kept = self._model.get(item.pk, ALONE, consistent_read=True)
            kept.delete(condition=self._model.pk.exists())  # whoever deletes it has it: no ticket opens two connections
        except DoesNotExist:
            raise Unauthenticated("this ticket is unknown or was used; ask for a new one") from None
        except DeleteError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                raise Unauthenticated("this ticket was used; ask for a new one") from None
            raise unavailable(error) from error
        except PynamoDBException as error:
            raise unavailable(error) from error
        if unstamp(kept.lease) < at:
            raise Unauthenticated("this ticket is too old; ask for a new one")
        principal = Principal(kept.principal, dict(kept.claims or {}))
        self._register(connection, principal, at)
        return principal

    def _register(self, connection: str, principal: Principal, at: datetime) -> None:
        expires = int((at + timedelta(hours=3)).timestamp())  # API Gateway closes a connection after two hours
        self._save(self._model(
            _connection_pk(connection), ALONE, principal=principal.key, claims=dict(principal.claims), expires=expires,
            lease=stamp(at),  # when it was opened
        ))  # fmt: skip
        self.renew(connection, principal.key, at)

    def principal(self, connection: str) -> Principal:
        item = self._connection(connection)
        return Principal(item.principal, dict(item.claims or {}))

    def _connection(self, connection: str) -> ConnectionItem:
        try:
            return self._model.get(_connection_pk(connection), ALONE, consistent_read=True)
        except DoesNotExist:
            raise Unauthenticated("this connection is not known; reconnect with a new ticket") from None
        except PynamoDBException as error:
            raise unavailable(error) from error

    def renew(self, connection: str, principal: str, at: datetime) -> None:
        until = at + LEASE
        self._save(self._model(
            principal, _connection_pk(connection), principal=principal, lease=stamp(until),
            expires=int(until.timestamp()) + 3600,
        ))  # fmt: skip

    def drop(self, connection: str, at: datetime, unless_younger: timedelta = timedelta(0)) -> Principal | None:
        try:
            item = self._connection(connection)
        except Unauthenticated:
            return None
        if unstamp(item.lease) + unless_younger > at:
            return None
        principal = Principal(item.principal, dict(item.claims or {}))
        try:
            self._end_lease(principal.key, connection, at)
            self._model(_connection_pk(connection), ALONE).delete()
        except PynamoDBException as error:
            raise unavailable(error) from error
        return principal

    def _end_lease(self, principal: str, connection: str, at: datetime) -> None:
        """The lease stays for a while, over: grace periods count from it."""
        expires = int((at + timedelta(hours=1)).timestamp())
        self._save(self._model(
            principal, _connection_pk(connection), principal=principal, lease=stamp(at), expires=expires,
        ))  # fmt: skip

    def last_seen(self, principal: str) -> datetime | None:
        return max((unstamp(i.lease) for i in self._leases(principal)), default=None)

    def live(self, principal: str, at: datetime) -> list[str]:
        return [i.sk.partition("#")[2] for i in self._leases(principal) if unstamp(i.lease) > at]

    def _leases(self, principal: str) -> list[ConnectionItem]:
        try:
            items = list(self._model.query(principal, self._model.sk.startswith("CONN#"), consistent_read=True))
        except PynamoDBException as error:
            raise unavailable(error) from error
        return [i for i in items if i.lease]

    def _save(self, item: ConnectionItem) -> None:
        try:
            item.save()
        except PynamoDBException as error:
            raise unavailable(error) from error


def _connection_pk(connection: str) -> str:
    return f"CONN#{connection}"


def _ticket_pk(ticket: str) -> str:
    return f"TICKET#{hashlib.sha256(ticket.encode()).hexdigest()}"
