"""Delivery records. Ours is one item a message; the vendor's word on each part that went out is another, under its hashed id.
Each rises on its own, and whoever reads takes the highest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pynamodb.exceptions import DoesNotExist, PynamoDBException, UpdateError

from switchboard.adapters.dynamo.models import DeliveryItem, stamp, unstamp
from switchboard.adapters.dynamo.tables import Tables, unavailable
from switchboard.adapters.dynamo.transaction import Plan, code_of, execute
from switchboard.application.ports import Delivery, PendingDelivery
from switchboard.domain.errors import NotFound, StaleVersion
from switchboard.domain.inbound import DeliveryReceipt, DeliveryStatus

T = TypeVar("T")
REASON_CHARACTERS = 300
KEPT = timedelta(days=400)


def vendor_id(key: str) -> str:
    """The id of the item that holds the vendor's word."""
    return f"v#{key}"


class DynamoDeliveries:
    """Implements `application.ports.Deliveries`."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables
        self._model = tables.delivery

    def claim(self, message: str, at: datetime) -> DeliveryStatus:
        m = self._model
        actions = [m.status.set(DeliveryStatus.SENDING.value), m.rank.set(DeliveryStatus.SENDING.rank), m.at.set(stamp(at))]
        if self._update(message, actions, m.status == DeliveryStatus.PENDING.value) is not None:
            return DeliveryStatus.PENDING
        return DeliveryStatus(self._get(message).status)

    def retry(self, message: str, reason: str, at: datetime, again: datetime) -> None:
        m = self._model
        actions = [
            m.status.set(DeliveryStatus.PENDING.value), m.rank.set(DeliveryStatus.PENDING.rank), m.at.set(stamp(at)),
            m.reason.set(reason[:REASON_CHARACTERS]), m.since.set(stamp(again)),
        ]  # fmt: skip
        self._update(message, actions, m.status.is_in(DeliveryStatus.SENDING.value, DeliveryStatus.PENDING.value))

    def settle(
        self, message: str, status: DeliveryStatus, vendor_keys: Sequence[str], reason: str, at: datetime
    ) -> Delivery:
        """Ours and the links from the vendor's items to ours: together or not at all. The vendor's items are read after the
        links stand: a receipt before it is seen here, one after it sees the link."""
        m = self._model
        actions: list[Any] = [m.status.set(status.value), m.rank.set(status.rank), m.at.set(stamp(at)), m.pending.remove()]
        actions.append(m.reason.set(reason[:REASON_CHARACTERS]) if reason else m.reason.remove())
        linked = list(dict.fromkeys(key for key in vendor_keys if key))
        if not linked:
            self._update(message, actions, m.status == DeliveryStatus.SENDING.value)
            return _delivery(self._get(message))
        ours = self._get(message)
        plan = Plan()
        plan.update(m(message), actions, m.status == DeliveryStatus.SENDING.value, StaleVersion)
        whole = vendor_keys[-1] if status is DeliveryStatus.SENT else ""
        for key in linked:
            link = [
                m.message.set(message), m.conversation.set(ours.conversation), m.channel.set(ours.channel),
                m.account.set(ours.account), m.part.set(key != whole), m.expires.set(int((at + KEPT).timestamp())),
                m.status.set(m.status | status.value), m.rank.set(m.rank | status.rank), m.at.set(m.at | stamp(at)),
            ]  # fmt: skip
            plan.update(m(vendor_id(key)), link)
        try:
            execute(self._t.connection, plan)
        except StaleVersion:
            return _delivery(ours)  # settled already, by a twin of this call
        theirs = [item for item in (self._get(vendor_id(key)) for key in linked) if speaks(item.part, item.status)]
        highest = max(theirs, key=_weight, default=None)
        if highest is not None and highest.rank > status.rank:
            return _delivery(highest)
        return Delivery(message, ours.conversation, status, reason)

    def receipt(self, vendor_key: str, receipt: DeliveryReceipt) -> Delivery | None:
        m = self._model
        actions: list[Any] = [
            m.status.set(receipt.status.value), m.rank.set(receipt.status.rank), m.at.set(stamp(receipt.at)),
            m.expires.set(m.expires | int((receipt.at + KEPT).timestamp())),
        ]  # fmt: skip
        if receipt.reason:
            actions.append(m.reason.set(receipt.reason[:REASON_CHARACTERS]))
        rises = m.rank.does_not_exist() | (m.rank < receipt.status.rank)
        item = self._update(vendor_id(vendor_key), actions, rises)
        if item is None and receipt.status is DeliveryStatus.FAILED:
            item = self._get(vendor_id(vendor_key))
            item = item if item.status == DeliveryStatus.FAILED.value else None
        return _delivery(item) if item is not None and item.conversation and speaks(item.part, item.status) else None

    def raise_to(self, message: str, status: DeliveryStatus, at: datetime) -> None:
        m = self._model
        actions = [m.status.set(status.value), m.rank.set(status.rank), m.at.set(stamp(at)), m.pending.remove()]
        self._update(message, actions, m.rank < status.rank)

    def of(self, conversation: str) -> list[Delivery]:
        best: dict[str, DeliveryItem] = {}
        for item in self._read(lambda: list(self._model.by_conversation.query(conversation))):
            known = best.get(item.message)
            if speaks(item.part, item.status) and (known is None or _weight(item) > _weight(known)):
                best[item.message] = item
        return [_delivery(i) for i in best.values()]

    def pending_since(self, before: datetime) -> list[PendingDelivery]:
        index = self._model.pending_index
        keys = self._read(lambda: list(index.query("pending", self._model.since < stamp(before), limit=100)))
        items = [self._get(k.id) for k in keys]
        return [
            PendingDelivery(i.message, i.conversation, int(i.commit), i.channel, i.account, unstamp(i.since))
            for i in items
            if i.pending
        ]

    def _get(self, id_: str) -> DeliveryItem:
        try:
            return self._read(lambda: self._model.get(id_, consistent_read=True))
        except DoesNotExist:
            raise NotFound("there is no delivery record of this message") from None

    def _update(self, id_: str, actions: list[Any], condition: Any) -> DeliveryItem | None:
        """The item after the update, or None where the condition did not hold."""
        item = self._model(id_)
        try:
            item.update(actions, condition)
        except UpdateError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                return None
            raise unavailable(error) from error
        return item

    @staticmethod
    def _read(read: Callable[[], T]) -> T:
        try:
            return read()
        except DoesNotExist:
            raise
        except PynamoDBException as error:
            raise unavailable(error) from error


def speaks(part: bool | None, status: str) -> bool:
    """Whether an item says how far its message has come: of one part of several, only a failure does."""
    return not part or status == DeliveryStatus.FAILED.value


def _weight(item: DeliveryItem) -> tuple[int, bool]:
    """Orders items of one message; a failed part outweighs the part that was read."""
    return int(item.rank), item.status == DeliveryStatus.FAILED.value


def _delivery(i: DeliveryItem) -> Delivery:
    return Delivery(i.message, i.conversation, DeliveryStatus(i.status), i.reason or "")
