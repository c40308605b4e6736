"""What customers add to a yes, and what else they say instead of one: nothing of it is dropped in silence, or done unseen."""

from __future__ import annotations

import copy

import pytest

from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.flow import Slot, SlotKind
from switchboard.domain.dialogue.kinds import find
from switchboard.domain.dialogue.message import read
from switchboard.domain.dialogue.turn import HandOver
from tests.unit.dialogue_shop import DOCUMENTS, ORDER, Customer, ShopBook

ADDRESS = "12 Elm Street, Leeds"
CHANGING = copy.deepcopy(DOCUMENTS)
CHANGING["order_change"] = {
    "slots": {"order": ORDER, "change": {"kind": "text", "ask": {"en": "What shall be changed?"}}},
    "steps": [
        {"ask": "order"}, {"ask": "change"}, {"confirm": {"en": "Shall I change {order}: {change}?"}},
        {"call": "order_change", "with": ["order", "change"]},
    ],
}  # fmt: skip


def moving(language: str = "en") -> Customer:
    """Asked to confirm a new address."""
    c = Customer(language=language)
    c.write("change the address of SB-42155", "address_change")
    c.write(ADDRESS)
    assert c.waiting == "confirm"
    return c


def changing(change: str, language: str = "en") -> Customer:
    """Asked to confirm a change said freely."""
    c = Customer(language=language, book=ShopBook(CHANGING))
    c.write("change SB-42155", "order_change")
    c.write(change)
    assert c.waiting == "confirm"
    return c


ADDED = {
    "en": ("Yes, but add Flat 2B", "Flat 2B"),
    "de": ("ja, und noch Wohnung 4", "Wohnung 4"),
    "fr": ("oui, et ajoutez appt 12", "appt 12"),
    "es": ("sí, pero añade piso 5 C", "piso 5 C"), "pt": ("sim, e acrescente apto 12", "apto 12"),
    "it": ("sì, e anche interno 7", "interno 7"),
    "ru": ("да, и добавьте кв. 12", "кв. 12"), "zh": ("对，再加上 302 室", "302 室"), "ja": ("はい、あと Room 302", "Room 302"),
    "ko": ("네, 그리고 302호", "302호"), "ar": ("نعم، وأضيفوا شقة 12", "شقة 12"), "hi": ("हाँ, और फ्लैट 12", "फ्लैट 12"),
}  # fmt: skip


@pytest.mark.parametrize("language", list(ADDED))
def test_a_part_of_the_address_joins_it_and_only_a_plain_yes_does_it(language: str) -> None:
    c = moving(language)
    text, more = ADDED[language]
    said = c.write(text, "affirm")
    assert c.effects == []
    assert f"{ADDRESS}, {more}" in said
    c.write("yes")
    assert c.effects == [("address_change", {"order": "SB-42155", "address": f"{ADDRESS}, {more}"})]


@pytest.mark.parametrize(
    ("text", "language"),
    [("yes, and the second one in cream", "en"), ("oui, et le deuxième en crème", "fr"), ("да, и вторую тоже бежевую", "ru")],
)
def test_more_of_the_same_joins_what_was_said_freely(text: str, language: str) -> None:
    c = changing("the first mug in slate", language)
    c.write(text, "order_change")
    assert c.effects == []
    c.write("yes")
    [(_, done)] = c.effects
    assert done["change"].startswith("the first mug in slate, ")
    assert done["change"].endswith(text.split()[-1])


@pytest.mark.parametrize("text", ["yes, and thank you", "yes and please", "yes, thanks a lot", "yes, deliver it there", "yes it is"])
def test_thanks_and_an_echo_are_a_plain_yes(text: str) -> None:
    c = moving()
    c.write(text, "affirm")
    assert c.effects == [("address_change", {"order": "SB-42155", "address": ADDRESS})]


def test_an_accent_tells_is_from_and() -> None:
    c = moving("it")
    c.write("sì, è casa mia 12", "affirm")
    assert c.effects, "'è' is no 'e'"


