"""Measurements of queues on DynamoDB: one item a queue, written by stream readers, never by a conversation's transaction.

Only what lies in clear is read, so a function without keys may do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pynamodb.exceptions import PutError

from switchboard.adapters.dynamo import projections as p
from switchboard.adapters.dynamo.models import stamp_or_none, unstamp_or_none
from switchboard.adapters.dynamo.tables import Tables, answered, unavailable
from switchboard.adapters.dynamo.transaction import code_of
from switchboard.application.ports import QueueFlow, Whereabouts
from switchboard.domain.conversation import contact_of
from switchboard.domain.waiting_room.flow import Flow

SHARDS_COUNTED = 4  # a company of more agents of one queue is extrapolated from these
DIGITS = 6  # of what fades for ever
READ_AT_ONCE = 100


class DynamoFlows:
    """Implements `application.ports.Flows`."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def of(self, queue: str) -> QueueFlow:
        [item] = self._t.read([(self._t.flow, _pk(queue), p.ALONE)])
        if item is None:
            return QueueFlow()
        flow = Flow(float(item.left), float(item.slot_seconds), unstamp_or_none(item.at), int(item.waiting), int(item.slots))
        return QueueFlow(flow, tuple(item.handling), int(item.version))

    def keep(self, queue: str, measured: QueueFlow) -> bool:
        model, flow = self._t.flow, measured.flow
        item = model(
            _pk(queue), p.ALONE, version=measured.version + 1, left=round(flow.left, DIGITS),
            slot_seconds=round(flow.slot_seconds, DIGITS), at=stamp_or_none(flow.at), waiting=flow.waiting, slots=flow.slots,
            handling=list(measured.handling),
        )  # fmt: skip
        as_read = model.version == measured.version if measured.version else model.pk.does_not_exist()
        try:
            item.save(as_read)
        except PutError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                return False
            raise unavailable(error) from error
        return True

    def slots(self, queue: str) -> int:
        [roster] = self._t.read([(self._t.roster, p.ROSTER, p.ALONE)])
        serving = sorted(name for name, (_, queues) in roster.shards.items() if queue in queues) if roster else []
        counted = serving[:SHARDS_COUNTED]
        found = sum(self._capacity(shard, queue) for shard in counted)
        return round(found * len(serving) / len(counted)) if counted else 0

    def _capacity(self, shard: str, queue: str) -> int:
        model = self._t.agent
        online = model.seats > -p.ABSENT / 2  # also of those who have more than they can hold
        with answered():
            items = list(model.by_seats.query(p.shard_pk(shard), online, consistent_read=True))
        return sum(int(i.capacity) for i in items if queue in i.queues)

    def whereabouts(self, conversations: Sequence[str]) -> Mapping[str, Whereabouts]:
        found: dict[str, Whereabouts] = {}
        for start in range(0, len(conversations), READ_AT_ONCE):
            page = conversations[start : start + READ_AT_ONCE]
            items = self._t.read([(self._t.conversation, p.contact_pk(contact_of(c)), p.CURRENT) for c in page])
            for wanted, item in zip(page, items, strict=True):
                if item is not None and item.id == wanted:
                    found[wanted] = Whereabouts(item.queue or "", unstamp_or_none(item.taken_at))
        return found


def _pk(queue: str) -> str:
    return f"FLOW#{queue}"
