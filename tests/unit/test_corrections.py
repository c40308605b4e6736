"""Agents say what a message really wanted; the labelled data that come of it name nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from switchboard.application.corrections import CorrectionDesk
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Forbidden, Malformed, NotFound, Unreadable
from switchboard.domain.improvement.corrections import INTENTS, SENTIMENTS
from switchboard.domain.improvement.events import IntentCorrected
from switchboard.domain.understanding import Understanding
from switchboard.entry.calls import Call
from switchboard.entry.desk_api import ROUTES
from tests.fakes.corrections import MemoryCorrectedMessages
from tests.unit.world import REFUND, World, who

PUT, EXPORT = ("PUT", "/v1/conversations/{id}/messages/{message}/intent"), ("GET", "/v1/corrections")
MIA, SUE, BOSS = who("mia"), who("sue", "supervisor"), who("boss", "administrator")
TEXT = "refund for SB-12345 to anna@web.de, I am name of +49 170 1234567"


@pytest.fixture
def desk(world: World) -> CorrectionDesk:
    return CorrectionDesk(world.interfered, MemoryCorrectedMessages(world.store), world.clock)  # type: ignore[arg-type]


@pytest.fixture
def ask(world: World, desk: CorrectionDesk) -> Callable[..., Any]:
    vars(world._made)["corrections"] = desk

    def asking(route: tuple[str, str], actor: Any, query: dict[str, str] | None = None, body: Any = None, **path: str) -> Any:
        return json.loads(json.dumps(ROUTES[route](Call(world._made, actor, path, query or {}, body or {}))))

    return asking


@pytest.fixture
def talk(world: World) -> Conversation:
    """With Mia, about a refund."""
    world.hire("mia", queues=("billing",))
    return world.write("+49 170 1234567", REFUND, text=TEXT)


def message_of(world: World, c: Conversation) -> str:
    found = [r.event for r in world.store.events(c.ledger) if r.event.type == "message_received"]
    return str(found[-1].message)  # type: ignore[attr-defined]


def corrected(world: World, c: Conversation) -> list[IntentCorrected]:
    return [r.event for r in world.store.events(c.ledger) if isinstance(r.event, IntentCorrected)]


def test_the_taxonomy_is_that_of_the_intent_layer() -> None:
    with open("layers/intent/intents.yaml", encoding="utf-8") as file:
        content = yaml.safe_load(file)
    assert tuple(content["intents"]) == INTENTS
    assert tuple(content["sentiment"]) == SENTIMENTS


# -- at the desk -------------------------------------------------------------------------------------


def test_the_owners_word_is_on_record_and_what_the_conversation_is_about_follows(
    world: World, ask: Callable[..., Any], talk: Conversation
) -> None:
    message = message_of(world, talk)
    shown = ask(PUT, MIA, body={"intent": "refund_status", "sentiment": "negative"}, id=talk.id, message=message)
    assert shown["intent"] == "refund_status"
    assert corrected(world, talk) == [IntentCorrected(message, "refund_status", "negative", "refund_request")]
    assert world.store.conversation(talk.id).owner == "mia"


def test_the_last_word_counts_and_the_same_word_twice_is_one(world: World, ask: Callable[..., Any], talk: Conversation) -> None:
    message = message_of(world, talk)
    for intent in ("refund_status", "refund_status", "out_of_scope"):
        ask(PUT, MIA, body={"intent": intent}, id=talk.id, message=message)
    assert [(e.intent, e.was) for e in corrected(world, talk)] == [
        ("refund_status", "refund_request"), ("out_of_scope", "refund_status"),
    ]  # fmt: skip
    assert world.store.conversation(talk.id).intent == "refund_status"  # off topic is no matter


def test_an_agent_may_say_that_it_was_right(world: World, ask: Callable[..., Any], talk: Conversation) -> None:
    ask(PUT, MIA, body={"intent": "refund_request"}, id=talk.id, message=message_of(world, talk))
    assert ask(EXPORT, BOSS)["corrections"][0]["intent"] == "refund_request"


def test_two_at_once_are_both_on_record(world: World, desk: CorrectionDesk, talk: Conversation) -> None:
    message = message_of(world, talk)
    world.interfered.before_call(2, lambda: CorrectionDesk(world.store, desk.corrected, world.clock).correct(
        SUE, talk.id, message, "complaint"
    ))  # fmt: skip
    desk.correct(MIA, talk.id, message, "refund_status")
    assert [e.intent for e in corrected(world, talk)] == ["complaint", "refund_status"]


def test_who_served_it_may_still_say_so_when_it_is_over_and_others_may_not(
    world: World, ask: Callable[..., Any], talk: Conversation
) -> None:
    world.hire("ben")
    world.lead_team("sue", talk.queue)
    message = message_of(world, talk)
    with pytest.raises(Forbidden):
        ask(PUT, who("ben"), body={"intent": "refund_status"}, id=talk.id, message=message)
    world.desk.accept(MIA, talk.id)
    world.desk.resolve(MIA, talk.id)
    ask(PUT, MIA, body={"intent": "refund_status"}, id=talk.id, message=message)
    ask(PUT, SUE, body={"intent": "complaint"}, id=talk.id, message=message)
    world.write("+49 170 1234567", REFUND, text="another")  # the first one moves out of the current place
    ask(PUT, SUE, body={"intent": "praise"}, id=talk.id, message=message)
    assert [e.intent for e in corrected(world, talk)] == ["refund_status", "complaint", "praise"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, Malformed), ({"intent": "refund"}, Malformed), ({"intent": 7}, Malformed), ({"intent": ""}, Malformed),
        ({"intent": "complaint", "sentiment": "furious"}, Malformed), ({"intent": "complaint" * 1000}, Malformed),
    ],
)  # fmt: skip
def test_only_the_taxonomys_words_are_taken(
    world: World, ask: Callable[..., Any], talk: Conversation, body: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        ask(PUT, MIA, body=body, id=talk.id, message=message_of(world, talk))
    assert corrected(world, talk) == []


def test_a_message_of_nobody_or_without_words_cannot_be_corrected(
    world: World, ask: Callable[..., Any], talk: Conversation
) -> None:
    silent = world.write("+49 170 1234567", REFUND, text="  ")
    for message in ("m404", message_of(world, silent), "", "m" * 5000):
        with pytest.raises(NotFound):
            ask(PUT, MIA, body={"intent": "complaint"}, id=talk.id, message=message)


# -- labelled data -----------------------------------------------------------------------------------


def test_labelled_data_hold_the_label_and_no_personal_data(world: World, ask: Callable[..., Any], talk: Conversation) -> None:
    ask(PUT, MIA, body={"intent": "refund_status", "sentiment": "negative"}, id=talk.id, message=message_of(world, talk))
    answer = ask(EXPORT, BOSS)
    [one] = answer["corrections"]
    assert (one["lang"], one["intent"], one["sentiment"]) == ("en", "refund_status", "negative")
    assert one["text"].startswith("refund for SB-")
    assert not any(word in one["text"] for word in ("12345", "anna", "web.de", "170", "1234567"))
    assert (answer["left_out"], answer["next"]) == (0, "")
    [access] = [r.event for ledger in world.store.ledgers() if ledger.startswith("acs#boss#") for r in world.store.events(ledger)]
    assert (access.name, access.error) == ("ExportCorrections", "")  # type: ignore[attr-defined]


@pytest.mark.parametrize("actor", [MIA, SUE])
def test_only_administrators_take_labelled_data_out(ask: Callable[..., Any], actor: Any) -> None:
    with pytest.raises(Forbidden):
        ask(EXPORT, actor)


def test_pages_follow_one_another(world: World, ask: Callable[..., Any]) -> None:
    for number in range(5):
        c = world.write(f"a{number}", Understanding("praise", 0.9, "de"), text=f"danke {'sehr ' * number}")
        world._made.corrections.correct(SUE, c.id, message_of(world, c), "complaint")
    texts, after = [], ""
    while True:
        page = ask(EXPORT, BOSS, {"limit": "2", "after": after})
        texts += [one["text"] for one in page["corrections"]]
        if not (after := page["next"]):
            break
    assert len(texts) == len(set(texts)) == 5


@pytest.mark.parametrize("limit", ["0", "201", "x", "-1"])
def test_a_limit_that_is_none_is_refused(ask: Callable[..., Any], limit: str) -> None:
    with pytest.raises(Malformed):
        ask(EXPORT, BOSS, {"limit": limit})


class Erased:
    """A store in which one ledger's key is gone."""

    def __init__(self, store: Any, ledger: str) -> None:
        self._store, self._ledger = store, ledger

    def contact(self, contact: str) -> Any:
        return self._store.contact(contact)

    def events(self, ledger: str, after: int = 0) -> Any:
        if ledger == self._ledger:
            raise Unreadable("the key is gone")
        return self._store.events(ledger, after)


def test_who_is_erased_is_left_out_and_the_others_are_not(world: World, desk: CorrectionDesk) -> None:
    gone, here = (world.write(name, REFUND, text=f"refund {name}") for name in ("gone", "here"))
    for c in (gone, here):
        desk.correct(SUE, c.id, message_of(world, c), "complaint")
    page = CorrectionDesk(Erased(world.store, gone.ledger), desk.corrected, world.clock).export("", 10)  # type: ignore[arg-type]
    assert ([one.text for one in page.found], page.left_out) == (["refund Alex"], 1)  # "here" is this customer's name
