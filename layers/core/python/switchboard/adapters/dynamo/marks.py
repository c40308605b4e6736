"""What the audit remembers between its runs, and the ledgers byte for byte, from which it makes good what it missed."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.adapters.dynamo.tables import Tables, answered
from switchboard.adapters.dynamo.transaction import Plan, attempt
from switchboard.domain.audit.commit import Commit
from switchboard.domain.audit.gaps import Gap
from switchboard.domain.errors import StaleVersion

GAPS, STRAYS = "AUDIT#GAPS", "AUDIT#STRAYS"
TOGETHER = 100  # items of one transaction: DynamoDB's limit


class DynamoMarks:
    """Implements `application.audit_ports.Marks`."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def mark(self, gaps: Sequence[Gap]) -> None:
        widest: dict[str, Gap] = {}
        for gap in gaps:
            widest[_sk(gap)] = min(gap, widest.get(_sk(gap), gap))
        wanted = list(widest.values())
        for start in range(0, len(wanted), TOGETHER):
            self._mark(wanted[start : start + TOGETHER])

    def _mark(self, gaps: list[Gap]) -> None:
        model, left = self._t.gap, gaps
        while left:
            plan = Plan()
            for part, gap in enumerate(left):
                plan.parts = (part,)
                item = model(GAPS, _sk(gap), ledger=gap.ledger, first=gap.first, next=gap.first, last=gap.last)
                plan.put(item, model.pk.does_not_exist() | (model.first > gap.first), StaleVersion)
            known = attempt(self._t.connection, plan)
            if not known:
                return
            left = [gap for part, gap in enumerate(left) if part not in known]

    def open(self, limit: int) -> list[Gap]:
        with answered():
            items = list(self._t.gap.query(GAPS, consistent_read=True, limit=limit))
        return [Gap(i.ledger, int(i.next), int(i.last)) for i in items]

    def done(self, gap: Gap, following: int) -> None:
        model, plan = self._t.gap, Plan()
        item, as_it_was = model(GAPS, _sk(gap)), model.next == gap.first
        if following > gap.last:
            plan.delete(item, as_it_was, StaleVersion)
        else:
            plan.update(item, [model.next.set(following)], as_it_was, StaleVersion)
        attempt(self._t.connection, plan)  # where the condition fails, it was marked anew, and will be done anew

    def new(self, stray: str) -> bool:
        model, plan = self._t.stray, Plan()
        plan.put(model(STRAYS, stray), model.pk.does_not_exist(), StaleVersion)
        return not attempt(self._t.connection, plan)


class DynamoChains:
    """Implements `application.audit_ports.LedgerChains`."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def chain(self, ledger: str, first: int, last: int, limit: int) -> list[Commit]:
        model = self._t.commit
        with answered():
            items = list(model.query(ledger, model.no.between(first, last), consistent_read=True, limit=limit))
        return [Commit(i.ledger, int(i.no), i.at, i.prev, i.hash, bytes(i.body)) for i in items]


def _sk(gap: Gap) -> str:
    return f"{gap.ledger}|{gap.last:010d}"
