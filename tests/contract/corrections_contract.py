"""What every list of corrected messages promises (`application.corrections.CorrectedMessages`)."""

from __future__ import annotations

from switchboard.application.corrections import CorrectedMessage, CorrectedMessages
from switchboard.application.ports import Store
from switchboard.domain.conversation import Conversation
from switchboard.domain.improvement.events import IntentCorrected
from tests.contract import samples as s


class CorrectionsContract:
    """Fixtures `store` and `corrected` of one stack, which other tests may have filled."""

    def correct(self, store: Store, *messages: str) -> Conversation:
        return store.commit(s.change(s.open_conversation(store), *(IntentCorrected(m, "order_status") for m in messages)))

    def mine(self, corrected: CorrectedMessages, *messages: str) -> list[CorrectedMessage]:
        return [m for m in corrected.after("", 10_000) if m.message in messages]

    def test_a_corrected_message_is_listed_once_however_often_it_was(self, store: Store, corrected: CorrectedMessages) -> None:
        message = s.fresh("m")
        c = self.correct(store, message, message)
        store.commit(s.change(c, IntentCorrected(message, "refund_status")))
        assert self.mine(corrected, message) == [CorrectedMessage(message, c.id)]

    def test_the_list_goes_on_where_it_stopped(self, store: Store, corrected: CorrectedMessages) -> None:
        one, two = s.fresh("m"), s.fresh("m")
        self.correct(store, two, one)
        [first] = [m for m in corrected.after(one, 10_000) if m.message == two]
        assert [m.message for m in self.mine(corrected, one, two)] == [one, first.message]
        assert len(corrected.after("", 1)) == 1

    def test_what_was_corrected_after_the_conversation_ended_is_listed_too(self, store: Store, corrected: CorrectedMessages) -> None:
        message = s.fresh("m")
        c = s.resolved(store, s.open_conversation(store))
        store.commit(s.change(c, IntentCorrected(message, "order_status")))
        assert self.mine(corrected, message) == [CorrectedMessage(message, c.id)]
