"""The gateway in memory keeps the contract of the real one (tests/integration/test_gateway_contract_sockets.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract import samples as s
from tests.contract.gateway_contract import Dial, GatewayContract
from tests.fakes.outside import MemoryGateway


@dataclass
class MemoryLine:
    gateway: MemoryGateway
    connection: str

    def frames(self, count: int) -> list[dict[str, Any]]:
        found = [dict(f) for f in self.gateway.frames.pop(self.connection, [])]
        assert len(found) == count
        return found

    def hang_up(self) -> None:
        self.gateway.gone.add(self.connection)


class TestMemoryGateway(GatewayContract):
    @pytest.fixture
    def gateway(self) -> MemoryGateway:
        return MemoryGateway()

    @pytest.fixture
    def dial(self, gateway: MemoryGateway) -> Dial:
        return lambda: MemoryLine(gateway, s.fresh("conn="))
