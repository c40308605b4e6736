"""Vendors and sockets in memory."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from switchboard.application.ports import Sent
from switchboard.domain.content import Content


class MemoryGateway:
    """Implements `application.ports.Gateway`. `frames` by connection; those in `gone` take none."""

    def __init__(self) -> None:
        self.frames: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)
        self.gone: set[str] = set()

    def post(self, connection: str, frame: Mapping[str, object]) -> bool:
        if connection in self.gone:
            return False
        self.frames[connection].append(frame)
        return True


@dataclass(frozen=True, slots=True)
class Handed:
    """One call of a vendor."""

    channel: str
    account: str
    recipient: str
    content: Content
    reference: str


class ScriptedCourier:
    """Implements `application.ports.Courier`: gives the scripted answers in turn, then accepts everything with a fresh id."""

    def __init__(self, answers: Iterable[Sent] = ()) -> None:
        self.handed: list[Handed] = []
        self._answers = iter(answers)
        self._numbers = itertools.count(1)

    def prepare(self, channel: str, account: str, recipient: str, content: Content, reference: str) -> _Shipment:
        return _Shipment(self, Handed(channel, account, recipient, content, reference))

    def hand(self, what: Handed) -> Sent:
        self.handed.append(what)
        return next(self._answers, None) or Sent("accepted", vendor_id=f"vendor-{next(self._numbers)}")


@dataclass(frozen=True, slots=True)
class _Shipment:
    courier: ScriptedCourier
    what: Handed

    def send(self) -> Sent:
        return self.courier.hand(self.what)
