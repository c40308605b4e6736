"""Vendors' send APIs in memory."""

from __future__ import annotations

import itertools
from collections import defaultdict, deque
from collections.abc import Container, Iterable
from dataclasses import dataclass

from switchboard.application.ports import Sent
from switchboard.domain.content import Content
from switchboard.domain.errors import Malformed, NotFound


@dataclass(frozen=True, slots=True)
class Handed:
    """One message handed to a vendor."""

    channel: str
    account: str
    recipient: str
    content: Content
    reference: str


class ScriptedCourier:
    """Implements `application.ports.Courier`. The vendor gives the scripted `answers` in turn, one to each part of a message,
    then accepts everything with a fresh id. It takes texts of at most `limit` characters.

    `handed` holds the messages, `shown` the parts each recipient has and `ids` the ids of these. `accounts` are those that
    exist, as (channel, account); None: any."""

    def __init__(
        self, answers: Iterable[Sent] = (), *, limit: int = 4096, accounts: Container[tuple[str, str]] | None = None
    ) -> None:
        self.answers = deque(answers)
        self.handed: list[Handed] = []
        self.shown: defaultdict[str, list[str]] = defaultdict(list)
        self.ids: defaultdict[str, list[str]] = defaultdict(list)
        self._limit = limit
        self._accounts = accounts
        self._numbers = itertools.count(1)

    def prepare(self, channel: str, account: str, recipient: str, content: Content, reference: str) -> _Shipment:
        if self._accounts is not None and (channel, account) not in self._accounts:
            raise NotFound("there is no such account")
        if not content.text.strip():
            raise Malformed("there are no words to send")
        return _Shipment(self, Handed(channel, account, recipient, content, reference))

    def hand(self, what: Handed) -> Sent:
        self.handed.append(what)
        ids: tuple[str, ...] = ()
        for number, piece in enumerate(self._pieces(what.content.text)):
            answer = self._answer()
            ids += answer.vendor_ids
            if answer.outcome in ("accepted", "unknown"):
                self.shown[what.recipient].append(piece)
                self.ids[what.recipient] += answer.vendor_ids
            if answer.outcome == "accepted":
                continue
            if number == 0:
                return answer
            return Sent("unknown", ids, f"only the first {number} parts were sent: {answer.reason}")
        return Sent("accepted", ids)

    def _answer(self) -> Sent:
        if self.answers:
            return self.answers.popleft()
        return Sent("accepted", (f"vendor-{next(self._numbers)}",))

    def _pieces(self, text: str) -> list[str]:
        return [text[start : start + self._limit] for start in range(0, len(text), self._limit)]


@dataclass(frozen=True, slots=True)
class _Shipment:
    courier: ScriptedCourier
    what: Handed

    def send(self) -> Sent:
        return self.courier.hand(self.what)
