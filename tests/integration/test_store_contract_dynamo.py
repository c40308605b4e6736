"""The store on DynamoDB keeps the contract, and what lies in its tables is what it should be."""

from __future__ import annotations

import pytest

from switchboard.adapters.dynamo import Tables
from switchboard.adapters.dynamo.projections import wait_item
from switchboard.domain.routing import Waiting
from tests.contract import assignment_contract as assignment
from tests.contract import contacts_contract as contacts
from tests.contract import ledger_contract as ledger
from tests.contract import store_contract as conversations
from tests.contract.dynamo_tables import OnDynamo

pytestmark = pytest.mark.localstack


class TestArrival(OnDynamo, conversations.ArrivalContract):
    pass


class TestOneOpenConversation(OnDynamo, conversations.OneOpenConversationContract):
    pass


class TestNothingIsWritten(OnDynamo, conversations.NothingIsWrittenContract):
    pass


class TestOutbound(OnDynamo, conversations.OutboundContract):
    pass


class TestContent(OnDynamo, conversations.ContentContract):
    pass


class TestNumbering(OnDynamo, ledger.NumberingContract):
    pass


class TestAppend(OnDynamo, ledger.AppendContract):
    pass


class TestParked(OnDynamo, ledger.ParkedContract):
    pass


class TestLoad(OnDynamo, assignment.LoadContract):
    pass


class TestReconcile(OnDynamo, assignment.ReconcileContract):
    pass


class TestAgents(OnDynamo, assignment.AgentsContract):
    pass


class TestWaiting(OnDynamo, assignment.WaitingContract):
    pass


class TestStaleWaiting(OnDynamo, assignment.StaleWaitingContract):
    @pytest.fixture
    def forge_waiting(self, bound: Tables) -> assignment.Forge:
        def forge(entry: Waiting) -> None:
            wait_item(bound, entry).save()

        return forge


class TestContacts(OnDynamo, contacts.ContactsContract):
    pass


class TestMerge(OnDynamo, contacts.MergeContract):
    pass
