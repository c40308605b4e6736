"""What every `Store` must do with contacts: attributes, and two that turn out to be one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from switchboard.application.ports import Store
from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.errors import StaleVersion
from tests.contract import samples as s


def known(store: Store, channel: str = "whatsapp", name: str = "Ada") -> Contact:
    """A contact who has written once."""
    made = s.person((channel,), name)
    store.commit(s.opening(made))
    return store.contact(made.id).contact


class ContactsContract:
    def test_attributes_are_kept_with_the_rest_of_the_profile(self, store: Store) -> None:
        ada = known(store)
        facts = {"tier": "gold", "城市": "上海", "": "empty name"}
        after = store.commit_contact(ada, [ev.ContactAttributesSet(facts)], s.agent_actor("kim"), s.T0)
        assert store.contact(ada.id).contact == after
        assert after == replace(ada, attributes=facts, version=1, last_event=1, head=after.head)
        assert [r.event for r in store.events(ada.ledger)] == [ev.ContactAttributesSet(facts)]

    def test_of_changes_decided_on_the_same_state_one_counts(self, store: Store) -> None:
        ada = known(store)
        answers = s.at_once([
            lambda n=n: store.commit_contact(ada, [ev.ContactAttributesSet({"n": str(n)})], ev.SYSTEM, s.T0)  # type: ignore[misc]
            for n in range(8)
        ])  # fmt: skip
        won = [a for a in answers if isinstance(a, Contact)]
        assert len(won) == 1
        assert all(isinstance(a, StaleVersion) for a in answers if a is not won[0])
        assert store.contact(ada.id).contact == won[0]

    def test_a_conversation_does_not_make_the_profile_stale(self, store: Store) -> None:
        ada = known(store)
        c = store.contact(ada.id).conversation
        assert c is not None
        store.commit(s.change(c, s.received()))
        assert store.commit_contact(ada, [ev.ContactAttributesSet({"a": "b"})], ev.SYSTEM, s.T0).version == 1


class MergeContract:
    def test_identities_lead_to_the_target_and_both_ledgers_know(self, store: Store) -> None:
        source, target = known(store, "wechat"), known(store)
        merged = store.merge_contacts(source, target, s.agent_actor("kim"), s.later(1))
        for identity in (*source.identities, *target.identities):
            assert store.arrival(identity.key, "x").contact == target.id
        assert merged == store.contact(target.id).contact
        assert merged.identities == (*target.identities, *source.identities)
        assert store.contact(source.id).contact.merged_into == target.id
        assert [r.event for r in store.events(source.ledger)] == [ev.ContactMerged(target.id)]
        assert [r.event for r in store.events(target.ledger)] == [ev.ContactAbsorbed(source.id, source.identities)]

    def test_conversations_stay_where_they_were(self, store: Store) -> None:
        source, target = known(store, "wechat"), known(store)
        theirs = store.contact(source.id).conversation
        assert theirs is not None
        store.merge_contacts(source, target, ev.SYSTEM, s.T0)
        assert store.conversation(theirs.id) == theirs
        assert len(store.events(theirs.ledger)) == 2

    def test_a_chain_of_merges_ends_at_the_last_target(self, store: Store) -> None:
        one, two, three = known(store), known(store, "wechat"), known(store, "webchat")
        two = store.merge_contacts(one, two, ev.SYSTEM, s.T0)
        three = store.merge_contacts(two, three, ev.SYSTEM, s.later(1))
        assert [store.arrival(i.key, "x").contact for i in three.identities] == [three.id] * 3

    @pytest.mark.parametrize("who", ["source", "target"])
    def test_a_merge_decided_on_an_old_state_changes_nothing(self, store: Store, who: str) -> None:
        source, target = known(store, "wechat"), known(store)
        store.commit_contact(source if who == "source" else target, [ev.ContactAttributesSet({"a": "b"})], ev.SYSTEM, s.T0)
        before = [store.contact(c.id) for c in (source, target)]
        with pytest.raises(StaleVersion):
            store.merge_contacts(source, target, ev.SYSTEM, s.later(1))
        assert [store.contact(c.id) for c in (source, target)] == before
        assert store.arrival(source.identities[0].key, "x").contact == source.id
        assert len(store.events(source.ledger)) + len(store.events(target.ledger)) == 1

    def test_of_merges_in_opposite_directions_one_happens(self, store: Store) -> None:
        one, two = known(store), known(store, "wechat")
        merges: list[Callable[[], Contact]] = [
            lambda: store.merge_contacts(one, two, ev.SYSTEM, s.T0),
            lambda: store.merge_contacts(two, one, ev.SYSTEM, s.T0),
        ]
        answers = s.at_once(merges)
        won = [a for a in answers if isinstance(a, Contact)]
        assert len(won) == 1
        assert {store.arrival(i.key, "x").contact for i in won[0].identities} == {won[0].id}
        assert store.contact(won[0].id).contact.merged_into == ""
