"""Values in what customers write, in the scripts and manners they write them."""

from __future__ import annotations

import pytest

from switchboard.domain.dialogue.flow import Slot, SlotKind
from switchboard.domain.dialogue.kinds import find, free_text, stands
from switchboard.domain.dialogue.message import READ_CHARACTERS, read

CODE = Slot("order", SlotKind.CODE, {"en": "?"}, prefix="SB-", digits=5)
EMAIL = Slot("email", SlotKind.EMAIL, {"en": "?"})
PHONE = Slot("phone", SlotKind.PHONE, {"en": "?"})
CONTACT = Slot("value", SlotKind.CONTACT, {"en": "?"})
ADDRESS = Slot("address", SlotKind.ADDRESS, {"en": "?"})
SIZE = Slot("size", SlotKind.ONE_OF, {"en": "?"}, source="item.sizes")
TEXT = Slot("reason", SlotKind.TEXT, {"en": "?"}, least=3)
WISH = Slot(
    "wish", SlotKind.CHOICE, {"en": "?"},
    options={
        "stop": {"en": ("stop", "end it"), "de": ("kündigen",), "zh": ("取消", "停止"), "ar": ("إلغاء",), "ru": ("отменить",)},
        "pause": {"en": ("pause",), "de": ("pausieren",), "zh": ("暂停",), "ar": ("إيقاف مؤقت",), "ru": ("приостановить",)},
    },
)  # fmt: skip


def values(slot: Slot, text: str, language: str = "en", **manner: object) -> list[str]:
    return [found.value for found in find(slot, read(text), language, **manner)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["SB-42155", "sb 42155", "SB42155", "Sb_42155", "SB–42155", "SB\u201142155", "ＳＢ－４２１５５", "SB-٤٢١٥٥", "SB-४२१५५",
     "order #SB-42155!",
     "我的订单SB-42155还没到", "注文SB-42155です", "주문 SB-42155이요", "الطلب \u200fSB-42155\u200f من فضلك", "\u202eSB-42155\u202c",
     "SB: 42155",
     "SB-42155,2 shirts", "(SB-42155)", "SB-42 155", "No. SB-42155, please"],
)  # fmt: skip
def test_an_order_number_is_found_as_people_type_it(text: str) -> None:
    assert values(CODE, text) == ["SB-42155"]


@pytest.mark.parametrize("text", ["SB-4215", "SB-421556", "XSB-42155", "42155", "SB-ABCDE", "USB-42155", "SB", ""])
def test_what_only_looks_like_an_order_number_is_none(text: str) -> None:
    assert values(CODE, text) == []


@pytest.mark.parametrize("text", ["42155", "it's 42155", "#42155", "订单42155", "４２１５５です", "٤٢١٥٥", "СБ-42155", "42155."])
def test_the_bare_number_serves_where_it_was_asked_for(text: str) -> None:
    assert values(CODE, text, asked=True) == ["SB-42155"]


@pytest.mark.parametrize("text", ["421556", "4215", "12,42155", "42155.50 EUR", "+42155", "42155@example.org", "2026-42155", "a42155"])
def test_other_figures_are_no_order_number_even_there(text: str) -> None:
    assert values(CODE, text, asked=True) == []


def test_several_order_numbers_come_in_their_order() -> None:
    assert values(CODE, "not SB-42155 but SB-41770") == ["SB-42155", "SB-41770"]


