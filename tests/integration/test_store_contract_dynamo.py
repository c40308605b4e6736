"""The store on DynamoDB keeps the contract, and what lies in its tables is what it should be."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from switchboard.adapters.dynamo import DynamoStore, Tables
from switchboard.adapters.dynamo import roster as dynamo_roster
from switchboard.adapters.dynamo.projections import wait_item
from switchboard.domain.errors import TooLarge
from switchboard.domain.routing.waiting import Waiting
from tests.contract import assignment_contract as assignment
from tests.contract import bot_contract as bot
from tests.contract import contacts_contract as contacts
from tests.contract import ledger_contract as ledger
from tests.contract import roster_contract as roster
from tests.contract import samples as s
from tests.contract import store_contract as conversations
from tests.contract import turns_contract as turns
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


class TestLimits(OnDynamo):
    def test_what_no_item_can_hold_is_too_large_and_leaves_nothing(self, store: DynamoStore) -> None:
        queue, c = s.fresh("q"), s.open_conversation(store)
        with pytest.raises(TooLarge):
            store.commit(s.change(c, s.received("x" * 500_000), s.queued(queue)))
        assert store.conversation(c.id) == c
        assert len(store.events(c.ledger)) == c.last_event
        assert store.waiting(queue, 1) == []

    def test_a_commit_of_many_events_fits(self, store: DynamoStore) -> None:
        """An operator's or a bot's burst: sixty messages out in one commit, each with its delivery record."""
        c = s.open_conversation(store, *(s.sent(f"part {n}") for n in range(60)))
        assert len(store.events(c.ledger)) == c.last_event == 62


class TestBotState(OnDynamo, bot.BotStateContract):
    pass


class TestOverdueWithBot(OnDynamo, bot.OverdueWithBotContract):
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


class TestRoster(OnDynamo, roster.RosterContract):
    pass


class TestShards(OnDynamo, roster.ShardsContract):
    @pytest.fixture
    def few(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        monkeypatch.setattr(dynamo_roster, "SHARD_AGENTS", 3)
        return (s.fresh("a") for _ in itertools.count())

    def sizes(self, store: DynamoStore, *queues: str) -> list[int]:
        """Agents with room by shard."""
        return sorted(len(store.with_room(shard, 0.05)) for shard in store.shards(queues, fresh=True))

    def test_a_shard_is_filled_before_the_next_is_begun(self, store: DynamoStore, few: Iterator[str]) -> None:
        queue, sizes = s.fresh("q"), []
        for _ in range(7):
            roster.hired(store, queue, name=next(few))
            sizes.append(self.sizes(store, queue))
        assert sizes == [[1], [2], [3], [1, 3], [2, 3], [3, 3], [1, 3, 3]]

    def test_colleagues_stand_together(self, store: DynamoStore, few: Iterator[str]) -> None:
        """So that a decision finds the agents of a queue in few reads."""
        first, one, other = s.fresh("q"), s.fresh("q"), s.fresh("q")
        for queue in (first, first, first, one, other, one, other, one, other):
            roster.hired(store, queue, name=next(few))
        assert [len(store.shards([q], fresh=True)) for q in (first, one, other)] == [1, 1, 1]

    def test_people_without_a_queue_share_shards_too(self, store: DynamoStore, few: Iterator[str]) -> None:
        """An import of staff whose queues are set afterwards must not make a shard of each."""
        queue = s.fresh("q")
        names = [roster.hired(store, name=next(few)).id for _ in range(9)]
        for name in names:
            roster.changed(store, name, roster.profile(3, queue))
        assert self.sizes(store, queue) == [3, 3, 3]


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


class TestTurns(OnDynamo, turns.TurnsContract):
    pass


class TestTogether(OnDynamo, turns.TogetherContract):
    pass