@pytest.mark.parametrize("text", ["yes, and the mug as well", "yes, and wrap the rest nicely"])
def test_what_goes_with_nothing_is_for_people_and_not_dropped(text: str) -> None:
    c = Customer()
    c.write("cancel SB-42155", "order_cancel")
    c.write(text, "order_cancel")
    assert c.effects == []
    assert c.turns[-1].outcome == HandOver("misses")


def test_a_condition_that_is_not_understood_is_for_people() -> None:
    c = Customer()
    c.write("cancel SB-42155", "order_cancel")
    c.write("yes, but keep the small tin of it")
    assert c.turns[-1].outcome == HandOver("misses")
    assert c.effects == []


def test_another_address_after_a_but_takes_the_place_of_the_first() -> None:
    c = moving()
    assert c.write("yes but to 7 Mill Lane, York") == "Shall I have SB-42155 delivered to 7 Mill Lane, York?"


def test_the_very_same_question_again_is_a_miss_and_the_third_is_for_people() -> None:
    c = changing("the mug in slate")
    text = "well no, moss rather"
    for _ in range(6):
        if isinstance(c.turns[-1].outcome, HandOver):
            break
        c.write(text, "deny")
    assert c.turns[-1].outcome == HandOver("misses")
    assert len(c.of(de.BotMissed)) == 2
    assert c.effects == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "oh you know what, I thought about it a bit, leave everything"),
        ("de", "ach nein, bleibt alles so, wie es ist, Moos passt schon"),
        ("es", "mira, déjalo como está, que al final me va bien"), ("pt", "olhe, fica tudo como está, ainda me faz jeito"),
        ("zh", "那就保持原样吧"), ("ru", "пусть будет как есть"), ("ko", "그냥 그대로 둬 주세요"), ("ja", "今のままにします"),
    ],
)  # fmt: skip
def test_who_wants_it_to_stay_as_it_is_says_no_at_any_length(language: str, text: str) -> None:
    c = Customer(language=language)
    c.write("cancel SB-42155", "order_cancel")
    c.write(text)
    assert c.ends == [("order_cancel", "cancelled")]


ONLY = {
    "en": "yes, only the lamp, thanks", "de": "ja, nur die Lampe, danke", "fr": "oui, seulement la lampe, merci",
    "es": "sí, solo la lámpara, gracias", "pt": "sim, só a lâmpada, obrigada", "it": "sì, solo la lampada, grazie",
    "ru": "да, только лампу, спасибо", "zh": "好的,只取消台灯,谢谢", "ja": "はい、ランプだけお願いします",
    "ko": "네, 램프만 취소해 주세요",
    "ar": "نعم، المصباح فقط، شكرا", "hi": "हाँ, सिर्फ़ लैंप, धन्यवाद",
}  # fmt: skip


@pytest.mark.parametrize("heard", ["affirm", "order_cancel", ""])
@pytest.mark.parametrize("language", list(ONLY))
def test_a_yes_to_a_part_is_no_yes_to_all_of_it(language: str, heard: str) -> None:
    c = Customer(language=language)
    c.write("cancel SB-42155", "order_cancel")
    c.write(ONLY[language], heard, 0.95)
    assert c.effects == []


@pytest.mark.parametrize("text", ["yes, only SB-42155, thanks", "yes, just cancel it please"])
def test_a_yes_that_says_once_more_what_was_asked_is_one(text: str) -> None:
    c = Customer()
    c.write("cancel SB-42155", "order_cancel")
    c.write(text, "affirm", 0.95)
    assert len(c.effects) == 1


@pytest.mark.parametrize(
    "text",
    [
        "yes, and cancel the other 2", "yes, and send me the invoice of SB-41900", "yes, and my number is +44 7700 900123",
        "yes, and mail it to me at jo@post.example 4", "yes, and add " + "Flat 2 " * 90,
    ],
)  # fmt: skip
def test_a_wish_a_number_and_what_does_not_fit_never_join_an_address(text: str) -> None:
    c = moving()
    said = c.write(text, "affirm")
    assert c.effects == []
    assert f"{ADDRESS}, " not in said
    assert c.turns[-1].outcome == HandOver("misses")


