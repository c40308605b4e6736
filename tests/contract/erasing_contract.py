"""What every store promises of the end of a contact's key (`application.erasure.Shredder`)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from switchboard.application.ports import ContactState
from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Erased, StaleVersion
from tests.contract import samples as s

ERASER = ev.Actor(ev.ActorKind.SYSTEM, "eraser")


class ErasingContract:
    """Fixture `store`; `fresh_process` gives another process's store on the same data, which holds no key yet."""

    def served(self, store: Any, channels: tuple[str, ...] = ("whatsapp",)) -> tuple[Contact, Conversation]:
        talk = s.resolved(store, s.open_conversation(store, channels=channels))
        return store.contact(talk.contact).contact, talk

    def erase(self, store: Any, contact: str) -> ContactState:
        state: ContactState = store.contact(contact)
        store.erase_contact(state, "r1", ERASER, s.later(60))
        return state

    def test_nothing_of_an_erased_contact_can_be_read_and_their_ledger_says_so(self, store: Any) -> None:
        contact, talk = self.served(store)
        assert store.left_of(contact.id) == ["its key", "its profile"]
        self.erase(store, contact.id)
        assert store.left_of(contact.id) == []
        state = store.contact(contact.id)
        told = state.contact
        assert (told.erased_at, told.name, told.identities, state.conversation) == (s.later(60), "", (), None)
        for read in (
            lambda: store.conversation(talk.id), lambda: store.events(talk.ledger), lambda: store.events(contact.ledger),
            lambda: store.commit_contact(state.contact, [ev.ContactAttributesSet({"a": "b"})], ERASER, s.later(61)),
            lambda: store.commit(s.change(talk, ev.NoteAdded("mia", "late"))),
        ):  # fmt: skip
            with pytest.raises(Erased):
                read()
        assert store.conversations([talk.id]) == []
        last = store.commits(contact.ledger, 0)[-1]
        assert ([e.type for e in last.events], last.actor) == (["contact_erased"], "eraser")
        assert [e.type for c in store.commits(talk.ledger, 0) for e in c.events], "counts stay"

    def test_identities_lead_nowhere_and_what_was_sent_before_is_turned_away(self, store: Any) -> None:
        contact, _ = self.served(store, ("whatsapp", "wechat"))
        self.erase(store, contact.id)
        for identity in contact.identities:
            found = store.arrival(identity.key, s.fresh("o"))
            assert (found.contact, found.erased_before) == ("", s.later(60))
            assert store.turned_away(identity.key) == s.later(60)
        assert store.turned_away(s.fresh("k")) is None

    def test_a_contact_or_conversation_that_moved_on_is_not_erased(self, store: Any) -> None:
        contact, talk = self.served(store)
        before = store.contact(contact.id)
        held = store.commit_contact(before.contact, [ev.LegalHoldSet("evidence")], ERASER, s.later(1))
        assert held.rights.held
        with pytest.raises(StaleVersion):
            store.erase_contact(before, "r1", ERASER, s.later(60))
        now = store.contact(contact.id)
        assert now.contact.rights.held
        store.commit(s.change(talk, ev.NoteAdded("mia", "late")))
        with pytest.raises(StaleVersion):
            store.erase_contact(now, "r1", ERASER, s.later(60))
        assert store.arrival(contact.identities[0].key, s.fresh("o")).contact == contact.id
        assert store.events(talk.ledger)

    def test_a_second_erasure_changes_nothing(self, store: Any) -> None:
        contact, _ = self.served(store)
        before = self.erase(store, contact.id)
        with pytest.raises((StaleVersion, Erased)):
            store.erase_contact(before, "r2", ERASER, s.later(90))
        assert store.contact(contact.id).contact.erased_at == s.later(60)

    def test_somebody_new_may_have_the_identity_afterwards(self, store: Any) -> None:
        contact, _ = self.served(store)
        self.erase(store, contact.id)
        again = Contact(s.fresh("c"), "Ada", identities=contact.identities)
        talk = store.commit(s.opening(again, s.received()))
        assert store.arrival(contact.identities[0].key, s.fresh("o")).contact == again.id == talk.contact
        assert store.events(talk.ledger)

    def test_neighbours_are_not_touched(self, store: Any) -> None:
        contact, _ = self.served(store)
        other, talk = self.served(store)
        before = (store.contact(other.id), store.events(talk.ledger))
        self.erase(store, contact.id)
        assert (store.contact(other.id), store.events(talk.ledger)) == before

    def test_a_merged_contacts_identities_stay_with_whom_they_lead_to(self, store: Any) -> None:
        """Until that one is erased, too."""
        (source, _), (target, _) = self.served(store), self.served(store)
        state = store.contact(source.id)
        store.merge_contacts(state.contact, state.conversation, store.contact(target.id).contact, ERASER, s.later(30))
        self.erase(store, source.id)
        assert store.contact(source.id).contact.merged_into == target.id
        assert store.arrival(source.identities[0].key, s.fresh("o")).contact == target.id
        self.erase(store, target.id)
        assert store.arrival(source.identities[0].key, s.fresh("o")).contact == ""

    def test_somebody_of_very_many_identities_is_erased(self, store: Any) -> None:
        contact, _ = self.served(store, ("whatsapp",) * 45)
        self.erase(store, contact.id)
        assert {store.arrival(i.key, s.fresh("o")).contact for i in contact.identities} == {""}
        assert {store.turned_away(i.key) for i in contact.identities} == {s.later(60)}

    def test_keys_do_not_come_back_by_a_later_write(self, store: Any) -> None:
        contact, _talk = self.served(store)
        self.erase(store, contact.id)
        with pytest.raises(Erased):
            store.append(f"apr#{s.fresh('r')}#{contact.id}", [ev.ContactRestricted(True, "x")], ERASER, s.later(61) + timedelta(1))
        assert store.left_of(contact.id) == []
