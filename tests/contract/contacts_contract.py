"""What every `Store` must do with contacts: attributes, and two that turn out to be one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from switchboard.application.ports import Store
from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.errors import ContactRace, StaleVersion
from tests.contract import samples as s


def known(store: Store, channel: str = "whatsapp", name: str = "Ada") -> Contact:
    """A contact who has written once."""
    made = s.person((channel,), name)
    store.commit(s.opening(made))
    return store.contact(made.id).contact


def merge(store: Store, source: Contact, target: Contact, seconds: float = 0) -> Contact:
    """As decided on the source's current conversation as it is now."""
    return store.merge_contacts(source, store.contact(source.id).conversation, target, ev.SYSTEM, s.later(seconds))


class ContactsContract:
    def test_the_first_message_is_the_first_entry_of_the_contacts_ledger(self, store: Store) -> None:
        ada = s.person(("whatsapp", "wechat"))
        store.commit(s.opening(ada, at=s.later(1)))
        [created] = store.events(ada.ledger)
        assert created.event == ev.ContactCreated(ada.identities, ada.name, ada.phone, ada.email)
        assert (created.no, created.commit, created.at) == (1, 1, s.later(1))
        assert store.contact(ada.id).contact.version == 1

    def test_attributes_are_kept_with_the_rest_of_the_profile(self, store: Store) -> None:
        ada = known(store)
        facts = {"tier": "gold", "城市": "上海", "": "empty name"}
        after = store.commit_contact(ada, [ev.ContactAttributesSet(facts)], s.agent_actor("kim"), s.T0)
        assert store.contact(ada.id).contact == after
        assert after == replace(ada, attributes=facts, version=2, last_event=2, head=after.head)
        assert [r.event for r in store.events(ada.ledger, 1)] == [ev.ContactAttributesSet(facts)]

    def test_of_changes_decided_on_the_same_state_one_counts(self, store: Store) -> None:
        ada = known(store)
        changes = [ev.ContactAttributesSet({"n": str(n)}) for n in range(8)]
        answers = s.each_at_once(lambda e: store.commit_contact(ada, [e], ev.SYSTEM, s.T0), changes)
        won = [a for a in answers if isinstance(a, Contact)]
        assert len(won) == 1
        assert all(isinstance(a, StaleVersion) for a in answers if a is not won[0])
        assert store.contact(ada.id).contact == won[0]

    def test_a_conversation_does_not_make_the_profile_stale(self, store: Store) -> None:
        ada = known(store)
        c = store.contact(ada.id).conversation
        assert c is not None
        store.commit(s.change(c, s.received()))
        assert store.commit_contact(ada, [ev.ContactAttributesSet({"a": "b"})], ev.SYSTEM, s.T0).version == 2


class MergeContract:
    def test_identities_lead_to_the_target_and_both_ledgers_know(self, store: Store) -> None:
        source, target = known(store, "wechat"), known(store)
        merged = merge(store, source, target)
        for identity in (*source.identities, *target.identities):
            assert store.arrival(identity.key, "x").contact == target.id
        assert merged == store.contact(target.id).contact
        assert merged.identities == (*target.identities, *source.identities)
        assert store.contact(source.id).contact.merged_into == target.id
        assert [r.event for r in store.events(source.ledger, 1)] == [ev.ContactMerged(target.id)]
        assert [r.event for r in store.events(target.ledger, 1)] == [ev.ContactAbsorbed(source.id, source.identities)]
        assert merged.absorbed == (source.id,)

    def test_conversations_stay_where_they_were(self, store: Store) -> None:
        source, target = known(store, "wechat"), known(store)
        theirs = store.contact(source.id).conversation
        assert theirs is not None
        merge(store, source, target)
        assert store.conversation(theirs.id) == theirs
        assert len(store.events(theirs.ledger)) == 2

    def test_a_chain_of_merges_ends_at_the_last_target(self, store: Store) -> None:
        one, two, three = known(store), known(store, "wechat"), known(store, "webchat")
        two = merge(store, one, two)
        three = merge(store, two, three, 1)
        assert [store.arrival(i.key, "x").contact for i in three.identities] == [three.id] * 3

    @pytest.mark.parametrize("who", ["source", "target"])
    def test_a_merge_decided_on_an_old_state_changes_nothing(self, store: Store, who: str) -> None:
        source, target = known(store, "wechat"), known(store)
        store.commit_contact(source if who == "source" else target, [ev.ContactAttributesSet({"a": "b"})], ev.SYSTEM, s.T0)
        before = [store.contact(c.id) for c in (source, target)]
        with pytest.raises(StaleVersion):
            merge(store, source, target, 1)
        assert [store.contact(c.id) for c in (source, target)] == before
        assert store.arrival(source.identities[0].key, "x").contact == source.id
        assert len(store.events(source.ledger)) + len(store.events(target.ledger)) == 3

    def test_of_merges_in_opposite_directions_one_happens(self, store: Store) -> None:
        one, two = known(store), known(store, "wechat")
        answers = s.each_at_once(lambda pair: merge(store, *pair), [(one, two), (two, one)])
        won = [a for a in answers if isinstance(a, Contact)]
        assert len(won) == 1
        assert {store.arrival(i.key, "x").contact for i in won[0].identities} == {won[0].id}
        assert store.contact(won[0].id).contact.merged_into == ""

    def test_a_message_that_came_meanwhile_stops_the_merge(self, store: Store) -> None:
        source, target = known(store, "wechat"), known(store)
        talk = store.contact(source.id).conversation
        assert talk is not None
        store.commit(s.change(talk, s.received("one more thing")))
        for stale in (talk, None):
            with pytest.raises(StaleVersion):
                store.merge_contacts(source, stale, target, ev.SYSTEM, s.T0)
        assert store.arrival(source.identities[0].key, "x").contact == source.id
        assert store.contact(source.id).contact == source
        assert store.contact(target.id).contact == target

    def test_a_merged_contact_opens_no_conversation(self, store: Store) -> None:
        """Somebody who read the identity before the merge must look again, or its messages would be nobody's."""
        source, target = known(store, "wechat"), known(store)
        talk = store.contact(source.id).conversation
        assert talk is not None
        over = s.resolved(store, talk)
        merge(store, source, target)
        queue = s.fresh("q")
        with pytest.raises(ContactRace):
            store.commit(s.opening(source, s.queued(queue), new=False, previous=over))
        assert store.contact(source.id).conversation == over
        assert store.waiting(queue, 1) == []

    def test_of_a_merge_and_a_first_message_at_once_no_message_is_stranded(self, store: Store) -> None:
        for _ in range(4):
            source, target = known(store, "wechat"), known(store)
            talk = store.contact(source.id).conversation
            assert talk is not None
            over = s.resolved(store, talk)
            work: list[Callable[[], object]] = [
                partial(store.merge_contacts, source, over, target, ev.SYSTEM, s.T0),
                partial(store.commit, s.opening(source, new=False, previous=over)),
            ]
            merged, opened = s.at_once(work)
            assert isinstance(merged, StaleVersion) != isinstance(opened, ContactRace)
            led_to = store.arrival(source.identities[0].key, "x").contact
            assert led_to == (target.id if isinstance(opened, ContactRace) else source.id)
