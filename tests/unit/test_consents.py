"""What customers agree to and withdraw, and what follows of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from switchboard.application.corrections import CorrectionDesk
from switchboard.application.improvements import open_message
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.drafting import reasons
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow
from switchboard.domain.privacy.rights import Purpose, command
from switchboard.domain.rules.carrying_out import Obstacle
from switchboard.domain.translation.result import Reason
from switchboard.entry.calls import Call
from switchboard.entry.desk_api import ROUTES
from tests.fakes.corrections import MemoryCorrectedMessages
from tests.unit.automation_desk import Automated, end, replies, rule, says
from tests.unit.test_translation_desk import Setting
from tests.unit.world import GREETING, REFUND, World, who

MIA, PAUL = who("mia"), who("paul", "privacy_officer")
ID = "/v1/contacts/{id}"
Ask = Callable[..., Any]


@pytest.fixture
def ask(world: World) -> Ask:
    def asking(method: str, route: str, contact: str, actor: ev.Actor = PAUL, **body: Any) -> Any:
        return json.loads(json.dumps(ROUTES[(method, ID + route)](Call(world._made, actor, {"id": contact}, {}, body))))

    return asking


@pytest.fixture
def talk(world: World) -> Conversation:
    world.hire("mia", queues=("billing",))
    c = world.write("ann", REFUND, text="where is my refund?")
    return world.desk.accept(MIA, c.id)


def withdraw(world: World, contact: str, purpose: str, channel: str = "") -> None:
    world._made.consents.set(PAUL, contact, purpose, channel, given=False, source="message")


def message(world: World, c: Conversation) -> str:
    return str(next(r.event.message for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageReceived)))


# -- on record ----------------------------------------------------------------------------------------


def test_what_is_said_is_on_the_persons_ledger_and_the_last_word_holds(world: World, ask: Ask, talk: Conversation) -> None:
    ask("PUT", "/consents", talk.contact, purpose="messages", channel="whatsapp", given=True, source="web", version="terms-3",
        proof="ticked the box", since="2026-01-05T10:00:00+01:00")  # fmt: skip
    shown = ask("PUT", "/consents", talk.contact, purpose="messages", channel="whatsapp", given=False, source="telephone")
    [last] = shown["consents"]
    assert (last["purpose"], last["channel"], last["given"], last["source"]) == ("messages", "whatsapp", False, "telephone")
    first, second = shown["history"]
    assert (first["type"], first["said"]["version"], first["said"]["proof"]) == ("consent_given", "terms-3", "ticked the box")
    assert first["said"]["since"].startswith("2026-01-05T09:00")
    assert (second["type"], second["by"]["id"]) == ("consent_withdrawn", "paul")
    assert ask("GET", "/consents", talk.contact) == shown


@pytest.mark.parametrize("wrong", [
    {"purpose": "profit"}, {"source": "hearsay"}, {"given": "yes"}, {"given": True}, {"since": "yesterday"},
    {"since": "2999-01-01T00:00:00Z"}, {"since": "2026-01-01T00:00:00"}, {"proof": "x" * 2001},
])  # fmt: skip
def test_what_says_nothing_is_refused(ask: Ask, talk: Conversation, wrong: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        ask("PUT", "/consents", talk.contact, **{"purpose": "messages", "given": False, "source": "web", **wrong})


def test_the_officer_takes_it_down_who_serves_the_customer_reads_it_and_a_colleague_neither(
    world: World, ask: Ask, talk: Conversation
) -> None:
    ask("PUT", "/consents", talk.contact, purpose="ai", given=False, source="message")
    assert ask("GET", "/consents", talk.contact, MIA)["consents"]
    with pytest.raises(Forbidden):
        ask("PUT", "/consents", talk.contact, MIA, purpose="ai", given=True, source="message", version="1")
    world.hire("bo", queues=("sales",))
    for method, body in (("GET", {}), ("PUT", {"purpose": "ai", "given": True, "source": "desk", "version": "1"})):
        with pytest.raises(Forbidden):
            ask(method, "/consents", talk.contact, who("bo"), **body)
    assert not world.store.contact(talk.contact).contact.rights.allow(Purpose.AI)


def test_what_was_denied_as_one_contact_is_denied_as_the_merged_one(world: World, talk: Conversation) -> None:
    other = world.write("ben", GREETING)
    world.desk.resolve(MIA, talk.id)
    withdraw(world, talk.contact, "improvement")
    world._made.subject_rights.restrict(PAUL, talk.contact, True, "wants it kept only")
    world.contacts.merge(PAUL, talk.contact, other.contact)
    kept = world.store.contact(other.contact).contact.rights
    assert kept.restricted
    assert [c.given for c in kept.consents] == [False]
    assert len(world._made.consents.shown(talk.contact)["history"]) == 4  # as both


# -- messages -----------------------------------------------------------------------------------------


def test_rules_do_not_write_to_who_wants_no_messages_on_that_channel(world: World) -> None:
    automated = Automated(world, rule("thanks", says(en="Thank you for writing!")))
    for channel, silent in (("wechat", False), ("whatsapp", True)):
        known = world.write(f"{channel} ann", GREETING)
        end(world, known)
        withdraw(world, known.contact, "messages", channel)
        again = world.write(f"{channel} ann", GREETING)
        before = len(replies(world, again))
        automated.settle(again)
        assert (("thanks", Obstacle.WITHDRAWN.value) in automated.undone()) is silent
        assert (len(replies(world, again)) == before) is silent


def test_an_agent_is_refused_clearly_until_the_customer_writes_again(world: World, talk: Conversation) -> None:
    world.clock.advance(minutes=1)
    withdraw(world, talk.contact, "messages", "whatsapp")
    with pytest.raises(NotAllowedNow, match="withdrew their consent to messages on whatsapp"):
        world.desk.reply(MIA, talk.id, "An offer!", "r1")
    world.clock.advance(minutes=1)
    world.write("ann", REFUND, text="but where is my refund?")
    world.desk.reply(MIA, talk.id, "On its way.", "r2")


@pytest.mark.parametrize(("text", "meant"), [
    ("STOP", False), (" stop. ", False), ("退订", False), ("Baja", False), ("START", True), ("stop the delivery", None), ("", None),
])  # fmt: skip
def test_only_a_whole_message_is_a_command(text: str, meant: bool | None) -> None:
    assert command("whatsapp", text) is meant
    assert command("webchat", text) is None


def said_by_anybody(world: World, c: Conversation) -> int:
    return world.types(c).count("message_sent")


def test_stop_stops_and_start_starts_and_neither_is_answered_twice(world: World) -> None:
    c = world.write("ann", GREETING)
    said = said_by_anybody(world, c)
    stop = world.message("ann", "STOP")
    world.clock.advance(minutes=1)
    for _ in range(2):  # the queue brings it again
        world.intake.receive(stop, GREETING)
    assert said_by_anybody(world, c) == said  # not even an answer
    rights = world.store.contact(c.contact).contact.rights
    assert not rights.allow(Purpose.MESSAGES, "whatsapp")
    assert not rights.may_answer("whatsapp", world.store.conversation(c.id).customer_at)
    assert [r.event.type for r in world.store.events(f"cct#{c.contact}")].count("consent_withdrawn") == 1
    world.clock.advance(minutes=1)
    world.write("ann", GREETING, text="start")
    world.intake.receive(stop, GREETING)  # late, and from before
    assert world.store.contact(c.contact).contact.rights.allow(Purpose.MESSAGES, "whatsapp")


def test_a_stop_whose_first_try_died_half_way_still_holds(world: World) -> None:
    stop = world.message("ann", "STOP")
    world.interfered.before_call(0, lambda: (_ for _ in ()).throw(RuntimeError("died")).__next__(), only="commit_contact")
    with pytest.raises(RuntimeError):
        world.intake.receive(stop, GREETING)
    world.intake.receive(stop, GREETING)
    contact = world.store.arrival(world.identity("ann"), "").contact
    assert not world.store.contact(contact).contact.rights.allow(Purpose.MESSAGES, "whatsapp")


# -- machines -----------------------------------------------------------------------------------------


def test_withdrawn_words_are_not_learnt_from(world: World, talk: Conversation) -> None:
    desk = CorrectionDesk(world.store, MemoryCorrectedMessages(world.store), world.clock)
    desk.correct(MIA, talk.id, message(world, talk), "complaint")
    assert len(desk.export("", 10).found) == 1
    withdraw(world, talk.contact, "improvement")
    page = desk.export("", 10)
    assert (page.found, page.left_out) == ((), 1)
    assert open_message(world.store, talk.id, message(world, talk), 0) is None


def test_withdrawn_words_reach_no_translation_engine(world: World) -> None:
    s = Setting(world)
    withdraw(world, s.c.contact, "translation")
    made = s.desk.thread(MIA, s.c, s.messages(), "en")
    assert {t.reason for t in made.values()} == {Reason.WITHDRAWN}
    assert s.desk.draft(s.c, "Your parcel is on its way", "en").reason is Reason.WITHDRAWN
    assert not s.engine.__dict__.get("asked")


def test_there_is_a_reason_for_no_draft() -> None:
    assert reasons.WITHDRAWN in reasons.ALL


# -- rectification, restriction, objection ------------------------------------------------------------


def test_what_is_wrong_is_put_right_with_who_and_why(world: World, ask: Ask, talk: Conversation) -> None:
    shown = ask("PUT", "/rectification", talk.contact, values={"name": "Ann Lee", "phone": ""}, why="married since")
    assert (shown["name"], shown["phone"]) == ("Ann Lee", "")
    recorded = world.store.events(f"cct#{talk.contact}")[-1]
    assert recorded.actor.id == "paul"
    assert isinstance(recorded.event, ev.ContactRectified)
    assert recorded.event.why == "married since"
    with pytest.raises(Malformed):
        ask("PUT", "/rectification", talk.contact, values={"id": "c9"}, why="why not so")
    with pytest.raises(Malformed):
        ask("PUT", "/rectification", talk.contact, values={"name": "Ann"}, why="")
    with pytest.raises(Forbidden):
        ask("PUT", "/rectification", talk.contact, MIA, values={"name": "Ann"}, why="she says so")


def test_no_machine_reads_or_answers_a_restricted_person_and_agents_see_it(world: World, ask: Ask, talk: Conversation) -> None:
    world.desk.resolve(MIA, talk.id)
    assert ask("PUT", "/restriction", talk.contact, restricted=True, why="disputes the figures")["restricted"] is True
    again = world.write("ann", GREETING, text="hello?")
    assert again.status in (Status.QUEUED, Status.ASSIGNED)
    assert "intent_detected" not in world.types(again)
    assert not said_by_anybody(world, again)
    rights = world.store.contact(talk.contact).contact.rights
    assert not any(rights.allow(p) for p in Purpose)
    ask("PUT", "/restriction", talk.contact, restricted=False, why="it is settled now")
    assert all(world.store.contact(talk.contact).contact.rights.allow(p) for p in Purpose)


def test_an_objection_holds_until_it_is_taken_back(world: World, ask: Ask, talk: Conversation) -> None:
    shown = ask("PUT", "/objections", talk.contact, purposes=["improvement", "ai"], why="does not want that")
    assert shown["objections"] == ["ai", "improvement"]
    rights = world.store.contact(talk.contact).contact.rights
    assert [p.value for p in Purpose if not rights.allow(p)] == ["improvement", "ai"]
    assert ask("PUT", "/objections", talk.contact, purposes=[], why="takes it back now")["objections"] == []
    with pytest.raises(Malformed):
        ask("PUT", "/objections", talk.contact, purposes=["everything"], why="does not want that")
