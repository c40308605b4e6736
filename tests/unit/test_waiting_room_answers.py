"""Replies to an offer, as customers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.waiting_room.answer_words import BESIDES, NO, YES
from switchboard.domain.waiting_room.answers import Answer, Kind, understood


@pytest.mark.parametrize(
    ("language", "yes", "no"),
    [
        ("en", "Yes please!", "No thanks, I'll wait"),
        ("zh", "好的，谢谢！", "不用了，谢谢"),
        ("es", "Sí, por favor", "No, gracias. Prefiero esperar."),
        ("fr", "Oui, s’il vous plaît !", "Non merci"),
        ("de", "Ja, gerne. Danke!", "Bitte nicht anrufen"),
        ("pt", "Sim, por favor", "Não precisa, obrigado"),
        ("it", "Sì, grazie mille", "No grazie, aspetto"),
        ("ru", "Да, пожалуйста", "Спасибо, не надо"),
        ("ja", "はい、お願いします。", "いいえ、結構です"),
        ("ko", "네 부탁드립니다~", "아니요, 괜찮아요"),
        ("ar", "نعم، من فضلك", "لا، شكرًا"),
        ("hi", "जी हाँ, धन्यवाद", "नहीं, धन्यवाद"),
    ],
)
def test_a_polite_yes_and_no_are_heard_in_every_language_even_where_it_was_not_detected(language: str, yes: str, no: str) -> None:
    assert understood(yes, language) == Answer(Kind.YES)
    assert understood(no, language) == Answer(Kind.NO)
    assert understood(yes, "und") == Answer(Kind.YES)
    assert understood(no, "und") == Answer(Kind.NO)


@pytest.mark.parametrize("language", YES)
def test_each_phrase_says_what_its_table_says(language: str) -> None:
    for table, kind in ((YES, Kind.YES), (NO, Kind.NO)):
        assert [p for p in table[language] if understood(p, language).kind is not kind] == []
    assert [p for p in BESIDES[language] - YES[language] if understood(p, language).kind is not Kind.OTHER] == []


@pytest.mark.parametrize("own", YES)
def test_no_yes_of_one_language_is_taken_for_a_no_in_a_conversation_in_another(own: str) -> None:
    for language in YES:
        assert [p for p in YES[language] if understood(p, own).kind is Kind.NO] == []
        assert [p for p in NO[language] if understood(p, own).kind is Kind.YES] == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("OUI", "fr"),
        ("  si ", "es"),
        ("👍🏽", "en"),
        ("ok 👍", "de"),
        ("no problem", "en"),
        ("ｏｋ", "ja"),
        ("Yes.", "sv"),
        ("हां", "hi"),
    ],
)
def test_a_yes_may_be_typed_carelessly(text: str, language: str) -> None:
    assert understood(text, language) == Answer(Kind.YES)


@pytest.mark.parametrize(
    "text",
    ["yes no", "ok 👎", "maybe", "where is my order?", "yes but where is my parcel", "", "   ", "12345", "order 12345678", "📦",
     "don't call +491712345678", "a@b.com or c@d.com", "+14155550123 or +14155550124", "+999 1234567", "me@localhost", "thanks"],
)  # fmt: skip
def test_what_could_mean_anything_is_left_to_people(text: str) -> None:
    assert understood(text, "en") == Answer(Kind.OTHER, text.strip())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+49 (0)171 2345678", "+491712345678"),
        ("0049 171/23 456-78", "+491712345678"),
        ("please call me on +1 (555) 123-4567, thanks", "+15551234567"),
        ("+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "+966501234567"),
        ("我的电话是＋８６ １３８ １２３４ ５６７８", "+8613812345678"),
        ("yes \u202a+44 20 7946 0958\u202c", "+442079460958"),
    ],
)
def test_an_international_number_is_found_and_brought_into_one_form(text: str, number: str) -> None:
    assert understood(text, "en") == Answer(Kind.PHONE, number)


@pytest.mark.parametrize(
    ("text", "language", "digits"),
    [("Ja, 0171 2345678", "de", "01712345678"), ("٠٥٠١٢٣٤٥٦٧", "ar", "0501234567"), ("我的电话是13812345678", "zh", "13812345678")],
)
def test_a_number_alone_is_one_as_dialled_at_home(text: str, language: str, digits: str) -> None:
    assert understood(text, language) == Answer(Kind.NATIONAL_PHONE, digits)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Jo.Doe+x@mail.example.co.uk.", "Jo.Doe+x@mail.example.co.uk"),
        ("no, write to <jo@example.org>", "jo@example.org"),
        ("我的邮箱是a@b.com谢谢", "a@b.com"),
        ("jo@example.org jo@example.org", "jo@example.org"),
    ],
)
def test_an_address_is_found_among_words(text: str, address: str) -> None:
    assert understood(text, "zh") == Answer(Kind.EMAIL, address)


@given(st.text(max_size=2000), st.sampled_from([*YES, "und", "", "pt-BR", "xx"]))
def test_any_text_is_answered_and_numbers_are_always_dialable(text: str, language: str) -> None:
    answer = understood(text, language)
    if answer.kind is Kind.PHONE:
        assert answer.value[0] == "+"
        assert answer.value[1:].isdigit()
        assert 8 <= len(answer.value) <= 16
    if answer.kind is Kind.OTHER:
        assert answer.value == text.strip()


def test_a_hostile_text_costs_no_time() -> None:
    for text in ("1(" * 5000, "a@" * 5000, "a." * 5000 + "@", "是" * 5000, "+" * 5000):
        assert understood(text, "zh").kind is not Kind.PHONE
