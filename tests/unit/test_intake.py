"""Messages and receipts from channels: on record once, in the right conversation, and answered by the bot or by people."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from switchboard.application.intake import vendor_key
from switchboard.domain import events as ev
from switchboard.domain.content import Content, ContentKind
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import StorageUnavailable
from switchboard.domain.inbound import DeliveryReceipt, DeliveryStatus
from switchboard.domain.understanding import Understanding
from tests.unit.world import GREETING, REFUND, UNCLEAR, World, who


def test_a_stranger_gets_a_contact_and_a_first_conversation(world: World) -> None:
    c = world.write("4915100000001", GREETING)
    state = world.store.contact(c.contact)
    assert state.conversation == c
    assert [i.address for i in state.contact.identities] == ["4915100000001"]
    assert world.types(c)[:3] == ["conversation_opened", "message_received", "intent_detected"]
    assert (c.id, c.reply_address, c.name) == (f"{c.contact}-000001", "4915100000001", "name of 4915100000001")


def test_a_known_customer_goes_on_in_the_same_conversation(world: World) -> None:
    first, second = world.write("1", GREETING), world.write("1", GREETING)
    assert second.id == first.id
    assert second.version == first.version + 1


def test_two_customers_are_two_contacts(world: World) -> None:
    assert world.write("1").contact != world.write("2").contact


def test_the_same_address_on_another_account_is_another_customer(world: World) -> None:
    here = world.write("1")
    there = world.intake.receive(replace(world.message("1"), account="second"), UNCLEAR)
    assert there is not None
    assert there.contact != here.contact


def test_a_message_that_comes_twice_is_on_record_once_and_answered_once(world: World) -> None:
    message = world.message("1")
    c = world.intake.receive(message, GREETING)
    assert world.intake.receive(message, GREETING) is None
    assert c is not None
    assert world.types(c).count("message_received") == 1
    assert world.types(c).count("message_sent") == 1


def test_a_message_that_comes_twice_at_the_same_moment_is_on_record_once(world: World) -> None:
    """Both see a clean slate; only the transaction can tell."""
    world.write("1", GREETING)
    message, other = world.message("1"), world.elsewhere()
    world.interfered.before_call(0, lambda: other.intake.receive(message, GREETING), only="commit")
    assert world.intake.receive(message, GREETING) is None
    state = world.store.contact(world.store.arrival(world.identity("1"), "-").contact)
    assert state.conversation is not None
    assert world.types(state.conversation).count("message_received") == 2


def test_two_first_messages_of_one_customer_make_one_contact_and_lose_neither(world: World) -> None:
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.write("1", GREETING, text="one"), only="commit")
    c = world.write("1", GREETING, text="two")
    assert world.types(c).count("conversation_opened") == 1
    texts = [r.event.content.text for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageReceived)]
    assert texts == ["one", "two"]


def test_many_processes_taking_in_the_same_messages_lose_and_double_nothing(world: World) -> None:
    messages = [world.message(str(n % 3), f"text {n}") for n in range(12)]
    workers = [world.elsewhere() for _ in range(4)]

    def work(w: World) -> None:
        for m in messages:
            w.intake.receive(m, GREETING)

    threads = [threading.Thread(target=work, args=(w,)) for w in workers]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for address in "012":
        c = world.store.contact(world.store.arrival(world.identity(address), "-").contact).conversation
        assert c is not None
        texts = [r.event.content.text for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageReceived)]
        assert sorted(texts) == sorted(m.content.text for m in messages if m.sender.address == address)


# -- bot and queue -----------------------------------------------------------------------------------


def test_the_bot_answers_what_it_knows_and_keeps_the_conversation(world: World) -> None:
    world.hire("ada")
    c = world.write("1", GREETING)
    said = world.last(c, ev.MessageSent)
    assert (c.status, c.owner) == (Status.BOT, "")
    assert (said.content.text, said.author, said.recipient, said.channel) == ("Hello!", ev.ActorKind.BOT, "1", "whatsapp")
    assert [d.status for d in world.deliveries.of(c.id)] == [DeliveryStatus.PENDING]


def test_what_the_bot_does_not_know_is_announced_and_queued_in_one_commit(world: World) -> None:
    c = world.write("1", REFUND)
    assert (c.status, c.queue, c.priority, c.version) == (Status.QUEUED, "billing", 7, 1)
    assert world.types(c)[-2:] == ["message_sent", "queued"]
    assert world.last(c, ev.MessageSent).content.text == "A colleague comes."
    assert [w.conversation for w in world.store.waiting("billing", 9)] == [c.id]


def test_queued_work_goes_straight_to_a_free_agent(world: World) -> None:
    world.hire("ada", queues=("billing",))
    c = world.write("1", REFUND)
    assert (c.status, c.owner) == (Status.ASSIGNED, "ada")
    assert world.store.waiting("billing", 9) == []


@pytest.mark.parametrize("u", [GREETING, REFUND, UNCLEAR])
def test_the_bot_keeps_quiet_once_a_person_was_asked_for(world: World, u: Understanding) -> None:
    waiting = world.write("1", REFUND)
    before = world.types(waiting)
    assert world.types(world.write("1", u))[len(before):] == ["message_received", "intent_detected"]


def test_the_bot_keeps_quiet_while_an_agent_serves(world: World) -> None:
    ada = world.hire("ada")
    c = world.write("1")
    world.desk.accept(ada, c.id)
    after = world.write("1", GREETING)
    assert (after.id, after.owner, after.status) == (c.id, "ada", Status.ACTIVE)
    assert world.types(after)[-2:] == ["message_received", "intent_detected"]


def test_a_language_change_while_waiting_keeps_the_place_in_the_queue(world: World) -> None:
    c = world.write("1", Understanding("refund_request", 0.9, "und"))
    world.write("1", Understanding("refund_request", 0.9, "zh"))
    [w] = world.store.waiting("billing", 9)
    assert (w.conversation, w.since, w.language) == (c.id, c.since, "zh")


@pytest.mark.parametrize("kind", [ContentKind.EVENT, ContentKind.REACTION])
def test_what_nobody_waits_for_an_answer_to_is_recorded_and_not_queued(world: World, kind: ContentKind) -> None:
    c = world.intake.receive(replace(world.message("1"), content=Content(kind)), UNCLEAR)
    assert c is not None
    assert (c.status, world.types(c)) == (Status.BOT, ["conversation_opened", "message_received", "bot_waits"])
    assert world.write("1", REFUND).status is Status.QUEUED


def test_a_picture_without_words_reaches_people(world: World) -> None:
    c = world.intake.receive(replace(world.message("1"), content=Content(ContentKind.IMAGE)), Understanding("", 0.0, "und"))
    assert c is not None
    assert c.status is Status.QUEUED


# -- conversations follow each other -------------------------------------------------------------------


def test_a_message_after_the_end_opens_the_next_conversation(world: World) -> None:
    ada = world.hire("ada")
    first = world.write("1", replace(UNCLEAR, language="zh"))
    world.desk.resolve(ada, first.id)
    second = world.write("1", Understanding("greeting", 0.9, "und"))
    assert second.id == f"{first.contact}-000002"
    assert (second.version, second.status, second.language) == (1, Status.BOT, "zh")
    assert [c.id for c in world.store.previous_conversations(first.contact)] == [first.id]
    assert world.now_of(first).status is Status.RESOLVED


def test_a_message_that_crosses_the_end_is_not_lost(world: World) -> None:
    """The customer writes while the agent closes: the message opens the next conversation."""
    ada = world.hire("ada")
    c = world.write("1")
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.desk.resolve(ada, c.id), only="commit")
    after = world.write("1", text="one more thing")
    assert after.id != c.id
    assert world.last(after, ev.MessageReceived).content.text == "one more thing"


def merged(world: World) -> tuple[Conversation, Conversation]:
    """One person known from two channels, linked by a supervisor; the conversation on WhatsApp goes on."""
    whatsapp, wechat = world.write("49151", GREETING), world.write("openid", GREETING, channel="wechat")
    world.contacts.merge(who("sue", "supervisor"), wechat.contact, whatsapp.contact)
    return whatsapp, wechat


def test_a_customer_who_changes_the_channel_goes_on_in_the_same_conversation(world: World) -> None:
    whatsapp, _ = merged(world)
    after = world.write("openid", GREETING, channel="wechat")
    assert (after.id, after.channel, after.reply_address) == (whatsapp.id, "wechat", "openid")
    answer = world.last(after, ev.MessageSent)
    assert (answer.channel, answer.recipient) == ("wechat", "openid")
    back = world.write("49151", GREETING)
    assert (back.id, back.channel, back.reply_address) == (whatsapp.id, "whatsapp", "49151")


def test_a_merge_that_crosses_a_message_does_not_lose_it(world: World) -> None:
    """The message was looked up under the contact that has just been merged away."""
    whatsapp, wechat = world.write("49151", GREETING), world.write("openid", GREETING, channel="wechat")
    other = world.elsewhere()
    world.interfered.before_call(
        1, lambda: other.contacts.merge(who("sue", "supervisor"), wechat.contact, whatsapp.contact)
    )
    after = world.write("openid", GREETING, channel="wechat", text="still there?")
    assert after.id == whatsapp.id
    assert world.last(after, ev.MessageReceived).content.text == "still there?"


# -- races and failures ------------------------------------------------------------------------------


def test_a_crash_after_the_commit_is_repaired_by_the_second_try(world: World) -> None:
    """The queue brings the message again: it is not answered twice, and the work still waits for the sweeper."""

    def crash() -> None:
        raise KeyboardInterrupt

    world.hire("ada", queues=("billing",), online=False)
    message = world.message("1")
    world.interfered.before_call(1, crash, only="with_room")  # the look after the commit
    with pytest.raises(KeyboardInterrupt):
        world.intake.receive(message, REFUND)
    world.store.commit_agent(world.agent("ada"), [ev.PresenceChanged(ev.Presence.ONLINE, "x")], ev.SYSTEM, world.clock.now())
    assert world.intake.receive(message, REFUND) is None
    assert [w.queue for w in world.store.waiting("billing", 9)] == ["billing"]
    assert world.assignment.serve(["billing"]) == 1


def test_a_message_is_taken_in_although_nobody_can_be_found_for_it_now(world: World) -> None:
    """What is on record must not fail afterwards, or the queue would bring it again and park it in the end."""

    def down() -> None:
        raise StorageUnavailable("throttled")

    world.hire("ada", queues=("billing",))
    world.interfered.before_call(0, down, only="with_room")
    after = world.intake.receive(world.message("1"), REFUND)
    assert after is not None
    assert after.status is Status.QUEUED


# -- receipts ------------------------------------------------------------------------------------------


def receipt(world: World, vendor_id: str, status: DeliveryStatus, reason: str = "") -> DeliveryReceipt:
    return DeliveryReceipt("whatsapp", "main", "1", vendor_id, status, world.clock.now(), reason)


def sent_message(world: World) -> tuple[Conversation, str]:
    """A message the vendor has accepted under the id `vendor-1`."""
    c = world.write("1", GREETING)
    message = world.last(c, ev.MessageSent).message
    world.dispatch.deliver(c.id, c.version, message, 1, last=False)
    return c, message


def test_a_failure_comes_on_the_record_once_however_often_the_vendor_says_so(world: World) -> None:
    c, message = sent_message(world)
    for _ in range(3):
        world.intake.receipt(receipt(world, "vendor-1", DeliveryStatus.FAILED, "131047: window over"))
    failures = [r.event for r in world.store.events(c.ledger) if isinstance(r.event, ev.DeliveryFailed)]
    assert failures == [ev.DeliveryFailed(message, "131047: window over")]


def test_receipts_in_any_order_leave_the_furthest_status(world: World) -> None:
    c, _ = sent_message(world)
    for status in (DeliveryStatus.READ, DeliveryStatus.SENT, DeliveryStatus.DELIVERED):
        world.intake.receipt(receipt(world, "vendor-1", status))
    assert [d.status for d in world.deliveries.of(c.id)] == [DeliveryStatus.READ]
    assert "delivery_failed" not in world.types(c)


def test_a_receipt_for_somebody_elses_message_does_nothing(world: World) -> None:
    c, _ = sent_message(world)
    world.intake.receipt(receipt(world, "never-heard-of", DeliveryStatus.FAILED, "x"))
    assert "delivery_failed" not in world.types(c)


def test_a_receipt_that_is_faster_than_our_own_answer_counts(world: World) -> None:
    c = world.write("1", GREETING)
    world.intake.receipt(receipt(world, "vendor-1", DeliveryStatus.DELIVERED))
    world.dispatch.deliver(c.id, c.version, world.last(c, ev.MessageSent).message, 1, last=False)
    assert [d.status for d in world.deliveries.of(c.id)] == [DeliveryStatus.DELIVERED]


def test_a_failure_that_is_faster_than_our_own_answer_is_on_the_record(world: World) -> None:
    c = world.write("1", GREETING)
    world.intake.receipt(receipt(world, "vendor-1", DeliveryStatus.FAILED, "blocked"))
    world.dispatch.deliver(c.id, c.version, world.last(c, ev.MessageSent).message, 1, last=False)
    assert [d.status for d in world.deliveries.of(c.id)] == [DeliveryStatus.FAILED]
    assert "delivery_failed" in world.types(c)


def test_vendor_ids_never_stand_in_clear_in_the_ledger(world: World) -> None:
    """WhatsApp's message ids contain the customer's phone number."""
    c = world.intake.receive(world.message("1", vendor_id="wamid.HBgL-4915100000001"), GREETING)
    assert c is not None
    e = world.last(c, ev.MessageReceived)
    assert e.vendor_key == vendor_key(world.index, "whatsapp", "main", "wamid.HBgL-4915100000001")
    assert "4915100000001" not in e.vendor_key
