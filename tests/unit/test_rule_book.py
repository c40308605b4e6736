"""The company's rules as its configuration: versions, references, and two people who set them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from switchboard.application.rule_book import RULES_LEDGER, RuleBook
from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed, Misconfigured, StaleVersion
from switchboard.domain.rules import RuleSet, dump, limits
from tests.unit.automation_desk import Automated, everything, leaf, rule, says, tag, to_agent, to_queue, webhook
from tests.unit.world import GREETING, World, who

BOSS = who("boss", "administrator")


def book(world: World, endpoint_known: Callable[[str], bool] = lambda name: name == "crm") -> RuleBook:
    return RuleBook(world.interfered, world.index, world.clock, endpoint_known)


def document(*rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"rules": list(rules), **fields}


def test_a_company_that_set_no_rules_has_none(world: World) -> None:
    assert book(world).current() == RuleSet()


def test_rules_in_force_are_those_set_last_and_carry_their_version(world: World) -> None:
    rules = book(world)
    assert rules.set(BOSS, document(rule("a", tag("x")))).version == 1
    second = rules.set(BOSS, document(rule("b", says()), reply_minutes=30))
    assert (second.version, second.reply_minutes) == (2, 30)
    assert rules.current() == second
    assert [r.actor.id for r in world.store.events(RULES_LEDGER)] == ["boss", "boss"]


def test_what_is_shown_can_be_set_again_as_it_is(world: World) -> None:
    rules = book(world)
    first = rules.set(BOSS, document(rule("a", tag("x"), when=leaf("message.text", "matches", r"\d+"))))
    assert rules.set(BOSS, dump(first)).rules == first.rules


@pytest.mark.parametrize(("action", "named"), [
    (to_queue("ghosts"), "nobody serves the queue 'ghosts'"), ({"action": "assign", "team": "ghosts"}, "the team 'ghosts'"),
    (to_agent("nobody"), "there is no agent 'nobody'"), (webhook("erp"), "no endpoint 'erp' is configured"),
])  # fmt: skip
def test_a_rule_that_names_what_does_not_exist_is_refused_and_nothing_changes(
    world: World, action: dict[str, Any], named: str
) -> None:
    """Also where the rule is switched off: it may be switched on any time."""
    world.hire("ada", queues=("billing",))
    rules = book(world)
    fine = [rule("a", to_queue("billing"), webhook("crm")), rule("b", to_agent("ada")), rule("c", to_queue("general"))]
    rules.set(BOSS, document(*fine))
    before = everything(world)
    with pytest.raises(Malformed, match=named):
        rules.set(BOSS, document(rule("a", tag("x")), rule("b", action, enabled=False)))
    assert everything(world) == before


def test_what_has_ceased_to_exist_is_told_and_hinders_nobody_from_reading(world: World) -> None:
    known = {"crm"}
    rules = book(world, known.__contains__)
    set_ = rules.set(BOSS, document(rule("a", webhook("crm"))))
    known.clear()
    assert rules.current() == set_
    assert rules.problems(set_) == ["no endpoint 'crm' is configured"]


@pytest.mark.parametrize("hostile", [
    {"rules": "all"}, {"rules": [{}]}, {"rules": [rule("a", tag("x")) | {"on": "everything"}]},
    {"rules": [rule("a", tag("x"), when=leaf("message.text", "matches", "(a+)+" * 60))]},
    {"rules": [rule(f"r{n}", tag("x")) for n in range(limits.RULES + 1)]},
    {"rules": [rule("a", {"action": "webhook", "endpoint": "https://evil.example/"})]},
    {"rules": [rule("a", {"action": "reply", "texts": {"en": "{password}"}})]},
    {"rules": [], "reply_minutes": 0}, {"rules": [], "reply_minutes": True}, {"rules": [], "format": 2}, {"rules": [], "owner": "me"},
])  # fmt: skip
def test_hostile_documents_are_refused_and_nothing_changes(world: World, hostile: dict[str, Any]) -> None:
    before = everything(world)
    with pytest.raises(Malformed):
        book(world).set(BOSS, hostile)
    assert everything(world) == before


def test_rules_made_from_an_older_version_do_not_overwrite_a_newer_one(world: World) -> None:
    rules = book(world)
    mine = dump(rules.set(BOSS, document(rule("a", tag("x")))))
    rules.set(BOSS, document(rule("b", tag("y")), version=1))
    with pytest.raises(StaleVersion, match="version 2"):
        rules.set(BOSS, mine)
    assert [r.id for r in rules.current().rules] == ["b"]


@pytest.mark.parametrize("version", [{}, {"version": 0}])
def test_of_two_who_set_rules_at_once_one_is_told(world: World, version: dict[str, int]) -> None:
    rules, other = book(world), book(world.elsewhere())
    world.interfered.before_call(0, lambda: other.set(BOSS, document(rule("theirs", tag("x")))), only="append")
    with pytest.raises(StaleVersion):
        rules.set(BOSS, document(rule("mine", tag("y")), **version))
    assert [r.id for r in rules.current().rules] == ["theirs"]
    assert rules.set(BOSS, document(rule("mine", tag("y")))).version == 2


def test_rules_nobody_can_read_are_an_operators_matter_and_can_be_replaced(world: World) -> None:
    """A rule set of a later version of ours, say, after a step back."""
    rules = book(world)
    world.store.append(RULES_LEDGER, [ev.RulesSet({"format": 9, "rules": []})], BOSS, world.clock.now())
    with pytest.raises(Misconfigured, match="version 1"):
        rules.current()
    assert rules.set(BOSS, document(rule("a", tag("x")))).version == 2
    assert [r.id for r in rules.current().rules] == ["a"]


def test_rules_that_were_set_are_at_work_with_their_version_on_record(world: World) -> None:
    rules = Automated(world)
    rules.rules = book(world).set(BOSS, document(rule("a", tag("x"))))
    rules.rules = book(world).set(BOSS, document(rule("a", tag("y"))))
    c = rules.settle(world.write("1", GREETING))
    assert (c.tags, world.last(c, ev.RuleFired).version) == (("y",), 2)