@pytest.mark.parametrize(
    ("text", "address"),
    [("my mail is anna.b@example.org.", "anna.b@example.org"), ("我的邮箱是anna@example.co.jp谢谢", "anna@example.co.jp"),
     ("ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "anna@example.org"), ("<Anna.B@Example.org>", "Anna.B@Example.org")],
)  # fmt: skip
def test_an_e_mail_address_is_found_in_a_sentence(text: str, address: str) -> None:
    assert values(EMAIL, text) == [address]


@pytest.mark.parametrize(
    "text", ["anna@", "@example.org", "anna at example dot org", "a@b", "anna@@example.org", "x" * 300 + "@a.org"]
)
def test_what_is_no_e_mail_address_is_none(text: str) -> None:
    assert values(EMAIL, text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [("+49 (0)30 1234567", "+49301234567"), ("my new number is 0049 30 1234567", "+49301234567"), ("030/1234567", "0301234567"),
     ("٠٥٠١٢٣٤٥٦٧", "0501234567"), ("我的手机是13812345678", "13812345678"), ("+1 415-555-2671 thanks", "+14155552671")],
)  # fmt: skip
def test_a_telephone_number_that_was_asked_for(text: str, number: str) -> None:
    assert values(PHONE, text, asked=True) == [number]
    assert values(CONTACT, text, asked=True) == [number]


def test_figures_nobody_asked_for_are_no_telephone_number() -> None:
    assert values(PHONE, "I ordered 1234567 things") == []
    assert values(CONTACT, "anna@example.org or +49 30 1234567") == ["anna@example.org"]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [("please stop it", "en", "stop"), ("stopping please", "en", "stop"), ("Ich möchte kündigen", "de", "stop"), ("先暂停一下", "zh",
     "pause"),
     ("أريد الإلغاء", "ar", "stop"), ("pause", "ja", "pause"), ("kündigen", "hi", "stop"), ("END IT", "de", "stop")],
)  # fmt: skip
def test_a_choice_is_heard_in_any_language(text: str, language: str, value: str) -> None:
    assert values(WISH, text, language) == [value]


def test_words_within_words_are_no_choice() -> None:
    assert values(WISH, "nonstop", "en") == []


@pytest.mark.parametrize(
    ("text", "size"),
    [("M", "M"), ("m please", "M"), ("size XL", "XL"), ("M码", "M"), ("Lサイズで", "L"), ("medium", "M"), ("extra large", "XL"),
     ("in Größe L bitte", "L"), ("中号", "M"), ("ｘｌ", "XL")],
)  # fmt: skip
def test_one_of_what_there_is(text: str, size: str) -> None:
    assert values(SIZE, text, options=["S", "M", "L", "XL"]) == [size]


@pytest.mark.parametrize("text", ["what's this", "l'article", "it's small-ish? no: XXL", "42"])
def test_letters_of_other_words_are_no_size(text: str) -> None:
    assert "L" not in values(SIZE, text, options=["M", "L"])
    assert "M" not in values(SIZE, text, options=["M", "L"])


def test_longer_names_win_over_shorter_ones() -> None:
    assert values(SIZE, "42 EU please", options=["42", "42 EU"]) == ["42 EU"]


ASKED = [
    ("en", "It should go to 12 Elm Street, Springfield 62704 please", "12 Elm Street, Springfield 62704"),
    ("en", "Flat 3b\n7 Willow Road\nAshford TN23 1AB", "Flat 3b, 7 Willow Road, Ashford TN23 1AB"),
    ("en", "oh right, could you send it to my office at 5 King Street, Leeds", "5 King Street, Leeds"),
    ("de", "An die Hauptstraße 5, 10115 Berlin bitte", "Hauptstraße 5, 10115 Berlin"),
    ("de", "Meine neue Adresse lautet: Anna Berg, Am Markt 3, 50667 Köln. Danke!", "Anna Berg, Am Markt 3, 50667 Köln"),
    ("fr", "Envoyez-le au 14 rue de la Paix, 75002 Paris s'il vous plaît", "14 rue de la Paix, 75002 Paris"),
    ("es", "Mi nueva dirección es Calle Mayor 12, 28013 Madrid, gracias", "Calle Mayor 12, 28013 Madrid"),
    ("pt", "Para a Rua das Flores 25, 1200-192 Lisboa por favor", "Rua das Flores 25, 1200-192 Lisboa"),
    ("it", "Il nuovo indirizzo è Via Roma 8, 00184 Roma", "Via Roma 8, 00184 Roma"),
    ("ru", "Отправьте по адресу: ул. Ленина, д. 10, кв. 5, Казань", "ул. Ленина, д. 10, кв. 5, Казань"),
    ("zh", "改成北京市朝阳区建国路88号，谢谢", "北京市朝阳区建国路88号"),
    ("ja", "住所は東京都渋谷区道玄坂1-2-3でお願いします", "東京都渋谷区道玄坂1-2-3"),
    ("ko", "새 주소는 서울시 강남구 테헤란로 123입니다", "서울시 강남구 테헤란로 123"),
    ("ar", "العنوان الجديد هو شارع الملك فهد ١٢، الرياض", "شارع الملك فهد ١٢، الرياض"),
    ("hi", "नया पता है 12 एमजी रोड, बेंगलुरु 560001", "12 एमजी रोड, बेंगलुरु 560001"),
]


@pytest.mark.parametrize(("language", "text", "address"), ASKED)
def test_an_address_that_was_asked_for_comes_without_the_words_around_it(language: str, text: str, address: str) -> None:
    assert values(ADDRESS, text, language, asked=True) == [address]


UNASKED = [
    ("en", "change the address to 12 Elm Street, Springfield 62704", "12 Elm Street, Springfield 62704"),
    ("de", "Bitte ändern Sie die Lieferadresse in Hauptstraße 5, 10115 Berlin", "Hauptstraße 5, 10115 Berlin"),
    ("fr", "Je veux changer l'adresse pour 14 rue de la Paix, 75002 Paris", "14 rue de la Paix, 75002 Paris"),
    ("es", "Quiero cambiar la dirección a Calle Mayor 12, 28013 Madrid", "Calle Mayor 12, 28013 Madrid"),
    ("pt", "Quero mudar o endereço para Rua das Flores 25, 1200-192 Lisboa", "Rua das Flores 25, 1200-192 Lisboa"),
    ("it", "Vorrei cambiare l'indirizzo in Via Roma 8, 00184 Roma", "Via Roma 8, 00184 Roma"),
    ("ru", "Измените адрес доставки на ул. Ленина, д. 10, кв. 5, Казань", "ул. Ленина, д. 10, кв. 5, Казань"),
    ("zh", "请把收货地址改成北京市朝阳区建国路88号", "北京市朝阳区建国路88号"),
    ("ja", "届け先を東京都渋谷区道玄坂1-2-3に変更してください", "東京都渋谷区道玄坂1-2-3"),
    ("ko", "주소를 서울시 강남구 테헤란로 123으로 변경해 주세요", "서울시 강남구 테헤란로 123"),
    ("ar", "أريد تغيير العنوان إلى شارع الملك فهد 12، الرياض", "شارع الملك فهد 12، الرياض"),
    ("hi", "पता बदलकर 12 एमजी रोड, बेंगलुरु 560001 कर दीजिए", "12 एमजी रोड, बेंगलुरु 560001"),
]


@pytest.mark.parametrize(("language", "text", "address"), UNASKED)
def test_an_address_is_found_in_the_wish_itself(language: str, text: str, address: str) -> None:
    assert values(ADDRESS, text, language) == [address]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "where is it? I ordered it 10 days ago"), ("en", "somewhere else"), ("en", "I do not know yet"), ("de",
     "Wann kommt es an, am 12.?"),
     ("zh", "我还没想好呢"), ("ja", "まだ決めていません"), ("ko", "아직 모르겠어요"), ("en", "12345678"), ("en", "7 Elm")],
)  # fmt: skip
def test_what_is_no_address_is_none_even_where_it_was_asked_for(language: str, text: str) -> None:
    assert values(ADDRESS, text, language, asked=True) == []


