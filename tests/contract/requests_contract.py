"""What every store of requests promises: ledgers with the lists of them (`application.approvals`)."""

from __future__ import annotations

import pytest

from switchboard.application.approvals import RequestLists
from switchboard.application.ports import Store
from switchboard.domain import approvals as a
from switchboard.domain import events as ev
from switchboard.domain.errors import Duplicate, NotFound
from tests.contract import samples as s

SUE = ev.Actor(ev.ActorKind.AGENT, "sue", "supervisor")


class RequestsContract:
    """Fixtures `store` and `lists` of one stack."""

    def ask(self, store: Store) -> str:
        ledger = a.ledger_of_request(s.fresh("r"))
        asked = a.ApprovalAsked("export", "everything", {"format": "json"}, s.later(60), 0, 60, "because they asked for it")
        store.append(ledger, [asked], SUE, s.T0, once=f"{ledger}@0")
        return ledger

    def test_a_request_is_listed_until_it_is_over(self, store: Store, lists: RequestLists) -> None:
        one, two = self.ask(store), self.ask(store)
        assert [x for x in lists.open() if x in (one, two)] == [one, two]
        store.append(one, [a.ApprovalWithdrawn()], SUE, s.T0, once=f"{one}@1")
        store.append(two, [a.ApprovalUsed(lasting=True)], SUE, s.T0, once=f"{two}@1")
        assert [x for x in lists.open() if x in (one, two)] == [two]
        assert one in lists.closed(100)
        assert two not in lists.closed(100)
        assert len(lists.closed(1)) == 1

    def test_it_is_found_by_its_id_open_or_over(self, store: Store, lists: RequestLists) -> None:
        ledger = self.ask(store)
        id_ = ledger.removeprefix(a.LEDGER)
        assert lists.ledger(id_) == ledger
        store.append(ledger, [a.ApprovalExpired()], SUE, s.T0, once=f"{ledger}@1")
        assert lists.ledger(id_) == ledger
        for unknown in ("r0", "", "../x", "x" * 100):
            with pytest.raises(NotFound):
                lists.ledger(unknown)

    def test_its_ledger_is_read_without_what_is_sealed(self, store: Store, lists: RequestLists) -> None:
        ledger = self.ask(store)
        [commit] = lists.commits(ledger)
        assert (commit.no, commit.actor, commit.at) == (1, "sue", s.T0)
        [event] = commit.events
        assert event.type == "approval_asked"
        assert event.fields["parameters"] == {"format": "json"}
        assert "reason" not in event.fields

    def test_of_two_who_read_the_same_one_goes_on(self, store: Store, lists: RequestLists) -> None:
        ledger = self.ask(store)
        events: list[ev.Event] = [a.ApprovalGiven("d"), a.ApprovalRefused("no, not now"), a.ApprovalWithdrawn(), a.ApprovalGiven("d")]

        def write(event: ev.Event) -> None:
            store.append(ledger, [event], SUE, s.T0, once=f"{ledger}@1")

        lost = [isinstance(x, Duplicate) for x in s.each_at_once(write, events)]
        assert lost.count(False) == 1
        assert len(lists.commits(ledger)) == 2
