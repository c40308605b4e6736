"""Rules an administrator writes by REST: what they do while customers write, what a trial tells, and who is on record for them.

Each test's rules wait for a word that nobody else says, and are gone when it ends."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.stage import WISH, Agent, Stage, refused, until

Json = dict[str, Any]
Put = Callable[..., Json]


@pytest.fixture
def admin(stage: Stage) -> Agent:
    return stage.agent("admin")


@pytest.fixture
def put(admin: Agent) -> Iterator[Put]:
    """Puts rules in force instead of all there were; the answer."""

    def putting(*rules: Json) -> Json:
        return dict(admin.rest("PUT", "/v1/rules", {"rules": {"rules": list(rules)}}))

    yield putting
    putting()


def rule(word: str, *then: Json) -> Json:
    when = {"field": "message.text", "operator": "contains", "value": word}
    return {"id": f"r-{word}", "name": f"About {word}", "on": "message_received", "when": when, "then": list(then)}


def a_word() -> str:
    return f"w{secrets.token_hex(5)}"


def summary_of(agent: Agent, conversation: str) -> Json:
    return dict(agent.conversation(conversation)["conversation"])


def test_a_rule_tags_sets_the_priority_and_answers_and_its_author_is_on_record(stage: Stage, admin: Agent, put: Put) -> None:
    word = a_word()
    answer = f"We look into your {word}."
    version = put(rule(
        word, {"action": "tag", "tag": word}, {"action": "set_priority", "priority": 8},
        {"action": "reply", "texts": {"en": answer}},
    ))["rules"]["version"]  # fmt: skip

    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    customer.says(text := f"{WISH['en']} about {word}")
    customer.hears(answer)
    conversation = mia.takes_up(text)
    found = until("the tag", lambda: (s := summary_of(mia, conversation))["tags"] == [word] and s)
    assert found["priority"] == 8
    fired = [e for e in mia.events(conversation) if e["type"] == "rule_fired"]
    assert [(e["rule"], e["version"]) for e in fired] == [(f"r-{word}", version)]

    customer.says("Are you there?")
    mia.sees("Are you there?")
    assert len(customer.copies(answer)) == 1

    records = stage.agent("ines").rest("GET", f"/v1/audit?ledger=cfg%23rules&after={version - 1}")["records"]
    assert [(r["eventName"], r["userIdentity"]["principalId"]) for r in records] == [("RulesSet", "admin")]


def test_a_trial_tells_what_rules_would_do_and_does_none_of_it(stage: Stage, admin: Agent, put: Put) -> None:
    word = a_word()
    in_force = put()["rules"]["version"]
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    customer.says(text := f"{WISH['en']} about {word}")
    conversation = mia.takes_up(text)
    before = mia.events(conversation)

    tried = rule(word, {"action": "tag", "tag": word}, {"action": "reply", "texts": {"en": "Never said."}})
    body = {"rules": {"rules": [tried]}, "conversations": [conversation]}
    told = stage.agent("sofia").rest("POST", "/v1/rules/dry-run", body)
    assert [(r["rule"], r["fired"]) for r in told["rules"]] == [(tried["id"], 1)]
    assert [a["action"]["action"] for a in told["actions"]] == ["tag", "reply"]

    customer.says(second := f"Once more about {word}")
    mia.sees(second)
    after = mia.events(conversation)
    assert after[: len(before)] == before
    assert not [e for e in after if e["type"] in ("rule_fired", "tagged")]
    assert customer.copies("Never said.") == []
    now = admin.rest("GET", "/v1/rules")["rules"]
    assert (now["version"], now["rules"]) == (in_force, [])


@pytest.mark.parametrize(("login", "status"), [("mia", 403), ("sofia", 403)])
def test_only_administrators_set_rules(stage: Stage, put: Put, login: str, status: int) -> None:
    put()
    assert refused(lambda: stage.agent(login).rest("PUT", "/v1/rules", {"rules": {"rules": []}})).status == status


@pytest.mark.parametrize("then", [
    {"action": "webhook", "endpoint": "nobody-set-this-up"}, {"action": "assign", "queue": "no-such-queue"}, {"action": "explode"},
], ids=lambda then: str(then["action"]))  # fmt: skip
def test_rules_that_cannot_work_are_refused_before_they_fail_a_customer(admin: Agent, put: Put, then: Json) -> None:
    version = put()["rules"]["version"]
    answer = refused(lambda: put(rule("anything", then)))
    assert (answer.status, answer.code) == (400, "malformed")
    assert admin.rest("GET", "/v1/rules")["rules"]["version"] == version


def test_of_two_administrators_the_second_is_told(admin: Agent, put: Put) -> None:
    version = put()["rules"]["version"]
    put()
    stale = {"rules": {"version": version, "rules": []}}
    answer = refused(lambda: admin.rest("PUT", "/v1/rules", stale))
    assert (answer.status, answer.code) == (409, "conflict")
