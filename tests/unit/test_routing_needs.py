"""What is asked of whoever takes the work; and nothing of a contact's free text leaves the sealed profile with it."""

from __future__ import annotations

import json

import pytest

from switchboard.application.fanout import facts_of
from switchboard.domain import events as ev
from tests.unit.world import REFUND, World, who

KINDS = {"refund_request": {"kind": "payments", "level": 2, "complex": True}}


def again(world: World, **attributes: str) -> ev.Queued:
    """What stands in the queue after a customer with these attributes came back."""
    first = world.write("1", REFUND)
    world.hire("ada", queues=("billing",), skills={"payments": 5})
    world.desk.resolve(who("ada"), world.now_of(first).id)
    world.contacts.set_attributes(who("crm", "integration"), first.contact, attributes)
    queued: ev.Queued = world.last(world.write("1", REFUND), ev.Queued)
    return queued


def test_the_policy_says_what_a_matter_asks_for(world: World) -> None:
    world.route_by(kinds=KINDS, vip={"attribute": "tier", "values": ["gold"], "ahead": 300})
    needs = again(world, tier="gold").requires
    assert needs is not None
    assert (needs.kind, needs.level, needs.complex, needs.vip, needs.ahead) == ("payments", 2, True, True, 300)


def test_who_served_a_customer_lately_or_manages_their_account_is_asked_first(world: World) -> None:
    lately = again(world).requires
    managed = again(World(), account_manager="bob").requires
    assert (lately and lately.prefers, managed and managed.prefers) == ("ada", "bob")


@pytest.mark.parametrize("text", ["Maria Gonzalez, +34 600 111 222", "语" * 700, "a b", "x" * 65, "bob@example.com"])
def test_free_text_in_an_attribute_is_no_agent_and_goes_nowhere(world: World, text: str) -> None:
    needs = again(world, account_manager=text).requires
    assert needs is not None
    assert needs.prefers == "ada"  # who served them last
    ledgers = {c.ledger for c in world.store.owned_by("ada")}
    facts = [fact for ledger in ledgers for commit in world.store.commits(ledger, 0) for fact in facts_of(commit)]
    assert text not in json.dumps(facts, ensure_ascii=False, default=str)
    assert not any("requires" in fact or "receipt" in fact for fact in facts)
