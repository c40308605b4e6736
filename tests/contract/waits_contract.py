"""What a customer was told and answered while waiting is part of the conversation as it is read back, at any `Store`.

Subclasses of the suite give the fixture `store`."""

from __future__ import annotations

from switchboard.application.ports import Store
from switchboard.domain import events as ev
from switchboard.domain.waiting_room.estimate import Estimate
from switchboard.domain.waiting_room.record import Callback, FormStage, Record
from tests.contract import samples as s


class WaitsContract:
    def test_what_was_told_and_answered_comes_back(self, store: Store) -> None:
        c = s.open_conversation(store, s.queued(s.fresh("q")))
        assert store.conversation(c.id).waiting_room == Record(chain=1)
        at = s.later(12.5)
        store.commit(s.change(c, ev.CallbackOffered(4, 61.25, 200.0, None), at=at))
        estimate = Estimate(4, 61.25, 200.0, None)
        assert store.conversation(c.id).waiting_room == Record(1, 1, estimate, at, Callback.OPEN)

    def test_a_form_half_filled_comes_back_and_goes_when_the_wait_is_over(self, store: Store) -> None:
        kim = s.agent(store)
        c = s.open_conversation(store, s.queued(s.fresh("q")))
        answers = ev.OfflineFormAnswered("about", "Mein Paket fehlt 📦"), ev.OfflineFormAnswered("contact", "")
        c = store.commit(s.change(c, ev.OfflineFormOffered("too_long"), *answers, ev.CallbackRequested("+4915100000001")))
        kept = store.conversation(c.id)
        assert (kept.waiting_room.about, kept.waiting_room.tries, kept.waiting_room.form) == ("Mein Paket fehlt 📦", 1, FormStage.OPEN)
        assert kept.callback
        taken = ev.Assigned(kim.id, 1, ev.AssignReason.TAKEN, None), ev.Accepted(kim.id, 1)
        store.commit(s.change(kept, *taken))
        after = store.conversation(c.id)
        assert after.waiting_room == Record(callback=Callback.REQUESTED), "that they want to be called outlives the wait"
        assert after.callback

    def test_what_was_answered_is_on_record(self, store: Store) -> None:
        c = s.open_conversation(store, s.queued(s.fresh("q")))
        said = (
            ev.WaitTold(2, None, None, None, apology=True), ev.CallbackRequested("+4915100000001"), ev.CallbackDeclined(),
            ev.OfflineFormOffered("closed"), ev.OfflineFormAnswered("name", "小明"), ev.OfflineFormDeclined(),
            ev.OfflineFormSent("It leaks", "小明", ""),
        )  # fmt: skip
        store.commit(s.change(c, *said))
        assert tuple(r.event for r in store.events(c.ledger, c.last_event)) == said
