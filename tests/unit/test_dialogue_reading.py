"""Flows as documents: what can be read, and what is refused with the place at fault."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.dialogue.flow import Ask, Call, Confirm, Say, Words
from switchboard.domain.dialogue.reading import parse, parse_words
from switchboard.domain.dialogue.texts import Scope, formatted, rendered
from switchboard.domain.errors import Malformed
from tests.unit.dialogue_shop import DOCUMENTS, WORDS

WORDED = parse_words(WORDS)


def test_a_flow_is_read() -> None:
    flow = parse("address_change", {**DOCUMENTS["address_change"], "timeout": 600})
    assert [type(s) for s in flow.steps] == [Ask, Call, Ask, Confirm, Call]
    assert (flow.timeout, flow.default, flow.slot("order").prefix) == (600, "en", "SB-")
    confirm = flow.steps[3]
    assert isinstance(confirm, Confirm)
    assert confirm.slots == ("order", "address"), "what was asked before it is what the customer agrees to"


def test_arguments_may_have_names_of_their_own() -> None:
    call = parse("stock_availability", DOCUMENTS["stock_availability"]).steps[1]
    assert isinstance(call, Call)
    assert call.arguments == {"text": "product"}


def test_a_step_may_have_several_conditions() -> None:
    document = copy.deepcopy(DOCUMENTS["order_status"])
    document["steps"][2]["when"] = [{"value": "found.late", "is": True}, {"value": "found.status", "in": ["shipped", "packed"]}]
    say = parse("order_status", document).steps[2]
    assert isinstance(say, Say)
    assert [w.value for w in say.when] == ["found.late", "found.status"]


BROKEN: list[tuple[str, tuple[Any, ...], Any]] = [
    ("'steps[1].with' needs 'nothing'", ("steps", 1, "with"), ["nothing"]),
    ("'steps[1].with' needs 'address', which no earlier step asks for", ("steps", 1, "with"), ["address"]),
    ("'steps[1].with' names each slot once", ("steps", 1, "with"), ["order", "order"]),
    ("'steps[1].otherwise.not_found' has either 'ask' or 'end'", ("steps", 1, "otherwise", "not_found"), {"say": {"en": "x"}}),
    ("'steps[1].otherwise.not_found.ask' names no slot", ("steps", 1, "otherwise", "not_found", "ask"), "address"),
    ("'steps[1].otherwise.refused.end' is one of", ("steps", 1, "otherwise", "refused", "end"), "sorry"),
    ("'steps[4].into' is taken", ("steps", 4, "into"), "found"),
    ("'steps[0]' is one of ask, call, confirm, offer or say", ("steps", 0), {"shout": "x"}),
    ("'steps[0].ask' names no slot of this flow", ("steps", 0, "ask"), "name"),
    ("'steps[0]' has no 'loud'", ("steps", 0, "loud"), 1),
    ("'steps[2].when.value' is a slot or a field of an earlier result", ("steps", 2, "when"), {"value": "result.x", "is": 1}),
    ("'steps[2].when' has one of", ("steps", 2, "when"), {"value": "order"}),
    ("'steps[2].when.is' is a text", ("steps", 2, "when"), {"value": "order", "is": {}}),
    ("'steps[3].confirm.en' names '{adress}'", ("steps", 3, "confirm", "en"), "To {adress}?"),
    ("'steps[3].confirm.en' names '{result.x}'", ("steps", 3, "confirm", "en"), "To {result.x}?"),
    ("'steps[3].confirm.en' has braces", ("steps", 3, "confirm", "en"), "To {Order}?"),
    ("'done.en' knows no list of words 'colours'", ("done", "en"), "{order|colours}"),
    ("'done' lacks 'en'", ("done",), {"de": "fertig"}),
    ("'done' has 'English'", ("done", "English"), "done"),
    ("'done.en' holds a control character", ("done", "en"), "done\x07"),
    ("'slots.order.kind' is one of", ("slots", "order", "kind"), "number"),
    ("'slots.order.digits' is a whole number", ("slots", "order", "digits"), "five"),
    ("'slots.order.prefix' is at most", ("slots", "order", "prefix"), "(.*)+"),
    ("'slots.order' has no 'options'", ("slots", "order", "options"), {}),
    ("'slots.order.ask.en' names '{value}'", ("slots", "order", "ask", "en"), "What, {value}?"),
    ("'slots.confirm' is no name", ("slots", "confirm"), {"kind": "text", "ask": {"en": "x"}}),
    ("'timeout' is a whole number of seconds from 60 to 86400", ("timeout",), 5),
    ("the flow has no 'step'", ("step",), []),
    ("'steps' is a list of 1 to 30", ("steps",), []),
]


@pytest.mark.parametrize(("message", "path", "value"), BROKEN, ids=[m for m, _, _ in BROKEN])
def test_what_is_wrong_is_refused_with_its_place(message: str, path: tuple[Any, ...], value: object) -> None:
    document: Any = copy.deepcopy(DOCUMENTS["address_change"])
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(Malformed) as error:
        parse("address_change", document, lists=WORDS)
    assert message in str(error.value)


def test_what_is_asked_after_the_confirmation_may_not_be_acted_on() -> None:
    document = copy.deepcopy(DOCUMENTS["address_change"])
    document["steps"][2], document["steps"][3] = {"confirm": {"en": "Shall I?"}}, document["steps"][2]
    with pytest.raises(Malformed, match="asked after the confirmation"):
        parse("address_change", document)


def test_a_choice_of_what_is_not_looked_up_yet_is_refused() -> None:
    document = copy.deepcopy(DOCUMENTS["stock_availability"])
    document["steps"][1], document["steps"][2] = document["steps"][2], document["steps"][1]
    with pytest.raises(Malformed, match=r"steps\[1\].ask"):
        parse("stock_availability", document)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
)  # fmt: skip


@given(document=plain, path=st.sampled_from([p for _, p, _ in BROKEN]))
def test_no_document_is_read_with_another_error(document: object, path: tuple[Any, ...]) -> None:
    whole: Any = copy.deepcopy(DOCUMENTS["address_change"])
    place = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = document
    for candidate in (document, whole):
        with suppress(Malformed):
            parse("address_change", candidate)


# -- texts -----------------------------------------------------------------------------------------

SCOPE = Scope(
    {"order": "SB-42155", "reason": "{order} {found.status}"},
    {"found": {"status": "shipped", "expected": "2026-03-05", "total": {"amount": 1234.5, "currency": "EUR"}, "items": ["shirt, M",
     "cap"],
               "late": True, "nothing": None, "deep": {"a": 1}}},
)  # fmt: skip


def said(text: str, language: str = "en") -> str:
    return rendered({"en": text}, SCOPE, WORDED, language)


def test_names_stand_for_values() -> None:
    assert said("{order} is {found.status|order_status}.") == "SB-42155 is on its way."
    assert said("{order} ist {found.status|order_status}.", "de-AT") == "SB-42155 ist unterwegs."
    assert said("{found.items|list}") == "shirt, M, cap"
    assert said("{found.late}") == "true"


def test_what_is_missing_is_an_empty_text() -> None:
    assert said("Your {found.nothing} {found.unheard|date} {address} order {found.deep}") == "Your order"


def test_a_value_without_words_is_shown_as_it_is() -> None:
    assert formatted("beamed", "order_status", WORDED, "en") == "beamed"
    assert formatted("soon", "date", WORDED, "en") == "soon"


def test_braces_in_values_stay_braces() -> None:
    assert said("Reason: {reason}") == "Reason: {order} {found.status}"


@pytest.mark.parametrize(
    ("language", "date", "money"),
    [("en", "5 March 2026", "€1,234.50"), ("de", "5. März 2026", "1.234,50\u00a0€"), ("fr", "5 mars 2026", "1\u00a0234,50\u00a0€"),
     ("es", "5 de marzo de 2026", "1.234,50\u00a0€"), ("ru", "5 марта 2026 г.", "1\u00a0234,50\u00a0€"), ("zh", "2026年3月5日",
     "€1,234.50"),
     ("ko", "2026년 3월 5일", "€1,234.50"), ("ar", "5 مارس 2026", "1,234.50\u00a0€"), ("hi", "5 मार्च 2026", "€1,234.50"), ("xx",
     "5 March 2026", "€1,234.50")],
)  # fmt: skip
def test_dates_and_money_are_written_as_the_language_does(language: str, date: str, money: str) -> None:
    assert said("{found.expected|date}", language) == date
    assert said("{found.total|money}", language) == money


def test_yen_have_no_cents_and_nonsense_is_no_money() -> None:
    assert formatted({"amount": "1200", "currency": "JPY"}, "money", WORDED, "ja") == "¥1,200"
    for amount in ("", "NaN", "1e99", None, "x"):
        assert formatted({"amount": amount, "currency": "EUR"}, "money", WORDED, "en") == ""


def test_words_fall_back_to_the_default_language() -> None:
    assert WORDED("anything_else", "", "ja") == "Anything else?"
    assert WORDED("no_such_list", "", "en") == ""
    assert Words()("cancel", "", "en") == ""
