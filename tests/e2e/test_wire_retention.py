"""Retention rules over real wires: who was silent for their time is erased by the next run, and reported; others are not."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.application.intake import identity_key
from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Erased
from switchboard.domain.inbound import InboundMessage, Party
from switchboard.domain.understanding import Understanding
from tests.e2e.stage import ACCOUNTS, Stage, refused, until
from tests.fakes.system import ManualClock


def talked(stage: Stage, days: int, phone: str) -> Conversation:
    """Somebody who wrote so many days ago, and whose matter was settled then."""
    then = datetime.now(UTC) - timedelta(days=days)
    past = Services(stage.system.services.settings)
    clock = ManualClock()
    clock.advance(seconds=(then - clock.now()).total_seconds())
    vars(past)["clock"] = clock
    party, content = Party(phone, "Somebody Silent", phone), Content(text="words of long ago")
    said = InboundMessage("whatsapp", ACCOUNTS["whatsapp"], party, secrets.token_hex(8), content, then)
    past.intake.receive(said, Understanding("greeting", 0.9, "en", model="test"))
    identity = identity_key(past.index, "whatsapp", ACCOUNTS["whatsapp"], phone)
    contact = past.store.arrival(identity, "").contact
    found = past.store.contact(contact).conversation
    assert found is not None
    return past.store.commit(Change(found, (ev.Resolved(ev.ActorKind.SYSTEM, "test"),), ev.SYSTEM, then))


def run(stage: Stage) -> Any:
    return stage.invoke("eraser", {})


def test_rules_are_set_carried_out_and_reported(stage: Stage) -> None:
    paul, sofia = stage.agent("paul"), stage.agent("sofia")
    assert refused(lambda: sofia.rest("GET", "/v1/retention")).status == 403
    wrong = refused(lambda: paul.rest("PUT", "/v1/retention", {"rules": [{"type": "messages", "days": 30}]}))
    assert (wrong.status, wrong.code) == (400, "malformed")
    assert "rules[0]" in wrong.body["message"]

    number = str(secrets.randbelow(9_000_000) + 1_000_000)
    german, danish, held = (talked(stage, 100, code + number) for code in ("49170", "4520", "49171"))
    lately = talked(stage, 10, "49172" + number)
    paul.rest("POST", f"/v1/privacy/contacts/{held.contact}/hold", {"reason": "a court asked for it"})
    rules = [
        {"type": "contacts", "channel": "whatsapp", "region": "de", "days": 60},
        {"type": "contacts", "channel": "whatsapp", "region": "dk", "days": 3650}, {"type": "exports", "days": 3},
        {"type": "facts", "days": 365},
    ]  # fmt: skip
    version = paul.rest("PUT", "/v1/retention", {"rules": rules})["version"]

    def ended() -> Any:
        run(stage)
        runs = paul.rest("GET", "/v1/retention/report?days=1")["runs"]
        return next((r for r in runs if r["version"] == version and r["ended"]), None)

    report = until("the run is over", ended, 60)
    [row] = [r for r in report["rules"] if r["region"] == "de"]
    assert (row["due"], row["done"], row["failed"], row["kept"]) == (2, 1, 0, {"legal_hold": 1})
    assert paul.rest("GET", f"/v1/contacts/{german.contact}")["erased"]
    with pytest.raises(Erased):
        stage.system.services.store.events(german.ledger)
    for kept in (danish, held, lately):
        assert not paul.rest("GET", f"/v1/contacts/{kept.contact}").get("erased")
        assert "words of long ago" in str(stage.system.services.store.events(kept.ledger))
    shown = paul.rest("GET", "/v1/retention")
    assert shown["in_force"]["version"] == version
    assert [r["days"] for r in shown["in_force"]["rules"]] == [60, 3650, 3, 365]
    paul.rest("PUT", "/v1/retention", {"rules": []})  # for who plays after us