@pytest.mark.parametrize("text", ["I ordered 2 shirts 3 days ago, change the address", "deliver it on 12 March, between 9 and 11"])
def test_figures_in_a_wish_are_no_address(text: str) -> None:
    assert values(ADDRESS, text) == []


def test_an_address_before_a_question() -> None:
    assert values(ADDRESS, "Hauptstr. 5, 10115 Berlin. And where is it now?", asked=True) == ["Hauptstr. 5, 10115 Berlin"]


def test_a_free_text_says_something_and_a_book_is_asked_for_again_not_cut() -> None:
    assert free_text(TEXT, read("  too   small\n really ")) == "too small really"
    assert free_text(TEXT, read("..!?")) == ""
    assert free_text(TEXT, read("ab")) == ""
    assert free_text(TEXT, read("word " * 100)) == " ".join(["word"] * 100)
    assert free_text(TEXT, read("word " * 101)) == ""


def test_a_value_heard_elsewhere_has_to_be_one_of_this_slot() -> None:
    assert stands(CODE, "SB-42155", "en")
    assert not stands(CODE, "XY-42155", "en")
    assert not stands(EMAIL, "SB-42155", "en")


def test_no_more_of_a_message_is_read_than_people_write() -> None:
    assert len(read("é" * 100_000).shown) == READ_CHARACTERS
    assert read("\x00\u202e\ufeff").shown == ""
