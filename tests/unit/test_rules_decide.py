"""What follows from an event: which rules fire, whose action prevails, and that it ends."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.domain import events as ev
from switchboard.domain.rules import Facts, Outcome, RuleSet, Trigger, decide, limits, parse, trigger_of
from switchboard.domain.rules.decisions import Decided, Omission, Result
from switchboard.domain.rules.model import Action, Assign, Note, Reply, Resolve, SetPriority, Tag, Untag, Webhook, subject
from tests.unit.test_rules_conditions import facts
from tests.unit.test_rules_parse import Json, documents, leaf, rule

CAME = Trigger("message_received", "cnv#c1-000001", 4)
same_event = st.just("message_received")


def rules(*given_rules: Json) -> RuleSet:
    return parse({"version": 3, "rules": list(given_rules)})


def does(id_: str, *then: Json, **fields: Any) -> Json:
    return rule(id=id_, then=list(then), **fields)


def tag(name: str) -> Json:
    return {"action": "tag", "tag": name}


def priority(value: int) -> Json:
    return {"action": "set_priority", "priority": value}


def taken(outcome: Outcome) -> list[tuple[str, Action]]:
    return [(a.rule, a.action) for a in outcome.actions]


def left_out(outcome: Outcome) -> list[tuple[str, Omission, str]]:
    return [(o.rule, o.why, o.by) for o in outcome.omitted]


def results(outcome: Outcome) -> dict[str, Result]:
    return {e.rule: e.result for e in outcome.explanations}


# -- firing ------------------------------------------------------------------------------------------


def test_a_rule_fires_on_its_event_when_its_condition_holds_and_every_rule_is_explained() -> None:
    ruleset = rules(
        does("off", tag("a"), enabled=False),
        does("later", tag("b"), on="resolved"),
        does("german", tag("c"), when={"all": [leaf("language", "exists", True), leaf("language", "is", "de")]}),
        does("chinese", tag("d"), when=leaf("language", "is", "zh"), stop=True),
        does("rest", tag("e")),
    )
    outcome = decide(ruleset, CAME, Facts(language="zh"))
    assert taken(outcome) == [("chinese", Tag("d"))]
    assert results(outcome) == {
        "off": Result.DISABLED, "later": Result.OTHER_EVENT, "german": Result.CONDITION_FAILED, "chinese": Result.FIRED,
        "rest": Result.STOPPED,
    }  # fmt: skip
    german, chinese, rest = outcome.explanations[2:]
    assert [(r.path, r.field, r.held) for r in german.because] == [("when.all[1]", "language", False)]
    assert [(r.path, r.field, r.held) for r in chinese.because] == [("when", "language", True)]
    assert rest.stopped_by == "chinese"
    assert outcome.version == 3


def test_a_rule_that_stops_ends_the_asking_only_when_it_fires() -> None:
    ruleset = rules(does("first", tag("a"), when=leaf("vip", "is", True), stop=True), does("second", tag("b")))
    assert taken(decide(ruleset, CAME, Facts(vip=False))) == [("second", Tag("b"))]
    off = replace(ruleset, rules=(replace(ruleset.rules[0], enabled=False), ruleset.rules[1]))
    assert taken(decide(off, CAME, Facts(vip=True))) == [("second", Tag("b"))]


def test_a_recorded_event_is_what_its_rules_wait_for() -> None:
    event = ev.Queued("billing", 5, "wish", datetime(2026, 3, 2, tzinfo=UTC))
    recorded = ev.Recorded("cnv#c1-000001", 9, 2, event.since, ev.SYSTEM, event)
    assert trigger_of(recorded, ("a",)) == Trigger("queued", "cnv#c1-000001", 9, ("a",))
    assert taken(decide(rules(does("q", tag("a"), on="queued")), trigger_of(recorded), Facts())) == [("q", Tag("a"))]


# -- several rules ------------------------------------------------------------------------------------


def test_of_two_priorities_the_earlier_rules_prevails_and_the_other_is_reported() -> None:
    outcome = decide(rules(does("high", priority(9)), does("low", priority(1), tag("x"))), CAME, Facts())
    assert taken(outcome) == [("high", SetPriority(9)), ("low", Tag("x"))]
    assert left_out(outcome) == [("low", Omission.OVERRULED, "high")]


def test_the_same_action_is_taken_once() -> None:
    hook = {"action": "webhook", "endpoint": "crm"}
    outcome = decide(rules(does("one", hook), does("two", hook)), CAME, Facts())
    assert taken(outcome) == [("one", Webhook("crm"))]
    assert left_out(outcome) == [("two", Omission.REPEATED, "one")]


def test_a_customer_gets_one_reply_to_one_message() -> None:
    both = [{"action": "reply", "texts": {"en": text}} for text in ("We are closed.", "Hello!")]
    outcome = decide(rules(does("closed", both[0]), does("greeting", both[1])), CAME, Facts())
    assert taken(outcome) == [("closed", Reply((("en", "We are closed."),), "en"))]


def test_what_changes_nothing_is_left_out_but_still_has_the_word() -> None:
    """A rule that keeps the priority as it is must not be outdone by a later one."""
    outcome = decide(
        rules(does("keep", priority(5), tag("old")), does("raise", priority(9))), CAME, Facts(priority=5, tags=frozenset({"old"}))
    )
    assert outcome.actions == ()
    assert left_out(outcome) == [
        ("keep", Omission.NEEDLESS, ""),
        ("keep", Omission.NEEDLESS, ""),
        ("raise", Omission.OVERRULED, "keep"),
    ]


def test_resolving_comes_last_whoever_asked_for_it_and_against_assigning_the_order_decides() -> None:
    resolve, assign = {"action": "resolve"}, {"action": "assign", "queue": "billing"}
    reply = {"action": "reply", "texts": {"en": "Done."}}
    outcome = decide(rules(does("close", resolve), does("say", reply), does("send", assign)), CAME, Facts())
    assert taken(outcome) == [("say", Reply((("en", "Done."),), "en")), ("close", Resolve())]
    assert left_out(outcome) == [("send", Omission.OVERRULED, "close")]


def test_one_event_causes_a_bounded_number_of_actions() -> None:
    ruleset = rules(*(does(f"r{n}", tag(f"t{n}")) for n in range(limits.EVENT_ACTIONS + 5)))
    outcome = decide(ruleset, CAME, Facts())
    assert [a.rule for a in outcome.actions] == [f"r{n}" for n in range(limits.EVENT_ACTIONS)]
    assert {o.why for o in outcome.omitted} == {Omission.TOO_MANY}
    assert len(outcome.omitted) == 5


REPLY = {"action": "reply", "texts": {"en": "Hello!"}}


@pytest.mark.parametrize(("seconds", "given"), [(None, True), (-5, False), (0, False), (179, False), (180, True)])
def test_the_minutes_between_automatic_replies_are_the_rule_sets(seconds: float | None, given: bool) -> None:
    """A reply given after the event (a late decision) counts too. A later rule's reply does not take the place of one too soon."""
    ruleset = parse({"reply_minutes": 3, "rules": [does("one", REPLY, tag("x")), does("two", REPLY | {"texts": {"en": "Hey"}})]})
    outcome = decide(ruleset, CAME, Facts(replied_seconds=seconds))
    assert [a.action for a in outcome.actions] == ([Reply((("en", "Hello!"),), "en")] if given else []) + [Tag("x")]
    assert ("one", Omission.TOO_SOON, "") not in left_out(outcome) if given else ("one", Omission.TOO_SOON, "") in left_out(outcome)


