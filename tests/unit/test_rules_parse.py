"""Rules are read as they were written, or refused with the rule and field at fault; whatever is given, the answer comes soon."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.rules import dump, limits, mentioned, parse
from switchboard.domain.rules.model import TRIGGERS

Json = dict[str, Any]

# -- documents: what somebody may write -----------------------------------------------------------

labels = st.sampled_from(["zh", "en", "billing", "gold", "whatsapp", "a b", "退款"])
texts = st.sampled_from(["Refund", "退款", "a.b", "ß", "12", "👩‍💻"])
patterns = st.sampled_from([r"refund|money back", r"^\d{4,6}$", r"\border\s*#?\d+", "退[款货]", r"(re)?fund"])
numbers = st.integers(-10, 3_000) | st.floats(-1, 1).map(lambda x: round(x, 3))


def _leaf(field: st.SearchStrategy[str], operator: st.SearchStrategy[str], value: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({"field": field, "operator": operator, "value": value})


_label_fields = st.sampled_from(["channel", "account", "language", "intent", "queue", "owner", "tier", "region"])
_text_fields = st.sampled_from(["message.text", "contact.attributes.city", "contact.attributes.order count"])
_number_fields = st.sampled_from(["waiting_seconds", "sentiment"])
leaves = st.one_of(
    _leaf(_label_fields, st.sampled_from(["is", "is_not"]), labels),
    _leaf(_label_fields, st.just("in"), st.lists(labels, min_size=1, max_size=3)),
    _leaf(_text_fields, st.sampled_from(["is", "is_not", "contains"]), texts),
    _leaf(_text_fields, st.just("matches"), patterns),
    _leaf(_text_fields | _number_fields, st.sampled_from(["greater", "less"]), numbers),
    _leaf(_number_fields, st.sampled_from(["is", "is_not"]), numbers),
    _leaf(st.just("priority"), st.sampled_from(["is", "greater", "less"]), st.integers(0, 9)),
    _leaf(st.sampled_from(["vip", "business_hours_open"]), st.sampled_from(["is", "is_not"]), st.booleans()),
    _leaf(st.just("tags"), st.just("contains"), labels),
    _leaf(_label_fields | _text_fields | _number_fields | st.just("tags"), st.just("exists"), st.booleans()),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=5,
)
actions = st.one_of(
    st.fixed_dictionaries({"action": st.sampled_from(["tag", "untag"]), "tag": labels}),
    st.fixed_dictionaries({"action": st.just("set_priority"), "priority": st.integers(0, 9)}),
    *(st.fixed_dictionaries({"action": st.just("assign"), target: labels}) for target in ("queue", "agent", "team")),
    st.fixed_dictionaries(
        {
            "action": st.just("reply"),
            "texts": st.dictionaries(st.sampled_from(["zh", "de"]), texts).map(lambda t: t | {"en": "Hi {name}"}),
        }
    ),
    st.fixed_dictionaries({"action": st.just("note"), "text": texts}),
    st.fixed_dictionaries({"action": st.just("webhook"), "endpoint": st.sampled_from(["crm", "erp-2"])}),
    st.just({"action": "resolve"}),
)


def _subject(action: Json) -> str:
    """Of the document, told apart from the code under test."""
    name = action["action"]
    return {"assign": "goes", "resolve": "goes", "tag": f"tag {action.get('tag')}", "untag": f"tag {action.get('tag')}"}.get(
        name, f"{name} {action.get('text')} {action.get('endpoint')}"
    )


@st.composite
def documents(draw: st.DrawFn, most: int = 5, on: st.SearchStrategy[str] = st.sampled_from(sorted(TRIGGERS - {"resolved"}))) -> Json:  # noqa: B008
    """Valid rule sets as JSON."""
    rules = []
    for n in range(draw(st.integers(0, most))):
        rule: Json = {
            "id": f"r{n}", "name": f"Rule {n}", "on": draw(on),
            "then": draw(st.lists(actions, min_size=1, max_size=3, unique_by=_subject)),
        }  # fmt: skip
        rule |= draw(st.fixed_dictionaries({}, optional={"enabled": st.booleans(), "stop": st.booleans(), "when": conditions}))
        rules.append(rule)
    return {"format": 1, "version": draw(st.integers(0, 99)), "rules": rules}


def rule(**fields: Any) -> Json:
    """A valid rule, but for the fields given."""
    return {"id": "vip", "name": "Very important", "on": "message_received", "then": [{"action": "tag", "tag": "vip"}]} | fields


def leaf(field: str, operator: str, value: object) -> Json:
    return {"field": field, "operator": operator, "value": value}


# -- what is read -----------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=documents())
def test_a_rule_set_survives_being_written_and_read_again(document: Json) -> None:
    ruleset = parse(document)
    stored = json.loads(json.dumps(dump(ruleset)))
    assert parse(stored) == ruleset
    assert dump(parse(stored)) == stored
    for written, kept in zip(document["rules"], stored["rules"], strict=True):
        assert written == {k: v for k, v in kept.items() if k in written} | _without_fallback(written, kept)


def _without_fallback(written: Json, kept: Json) -> Json:
    """The one field that is written out when it was left out, inside of actions."""
    for mine, theirs in zip(written["then"], kept["then"], strict=True):
        assert mine == {k: v for k, v in theirs.items() if k in mine}
    return {"then": written["then"]}


def test_left_out_fields_have_their_stated_defaults() -> None:
    [found] = parse({"rules": [rule()]}).rules
    assert (found.enabled, found.stop) == (True, False)
    assert dump(parse({"rules": [rule()]}))["rules"][0]["when"] == {"all": []}


def test_the_names_a_rule_set_relies_on_can_be_checked_by_who_stores_it() -> None:
    goes = [{"queue": "billing"}, {"agent": "ada"}, {"team": "north"}]
    rules = [rule(id=f"r{n}", enabled=n > 0, then=[{"action": "assign"} | to]) for n, to in enumerate(goes)]
    rules.append(rule(id="hook", then=[{"action": "webhook", "endpoint": "crm"}]))
    found = mentioned(parse({"rules": rules}))
    assert [*map(set, (found.queues, found.agents, found.teams, found.endpoints))] == [{"billing"}, {"ada"}, {"north"}, {"crm"}]


# -- what is refused --------------------------------------------------------------------------------

REFUSED: list[tuple[Json, str]] = [
    (rule(on="full_moon"), "'on' knows no event 'full_moon'"),
    (rule(name=""), "'name' is a text"),
    (rule(enabled=1), "'enabled' is true or false"),
    (rule(stop="no"), "'stop' is true or false"),
    (rule(unless={}), "has no 'unless'"),
    (rule(then=[]), "'then' is a list of 1 to 10"),
    (rule(when=[]), "'when' is an object"),
    (rule(when={"any": []}), "'when.any' is a list of 1 to"),
    (rule(when={"all": [], "any": []}), "'when' has no 'any'"),
    (rule(when={"not": [leaf("vip", "is", True)]}), "'when.not' is an object"),
    (rule(when={"all": [leaf("vip", "is", True), leaf("shoe_size", "is", 1)]}), "'when.all[1].field' knows no 'shoe_size'"),
    (rule(when=leaf("contact.attributes.", "is", "x")), "'when.field' knows no"),
    (rule(when=leaf("language", "greater", 1)), "'when.operator' is one of is, is_not, in, exists for 'language', not 'greater'"),
    (rule(when=leaf("tags", "is", "x")), "'when.operator' is one of contains, exists"),
    (rule(when=leaf("priority", "is", 10)), "'when.value' is a whole number from 0 to 9"),
    (rule(when=leaf("priority", "is", True)), "'when.value' is a whole number from 0 to 9"),
    (rule(when=leaf("waiting_seconds", "greater", "60")), "'when.value' is a number"),
    (rule(when=leaf("waiting_seconds", "greater", float("nan"))), "'when.value' is a finite number"),
    (rule(when=leaf("status", "is", "asleep")), "'when.value' is one of active, assigned, bot, queued, resolved"),
    (rule(when=leaf("language", "in", ["zh", " en"])), "'when.value[1]' begins or ends with a space"),
    (rule(when=leaf("language", "in", [])), "'when.value' is a list of 1 to"),
    (rule(when=leaf("message.text", "contains", "  ")), "'when.value' is a text"),
    (rule(when=leaf("message.text", "contains", "a\x00")), "'when.value' holds a control character"),
    (rule(when=leaf("message.text", "matches", "(a+)+")), "'when.value' is no pattern we run: at character"),
    (rule(when=leaf("vip", "exists", "yes")), "'when.value' is true or false"),
    (rule(then=[{"action": "explode"}]), "'then[0].action' knows no 'explode'"),
    (rule(then=[{"action": "tag"}]), "'then[0]' lacks 'tag'"),
    (rule(then=[{"action": "set_priority", "priority": 11}]), "'then[0].priority' is a whole number"),
    (rule(then=[{"action": "assign"}]), "'then[0]' assigns to exactly one of queue, agent, team"),
    (rule(then=[{"action": "assign", "queue": "a", "agent": "b"}]), "'then[0]' assigns to exactly one"),
    (rule(then=[{"action": "webhook", "endpoint": "https://evil.example/x"}]), "'then[0].endpoint' is the name of a configured"),
    (rule(then=[{"action": "webhook", "endpoint": "evil.example"}]), "'then[0].endpoint' is the name"),
    (rule(then=[{"action": "reply", "texts": {}}]), "'then[0].texts' maps 1 to"),
    (rule(then=[{"action": "reply", "texts": {"English": "Hi"}}]), "'then[0].texts' knows no language 'English'"),
    (rule(then=[{"action": "reply", "texts": {"en": "Hi {nmae}"}}]), "'then[0].texts.en' has the placeholder 'nmae'"),
    (rule(then=[{"action": "reply", "texts": {"zh": "您好", "de": "Hallo"}}]), "'then[0].fallback' is one of the languages"),
    (rule(then=[{"action": "tag", "tag": "x"}, {"action": "untag", "tag": "x"}]), "'then[1]' contradicts or repeats"),
    (rule(then=[{"action": "resolve"}, {"action": "assign", "queue": "x"}]), "'then[1]' contradicts or repeats"),
    (rule(on="resolved", then=[{"action": "assign", "queue": "x"}]), "'then[0]' cannot be done any more"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "message"), REFUSED, ids=[m[:40] for _, m in REFUSED])
def test_a_mistake_is_refused_by_the_name_of_its_rule_and_field(wrong: Json, message: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse({"rules": [rule(id="first"), wrong]})
    # its keys are looked at before its id is known
    assert str(caught.value).startswith(f"rule 'vip': {message}" if message.startswith("'") else f"rule 2 {message}")


def test_a_rule_without_a_good_id_is_named_by_its_place() -> None:
    for bad in ("", "Über", "a b", 7, "x" * 65):
        with pytest.raises(Malformed, match=r"^rule 2: 'id' is 1 to 64"):
            parse({"rules": [rule(id="first"), rule(id=bad)]})
    with pytest.raises(Malformed, match=r"^rule 'vip': 'id' names an earlier rule"):
        parse({"rules": [rule(), rule()]})


def test_a_document_of_another_format_is_refused_rather_than_half_understood() -> None:
    with pytest.raises(Malformed, match="'format'"):
        parse({"format": 2, "rules": []})


# -- hostile input ----------------------------------------------------------------------------------


def _nested(key: str, depth: int) -> Json:
    node: Any = leaf("vip", "is", True)
    for _ in range(depth):
        node = {"not": node} if key == "not" else {key: [node]}
    return dict(node)


def _wide(depth: int, width: int) -> Json:
    node = leaf("vip", "is", True)
    for _ in range(depth):
        node = {"all": [node] * width}  # shared: small in memory, width**depth nodes to whoever walks it
    return node


MILLION = 1_000_000
HOSTILE: dict[str, Callable[[], object]] = {
    "deep not": lambda: {"rules": [rule(when=_nested("not", 50_000))]},
    "deep all": lambda: {"rules": [rule(when=_nested("all", 50_000))]},
    "wide": lambda: {"rules": [rule(when=_wide(7, 50))]},
    "many rules": lambda: {"rules": [rule()] * MILLION},
    "many conditions": lambda: {"rules": [rule(when={"all": [leaf("vip", "is", True)] * MILLION})]},
    "many choices": lambda: {"rules": [rule(when=leaf("language", "in", ["en"] * MILLION))]},
    "many actions": lambda: {"rules": [rule(then=[{"action": "resolve"}] * MILLION)]},
    "many keys": lambda: {"rules": [rule() | {str(n): n for n in range(100_000)}]},
    "long key": lambda: {"rules": [rule() | {"k" * MILLION: 1}]},
    "long text": lambda: {"rules": [rule(when=leaf("message.text", "contains", "x" * MILLION))]},
    "long field": lambda: {"rules": [rule(when=leaf("contact.attributes." + "x" * MILLION, "is", "x"))]},
    "long pattern": lambda: {"rules": [rule(when=leaf("message.text", "matches", "x" * MILLION))]},
    "deep pattern": lambda: {"rules": [rule(when=leaf("message.text", "matches", "(" * 100 + "x" + ")" * 100))]},
    "large pattern": lambda: {"rules": [rule(when=leaf("message.text", "matches", "(abcdefghij){50}"))]},
    "huge number": lambda: {"rules": [rule(when=leaf("waiting_seconds", "is", 10**5_000))]},
    "huge priority": lambda: {"rules": [rule(then=[{"action": "set_priority", "priority": 10**5_000}])]},
    "infinite": lambda: {"rules": [rule(when=leaf("sentiment", "less", float("-inf")))]},
    "many large patterns": lambda: {
        "rules": [rule(id=f"r{n}", when=leaf("message.text", "matches", "[ab]{50}" * 5)) for n in range(9)]
    },
    "too many bytes": lambda: {"rules": [rule(id=f"r{n}", then=[{"action": "note", "text": "说" * 2_000}]) for n in range(60)]},
    "half a character": lambda: {"rules": [rule(name="\ud83d")]},
    "an object as its own name": lambda: {"rules": [rule(on={}), rule(id=[])]},
    "no object": lambda: [rule()],
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_at_once_with_a_short_message(name: str) -> None:
    document = HOSTILE[name]()
    began = time.process_time()
    with pytest.raises(Malformed) as caught:
        parse(document)
    assert time.process_time() - began < 1
    assert len(str(caught.value)) < 600


def test_the_largest_allowed_condition_is_still_read() -> None:
    """The limits are as stated, not one less."""
    deepest = _nested("not", limits.DEPTH - 1)
    widest = {"all": [leaf("vip", "is", True)] * (limits.NODES - 1)}
    rules = [rule(id=f"r{n}", when=deepest if n else widest) for n in range(limits.RULES)]
    assert len(parse({"rules": rules}).rules) == limits.RULES
    with pytest.raises(Malformed, match="too deep"):
        parse({"rules": [rule(when=_nested("not", limits.DEPTH))]})
    with pytest.raises(Malformed, match="one condition too many"):
        parse({"rules": [rule(when={"not": widest})]})


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    found: list[tuple[Any, Any]] = []
    for key in range(len(node)) if isinstance(node, list) else list(node) if isinstance(node, dict) else ():
        found += [(node, key), *_places(node[key])]
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), document=documents(most=3), junk=any_json)
def test_whatever_is_damaged_in_a_document_the_only_error_is_malformed(data: st.DataObject, document: Json, junk: object) -> None:
    damaged = json.loads(json.dumps(document))
    container, key = data.draw(st.sampled_from(_places(damaged)))
    container[key] = junk
    for candidate in (damaged, junk):
        try:
            ruleset = parse(candidate)
        except Malformed:
            continue
        assert parse(dump(ruleset)) == ruleset
