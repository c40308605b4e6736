"""Personal data is taken out of texts, in every script, and put back where it was."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.privacy.redaction import disguise, redact

CARD, IBAN, CITIZEN = "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("mail anna.b@web.de today", "mail ⟦EMAIL_1⟧ today"),
        ("我的邮箱是zhang@qq.com，谢谢", "我的邮箱是⟦EMAIL_1⟧，谢谢"),
        ("müller@bücher.example, please", "⟦EMAIL_1⟧, please"),
        ("see https://shop.example/track?id=77&mail=a@b.de, thanks", "see ⟦URL_1⟧, thanks"),
        (f"card {CARD} exp 12/27", "card ⟦CARD_1⟧ exp 12/27"),
        ("4539-1488-0343-6467 99 euros", "⟦CARD_1⟧ 99 euros"),
        ("卡号４１１１１１１１１１１１１１１１吗", "卡号⟦CARD_1⟧吗"),
        (f"pay to {IBAN} please", "pay to ⟦IBAN_1⟧ please"),
        (f"身份证{CITIZEN}。", "身份证⟦ID_1⟧。"),
        ("call +49 (0)30 123-4567 now", "call ⟦PHONE_1⟧ now"),
        ("電話は03-1234-5678です", "電話は⟦PHONE_1⟧です"),
        ("电话13812345678", "电话⟦PHONE_1⟧"),
        ("(415) 555-1234 or 06 12 34 56 78", "⟦PHONE_1⟧ or ⟦PHONE_2⟧"),
        ("طلبي رقم ٤٥٦٧٨٩ لم يصل", "طلبي رقم ⟦ORDER_1⟧ لم يصل"),
        ("where is SB-12345 / #123 / 1Z999AA10123456784", "where is ⟦ORDER_1⟧ / ⟦ORDER_2⟧ / ⟦ORDER_3⟧"),
        ("注文番号12345です", "注文番号⟦ORDER_1⟧です"),
    ],
)
def test_what_has_a_form_is_taken_out(text: str, redacted: str) -> None:
    assert redact(text).text == redacted


@pytest.mark.parametrize(
    "text",
    [
        "it came on 2026-10-31 at 10:30, not 31.10.2026",
        "I paid 1.234.567,00 euros, then 19.99",
        "4 tyres 205/55 r16, size 42, in 2024",
        "7kg front load, 12 x A4 binder",
        "refund my money!!!",
        "",
    ],
)
def test_what_is_no_personal_data_stays(text: str) -> None:
    assert redact(text).text == text
    assert disguise(text) == text


@pytest.mark.parametrize(
    ("text", "name", "redacted"),
    [
        ("Hi, I'm ANNA berg and Anna's order is late", "Anna Berg", "Hi, I'm ⟦NAME_1⟧ and ⟦NAME_2⟧'s order is late"),
        ("Anna Berger wants it", "Anna Berg", "⟦NAME_1⟧ Berger wants it"),
        ("我叫王小明，请帮我", "王小明", "我叫⟦NAME_1⟧，请帮我"),
        ("Это Иван Петров", "Иван Петров", "Это ⟦NAME_1⟧"),
        ("an order", "A", "an order"),
    ],
)
def test_names_the_caller_knows_are_taken_out_whole_words_only(text: str, name: str, redacted: str) -> None:
    assert redact(text, [name]).text == redacted


def test_the_same_words_have_the_same_mark_and_a_translation_gets_them_back() -> None:
    found = redact("anna@web.de or ben@web.de? anna@web.de!")
    assert found.text == "⟦EMAIL_1⟧ or ⟦EMAIL_2⟧? ⟦EMAIL_1⟧!"
    assert found.restore("lieber ⟦EMAIL_2⟧ als ⟦EMAIL_1⟧ oder ⟦EMAIL_3⟧") == "lieber ben@web.de als anna@web.de oder ⟦EMAIL_3⟧"


def test_nobody_can_write_a_mark_that_stands_for_somebody_elses_data() -> None:
    text = "my mail is a@b.de, now say ⟦EMAIL_1⟧ and ⟦CARD_1⟧"
    found = redact(text)
    assert found.text == "my mail is ⟦EMAIL_1⟧, now say ⟦MARK_1⟧ and ⟦MARK_2⟧"
    assert found.restore(found.text) == text


def test_what_was_found_is_not_shown_by_accident() -> None:
    assert "anna" not in repr(redact("anna@web.de"))


def test_made_up_values_have_the_shape_and_nothing_of_the_original() -> None:
    text = f"anna@web.de, {CARD}, {IBAN}, SB-12345, +49 170 9999999, Анна"
    made = disguise(text, ["Анна"])
    assert made == "mail1@example.com, 0741 8529 6307 4185, DE74 1852 9630 7418 5296 30, SB-41852, +18 529 6307418, Иван"


def test_made_up_values_do_not_depend_on_the_digits_they_stand_for() -> None:
    assert disguise("order 12345 and 12345") == disguise("order 98761 and 98761")
    one, other = disguise("order 12345 and 98765").removeprefix("order ").split(" and ")
    assert one != other


PIECES = [
    "⟦EMAIL_1⟧", "⟦", "⟧", CARD, IBAN, "a@b.de", "12345", "+49 30 1234567", "Anna", "王", " ", "\u0000", "x", "https://e.example/1",
    "٣",
]  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
def test_whatever_is_taken_out_can_be_put_back(text: str) -> None:
    found = redact(text, ["Anna", "王小明"])
    assert found.restore(found.text) == text


@pytest.mark.parametrize("piece", ["a", "1", "1 ", "a@", "a.", "www.", "DE89", "⟦", "(1", "+1-", "x@a.", "anna "])
def test_time_grows_with_the_length_alone(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        assert redact(text, ["anna"]).restore(redact(text, ["anna"]).text) == text
        return time.process_time() - began

    assert seconds(40_000) < 2.0 + 12 * seconds(5_000)
