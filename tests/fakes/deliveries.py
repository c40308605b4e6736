"""Delivery records in memory: one a message, and the vendor's words that came before we knew whose they are."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.application.fanout import PUSHED_DIRECTLY
from switchboard.application.ports import Delivery, PendingDelivery
from switchboard.domain.change import OutboundMessage
from switchboard.domain.errors import NotFound
from switchboard.domain.inbound import DeliveryReceipt, DeliveryStatus


@dataclass(frozen=True, slots=True)
class _Record:
    delivery: Delivery
    commit: int
    channel: str
    account: str
    since: datetime
    waits: bool  # whether a queue still has to hand it to a vendor

    def raised(self, status: DeliveryStatus, reason: str, *, part: bool = False) -> _Record:
        """The record with the higher of what it says and what is heard now of the whole, or of a part."""
        known = self.delivery.status
        overtaken = part and status is DeliveryStatus.FAILED and known is DeliveryStatus.READ
        if status.rank <= known.rank and not overtaken:
            return self
        return replace(self, delivery=replace(self.delivery, status=status, reason=reason), waits=False)


class MemoryDeliveries:
    """Implements `application.ports.Deliveries`."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._records: dict[str, _Record] = {}
        self._parts: dict[str, tuple[str, bool]] = {}  # vendor key -> message, and whether it speaks for the whole
        self._orphans: dict[str, tuple[DeliveryStatus, str]] = {}

    def open(self, out: OutboundMessage, conversation: str, commit: int, at: datetime) -> None:
        """What a committed `MessageSent` leaves behind; for the store alone."""
        with self._lock:
            delivery = Delivery(out.message, conversation, DeliveryStatus.PENDING)
            waits = out.channel not in PUSHED_DIRECTLY
            self._records[out.message] = _Record(delivery, commit, out.channel, out.account, at, waits)

    def claim(self, message: str, at: datetime) -> DeliveryStatus:
        with self._lock:
            record = self._record(message)
            found = record.delivery.status
            if found is DeliveryStatus.PENDING:
                self._set(record, DeliveryStatus.SENDING, record.delivery.reason)
            return found

    def retry(self, message: str, reason: str, at: datetime, again: datetime) -> None:
        with self._lock:
            record = self._record(message)
            if record.delivery.status in (DeliveryStatus.SENDING, DeliveryStatus.PENDING):
                self._set(replace(record, since=again), DeliveryStatus.PENDING, reason)

    def settle(
        self, message: str, status: DeliveryStatus, vendor_keys: Sequence[str], reason: str, at: datetime
    ) -> Delivery:
        with self._lock:
            record = self._record(message)
            if record.delivery.status is not DeliveryStatus.SENDING:
                return record.delivery  # settled already, by a twin of this call
            settled = replace(record, delivery=replace(record.delivery, status=status, reason=reason), waits=False)
            for n, key in enumerate(vendor_keys, 1):
                if not key:
                    continue
                whole = n == len(vendor_keys) and status is DeliveryStatus.SENT
                self._parts[key] = (message, whole)
                heard, why = self._orphans.pop(key, (status, reason))
                if whole or heard is DeliveryStatus.FAILED:
                    settled = settled.raised(heard, why, part=not whole)
            self._records[message] = settled
            return settled.delivery

    def receipt(self, vendor_key: str, receipt: DeliveryReceipt) -> Delivery | None:
        with self._lock:
            if vendor_key not in self._parts:
                known = self._orphans.get(vendor_key)
                if known is None or receipt.status.rank > known[0].rank:
                    self._orphans[vendor_key] = (receipt.status, receipt.reason)
                return None
            message, whole = self._parts[vendor_key]
            if not whole and receipt.status is not DeliveryStatus.FAILED:
                return None
            record = self._records[message]
            raised = record.raised(receipt.status, receipt.reason, part=not whole)
            self._records[record.delivery.message] = raised
            failed = DeliveryStatus.FAILED
            told_again = receipt.status is failed and raised.delivery.status is failed
            return raised.delivery if raised is not record or told_again else None

    def raise_to(self, message: str, status: DeliveryStatus, at: datetime) -> None:
        with self._lock:
            if message in self._records:
                self._records[message] = self._records[message].raised(status, "")

    def of(self, conversation: str) -> list[Delivery]:
        with self._lock:
            return [r.delivery for r in self._records.values() if r.delivery.conversation == conversation]

    def pending_since(self, before: datetime) -> list[PendingDelivery]:
        with self._lock:
            found = [
                PendingDelivery(r.delivery.message, r.delivery.conversation, r.commit, r.channel, r.account, r.since)
                for r in self._records.values()
                if r.waits and r.since < before
            ]
        return sorted(found, key=lambda p: p.since)

    def _record(self, message: str) -> _Record:
        if message not in self._records:
            raise NotFound("there is no delivery record of this message")
        return self._records[message]

    def _set(self, record: _Record, status: DeliveryStatus, reason: str) -> None:
        changed = replace(record, delivery=replace(record.delivery, status=status, reason=reason))
        self._records[record.delivery.message] = changed
