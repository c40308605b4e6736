"""What every `Store` must do with conversations: see `application.ports.Store`.

Subclasses of these suites give the fixtures `store` and `deliveries`, of one and the same world."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switchboard.application.ports import Arrival, Deliveries, Store
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.content import Attachment, Content, ContentKind
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import AgentUnavailable, ContactRace, Duplicate, Malformed, NotFound, Race, StaleVersion
from switchboard.domain.inbound import DeliveryStatus
from tests.contract import samples as s


def world(store: Store, deliveries: Deliveries, c: Conversation, queue: str, agent: str, once: str) -> tuple[object, ...]:
    """Everything a commit to this conversation could have touched."""
    return (
        store.conversation(c.id), store.contact(c.contact), store.previous_conversations(c.contact), store.events(c.ledger),
        store.waiting(queue, 10), store.agent(agent), store.owned_by(agent), deliveries.of(c.id), store.parked(),
        store.arrival("nobody", once),
    )  # fmt: skip


class ArrivalContract:
    def test_somebody_never_seen_has_no_contact(self, store: Store) -> None:
        assert store.arrival(s.fresh("k"), s.fresh("o")) == Arrival(duplicate=False, contact="")

    def test_after_the_first_message_the_identity_leads_to_the_contact_and_the_message_is_known(self, store: Store) -> None:
        ada, once = s.person(), s.fresh("o")
        store.commit(s.opening(ada, once=once))
        assert store.arrival(ada.identities[0].key, once) == Arrival(duplicate=True, contact=ada.id)
        assert store.arrival(ada.identities[0].key, s.fresh("o")) == Arrival(duplicate=False, contact=ada.id)

    def test_contact_and_conversation_come_into_being_together(self, store: Store) -> None:
        ada = s.person(("whatsapp", "wechat"))
        opened = store.commit(s.opening(ada))
        state = store.contact(ada.id)
        assert state.contact == replace(ada, version=1, last_event=1, head=state.contact.head)
        assert state.conversation == opened == store.conversation(opened.id)
        assert (opened.status, opened.version, opened.last_event) == (Status.BOT, 1, 2)

    def test_what_does_not_exist_is_not_found(self, store: Store) -> None:
        for look in (store.contact, store.agent, store.parked_message):
            with pytest.raises(NotFound):
                look(s.fresh("c"))

    def test_a_conversation_that_does_not_exist_is_not_found(self, store: Store) -> None:
        known = s.open_conversation(store)
        for wanted in (f"{s.fresh('c')}-000001", f"{known.contact}-000002"):
            with pytest.raises(NotFound):
                store.conversation(wanted)

    def test_what_is_no_conversation_id_is_malformed(self, store: Store) -> None:
        for wanted in ("", "c1", "c1-x", "agent-000001"):
            with pytest.raises(Malformed):
                store.conversation(wanted)


class OneOpenConversationContract:
    """However many first messages come at once, a customer has one open conversation."""

    def test_of_newcomers_with_one_identity_one_comes_in(self, store: Store) -> None:
        ada = s.person()
        rivals = [replace(ada, id=s.fresh("c")) for _ in range(8)]
        answers = s.each_at_once(lambda r: store.commit(s.opening(r)), rivals)
        won = [a for a in answers if isinstance(a, Conversation)]
        assert len(won) == 1
        assert all(isinstance(a, ContactRace) for a in answers if a is not won[0])
        assert store.arrival(ada.identities[0].key, "x").contact == won[0].contact
        for loser in rivals:
            if loser.id != won[0].contact:
                with pytest.raises(NotFound):
                    store.contact(loser.id)

    def test_of_first_messages_on_two_channels_one_opens_and_the_other_must_look_again(self, store: Store) -> None:
        ada = s.person(("whatsapp", "wechat"))
        first = s.resolved(store, store.commit(s.opening(ada)))
        rivals = [
            s.opening(ada, new=False, previous=first, channel=channel) for channel in ("whatsapp", "wechat") for _ in range(4)
        ]
        answers = s.each_at_once(store.commit, rivals)
        won = [a for a in answers if isinstance(a, Conversation)]
        assert len(won) == 1
        assert all(isinstance(a, Race) for a in answers if a is not won[0])
        assert store.contact(ada.id).conversation == won[0]
        assert [c.id for c in store.previous_conversations(ada.id)] == [first.id]
        assert len(store.events(won[0].ledger)) == 2

    def test_a_new_conversation_cannot_open_beside_an_open_one(self, store: Store) -> None:
        ada = s.person()
        going_on = store.commit(s.opening(ada))
        with pytest.raises(Race):
            store.commit(s.opening(ada, new=False))
        with pytest.raises(Race):  # decided on a resolution that somebody else's message overtook
            store.commit(s.opening(ada, new=False, previous=replace(going_on, version=going_on.version + 1)))
        assert store.contact(ada.id).conversation == going_on

    def test_a_resolved_conversation_is_archived_and_readable_when_the_next_opens(self, store: Store) -> None:
        ada = s.person()
        last, old = store.commit(s.opening(ada)), []
        for n in range(1, 4):
            last = s.resolved(store, last, s.later(n))
            old.append(last)
            last = store.commit(s.opening(ada, new=False, previous=last, at=s.later(n + 0.5)))
        assert [c.id for c in store.previous_conversations(ada.id)] == [c.id for c in reversed(old)]
        for c in old:
            assert store.conversation(c.id) == replace(c, archived=True)
            assert [type(r.event) for r in store.events(c.ledger)][-1] is ev.Resolved
        assert store.contact(ada.id).conversation == last
        assert store.conversations([old[0].id, last.id]) == [last]

    def test_an_archived_conversation_can_still_be_appended_to(self, store: Store) -> None:
        """A receipt for an old message may come days later."""
        ada = s.person()
        old = s.resolved(store, store.commit(s.opening(ada)))
        current = store.commit(s.opening(ada, new=False, previous=old))
        with pytest.raises(StaleVersion):  # whoever read it before it was archived must look again
            store.commit(s.change(old, ev.DeliveryFailed("m1", "gone")))
        after = store.commit(s.change(store.conversation(old.id), ev.DeliveryFailed("m1", "gone")))
        assert store.conversation(old.id) == after
        assert after.archived
        assert store.contact(ada.id).conversation == current


class NothingIsWrittenContract:
    """A commit that fails leaves no trace, whatever it carried."""

    def _everything(self, c: Conversation, queue: str, once: str = "") -> Change:
        return s.change(c, s.received(), s.sent(), s.parked(), s.queued(queue), once=once or s.fresh("o"))

    def test_a_stale_version(self, store: Store, deliveries: Deliveries) -> None:
        queue, agent = s.fresh("q"), s.agent(store).id
        c = store.commit(s.change(s.open_conversation(store), s.received()))
        before = world(store, deliveries, c, queue, agent, "o1")
        with pytest.raises(StaleVersion):
            store.commit(self._everything(s.stale(c), queue, "o1"))
        with pytest.raises(StaleVersion):
            store.commit(self._everything(replace(c, version=c.version + 1), queue, "o1"))
        assert world(store, deliveries, c, queue, agent, "o1") == before

    def test_a_duplicate(self, store: Store, deliveries: Deliveries) -> None:
        queue, agent, once = s.fresh("q"), s.agent(store).id, s.fresh("o")
        c = store.commit(s.change(s.open_conversation(store), s.received(), once=once))
        before = world(store, deliveries, c, queue, agent, once)
        with pytest.raises(Duplicate):
            store.commit(self._everything(c, queue, once))
        with pytest.raises(Duplicate):  # and it says so though the version is stale too: there is nothing to decide again
            store.commit(self._everything(s.stale(c), queue, once))
        assert world(store, deliveries, c, queue, agent, once) == before

    def test_a_duplicate_of_a_newcomer(self, store: Store) -> None:
        once, eve = s.fresh("o"), s.person()
        store.commit(s.opening(s.person(), once=once))
        with pytest.raises(Duplicate):
            store.commit(s.opening(eve, once=once))
        assert store.arrival(eve.identities[0].key, once).contact == ""
        with pytest.raises(NotFound):
            store.contact(eve.id)

    @pytest.mark.parametrize("why", ["full", "away", "offline", "unknown"])
    def test_an_agent_who_cannot_take_it(self, store: Store, deliveries: Deliveries, why: str) -> None:
        queue, watched = s.fresh("q"), s.agent(store)
        presence = {"away": ev.Presence.AWAY, "offline": ev.Presence.OFFLINE}.get(why, ev.Presence.ONLINE)
        agent = s.fresh("a") if why == "unknown" else s.agent(store, capacity=0 if why == "full" else 3, presence=presence).id
        c = s.open_conversation(store, s.queued(queue))
        before = world(store, deliveries, c, queue, watched.id, "o2")
        with pytest.raises(AgentUnavailable):
            store.commit(
                s.change(c, s.sent(), s.parked(), ev.Assigned(agent, 1, ev.AssignReason.ROUTED, s.later(30)), once="o2")
            )
        assert world(store, deliveries, c, queue, watched.id, "o2") == before
        assert agent not in {a.id for a in store.agents()} or store.agent(agent).load == 0

    def test_a_newcomer_whose_identity_is_taken(self, store: Store) -> None:
        ada = s.person()
        store.commit(s.opening(ada))
        queue, eve = s.fresh("q"), replace(s.person(("wechat",)), identities=(*s.person().identities, ada.identities[0]))
        with pytest.raises(ContactRace):
            store.commit(s.opening(eve, s.queued(queue)))
        assert store.arrival(eve.identities[0].key, "x").contact == ""
        assert store.waiting(queue, 10) == []


class OutboundContract:
    def test_each_message_to_the_customer_gets_a_delivery_record(self, store: Store, deliveries: Deliveries) -> None:
        one, two = s.sent("one"), s.sent("two")
        c = s.open_conversation(store, one, s.queued(s.fresh("q")), two)
        found = {d.message: (d.conversation, d.status, d.reason) for d in deliveries.of(c.id)}
        assert found == {m.message: (c.id, DeliveryStatus.PENDING, "") for m in (one, two)}

    def test_the_commit_that_holds_a_message_can_be_read_alone(self, store: Store) -> None:
        message = s.sent("over there")
        c = store.commit(s.change(s.open_conversation(store), s.received(), message))
        assert [r.event for r in store.commit_events(c.ledger, 2)][-1] == message
        with pytest.raises(NotFound):
            store.commit_events(c.ledger, 3)


class ContentContract:
    def test_every_field_of_a_message_comes_back_as_it_was(self, store: Store) -> None:
        content = Content(
            ContentKind.IMAGE, "Grüße 🙂 \u202e\x00 'quoted\\' \n你好",
            (Attachment("media/1", "image/jpeg", "Rechnung März.jpg", 7), Attachment("media/2")), {"emoji": "👍", "": ""},
        )  # fmt: skip
        message = replace(s.received(), content=content, sender_name="Žofie 😀", client_id="client-1", redriven_from=7)
        c = s.open_conversation(store, message)
        recorded = store.events(c.ledger)[-1]
        assert recorded.event == message
        assert (recorded.no, recorded.commit, recorded.at) == (3, 1, s.T0)
        assert c.name == "Žofie 😀"
        assert store.conversation(c.id) == c

    def test_who_did_it_is_on_record(self, store: Store) -> None:
        c = s.open_conversation(store)
        kim = ev.Actor(ev.ActorKind.AGENT, "kim", "supervisor", "203.0.113.7", "request-1")
        store.commit(Change(c, (ev.NoteAdded("kim", "regular customer", "n1"),), kim, s.later(1)))
        by = store.events(c.ledger, c.last_event)[0].actor
        assert by == replace(kim, source_ip="")  # an address is for audits, not for screens
