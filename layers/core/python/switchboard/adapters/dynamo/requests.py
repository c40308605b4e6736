"""What ledgers of requests do to the lists of them, on DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.adapters.dynamo.tables import Tables
from switchboard.adapters.dynamo.transaction import Plan
from switchboard.domain import approvals as a
from switchboard.domain import events as ev

OPEN, CLOSED = "REQUESTS#OPEN", "REQUESTS#CLOSED"


def plan_requests(tables: Tables, plan: Plan, ledger: str, events: Sequence[ev.Event]) -> None:
    """What a commit does to the lists, in the same transaction."""
    if not ledger.startswith(a.LEDGER):
        return
    id_ = ledger.removeprefix(a.LEDGER).partition("#")[0]
    model = tables.request
    if any(isinstance(e, a.ApprovalAsked) for e in events):
        plan.put(model(OPEN, id_, ledger=ledger))
    elif any(a.closes(e) for e in events):
        plan.delete(model(OPEN, id_))
        plan.put(model(CLOSED, id_, ledger=ledger))
