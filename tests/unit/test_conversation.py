"""A conversation's decisions: who may do what, and when; and the fold that says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.content import Attachment, Content, ContentKind
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow, SwitchboardError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HELLO = Content(text="hello")


def state(status: Status, owner: str = "") -> Conversation:
    """An existing conversation in a status; owned ones belong to Ada unless told otherwise."""
    owned = status in (Status.ASSIGNED, Status.ACTIVE)
    return Conversation(
        "c1-000001", "c1", "whatsapp", "support-eu", status, owner or ("ada" if owned else ""), "billing", 6, since=NOW,
        assignments=1 if owned else 0, version=3, last_event=5, reply_address="4915100000001",
    )  # fmt: skip


ANSWERS: dict[str, Callable[[Conversation, str], list[ev.Event]]] = {
    "accept": cv.accept,
    "reply": lambda c, agent: cv.reply(c, agent, "m1", HELLO, "k1"),
    "resolve": lambda c, agent: cv.resolve(c, ev.ActorKind.AGENT, agent),
}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("act", list(ANSWERS))
def test_only_the_owner_acts_and_only_while_it_is_open(status: Status, act: str) -> None:
    c = state(status)
    expected = NotAllowedNow if status is Status.RESOLVED else Forbidden
    with pytest.raises(expected):
        ANSWERS[act](c, "bob")
    if status in (Status.ASSIGNED, Status.ACTIVE):
        ANSWERS[act](c, "ada")
    else:
        with pytest.raises(SwitchboardError):
            ANSWERS[act](c, "ada")


def test_accepting_an_offer_makes_it_active_and_stops_its_clock() -> None:
    c = replace(state(Status.ASSIGNED), accept_by=NOW)
    after = cv.fold(c, cv.accept(c, "ada"), NOW)
    assert (after.status, after.owner, after.accept_by) == (Status.ACTIVE, "ada", None)


def test_accepting_twice_is_accepting_once() -> None:
    assert cv.accept(state(Status.ACTIVE), "ada") == []


def test_an_answer_to_an_offer_accepts_it_first() -> None:
    types = [e.type for e in cv.reply(state(Status.ASSIGNED), "ada", "m1", HELLO, "k1")]
    assert types == ["accepted", "message_sent"]


def test_an_answer_goes_where_the_customer_wrote_last() -> None:
    c = state(Status.ACTIVE)
    moved = cv.fold(c, [received("wechat", "shop-cn", "openid-7")], NOW)
    [sent] = cv.reply(moved, "ada", "m1", HELLO, "k1")
    assert isinstance(sent, ev.MessageSent)
    assert (sent.channel, sent.account, sent.recipient) == ("wechat", "shop-cn", "openid-7")


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000"])
def test_a_message_or_note_without_words_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        cv.reply(state(Status.ACTIVE), "ada", "m1", Content(text=text), "k1")
    with pytest.raises(Malformed):
        cv.note("ada", text, "k1")


def test_a_file_needs_no_words() -> None:
    picture = Content(ContentKind.IMAGE, attachments=(Attachment("ref"),))
    assert [e.type for e in cv.reply(state(Status.ACTIVE), "ada", "m1", picture, "k1")] == ["message_sent"]


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.BOT and s is not Status.QUEUED])
def test_what_has_an_owner_or_is_over_cannot_be_assigned(status: Status) -> None:
    with pytest.raises(NotAllowedNow):
        cv.assign(state(status), "bob", ev.AssignReason.ROUTED, NOW)


def test_what_never_began_cannot_be_assigned() -> None:
    with pytest.raises(NotAllowedNow):
        cv.assign(Conversation("c1-000001", "c1"), "bob", ev.AssignReason.ROUTED, NOW)


@pytest.mark.parametrize("status", [Status.BOT, Status.QUEUED, Status.RESOLVED])
def test_what_nobody_owns_cannot_be_released(status: Status) -> None:
    with pytest.raises(NotAllowedNow):
        cv.release(state(status), ev.ReleaseReason.DECLINED, at=NOW)


def test_released_work_waits_in_its_queue_with_the_age_and_priority_it_had() -> None:
    c = state(Status.ASSIGNED)
    later = NOW + timedelta(minutes=9)
    after = cv.fold(c, cv.release(c, ev.ReleaseReason.DECLINED, at=later), later)
    assert (after.status, after.owner, after.queue, after.priority, after.since) == (Status.QUEUED, "", "billing", 6, NOW)


def test_work_that_never_waited_begins_to_wait_when_it_is_released() -> None:
    c = replace(state(Status.ACTIVE), since=None, queue="")
    after = cv.fold(c, cv.release(c, ev.ReleaseReason.CONNECTION_LOST, at=NOW), NOW)
    assert (after.status, after.since) == (Status.QUEUED, NOW)
    assert after.queue


def test_every_assignment_has_a_number_of_its_own() -> None:
    """Accept timers carry the number: a second offer to the same agent must not be ended by the first one's timer."""
    c = state(Status.QUEUED)
    numbers = []
    for _ in range(3):
        c = cv.fold(c, cv.assign(c, "ada", ev.AssignReason.ROUTED, NOW), NOW)
        numbers.append(c.assignments)
        c = cv.fold(c, cv.release(c, ev.ReleaseReason.NOT_ACCEPTED, at=NOW), NOW)
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("status", [Status.BOT, Status.QUEUED, Status.ASSIGNED, Status.ACTIVE])
def test_a_resolved_conversation_has_no_owner_and_waits_for_nobody(status: Status) -> None:
    after = cv.fold(state(status), cv.resolve(state(status), ev.ActorKind.SYSTEM, "switchboard"), NOW)
    assert (after.status, after.owner, after.since, after.accept_by, after.open) == (Status.RESOLVED, "", None, None, False)


