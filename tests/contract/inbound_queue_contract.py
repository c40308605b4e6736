"""What every queue between the channels and the router must do: see `application.ports.InboundQueue` and `adapters.sqs.inbound`.

`RedriveContract` is the port that operators use; `IncomingContract` is what the webhooks and the router see of the same queue."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from switchboard.adapters.sqs.inbound import Opened
from switchboard.application.ports import InboundQueue
from switchboard.domain.content import Attachment, Content, ContentKind
from switchboard.domain.errors import Unreadable
from switchboard.domain.inbound import DeliveryReceipt, DeliveryStatus, InboundMessage, Party
from tests.contract import samples as s

NAME = "Ada of Marylebone"
Item = InboundMessage | DeliveryReceipt
TOO_LARGE = 300_000  # bytes; no queue takes a body of this size in one of our calls


@dataclass(frozen=True, slots=True)
class Queued:
    """A message as the queue's reader finds it."""

    group: str
    body: str
    parked: str = ""  # the parked message that it settles

    @property
    def attributes(self) -> Mapping[str, Any]:
        """As Lambda hands them over."""
        return {"parked": {"stringValue": self.parked, "dataType": "String"}} if self.parked else {}


class Reader(Protocol):
    def take(self, count: int) -> list[Queued]:
        """The next `count` messages in the queue's order, and removes them. Fails where fewer come or more wait."""
        ...


class Incoming(InboundQueue, Protocol):
    """The queue as webhooks (`send`) and the router (`open`, `keep`) use it."""

    def send(self, items: Sequence[Item]) -> None: ...

    def open(self, group: str, body: str, attributes: Mapping[str, Any]) -> Opened: ...

    def keep(self, group: str, body: str) -> str: ...


class RedriveContract:
    """Subclasses give the fixtures `queue` and `reader` of one queue."""

    def test_a_parked_body_comes_again_as_it_was_and_names_what_it_settles(self, queue: InboundQueue, reader: Reader) -> None:
        group, body, parked = s.fresh("g"), "c2VhbGVk+/=", s.fresh("p")
        queue.requeue(group, body, parked)
        assert reader.take(1) == [Queued(group, body, parked)]

    def test_a_body_that_failed_again_may_be_sent_again_at_once(self, queue: InboundQueue, reader: Reader) -> None:
        again = Queued(s.fresh("g"), "sealed", s.fresh("p"))
        for _ in range(2):
            queue.requeue(again.group, again.body, again.parked)
        assert reader.take(2) == [again, again]

    def test_a_customers_parked_bodies_keep_the_order_they_are_sent_in(self, queue: InboundQueue, reader: Reader) -> None:
        group = s.fresh("g")
        parked = [Queued(group, f"body{n}", s.fresh("p")) for n in range(4)]
        for p in parked:
            queue.requeue(p.group, p.body, p.parked)
        assert reader.take(4) == parked


def said(who: str, text: str = "hello", *, account: str = s.ACCOUNT, vendor_id: str = "") -> InboundMessage:
    return InboundMessage("whatsapp", account, Party(who, NAME), vendor_id or s.fresh("wamid."), Content(text=text), s.T0)


def heard(who: str, vendor_id: str, status: DeliveryStatus) -> DeliveryReceipt:
    return DeliveryReceipt("whatsapp", s.ACCOUNT, who, vendor_id, status, s.later(1))


