"""The list of corrected messages, on DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.adapters.dynamo.tables import Tables, answered
from switchboard.adapters.dynamo.transaction import Plan
from switchboard.application.corrections import CorrectedMessage
from switchboard.domain import events as ev
from switchboard.domain.improvement.events import IntentCorrected

CORRECTED = "CORRECTED"


class DynamoCorrectedMessages:
    """Implements `application.corrections.CorrectedMessages`."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def after(self, message: str, limit: int) -> Sequence[CorrectedMessage]:
        model = self._t.corrected
        above = model.sk > message if message else None
        with answered():
            return [CorrectedMessage(i.sk, i.conversation) for i in model.query(CORRECTED, above, consistent_read=True, limit=limit)]


def plan_corrections(tables: Tables, plan: Plan, ledger: str, events: Sequence[ev.Event]) -> None:
    """What a commit adds to the list, in the same transaction."""
    conversation = ledger.partition("#")[2]
    for message in dict.fromkeys(e.message for e in events if isinstance(e, IntentCorrected)):
        plan.put(tables.corrected(CORRECTED, message, conversation=conversation))
