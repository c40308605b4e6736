"""Where each ledger's chain stood at the audit's last root: one item a ledger, which only ever goes forward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from switchboard.adapters.dynamo.tables import Tables
from switchboard.adapters.dynamo.transaction import Plan, attempt
from switchboard.domain.audit.heads import Head
from switchboard.domain.errors import StaleVersion

ALONE = "-"
NUMBER = "ANCHORED"  # how many roots are in
TOGETHER = 100  # items of one transaction or one batch read: DynamoDB's limit


class DynamoAnchors:
    """Implements `application.audit_ports.AnchoredHeads`."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def applied(self) -> int:
        [item] = self._t.read([(self._t.anchor, NUMBER, ALONE)])
        return int(item.commits) if item is not None else 0

    def read(self, ledgers: Sequence[str]) -> dict[str, Head]:
        found: dict[str, Head] = {}
        for start in range(0, len(ledgers), TOGETHER):
            some = ledgers[start : start + TOGETHER]
            items = self._t.read([(self._t.anchor, _pk(ledger), ALONE) for ledger in some])
            found |= {lg: Head(int(i.commits), i.hash) for lg, i in zip(some, items, strict=True) if i is not None}
        return found

    def apply(self, number: int, moved: Mapping[str, Head]) -> None:
        ledgers = sorted(moved)
        for start in range(0, len(ledgers), TOGETHER):
            self._forward({_pk(ledger): moved[ledger] for ledger in ledgers[start : start + TOGETHER]})
        self._forward({NUMBER: Head(number, "-")})

    def _forward(self, heads: Mapping[str, Head]) -> None:
        """All of these that are further than what is there. Another notary's may be further by now: those stay."""
        model, left = self._t.anchor, dict(heads)
        while left:
            plan, order = Plan(), list(left)
            for part, pk in enumerate(order):
                plan.parts = (part,)
                item = model(pk, ALONE, commits=left[pk].commits, hash=left[pk].hash)
                plan.put(item, model.pk.does_not_exist() | (model.commits < left[pk].commits), StaleVersion)
            failed = attempt(self._t.connection, plan)
            if not failed:
                return
            left = {pk: left[pk] for part, pk in enumerate(order) if part not in failed}


def _pk(ledger: str) -> str:
    return f"ANCHOR#{ledger}"
