"""Which retention rule holds, and who is due by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.retention.regions import EEA, country_of, places_of
from switchboard.domain.retention.rules import ANY, CONTACTS, SHIPPED, TYPES, Person, Rule, Rules, judge, parse

NOW = datetime(2026, 3, 10, tzinfo=UTC)
CHANNELS, REGIONS = ("webchat", "whatsapp", "wechat", ANY), ("dach", "de", "eu", "eea", ANY)
PLACES = ("dach", "de", "eu", "eea")


@st.composite
def policies(draw: st.DrawFn) -> Rules:
    keys = draw(st.lists(st.tuples(st.sampled_from(CHANNELS), st.sampled_from(REGIONS)), unique=True, max_size=12))
    return parse({"rules": [
        {"type": CONTACTS, "channel": c, "region": r, "days": draw(st.integers(30, 3650))} for c, r in keys
    ]})  # fmt: skip


@st.composite
def people(draw: st.DrawFn) -> Person:
    channels = draw(st.frozensets(st.sampled_from(CHANNELS[:3]), min_size=1))
    places = PLACES[draw(st.integers(0, 4)) :]
    active = NOW - timedelta(days=draw(st.integers(0, 4000)), seconds=draw(st.integers(0, 86_399)))
    return Person(channels, places, active, *(draw(st.booleans()) for _ in range(4)))


@given(policies(), st.sampled_from(CHANNELS[:3]), st.integers(0, 4))
def test_the_most_specific_rule_that_fits_holds(rules: Rules, channel: str, start: int) -> None:
    places = PLACES[start:]
    fitting = [r for r in rules.rules if r.channel in (channel, ANY) and r.region in (*places, ANY)]
    found = rules.applying(CONTACTS, channel, places)
    assert (found is None) == (not fitting)
    near = [*places, ANY]
    for other in fitting:
        assert found is not None
        closer, as_close = near.index(other.region) < near.index(found.region), near.index(other.region) == near.index(found.region)
        assert not closer
        assert not (as_close and other.channel != ANY and found.channel == ANY)


@given(policies(), people())
def test_nobody_is_due_before_the_time_of_each_of_their_channels(rules: Rules, person: Person) -> None:
    verdict = judge(rules, person, NOW)
    for channel in person.channels:
        rule = rules.applying(CONTACTS, channel, person.places)
        if rule is None or NOW - person.active < timedelta(days=rule.days):
            assert verdict.rule is None
    if verdict.rule is not None:
        assert NOW - person.active >= verdict.rule.period


@given(policies(), people())
def test_a_hold_a_restriction_an_open_request_or_conversation_keeps_everybody(rules: Rules, person: Person) -> None:
    for reason in ("held", "restricted", "requested", "talking"):
        assert not judge(rules, replace(person, **{reason: True}), NOW).due
    free = replace(person, held=False, restricted=False, requested=False, talking=False)
    assert judge(rules, free, NOW).due == (judge(rules, free, NOW).rule is not None)


@given(policies(), people(), st.integers(0, 400))
def test_who_is_due_stays_due(rules: Rules, person: Person, days: int) -> None:
    if judge(rules, person, NOW).rule is not None:
        assert judge(rules, person, NOW + timedelta(days=days)).rule is not None


def test_a_rule_for_one_channel_says_nothing_of_another() -> None:
    rules = parse({"rules": [{"type": CONTACTS, "channel": "webchat", "days": 30}]})
    silent = NOW - timedelta(days=400)
    assert judge(rules, Person(frozenset({"webchat"}), (), silent), NOW).due
    assert not judge(rules, Person(frozenset({"webchat", "whatsapp"}), (), silent), NOW).due


@pytest.mark.parametrize("rule", [
    {"type": CONTACTS}, {"days": 30}, {"type": CONTACTS, "days": 29}, {"type": CONTACTS, "days": 3651},
    {"type": CONTACTS, "days": True},
    {"type": CONTACTS, "days": "30"}, {"type": CONTACTS, "days": 30, "more": 1}, {"type": "exports", "days": 8},
    {"type": "exports", "days": 3, "channel": "webchat"}, {"type": "parked", "days": 3, "region": "eu"},
    {"type": "parked", "days": 91},
    {"type": CONTACTS, "days": 30, "channel": ""}, {"type": CONTACTS, "days": 30, "region": 7}, {"type": [], "days": 30},
    {"type": CONTACTS, "days": 30, "channel": "a/b"}, "contacts", None,
])  # fmt: skip
def test_what_is_no_rule_is_refused_with_its_place(rule: Any) -> None:
    with pytest.raises(Malformed, match=r"rules\[1\]"):
        parse({"rules": [{"type": CONTACTS, "days": 60}, rule]})


@pytest.mark.parametrize(("type_", "why"), [("messages", "person's key"), ("notes", "person's key"), ("audit", "evidence")])
def test_what_cannot_be_kept_for_a_time_of_its_own_says_why(type_: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        parse({"rules": [{"type": type_, "days": 60}]})


def test_two_rules_for_the_same_and_documents_that_are_none_are_refused() -> None:
    same = {"type": CONTACTS, "channel": "webchat", "days": 60}
    for document in ({"rules": [same, same | {"days": 90}]}, {}, {"rules": {}}, {"rules": [], "more": 1}, {"rules": [same] * 201}):
        with pytest.raises(Malformed):
            parse(document)
    assert parse(SHIPPED).shortest(CONTACTS) is None
    assert parse({"rules": []}).rules == ()
    assert {r.type for r in parse(SHIPPED).rules} <= {*TYPES}
    assert Rule(CONTACTS, "webchat", ANY, 90).name == "contacts/webchat/*/90"


@pytest.mark.parametrize(("phone", "country"), [
    ("+4917055501234", "de"), ("4520000010", "dk"), ("+1 416 555 0123", "ca"), ("+1 212 555 0123", "us"), ("+44 20 7946 0958", "gb"),
    ("+8613812345678", "cn"), ("", ""), ("12", ""), ("+999 123 4567", ""),
])  # fmt: skip
def test_a_telephone_number_tells_its_country(phone: str, country: str) -> None:
    assert country_of(phone) == country


def test_what_the_company_says_of_a_place_comes_first() -> None:
    assert places_of("+4917055501234", {}) == ("de", "eu", "eea")
    assert places_of("+4917055501234", {"country": "CH", "region": "DACH"}) == ("dach", "ch")
    assert places_of("", {"country": "no"}) == ("no", "eea")
    assert places_of("", {}) == ()
    assert len(EEA) == 30
