"""The courier in memory keeps the contract of the real one (tests/integration/test_courier_contract_sandbox.py)."""

from __future__ import annotations

import itertools

import pytest

from switchboard.application.ports import Sent
from tests.contract.courier_contract import CourierContract, Trouble
from tests.fakes.courier import ScriptedCourier

SAID = {
    Trouble.REFUSED: Sent("refused", reason="blocked"),
    Trouble.THROTTLED: Sent("retry", reason="429", retry_after=7.0),
    Trouble.DOWN: Sent("retry", reason="503"),
    Trouble.LOST: Sent("unknown", reason="no answer"),
}


class MemoryVendor:
    """The far side of the courier in memory."""

    channel, account, customer, limit = "whatsapp", "main", "4915100000001", 100

    def __init__(self) -> None:
        self.courier = ScriptedCourier(limit=self.limit, accounts={(self.channel, self.account)})
        self._numbers = itertools.count(1)
        self._gone = Sent("retry", reason="connection refused")

    def plan(self, *parts: Trouble | None) -> None:
        self.courier.answers.extend(SAID[part] if part else Sent("accepted", (f"id-{next(self._numbers)}",)) for part in parts)

    def vanish(self) -> None:
        self.courier.answers.append(self._gone)

    def come_back(self) -> None:
        assert self._gone not in self.courier.answers

    def shown(self) -> list[str]:
        return self.courier.shown[self.customer]

    def ids(self) -> list[str]:
        return self.courier.ids[self.customer]


class TestScriptedCourier(CourierContract):
    @pytest.fixture
    def vendor(self) -> MemoryVendor:
        return MemoryVendor()

    @pytest.fixture
    def courier(self, vendor: MemoryVendor) -> ScriptedCourier:
        return vendor.courier