class IncomingContract:
    """Subclasses give the fixtures `queue` and `reader` of one queue."""

    @pytest.fixture
    def ada(self) -> str:
        return s.fresh("+49151")

    def items(self, queue: Incoming, taken: Sequence[Queued]) -> list[Item]:
        return [queue.open(q.group, q.body, q.attributes).item for q in taken]

    # -- what is handed in comes out -----------------------------------------------------------------

    def test_a_message_is_opened_as_the_channel_handed_it_in(self, queue: Incoming, reader: Reader, ada: str) -> None:
        message = InboundMessage(
            channel="wechat", account="main", sender=Party(ada, "爱达 🌸", "+4915100000001", "ada@example.org", "other"),
            vendor_id=s.fresh("id:"), sent_at=s.T0, in_reply_to="wamid.1", client_id="c-1",
            content=Content(
                ContentKind.LOCATION, 'two\nlines, "quoted" \\ and \x00 zero',
                (Attachment("ref", "image/png", "猫.png", 7), Attachment("r")), {"latitude": "48.1", "名": "值"},
            ),
        )  # fmt: skip
        queue.send([message])
        [queued] = reader.take(1)
        assert queue.open(queued.group, queued.body, queued.attributes) == Opened(message, parked="")

    def test_a_receipt_is_opened_as_the_channel_handed_it_in(self, queue: Incoming, reader: Reader, ada: str) -> None:
        receipt = DeliveryReceipt(
            "whatsapp", "main", ada, s.fresh("wamid."), DeliveryStatus.FAILED, s.T0, "131026: not deliverable"
        )
        queue.send([receipt])
        assert self.items(queue, reader.take(1)) == [receipt]

    def test_a_post_with_nothing_in_it_queues_nothing(self, queue: Incoming, reader: Reader) -> None:
        queue.send([])
        assert reader.take(0) == []

    def test_what_lies_in_the_queue_tells_nobody_who_wrote_or_what(self, queue: Incoming, reader: Reader, ada: str) -> None:
        message = said(ada, "my secret")
        queue.send([message])
        [queued] = reader.take(1)
        for lies_there in (queued.group.encode(), queued.body.encode(), base64.b64decode(queued.body)):
            for personal in (ada, NAME, "my secret", message.vendor_id):
                assert personal.encode() not in lies_there

    # -- order ---------------------------------------------------------------------------------------

    def test_a_long_post_of_one_customer_comes_in_its_order(self, queue: Incoming, reader: Reader, ada: str) -> None:
        posted = [said(ada, f"{n}") for n in range(25)]
        queue.send(posted)
        assert self.items(queue, reader.take(25)) == posted

    def test_each_customers_messages_and_receipts_keep_their_order(self, queue: Incoming, reader: Reader) -> None:
        people = [s.fresh("+49151") for _ in range(3)]
        posted: dict[str, list[Item]] = {who: [] for who in people}
        for n in range(4):
            for who in people:
                new: list[Item] = [said(who, f"{n}"), heard(who, s.fresh("wamid."), DeliveryStatus.READ)]
                queue.send(new)
                posted[who] += new
        came: defaultdict[str, list[Item]] = defaultdict(list)
        for q in reader.take(24):
            came[q.group].append(queue.open(q.group, q.body, q.attributes).item)
        assert len(came) == 3
        assert all(items in posted.values() for items in came.values())

    # -- once ----------------------------------------------------------------------------------------

    def test_a_post_that_the_vendor_repeats_is_queued_once(self, queue: Incoming, reader: Reader, ada: str) -> None:
        first, repeated, last = said(ada, "1"), said(ada, "2"), said(ada, "3")
        queue.send([first, repeated])
        queue.send([first, repeated])
        queue.send([repeated, repeated, last])
        assert self.items(queue, reader.take(3)) == [first, repeated, last]

    def test_a_post_that_is_repeated_after_it_was_read_is_not_queued_again(
        self, queue: Incoming, reader: Reader, ada: str
    ) -> None:
        message, marker = said(ada), said(ada)
        queue.send([message])
        reader.take(1)
        queue.send([message, marker])
        assert self.items(queue, reader.take(1)) == [marker]

    def test_each_step_of_a_message_to_the_customer_counts_and_counts_once(
        self, queue: Incoming, reader: Reader, ada: str
    ) -> None:
        sent = s.fresh("wamid.")
        steps = [heard(ada, sent, status) for status in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ)]
        queue.send(steps)
        queue.send(steps)
        assert self.items(queue, reader.take(3)) == steps

    def test_one_vendor_id_on_two_accounts_is_two_messages(self, queue: Incoming, reader: Reader, ada: str) -> None:
        posted = [said(ada, account=account, vendor_id="1") for account in (s.fresh("shop"), s.fresh("bank"))]
        queue.send(posted)
        came = self.items(queue, reader.take(2))
        assert sorted(came, key=lambda i: i.account) == sorted(posted, key=lambda i: i.account)

    # -- large ---------------------------------------------------------------------------------------

    def test_a_message_too_large_for_the_queue_comes_whole_and_in_its_place(
        self, queue: Incoming, reader: Reader, ada: str
    ) -> None:
        posted = [said(ada, "before"), said(ada, "长" * (TOO_LARGE // 3)), said(ada, "x" * TOO_LARGE), said(ada, "after")]
        queue.send(posted)
        assert self.items(queue, reader.take(4)) == posted

    def test_a_post_of_messages_that_only_together_are_too_large_comes_whole(
        self, queue: Incoming, reader: Reader, ada: str
    ) -> None:
        posted = [said(ada, f"{n}" * 100_000) for n in range(8)]
        queue.send(posted)
        assert self.items(queue, reader.take(8)) == posted

    # -- parking -------------------------------------------------------------------------------------

    @pytest.mark.parametrize("length", [5, TOO_LARGE])
    def test_what_is_kept_for_an_operator_can_be_sent_again_and_is_the_same_message(
        self, queue: Incoming, reader: Reader, ada: str, length: int
    ) -> None:
        message, parked = said(ada, "x" * length), s.fresh("p")
        queue.send([message])
        [queued] = reader.take(1)
        kept = [queue.keep(queued.group, queued.body) for _ in range(2)][-1]  # parking may be tried again
        queue.requeue(queued.group, kept, parked)
        [again] = reader.take(1)
        assert again.group == queued.group
        assert queue.open(again.group, again.body, again.attributes) == Opened(message, parked)

    def test_what_cannot_be_read_is_kept_as_it_came(self, queue: Incoming, reader: Reader, ada: str) -> None:
        queue.send([said(ada, "x" * TOO_LARGE)])
        [queued] = reader.take(1)
        for body in ("", "no base64!", "c2VhbGVk", queued.body[:40]):
            assert queue.keep(queued.group, body) == body
        assert queue.keep(s.fresh("g"), queued.body) == queued.body

    # -- tampering -----------------------------------------------------------------------------------

    def test_a_body_opens_for_its_own_customer_alone(self, queue: Incoming, reader: Reader, ada: str) -> None:
        queue.send([said(ada), said(s.fresh("+49151"))])
        mine, theirs = reader.take(2)
        with pytest.raises(Unreadable):
            queue.open(mine.group, theirs.body, {})

    def test_a_body_that_nobody_sealed_is_unreadable(self, queue: Incoming, reader: Reader, ada: str) -> None:
        queue.send([said(ada)])
        [queued] = reader.take(1)
        turned = queued.body[:-12] + ("A" if queued.body[-12] != "A" else "B") + queued.body[-11:]
        for forged in ("", "{}", '{"v":1,"kind":"message","item":{}}', "c2VhbGVk", turned, queued.body[:40]):
            with pytest.raises(Unreadable):
                queue.open(queued.group, forged, {})
