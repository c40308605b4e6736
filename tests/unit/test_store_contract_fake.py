"""The store in memory keeps the contract of the one on DynamoDB (tests/integration/test_store_contract_dynamo.py)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.contract import assignment_contract as assignment
from tests.contract import bot_contract as bot
from tests.contract import contacts_contract as contacts
from tests.contract import ledger_contract as ledger
from tests.contract import roster_contract as roster
from tests.contract import samples as s
from tests.contract import store_contract as conversations
from tests.contract import turns_contract as turns
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.store import MemoryStore


class InMemory:
    @pytest.fixture
    def deliveries(self) -> MemoryDeliveries:
        return MemoryDeliveries()

    @pytest.fixture
    def store(self, deliveries: MemoryDeliveries) -> MemoryStore:
        return MemoryStore(deliveries)


class TestArrival(InMemory, conversations.ArrivalContract):
    pass


class TestOneOpenConversation(InMemory, conversations.OneOpenConversationContract):
    pass


class TestNothingIsWritten(InMemory, conversations.NothingIsWrittenContract):
    pass


class TestOutbound(InMemory, conversations.OutboundContract):
    pass


class TestContent(InMemory, conversations.ContentContract):
    pass


class TestBotState(InMemory, bot.BotStateContract):
    pass


class TestOverdueWithBot(InMemory, bot.OverdueWithBotContract):
    pass


class TestNumbering(InMemory, ledger.NumberingContract):
    pass


class TestAppend(InMemory, ledger.AppendContract):
    pass


class TestParked(InMemory, ledger.ParkedContract):
    pass


class TestLoad(InMemory, assignment.LoadContract):
    pass


class TestReconcile(InMemory, assignment.ReconcileContract):
    pass


class TestAgents(InMemory, assignment.AgentsContract):
    pass


class TestRoster(InMemory, roster.RosterContract):
    pass


class TestShards(InMemory, roster.ShardsContract):
    @pytest.fixture
    def few(self) -> Iterator[str]:
        """The fake's shards are what stands before the dash."""
        return (s.fresh(f"{letter}-") for letter in itertools.cycle("abcd"))


class TestWaiting(InMemory, assignment.WaitingContract):
    pass


class TestStaleWaiting(InMemory, assignment.StaleWaitingContract):
    @pytest.fixture
    def forge_waiting(self, store: MemoryStore) -> assignment.Forge:
        return store.forge_waiting


class TestContacts(InMemory, contacts.ContactsContract):
    pass


class TestMerge(InMemory, contacts.MergeContract):
    pass


class TestTurns(InMemory, turns.TurnsContract):
    pass


class TestTogether(InMemory, turns.TogetherContract):
    pass
