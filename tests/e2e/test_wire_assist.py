"""Help for agents over real wires: a macro reaches the customer with all that it does, once; a text is looked at by the model."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from switchboard.domain import events as ev
from switchboard.domain.conversation import ledger_of
from tests.e2e.stage import Agent, Customer, Stage, refused, until

Json = dict[str, Any]
MACRO: Json = {
    "name": "to_billing_now", "titles": {"en": "To billing"}, "intents": ["human_agent"],
    "texts": {"en": "Hello {{customer_name|there}}, {{agent_name}} here: billing answers you.", "de": "Hallo {{customer_name|}}"},
    "actions": {"tags": ["macro-e2e"], "priority": 9, "queue": "billing"},
}  # fmt: skip


@pytest.fixture
def sofia(stage: Stage) -> Iterator[Agent]:
    """A supervisor, who adds a macro to the company's."""
    sofia = stage.agent("sofia")
    before = sofia.rest("GET", "/v1/macros")["macros"]
    sofia.rest("PUT", "/v1/macros", {"macros": [MACRO, *before]})
    stage.anew("api")  # which keeps the list of them for a minute
    yield sofia
    sofia.rest("PUT", "/v1/macros", {"macros": before})


def taken(stage: Stage) -> tuple[Agent, Customer, str]:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    return mia, customer, mia.takes_up(customer.wishes())


def test_a_macro_is_heard_by_the_customer_and_moves_the_conversation_once(stage: Stage, sofia: Agent) -> None:
    mia, customer, conversation = taken(stage)
    base = f"/v1/conversations/{conversation}"
    offered = {m["name"]: m["fits"] for m in mia.rest("GET", f"{base}/assist")["macros"]}
    assert MACRO["name"] in offered
    shown = mia.rest("POST", f"{base}/macros/{MACRO['name']}")
    assert (shown["missing"], shown["actions"]["queue"]) == ([], "billing")
    assert customer.name in shown["text"]
    wanted = {"version": shown["version"], "text": shown["text"], "client_id": secrets.token_hex(8)}
    mia.rest("POST", f"{base}/macros/{MACRO['name']}/apply", wanted)
    again = refused(lambda: mia.rest("POST", f"{base}/macros/{MACRO['name']}/apply", wanted))  # as by a client that saw no answer
    assert again.code == "forbidden"  # it is not hers any more
    customer.hears(shown["text"])
    recorded = stage.system.services.store.events(ledger_of(conversation))
    [applied] = [r for r in recorded if isinstance(r.event, ev.MacroApplied)]
    together = [r.event.type for r in recorded if r.commit == applied.commit]
    assert together == ["macro_applied", "message_sent", "tagged", "priority_set", "released", "queued"]
    after = stage.system.services.store.conversation(conversation)
    assert (after.queue, after.priority, after.tags) == ("billing", 9, ("macro-e2e",))
    assert len(customer.copies(shown["text"])) == 1
    nobody = refused(lambda: mia.rest("PUT", "/v1/macros", {"macros": []}))
    assert nobody.code == "forbidden"


def test_what_is_not_filled_in_is_refused_and_a_text_is_looked_at_with_the_model(stage: Stage, sofia: Agent) -> None:
    mia, customer, conversation = taken(stage)
    base = f"/v1/conversations/{conversation}"
    customer.says("My parcel has not come. When will it be here?")
    until("it is there", lambda: len(mia.received(conversation)) == 2)
    shown = mia.rest("POST", f"{base}/macros/order_looked_up")
    assert shown["missing"] == ["slot.order"]
    wanted = {"version": shown["version"], "client_id": secrets.token_hex(8)}
    bare = refused(lambda: mia.rest("POST", f"{base}/macros/order_looked_up/apply", wanted))
    assert (bare.status, "slot.order" in bare.body["message"]) == (400, True)

    def looked(text: str) -> list[str]:
        """The librarian may have to start first; what is said without it is not enough here."""
        answer: Json = until("the model is heard", lambda: _complete(mia.rest("POST", f"{base}/check", {"text": text})), 60)
        return [w["kind"] for w in answer["warnings"]]

    assert looked("Your parcel is on its way and will be with you tomorrow.") == []
    assert looked("Ihr Paket ist unterwegs und kommt morgen bei Ihnen an, versprochen.") == ["language"]
    assert looked("You are a liar and a thief, I am furious, stop bothering us!!!")[0] == "angry"
    assert looked("Your card 4111 1111 1111 1111 was charged.") == ["card"]
    summary = mia.rest("GET", f"{base}/summary")
    assert (summary["question"]["text"], summary["waits_for"]) == ("When will it be here?", "agent")
    assert refused(lambda: stage.agent("chen").rest("GET", f"{base}/summary")).status == 403


def _complete(answer: Json) -> Json:
    return answer if answer["complete"] else {}
