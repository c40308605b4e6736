"""What every `Deliveries` must do: see `application.ports.Deliveries`. Records come into being by the store's commits."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.application.ports import Deliveries, Delivery, Store
from switchboard.domain.errors import NotFound
from switchboard.domain.inbound import DeliveryReceipt, DeliveryStatus
from tests.contract import samples as s

PENDING, SENDING, UNKNOWN = DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN
SENT, DELIVERED, READ, FAILED = DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ, DeliveryStatus.FAILED
SETTLED = "settled"  # our own step among the vendor's

same_world = settings(  # examples share a store, but no message
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def word(status: DeliveryStatus, seconds: float = 0) -> DeliveryReceipt:
    reason = "131026: not deliverable" if status is FAILED else ""
    return DeliveryReceipt("whatsapp", s.ACCOUNT, "+49", "wamid", status, s.later(seconds), reason)


class DeliveriesContract:
    """Subclasses give the fixtures `store` and `deliveries` of one world."""

    def outgoing(self, store: Store, channel: str = "whatsapp", seconds: float = 0) -> tuple[str, str]:
        """(conversation, message) of a message to the customer just committed."""
        message = s.sent(channel=channel)
        return s.open_conversation(store, message, channels=(channel,), at=s.later(seconds)).id, message.message

    def state(self, deliveries: Deliveries, conversation: str) -> tuple[DeliveryStatus, str]:
        [found] = deliveries.of(conversation)
        return found.status, found.reason

    # -- claims --------------------------------------------------------------------------------------

    def test_a_message_is_claimed_once(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        assert deliveries.claim(message, s.T0) is PENDING
        assert deliveries.claim(message, s.T0) is SENDING
        assert self.state(deliveries, conversation) == (SENDING, "")

    def test_of_sixteen_who_claim_at_once_one_sends(self, store: Store, deliveries: Deliveries) -> None:
        _, message = self.outgoing(store)
        found = s.at_once([lambda: deliveries.claim(message, s.T0)] * 16)
        assert (found.count(PENDING), found.count(SENDING)) == (1, 15)

    def test_what_is_settled_is_never_claimed_again(self, store: Store, deliveries: Deliveries) -> None:
        for status in (SENT, FAILED, UNKNOWN):
            conversation, message = self.outgoing(store)
            deliveries.claim(message, s.T0)
            deliveries.settle(message, status, [s.fresh("v")] if status is SENT else [], "", s.later(1))
            assert deliveries.claim(message, s.later(2)) is status
            assert self.state(deliveries, conversation) == (status, "")

    def test_a_message_nobody_committed_cannot_be_claimed(self, deliveries: Deliveries) -> None:
        with pytest.raises(NotFound):
            deliveries.claim(s.fresh("m"), s.T0)

    def test_what_the_vendor_did_not_take_may_be_tried_again(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        deliveries.claim(message, s.T0)
        deliveries.retry(message, "429: slow down", s.later(1), s.later(3))
        assert self.state(deliveries, conversation) == (PENDING, "429: slow down")
        assert deliveries.claim(message, s.later(2)) is PENDING

    def test_a_retry_that_comes_too_late_changes_nothing(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        deliveries.claim(message, s.T0)
        deliveries.settle(message, SENT, [s.fresh("v")], "", s.later(1))
        deliveries.retry(message, "timed out", s.later(2), s.later(4))
        assert self.state(deliveries, conversation) == (SENT, "")

    # -- settling ------------------------------------------------------------------------------------

    def test_an_accepted_message_is_linked_with_the_vendors_id(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        deliveries.claim(message, s.T0)
        deliveries.settle(message, SENT, ["v1" + message], "", s.later(1))
        heard = deliveries.receipt("v1" + message, word(DELIVERED, 2))
        assert heard == Delivery(message, conversation, DELIVERED)
        assert deliveries.of(conversation) == [heard]

    def test_a_refusal_keeps_its_reason(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        deliveries.claim(message, s.T0)
        known = deliveries.settle(message, FAILED, [], "470: window closed", s.later(1))
        assert known == Delivery(message, conversation, FAILED, "470: window closed")
        assert self.state(deliveries, conversation) == (FAILED, "470: window closed")

    def test_success_wipes_the_reason_of_an_earlier_try(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        deliveries.claim(message, s.T0)
        deliveries.retry(message, "429: slow down", s.later(1), s.later(3))
        deliveries.claim(message, s.later(2))
        deliveries.settle(message, SENT, [s.fresh("v")], "", s.later(3))
        assert self.state(deliveries, conversation) == (SENT, "")

    def test_the_first_settlement_stands(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        deliveries.claim(message, s.T0)
        known = [
            deliveries.settle(message, SENT, [s.fresh("v")], "", s.later(1)),
            deliveries.settle(message, UNKNOWN, [], "answer lost", s.later(2)),
            deliveries.settle(message, FAILED, [s.fresh("v")], "late", s.later(3)),
        ]
        assert {d.status for d in known} == {SENT}
        assert self.state(deliveries, conversation) == (SENT, "")

    # -- receipts ------------------------------------------------------------------------------------

    def test_a_receipt_that_outruns_our_own_answer_is_joined_later(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        key = s.fresh("v")
        deliveries.claim(message, s.T0)
        assert deliveries.receipt(key, word(READ)) is None
        assert self.state(deliveries, conversation) == (SENDING, "")
        known = deliveries.settle(message, SENT, [key], "", s.later(1))
        assert known == Delivery(message, conversation, READ)
        assert self.state(deliveries, conversation) == (READ, "")

    def test_a_failure_that_outruns_our_own_answer_keeps_its_reason(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        key = s.fresh("v")
        deliveries.claim(message, s.T0)
        deliveries.receipt(key, word(FAILED))
        known = deliveries.settle(message, SENT, [key], "", s.later(1))
        assert (known.status, known.reason) == (FAILED, "131026: not deliverable")
        assert self.state(deliveries, conversation) == (FAILED, "131026: not deliverable")

    def test_a_receipt_is_news_once(self, store: Store, deliveries: Deliveries) -> None:
        _, message = self.outgoing(store)
        key = s.fresh("v")
        deliveries.claim(message, s.T0)
        deliveries.settle(message, SENT, [key], "", s.T0)
        heard = [deliveries.receipt(key, word(status)) for status in (SENT, DELIVERED, SENT, DELIVERED, READ, DELIVERED, READ)]
        assert [d.status if d else None for d in heard] == [None, DELIVERED, None, None, READ, None, None]

    def test_a_failure_is_told_until_it_is_on_record(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        key = s.fresh("v")
        deliveries.claim(message, s.T0)
        deliveries.settle(message, SENT, [key], "", s.T0)
        failure = Delivery(message, conversation, FAILED, "131026: not deliverable")
        heard = [deliveries.receipt(key, word(status)) for status in (FAILED, FAILED, DELIVERED, FAILED)]
        assert heard == [failure, failure, None, failure]

    def test_a_receipt_for_a_message_of_somebody_else_is_kept_and_bothers_nobody(self, deliveries: Deliveries) -> None:
        key = s.fresh("v")
        assert [deliveries.receipt(key, word(status)) for status in (SENT, READ, DELIVERED)] == [None] * 3

    def test_the_last_part_of_a_long_message_speaks_for_the_whole(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        first, second, last = keys = [s.fresh("v"), s.fresh("v"), s.fresh("v")]
        deliveries.claim(message, s.T0)
        assert deliveries.receipt(second, word(READ)) is None  # before our own answer
        assert deliveries.settle(message, SENT, keys, "", s.T0).status is SENT
        assert deliveries.receipt(first, word(READ)) is None
        assert self.state(deliveries, conversation) == (SENT, "")
        assert deliveries.receipt(last, word(DELIVERED)) == Delivery(message, conversation, DELIVERED)
        assert self.state(deliveries, conversation) == (DELIVERED, "")

    @pytest.mark.parametrize("failed", [0, 1, 2])
    @pytest.mark.parametrize("early", [True, False])
    def test_the_failure_of_any_part_is_the_failure_of_the_message(
        self, store: Store, deliveries: Deliveries, failed: int, early: bool
    ) -> None:
        conversation, message = self.outgoing(store)
        keys = [s.fresh("v"), s.fresh("v"), s.fresh("v")]
        failure = Delivery(message, conversation, FAILED, "131026: not deliverable")
        deliveries.claim(message, s.T0)
        if early:
            deliveries.receipt(keys[failed], word(FAILED))
        known = deliveries.settle(message, SENT, keys, "", s.T0)
        if early:
            assert known == failure
        for key in keys:
            if key != keys[failed]:
                deliveries.receipt(key, word(READ))
        if not early:
            assert deliveries.receipt(keys[failed], word(FAILED)) == failure
        assert self.state(deliveries, conversation) == (FAILED, "131026: not deliverable")

    def test_a_message_in_one_part_that_was_read_has_not_failed(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        key = s.fresh("v")
        deliveries.claim(message, s.T0)
        deliveries.settle(message, SENT, [key], "", s.T0)
        deliveries.receipt(key, word(READ))
        assert deliveries.receipt(key, word(FAILED)) is None
        assert self.state(deliveries, conversation) == (READ, "")

    def test_parts_without_an_id_or_with_the_same_one_do_no_harm(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        key = s.fresh("v")
        deliveries.claim(message, s.T0)
        assert deliveries.settle(message, SENT, [key, key, ""], "", s.T0).status is SENT
        assert deliveries.receipt(key, word(READ)) is None  # nobody speaks for the whole: its last part has no id
        assert self.state(deliveries, conversation) == (SENT, "")

    def test_parts_that_are_out_say_nothing_of_the_parts_that_are_lost(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        key = s.fresh("v")
        deliveries.claim(message, s.T0)
        deliveries.settle(message, UNKNOWN, [key], "only the first 1 parts were sent", s.T0)
        assert deliveries.receipt(key, word(DELIVERED)) is None
        assert self.state(deliveries, conversation) == (UNKNOWN, "only the first 1 parts were sent")
        assert deliveries.receipt(key, word(FAILED)) is not None
        assert self.state(deliveries, conversation)[0] is FAILED

    @same_world
    @given(steps=st.permutations([SENT, DELIVERED, DELIVERED, READ, SETTLED]))
    def test_receipts_in_any_order_give_the_same_end(
        self, store: Store, deliveries: Deliveries, steps: list[DeliveryStatus | str]
    ) -> None:
        self.check_any_order(store, deliveries, steps, (READ, ""))

    @same_world
    @given(steps=st.permutations([SENT, DELIVERED, FAILED, FAILED, SETTLED]))
    def test_a_failure_in_any_order_is_a_failure(
        self, store: Store, deliveries: Deliveries, steps: list[DeliveryStatus | str]
    ) -> None:
        self.check_any_order(store, deliveries, steps, (FAILED, "131026: not deliverable"))

    def check_any_order(
        self, store: Store, deliveries: Deliveries, steps: list[DeliveryStatus | str], end: tuple[DeliveryStatus, str]
    ) -> None:
        conversation, message = self.outgoing(store)
        key, ranks = s.fresh("v"), [SENDING.rank]
        deliveries.claim(message, s.T0)
        for n, step in enumerate(steps, 1):
            if isinstance(step, DeliveryStatus):
                deliveries.receipt(key, word(step, n))
            else:
                deliveries.settle(message, SENT, [key], "", s.later(n))
            ranks.append(self.state(deliveries, conversation)[0].rank)
        assert ranks == sorted(ranks)
        assert self.state(deliveries, conversation) == end

    def test_receipts_at_once_leave_the_highest(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store)
        key = s.fresh("v")
        deliveries.claim(message, s.T0)

        def hear(step: DeliveryStatus | None) -> object:
            if step is None:
                return deliveries.settle(message, SENT, [key], "", s.T0)
            return deliveries.receipt(key, word(step))

        heard = s.each_at_once(hear, [SENT, DELIVERED, READ, SENT, DELIVERED, READ, None, SENT, DELIVERED, READ])
        assert not [h for h in heard if isinstance(h, Exception)]
        assert self.state(deliveries, conversation) == (READ, "")

    def test_our_own_proof_raises_and_never_lowers(self, store: Store, deliveries: Deliveries) -> None:
        conversation, message = self.outgoing(store, "webchat")
        for status, expected in ((SENT, SENT), (READ, READ), (DELIVERED, READ)):
            deliveries.raise_to(message, status, s.T0)
            assert self.state(deliveries, conversation)[0] is expected
        deliveries.raise_to(s.fresh("m"), SENT, s.T0)  # of a message that was never ours: nothing happens

    def test_a_conversation_lists_its_own_messages_once_each(self, store: Store, deliveries: Deliveries) -> None:
        one, two = s.sent("one"), s.sent("two")
        c = s.open_conversation(store, one, two)
        self.outgoing(store)
        for message in (one.message, two.message):
            deliveries.claim(message, s.T0)
            deliveries.settle(message, SENT, [f"v{message}"], "", s.T0)
            deliveries.receipt(f"v{message}", word(DELIVERED))
        assert sorted(d.message for d in deliveries.of(c.id)) == sorted([one.message, two.message])
        assert deliveries.of(f"{s.fresh('c')}-000001") == []

    # -- what waits too long -------------------------------------------------------------------------

    def test_what_was_never_settled_is_found_with_all_that_is_needed_to_send_it(
        self, store: Store, deliveries: Deliveries
    ) -> None:
        conversation, message = self.outgoing(store, seconds=1)
        _, claimed = self.outgoing(store, seconds=2)
        deliveries.claim(claimed, s.later(3))
        self.outgoing(store, seconds=60)
        found = deliveries.pending_since(s.later(60))
        assert {p.message for p in found} == {message, claimed}
        first = next(p for p in found if p.message == message)
        assert (first.conversation, first.commit, first.channel, first.account, first.since) == (
            conversation, 1, "whatsapp", s.ACCOUNT, s.later(1),
        )  # fmt: skip

    def test_what_is_tried_again_later_is_not_overdue_before(self, store: Store, deliveries: Deliveries) -> None:
        _, message = self.outgoing(store)
        deliveries.claim(message, s.later(1))
        deliveries.retry(message, "503", s.later(2), s.later(100))
        assert deliveries.pending_since(s.later(90)) == []
        [found] = deliveries.pending_since(s.later(101))
        assert (found.message, found.since) == (message, s.later(100))
        deliveries.claim(message, s.later(110))
        deliveries.settle(message, SENT, [s.fresh("v")], "", s.later(111))
        assert deliveries.pending_since(s.later(1000)) == []

    def test_what_has_an_outcome_waits_no_more(self, store: Store, deliveries: Deliveries) -> None:
        for status in (SENT, FAILED, UNKNOWN):
            _, message = self.outgoing(store)
            deliveries.claim(message, s.T0)
            deliveries.settle(message, status, [s.fresh("v")] if status is SENT else [], "r", s.later(1))
        assert deliveries.pending_since(s.later(600)) == []

    def test_web_chat_is_pushed_and_waits_for_no_queue(self, store: Store, deliveries: Deliveries) -> None:
        conversation, _ = self.outgoing(store, "webchat")
        assert deliveries.pending_since(s.later(600)) == []
        assert self.state(deliveries, conversation) == (PENDING, "")
