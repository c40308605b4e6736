"""What the large model has cost, by day, on DynamoDB: counted in the transactions that ask it and that learn the price."""

from __future__ import annotations

from datetime import datetime, timedelta

from switchboard.adapters.dynamo import projections as p
from switchboard.adapters.dynamo.tables import Tables
from switchboard.adapters.dynamo.transaction import Plan
from switchboard.domain.change import Charge
from switchboard.domain.errors import CeilingReached

KEPT = timedelta(days=100)


class DynamoSpending:
    """Implements `application.large_model.Spending`."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def on(self, day: str) -> int:
        [item] = self._t.read([(self._t.spending, _pk(day), p.ALONE)])
        return int(item.spent) if item is not None else 0


def plan_charge(tables: Tables, plan: Plan, charge: Charge, at: datetime) -> None:
    """Count it, unless it would pass the day's ceiling. That one call alone does not, the caller has seen to."""
    model = tables.spending
    room = model.pk.does_not_exist() | (model.spent <= charge.ceiling - charge.amount)
    plan.update(
        model(_pk(charge.day), p.ALONE), [model.spent.add(charge.amount), model.expires.set(int((at + KEPT).timestamp()))],
        room if charge.ceiling else None, CeilingReached if charge.ceiling else None,
    )  # fmt: skip


def _pk(day: str) -> str:
    return f"SPENT#{day}"