def test_only_the_first_answer_of_a_person_counts_as_the_first_answer() -> None:
    c = state(Status.ACTIVE)
    bot = ev.MessageSent("m1", ev.ActorKind.BOT, "bot", "whatsapp", "support-eu", HELLO)
    c = cv.fold(c, [bot], NOW)
    assert c.answered_at is None
    c = cv.fold(c, cv.reply(c, "ada", "m2", HELLO, "k1"), NOW + timedelta(seconds=5))
    c = cv.fold(c, cv.reply(c, "ada", "m3", HELLO, "k2"), NOW + timedelta(seconds=9))
    assert c.answered_at == NOW + timedelta(seconds=5)


def test_a_language_nobody_could_tell_does_not_replace_a_known_one() -> None:
    c = cv.fold(state(Status.BOT), [ev.IntentDetected("m1", "greeting", 0.9, "zh", "x")], NOW)
    c = cv.fold(c, [ev.IntentDetected("m2", "out_of_scope", 0.2, "und", "x")], NOW)
    assert c.language == "zh"


@pytest.mark.parametrize(("heard", "about"), [
    (["greeting", "refund_request"], "refund_request"),
    (["order_status", "affirm", "goodbye"], "order_status"),
    (["order_status", "out_of_scope", "human_agent"], "order_status"),
    (["order_status", "refund_request"], "refund_request"),
    (["human_agent", "affirm"], "affirm"),
    (["affirm", "complaint", "deny"], "complaint"),
])  # fmt: skip
def test_what_is_said_in_passing_does_not_change_the_matter(heard: list[str], about: str) -> None:
    events = [ev.IntentDetected(f"m{n}", intent, 0.9, "en", "model") for n, intent in enumerate(heard)]
    assert cv.fold(state(Status.BOT), events, NOW).intent == about


def test_a_mere_guess_does_not_change_the_matter() -> None:
    heard = [("order_status", 0.9), ("complaint", 0.3), ("greeting", 0.9)]
    events = [ev.IntentDetected("m", intent, sure, "en", "model") for intent, sure in heard]
    assert cv.fold(state(Status.BOT), events, NOW).intent == "order_status"


def test_a_conversation_keeps_the_name_when_a_later_message_has_none() -> None:
    c = cv.fold(state(Status.BOT), [received("whatsapp", "a", "1", name="Grace"), received("whatsapp", "a", "1")], NOW)
    assert c.name == "Grace"


@given(text=st.text())
def test_a_preview_is_one_short_line(text: str) -> None:
    c = cv.fold(state(Status.BOT), [received("whatsapp", "a", "1", text=text)], NOW)
    assert len(c.preview) <= cv.PREVIEW_CHARACTERS
    assert c.preview
    assert not set(c.preview) & set("\n\r\t")


@given(sizes=st.lists(st.integers(0, 4), max_size=6))
def test_versions_and_event_numbers_have_no_gaps(sizes: list[int]) -> None:
    c = Conversation("c1-000001", "c1")
    for size in sizes:
        change = Change(c, tuple(ev.NoteAdded("ada", "x") for _ in range(size)), ev.SYSTEM, NOW)
        c = change.after
    assert (c.version, c.last_event) == (len(sizes), sum(sizes))


# -- ids -------------------------------------------------------------------------------------------


@given(contact=st.from_regex(r"c[0-9a-z]{1,26}", fullmatch=True), ordinal=st.integers(1, 999_999))
def test_contact_and_number_can_be_read_off_a_conversation_id(contact: str, ordinal: int) -> None:
    id_ = cv.conversation_id(contact, ordinal)
    assert (cv.contact_of(id_), cv.ordinal_of(id_)) == (contact, ordinal)
    assert cv.ledger_of(id_) == Conversation(id_, contact).ledger


@pytest.mark.parametrize("id_", ["", "c1", "-", "c1-", "c1-x", "x1-000001", "-000001", "c1-00 1", "c1-٣x", "c1--1x"])
def test_what_is_no_conversation_id_is_refused(id_: str) -> None:
    with pytest.raises(Malformed):
        cv.contact_of(id_)
    with pytest.raises(Malformed):
        cv.ordinal_of(id_)


@pytest.mark.parametrize("id_", ["c1-²", "c1-00①", "c1-" + "9" * 5000])
def test_digits_that_are_no_number_are_refused_like_any_other_text(id_: str) -> None:
    with pytest.raises(Malformed):
        cv.ordinal_of(id_)


def received(channel: str, account: str, address: str, *, name: str = "", text: str = "hi") -> ev.MessageReceived:
    return ev.MessageReceived(
        "m0", channel, account, "v0", NOW, NOW, Content(text=text), sender_name=name, reply_address=address
    )