@pytest.mark.parametrize(("author", "given"), [("bot", False), ("agent", True)])
def test_no_rule_replies_to_what_the_bot_said(author: str, given: bool) -> None:
    outcome = decide(rules(does("r", REPLY, on="message_sent")), Trigger("message_sent"), Facts(author=author))
    assert (bool(outcome.actions), left_out(outcome)) == (given, [] if given else [("r", Omission.TO_A_REPLY, "")])


# -- invariants ---------------------------------------------------------------------------------------

thorough = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(document=documents(on=same_event), given_facts=facts)
def test_disabled_rules_change_nothing(document: Json, given_facts: Facts) -> None:
    ruleset = parse(document)
    enabled = replace(ruleset, rules=tuple(r for r in ruleset.rules if r.enabled))
    whole, part = decide(ruleset, CAME, given_facts), decide(enabled, CAME, given_facts)
    assert (whole.actions, whole.omitted) == (part.actions, part.omitted)
    assert [e for e in whole.explanations if e.result is not Result.DISABLED] == list(part.explanations)


@thorough
@given(document=documents(on=same_event), given_facts=facts)
def test_actions_keep_the_order_of_the_rules_and_none_is_lost_or_doubled(document: Json, given_facts: Facts) -> None:
    ruleset = parse(document)
    outcome = decide(ruleset, CAME, given_facts)
    fired = [e.rule for e in outcome.explanations if e.result is Result.FIRED]
    wanted = [(r.id, action) for r in ruleset.rules if r.id in fired for action in r.then]
    assert sorted(map(repr, [*taken(outcome), *((o.rule, o.action) for o in outcome.omitted)])) == sorted(map(repr, wanted))
    subjects = [subject(a.action) for a in outcome.actions]
    assert len(subjects) == len(set(subjects))
    steady = [pair for pair in taken(outcome) if not isinstance(pair[1], Resolve)]
    assert steady == [pair for pair in wanted if pair in steady]
    assert [e.rule for e in outcome.explanations] == [r.id for r in ruleset.rules]