def test_a_no_that_may_be_to_a_part_is_for_people_and_not_the_end() -> None:
    c = Customer()
    c.write("cancel SB-42155", "order_cancel")
    c.write("no, I want the lamp", "deny")
    assert c.ends != [("order_cancel", "cancelled")]


WISH = Slot(
    "wish", SlotKind.CHOICE, ask={"en": "?"},
    options={
        "stop": {"en": ("stop", "for good"), "ar": ("نهائيا",), "zh": ("取消",), "ja": ("解約",), "ko": ("해지",)},
        "pause": {"en": ("pause", "for a while"), "ar": ("مؤقتا",), "zh": ("暂停",), "ja": ("休止",), "ko": ("정지",)},
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("en", "for good, not for a while", ["stop"]), ("en", "I do not want to stop, just pause", ["pause"]),
        ("en", "no, pause", ["pause"]), ("en", "not pause", []), ("ar", "نهائيا، مش مؤقتا", ["stop"]),
        ("zh", "取消，不是暂停", ["stop"]),
        ("zh", "是不是暂停", ["pause"]), ("ja", "休止ではなく解約", ["stop"]), ("ko", "정지 말고 해지", ["stop"]),
    ],
)  # fmt: skip
def test_a_denied_option_is_not_chosen(language: str, text: str, meant: list[str]) -> None:
    assert [found.value for found in find(WISH, read(text), language)] == meant


# -- what is a yes all the same, and what is none yet ----------------------------------------------


def test_a_yes_that_says_so_in_other_words_is_one() -> None:
    c = Customer(language="ja")
    c.write("cancel SB-42155", "order_cancel")
    c.write("はい、そちらで間違いありません", "affirm", 0.9)
    assert c.effects == [("order_cancel", {"order": "SB-42155"})]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "yes, keep the lamp, thanks"), ("en", "yes, only the lamp please, thanks"), ("en", "yes, half of it, thank you"),
        ("en", "yes, assuming it is free of charge, thank you"), ("de", "ja, nur die Lampe, danke"),
        ("ru", "да, только лампу, спасибо"), ("fr", "ok, juste la lampe, merci"),
    ],
)  # fmt: skip
def test_thanks_do_not_make_a_conditional_yes_a_plain_one(language: str, text: str) -> None:
    c = Customer(language=language)
    c.write("cancel SB-42155", "order_cancel")
    c.write(text, "affirm", 0.35)
    assert not c.effects


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "yes, I will think about it"), ("de", "ja, das überlege ich mir noch"), ("fr", "oui, je vais y réfléchir"),
        ("en", "sure, tomorrow maybe"), ("es", "sí, lo pienso"), ("zh", "好的，我考虑一下"), ("ja", "はい、検討します"),
        ("ko", "네, 생각해 볼게요"), ("pt", "sim, vou pensar"), ("it", "sì, ci penso"), ("ru", "да, я подумаю"),
        ("ar", "نعم، سوف أفكر بالأمر"), ("hi", "हाँ, सोच कर बताता हूँ"),
    ],
)  # fmt: skip
def test_a_yes_that_is_put_off_is_none_yet(language: str, text: str) -> None:
    c = Customer(language=language)
    c.write("cancel SB-42155", "order_cancel")
    c.write(text, "affirm", 1.0)
    assert c.effects == []


@pytest.mark.parametrize(
    ("text", "ends", "effects"), [("yes, swap it for moss", "done", 1), ("oh leave everything, moss is fine", "cancelled", 0)]
)
def test_what_sounds_like_the_twin_of_a_flow_is_about_the_flow(text: str, ends: str, effects: int) -> None:
    documents = copy.deepcopy(CHANGING)
    documents["exchange_request"] = copy.deepcopy(documents["order_change"])
    documents["order_change"]["kin"] = ["exchange_request"]
    c = Customer(book=ShopBook(documents))
    c.write("change SB-42155", "order_change")
    c.write("moss, not slate", "exchange_request")
    c.write(text, "exchange_request")
    assert c.ends == [("order_change", ends)]
    assert len(c.effects) == effects
