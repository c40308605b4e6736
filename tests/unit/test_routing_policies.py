"""The routing policy's versions: what is in force, what somebody drafts, what changed, and the way back."""

from __future__ import annotations

from typing import Any

import pytest

from switchboard.application.routing_policies import DRAFT_LEDGER, LEDGER, RoutingPolicies
from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed, NotFound
from tests.fakes.store import MemoryStore
from tests.fakes.system import ManualClock
from tests.unit.world import World, who

BOSS, SUE = who("boss", "administrator"), who("sue", "supervisor")
SHIPPED = {"strategy": "index", "ladder": {"skill": 10}}
ROBIN, IDLE = {"strategy": "round_robin"}, {"strategy": "longest_idle", "spread": 0.2}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def policies(clock: ManualClock) -> RoutingPolicies:
    store: Any = MemoryStore()  # keeps no callers' addresses, which nobody asks for here
    return RoutingPolicies(store, clock, SHIPPED)


def test_a_company_that_never_set_one_routes_by_the_shipped_policy(policies: RoutingPolicies) -> None:
    found = policies.in_force()
    assert (found.number, found.document, found.at) == (0, SHIPPED, None)
    assert (policies.policy().strategy, policies.policy().version) == ("index", 0)
    assert policies.versions() == [found]
    assert policies.draft() is None


def test_each_version_keeps_its_number_and_says_who_made_it_when_and_why(policies: RoutingPolicies, clock: ManualClock) -> None:
    first = policies.set(BOSS, ROBIN, "fairer")
    at = clock.advance(minutes=5)
    second = policies.set(SUE, IDLE)
    assert (first.number, first.by, first.note) == (1, "boss", "fairer")
    assert (second.number, second.at, second.by, second.note) == (2, at, "sue", "")
    assert policies.in_force() == second
    assert [v.number for v in policies.versions()] == [2, 1, 0]
    assert policies.version(1) == first
    assert (policies.policy(1).strategy, policies.policy(1).version) == ("round_robin", 1)
    assert (policies.policy().strategy, policies.policy().version) == ("longest_idle", 2)
    assert policies.policy(0).strategy == "index"


@pytest.mark.parametrize("number", [-1, 2, 10**9])
def test_a_version_that_never_was_is_not_found(policies: RoutingPolicies, number: int) -> None:
    policies.set(BOSS, ROBIN)
    for ask in (policies.version, policies.policy, lambda n: policies.roll_back(BOSS, n)):
        with pytest.raises(NotFound):
            ask(number)
    assert policies.in_force().number == 1


@pytest.mark.parametrize("document", [[], None, "index", {"strategy": "best"}, {"weights": {"patience": 0}}])
def test_what_is_no_policy_gets_neither_in_force_nor_into_the_draft(policies: RoutingPolicies, document: Any) -> None:
    for put in (policies.set, policies.keep_draft):
        with pytest.raises(Malformed):
            put(BOSS, document)
    assert policies.in_force().number == 0
    assert policies.store.events(LEDGER) == policies.store.events(DRAFT_LEDGER) == []


def test_rolling_back_puts_the_old_in_force_as_a_new_version(policies: RoutingPolicies) -> None:
    policies.set(BOSS, ROBIN)
    policies.set(BOSS, IDLE)
    back = policies.roll_back(SUE, 1)
    assert (back.number, back.document, back.rolled_back_to, back.by) == (3, ROBIN, 1, "sue")
    assert policies.policy().strategy == "round_robin"
    assert [v.document for v in policies.versions()] == [ROBIN, IDLE, ROBIN, SHIPPED]  # nothing is rewritten


def test_rolling_back_to_the_shipped_policy_is_possible_too(policies: RoutingPolicies) -> None:
    policies.set(BOSS, ROBIN)
    back = policies.roll_back(BOSS, 0)
    assert (back.number, back.document) == (2, SHIPPED)


def test_a_draft_is_not_in_force_until_it_is_published(policies: RoutingPolicies) -> None:
    policies.set(BOSS, ROBIN)
    draft = policies.keep_draft(SUE, IDLE, "for the summer")
    assert policies.draft() == draft
    assert (draft.document, draft.by, draft.note) == (IDLE, "sue", "for the summer")
    assert policies.in_force().document == ROBIN
    published = policies.publish_draft(BOSS)
    assert policies.in_force() == published
    assert (published.number, published.document, published.note, published.by) == (2, IDLE, "for the summer", "boss")
    assert policies.draft() is None


def test_a_draft_may_be_kept_again_and_the_last_counts(policies: RoutingPolicies) -> None:
    policies.keep_draft(SUE, IDLE)
    policies.keep_draft(BOSS, ROBIN)
    found = policies.draft()
    assert found is not None
    assert (found.document, found.by) == (ROBIN, "boss")
    assert policies.publish_draft(BOSS).document == ROBIN


def test_there_is_nothing_to_publish_twice_or_without_a_draft(policies: RoutingPolicies) -> None:
    with pytest.raises(NotFound):
        policies.publish_draft(BOSS)
    policies.keep_draft(SUE, IDLE)
    policies.publish_draft(BOSS)
    with pytest.raises(NotFound):
        policies.publish_draft(BOSS)
    assert [v.number for v in policies.versions()] == [1, 0]


def test_a_draft_that_says_nothing_is_refused_clearly(policies: RoutingPolicies) -> None:
    """An empty policy is a policy (all defaults), but an empty draft cannot be told from none."""
    with pytest.raises(Malformed):
        policies.keep_draft(SUE, {})
    assert policies.set(BOSS, {}).number == 1
    assert policies.policy().strategy == "index"


def test_one_may_see_what_a_draft_would_change(policies: RoutingPolicies) -> None:
    draft = policies.keep_draft(SUE, {"strategy": "round_robin", "ladder": {"skill": None}})
    assert policies.differences(policies.in_force(), draft) == [
        {"path": "ladder.skill", "before": 10, "after": "never"}, {"path": "strategy", "before": "index", "after": "round_robin"},
    ]  # fmt: skip
    assert policies.differences(draft, draft) == []


def test_whoever_keeps_the_document_cannot_change_the_version_afterwards(policies: RoutingPolicies) -> None:
    document = {"strategy": "round_robin", "ladder": {"skill": 5}}
    policies.set(BOSS, document)
    document["strategy"] = "index"
    assert policies.policy().strategy == "round_robin"


def test_a_new_version_is_what_this_process_routes_by(world: World) -> None:
    world.hire("ada", languages=("zh",))
    world.route_by(ladder={"language": None})
    c = world.write("1")
    assert c.owner == ""
    world.route_by(ladder={"language": 0})
    world.assignment.wake_work(c)
    assert world.now_of(c).owner == "ada"
    assert world.last(c, ev.Assigned).receipt.policy == 2
