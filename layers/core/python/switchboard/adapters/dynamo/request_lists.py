"""The lists of requests that need two people, on DynamoDB, and their ledgers as they can be read without any key."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.adapters.dynamo import models as m
from switchboard.adapters.dynamo.ledgers import stored_commit
from switchboard.adapters.dynamo.requests import CLOSED, OPEN
from switchboard.adapters.dynamo.tables import Tables, answered
from switchboard.application.fanout import StoredCommit
from switchboard.domain.audit.commit import chain
from switchboard.domain.errors import NotFound, Unreadable


class DynamoRequests:
    """Implements `application.approvals.RequestLists`."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def ledger(self, id_: str) -> str:
        model = self._t.request
        found = self._t.read([(model, OPEN, id_), (model, CLOSED, id_)]) if id_.isalnum() and len(id_) <= 64 else [None]
        for item in found:
            if item is not None:
                return str(item.ledger)
        raise NotFound("there is no such request")

    def open(self) -> Sequence[str]:
        with answered():
            return [i.ledger for i in self._t.request.query(OPEN, consistent_read=True)]

    def closed(self, limit: int) -> Sequence[str]:
        with answered():
            items = self._t.request.query(CLOSED, consistent_read=True, scan_index_forward=False, limit=limit)
            return [i.ledger for i in items]

    def commits(self, ledger: str) -> Sequence[StoredCommit]:
        with answered():
            items: list[m.CommitItem] = list(self._t.commit.query(ledger, consistent_read=True))
        prev = ""
        for no, i in enumerate(items, 1):
            if int(i.no) != no or i.prev != prev or chain(prev, ledger, no, i.at, bytes(i.body)) != i.hash:
                raise Unreadable(f"commit {no} of {ledger} is not as it was written")
            prev = i.hash
        return [stored_commit(i) for i in items]
