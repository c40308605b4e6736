"""Which conditions hold for which facts, and which of them decided."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.rules import Facts, limits, parse
from switchboard.domain.rules.conditions import Verdict, evaluate
from switchboard.domain.rules.facts import FIELDS, look_up
from switchboard.domain.rules.model import Condition
from tests.unit.test_rules_parse import Json, conditions, labels, leaf, rule, texts

FACTS = Facts(
    channel="whatsapp", account="shop", language="zh", intent="refund_request", queue="billing", status="queued", author="customer",
    tier="gold", region="cn-east", vip=True, business_hours_open=False, priority=7, waiting_seconds=90.5, sentiment=-0.6,
    tags=frozenset({"late", "refund"}), text="  I want my MONEY back, order #4711. Straße ",
    attributes={"city": "上海", "orders": " 12 ", "note": "1_000", "empty": ""},
)  # fmt: skip

facts = st.builds(
    Facts, channel=labels | st.just(""), language=labels | st.just(""), intent=labels, queue=labels, tier=labels,
    vip=st.none() | st.booleans(), business_hours_open=st.none() | st.booleans(), priority=st.none() | st.integers(0, 9),
    waiting_seconds=st.none() | st.floats(0, 1e6), sentiment=st.none() | st.floats(-1, 1), tags=st.frozensets(labels, max_size=2),
    text=st.text(max_size=10) | texts, attributes=st.dictionaries(st.sampled_from(["city", "order count"]), texts),
)  # fmt: skip


def condition(data: Json) -> Condition:
    return parse({"rules": [rule(when=data)]}).rules[0].when


def verdict(data: Json, given_facts: Facts = FACTS) -> Verdict:
    return evaluate(condition(data), given_facts)


@pytest.mark.parametrize(
    ("field", "operator", "value", "holds"),
    [
        ("channel", "is", "whatsapp", True),
        ("channel", "is", "WhatsApp", False),
        ("channel", "in", ["webchat", "whatsapp"], True),
        ("channel", "in", ["webchat"], False),
        ("language", "is_not", "en", True),
        ("status", "is", "queued", True),
        ("owner", "exists", False, True),
        ("owner", "is_not", "ada", True),
        ("owner", "is", "ada", False),
        ("vip", "is", True, True),
        ("business_hours_open", "is", False, True),
        ("priority", "greater", 6, True),
        ("priority", "greater", 7, False),
        ("priority", "less", 7, False),
        ("waiting_seconds", "greater", 90, True),
        ("sentiment", "less", -0.5, True),
        ("tags", "contains", "late", True),
        ("tags", "contains", "LATE", False),
        ("tags", "exists", True, True),
        ("message.text", "contains", "money BACK", True),
        ("message.text", "contains", "strasse", True),
        ("message.text", "matches", r"order\s#\d{4}\b", True),
        ("message.text", "matches", r"^order", False),
        ("message.text", "is", "hello", False),
        ("message.text", "exists", True, True),
        ("contact.attributes.city", "is", "上海", True),
        ("contact.attributes.orders", "is", "12", True),
        ("contact.attributes.orders", "greater", 9, True),
        ("contact.attributes.orders", "less", 12, False),
        ("contact.attributes.note", "greater", 1, False),
        ("contact.attributes.city", "less", 1, False),
        ("contact.attributes.empty", "exists", True, False),
        ("contact.attributes.shoe", "exists", False, True),
    ],
)
def test_a_condition_holds_where_one_would_say_so(field: str, operator: str, value: object, holds: bool) -> None:
    assert verdict(leaf(field, operator, value)).holds is holds


@pytest.mark.parametrize(
    "operator_and_value", [("is", "x"), ("in", ["x"]), ("contains", "x"), ("matches", ".*"), ("less", 1), ("greater", -1)]
)
def test_what_is_not_known_fails_every_test(operator_and_value: tuple[str, object]) -> None:
    assert not verdict(leaf("message.text", *operator_and_value), Facts()).holds


def test_every_field_there_is_can_be_asked() -> None:
    assert {name for name in FIELDS if look_up(FACTS, name) is None} == {"owner"}
    assert {name for name in FIELDS if look_up(Facts(), name) is not None} == set()


@settings(max_examples=100, deadline=None)
@given(data=conditions, given_facts=facts)
def test_not_turns_every_condition_around(data: Json, given_facts: Facts) -> None:
    assert verdict({"not": data}, given_facts).holds is not verdict(data, given_facts).holds


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(conditions, min_size=1, max_size=3), given_facts=facts)
def test_all_and_any_are_what_their_parts_are(parts: list[Json], given_facts: Facts) -> None:
    single = [verdict(part, given_facts).holds for part in parts]
    assert verdict({"all": parts}, given_facts).holds is all(single)
    assert verdict({"any": parts}, given_facts).holds is any(single)
    assert verdict({"not": {"any": [{"not": part} for part in parts]}}, given_facts).holds is all(single)  # De Morgan


@settings(max_examples=100, deadline=None)
@given(field=st.sampled_from(["language", "tier", "message.text", "contact.attributes.city"]), value=labels, given_facts=facts)
def test_is_not_holds_exactly_where_is_does_not(field: str, value: str, given_facts: Facts) -> None:
    assert verdict(leaf(field, "is_not", value), given_facts).holds is not verdict(leaf(field, "is", value), given_facts).holds
    assert verdict(leaf(field, "in", [value]), given_facts).holds is verdict(leaf(field, "is", value), given_facts).holds


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    long = Facts(text="x" * limits.READ_CHARACTERS + "refund")
    assert not verdict(leaf("message.text", "contains", "refund"), long).holds
    assert not verdict(leaf("message.text", "matches", "refund"), long).holds


# -- which part decided ------------------------------------------------------------------------------


def _because(data: Json) -> list[tuple[str, bool, bool]]:
    return [(r.path, r.held, r.known) for r in verdict(data).because]


YES, NO, UNKNOWN = leaf("language", "is", "zh"), leaf("language", "is", "en"), leaf("owner", "is", "ada")


@pytest.mark.parametrize(
    ("data", "because"),
    [
        ({"all": [YES, NO, UNKNOWN]}, [("when.all[1]", False, True)]),
        ({"all": [YES, YES]}, [("when.all[0]", True, True), ("when.all[1]", True, True)]),
        ({"any": [NO, UNKNOWN]}, [("when.any[0]", False, True), ("when.any[1]", False, False)]),
        ({"any": [NO, YES, YES]}, [("when.any[1]", True, True)]),
        ({"not": {"any": [NO, YES]}}, [("when.not.any[1]", True, True)]),
        ({"all": [{"not": NO}, {"not": YES}]}, [("when.all[1].not", True, True)]),
        ({"all": []}, []),
    ],
)
def test_the_reasons_are_the_parts_that_decided(data: Json, because: list[tuple[str, bool, bool]]) -> None:
    assert _because(data) == because


def _at(data: Any, path: str) -> Any:
    """The node of a document at a reason's path."""
    for step in path.replace("[", ".[").split(".")[1:]:
        data = data[int(step[1:-1]) if step.startswith("[") else step]
    return data


@settings(max_examples=100, deadline=None)
@given(data=conditions, given_facts=facts)
def test_a_reason_stands_where_its_path_says_and_is_true_by_itself(data: Json, given_facts: Facts) -> None:
    for reason in verdict(data, given_facts).because:
        node = _at(data, reason.path)
        assert (node["field"], node["operator"]) == (reason.field, reason.operator)
        assert verdict(node, given_facts).holds is reason.held
