"""Unit tests reach no network, and each that wants one gets a company of its own."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import strategies as st

from switchboard.domain import events as ev
from tests.unit.process import Process
from tests.unit.world import World

some_json = st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(0, 9), max_size=3)
st.register_type_strategy(ev.BotPolicySet, st.builds(ev.BotPolicySet, policy=some_json))
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))  # the domain knows no other times


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def process(world: World) -> Process:
    """A function's process in that company."""
    return Process(world)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anything but this machine is a mistake in a unit test."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a unit test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)