@thorough
@given(document=documents(on=same_event), given_facts=facts, extra=documents(most=2, on=same_event))
def test_rules_added_behind_never_change_what_the_earlier_ones_do(document: Json, given_facts: Facts, extra: Json) -> None:
    more = [r | {"id": f"late-{r['id']}"} for r in extra["rules"]]
    before = decide(parse(document), CAME, given_facts)
    after = decide(parse(document | {"rules": document["rules"] + more}), CAME, given_facts)
    kept = [a for a in after.actions if not a.rule.startswith("late-")]
    assert kept == list(before.actions)
    assert after.explanations[: len(before.explanations)] == before.explanations


@thorough
@given(document=documents(on=same_event), given_facts=facts)
def test_the_same_input_gives_the_same_outcome(document: Json, given_facts: Facts) -> None:
    shuffled = replace(
        given_facts,
        tags=frozenset(sorted(given_facts.tags, reverse=True)),
        attributes=dict(sorted(given_facts.attributes.items(), reverse=True)),
    )
    assert decide(parse(document), CAME, given_facts) == decide(parse(document), CAME, shuffled)


# -- loops --------------------------------------------------------------------------------------------


def _event_of(decided: Decided) -> Trigger | None:
    """The event an applied action puts on the ledger."""
    match decided.action:
        case Tag():
            type_ = "tagged"
        case Untag():
            type_ = "untagged"
        case SetPriority():
            type_ = "priority_set"
        case Assign():
            type_ = "queued"
        case Reply():
            type_ = "message_sent"
        case Note():
            type_ = "note_added"
        case Resolve():
            type_ = "resolved"
        case Webhook():
            return None
    return Trigger(type_, caused_by=decided.caused_by)


def _play(ruleset: RuleSet, first: Trigger, given_facts: Facts) -> list[tuple[Trigger, Outcome]]:
    """Apply everything until nothing follows any more. Facts never change: the worst case, no action is ever needless for long."""
    played: list[tuple[Trigger, Outcome]] = []
    left = deque([first])
    while left:
        event = left.popleft()
        outcome = decide(ruleset, event, given_facts)
        played.append((event, outcome))
        assert len(played) < 10_000, "it does not end"
        left.extend(follows for a in outcome.actions if (follows := _event_of(a)))
    return played


effects = st.sampled_from(["tagged", "untagged", "priority_set", "queued", "message_sent", "note_added"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=documents(most=4, on=effects), first=effects)
def test_a_rule_never_fires_on_its_own_effect_and_everything_ends(document: Json, first: str) -> None:
    for data in document["rules"]:
        data.pop("when", None)  # nothing holds them back
    for event, outcome in _play(parse(document), Trigger(first), Facts()):
        fired = {e.rule for e in outcome.explanations if e.result is Result.FIRED}
        assert not fired & set(event.caused_by)
        assert len(event.caused_by) <= limits.CHAIN
        assert len(set(event.caused_by)) == len(event.caused_by)
        assert all(a.caused_by == (*event.caused_by, a.rule) for a in outcome.actions)


def test_two_rules_that_undo_each_other_come_to_rest() -> None:
    ruleset = rules(
        does("on", tag("x"), on="untagged"),
        does("off", {"action": "untag", "tag": "x"}, on="tagged"),
    )
    played = _play(ruleset, Trigger("untagged"), Facts())
    assert [e.type for e, _ in played] == ["untagged", "tagged"]  # untagging what is not there is needless
    played = _play(ruleset, Trigger("tagged"), Facts(tags=frozenset({"x"})))
    assert [e.type for e, _ in played] == ["tagged", "untagged"]


def test_the_length_of_a_chain_is_bounded_however_many_rules_there_are() -> None:
    ruleset = rules(
        *(does(f"r{n}", {"action": "note", "text": f"{n}"}, on="note_added", when=leaf("vip", "is", True)) for n in range(6))
    )
    event = Trigger("note_added", caused_by=("x", "y", "z"))
    assert len(event.caused_by) == limits.CHAIN
    assert set(results(decide(ruleset, event, Facts(vip=True))).values()) == {Result.CHAIN_TOO_LONG}
    shorter = replace(event, caused_by=("x", "r1"))
    assert results(decide(ruleset, shorter, Facts(vip=True))) == {
        f"r{n}": Result.OWN_EFFECT if n == 1 else Result.FIRED for n in range(6)
    }


# -- personal data ------------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", ["is", "contains", "matches"])
def test_nothing_of_the_customers_words_or_the_rules_leaves_with_an_explanation(operator: str) -> None:
    """Explanations are stored and logged; what was compared stays behind."""
    when = {"any": [leaf("message.text", operator, "diagnosis"), leaf("contact.attributes.email", "is", "eve@example.org")]}
    private = Facts(text="my diagnosis is Z99", attributes={"email": "eve@example.org"})
    outcome = decide(rules(does("r", tag("a"), when=when), does("s", tag("b"), when={"not": when})), CAME, private)
    for said in (repr(outcome), repr(private)):
        assert "Z99" not in said
        assert "diagnosis" not in said
        assert "eve@example" not in said
