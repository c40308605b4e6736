"""Personal data is found by what it is, wherever it stands and however it is split; numbers of things are left alone."""

from __future__ import annotations

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.privacy import checksums
from switchboard.domain.privacy.detector import detect
from switchboard.domain.privacy.kinds import DOUBTFUL

FOUND = [
    ("en", "charge ‹card:4111 1111 1111 1111› exp 12/27 cvv 123"),
    ("en", "‹card:4111-1111-1111-1111›, ‹card:5105105105105100› and ‹card:3782 822463 10005›"),
    ("en", "‹card:4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1›"),
    ("en", "‹card:4111,1111,1111,1111› or ‹card:4111 - 1111 - 1111 - 1111›"),
    ("en", "I want to pay my order with ‹card:4111 1111 1111 1111›"),
    ("zh", "卡号‹card:４１１１１１１１１１１１１１１１›吗"),
    ("ar", "بطاقة ‹card:٤١١١ ١١١١ ١١١١ ١١١١›"),
    ("ko", "카드번호는 ‹card:5555-5555-5555-4444›이고 유효기간은 12/28"),
    ("en", "For my order use ‹card:4111 1111 1111 1111›"),
    ("en", "send the parcel to me, ‹card:4111 1111 1111 1111›"),
    ("en", "my card‹card:4111111111111111›please"),
    ("en", "‹card:4111111111111111›exp 12/27"),
    ("de", "Karte:\r\n‹card:4111 1111 1111 1111›\r\n"),
    ("de", "Kartennummer:\n‹card:4111 1111\n1111 1111›"),
    ("en", "card ‹card:4111\r\n1111\r\n1111\r\n1111›"),
    ("en", "card ‹card:4111\r1111\r1111\r1111›"),
    ("en", "‹card:4111\u00ad1111\u00ad1111\u00ad1111› and ‹card:41\u200b11111111111111›"),
    ("en", "card no. ‹card:41111 11111 111111›"),
    ("zh", "卡号:\n‹card:41 1111 1111 1111 11›"),
    ("en", "card #‹card:4111 1111 1111 1111›"),
    ("en", "qty 12 ‹card:4111 1111 1111 1111› 12/27"),
    ("en", "‹card:4111 1111 1111 1111› ‹card:5105 1051 0510 5100›"),
    ("en", "order 4711\n‹card:4111111111111111›"),
    ("ru", "карта\u2028‹card:4111 1111 1111 1111›"),
    ("de", "bitte an ‹iban:DE89 3704 0044 0532 0130 00›, BIC folgt"),
    ("en", "‹iban:gb82west12345698765432›."),
    ("fr", "IBAN : ‹iban:FR76 3000 6000 0112 3456 7890 189›"),
    ("de", "(‹email:max@web.de›), ‹email:müller@bücher.example›."),
    ("zh", "邮箱是‹email:zhang@qq.com›，谢谢"),
    ("ko", "이메일은 ‹email:kim@naver.com›입니다"),
    ("ru", "почта ‹email:иван@пример.рф›"),
    ("ja", "メール：‹email:taro＠example．jp›"),
    ("de", "‹email:anna@web.de›.Danke"),
    ("en", "‹phone:+49 (0)30 123-4567›, ‹phone:(415) 555-1234›"),
    ("fr", "‹phone:06 12 34 56 78› ou ‹phone:06.12.34.56.78›"),
    ("ja", "電話は‹phone:03-1234-5678›です"),
    ("zh", "电话‹phone:13812345678›"),
    ("ru", "‹phone:8 (912) 345-67-89›"),
    ("ar", "هاتفي ‹phone:٠٥٠١٢٣٤٥٦٧›"),
    ("de", "‹phone:0151 23456789› - 4 Stück"),
    ("en", "my new mobile is ‹phone:001 415 867 5309› and the old one ‹phone:4158675309›"),
    ("zh", "身份证‹cn_id:11010519491231002X›。"),
    ("zh", "身份证‹cn_id:110105 19491231 002x›"),
    ("zh", "老身份证‹cn_id:110105491231002›"),
    ("en", "SSN ‹us_ssn:078-05-1120›"),
    ("de", "Steuer-ID ‹de_id:86095742719›, Ausweisnummer ‹de_id:L01X00T47›"),
    ("fr", "sécu ‹fr_nir:1 84 12 76 451 089 46›"),
    ("es", "DNI ‹es_id:12345678Z›, NIE ‹es_id:X1234567L›"),
    ("it", "‹it_cf:RSSMRA85T10A562S›"),
    ("pt", "‹br_cpf:529.982.247-25›"),
    ("hi", "आधार ‹in_id:2341 2341 2346›, पैन ‹in_id:ABCPK1234F›"),
    ("en", "passport ‹passport:533380006›"),
    ("de", "Reisepass ‹passport:C4VJ1R2KP›"),
    ("ja", "パスポート番号‹passport:TK1234567›"),
]  # fmt: skip

NOTHING = [
    ("en", "order SB-48213 and #10293847"), ("en", "tracking 1Z999AA10123456784 or 9400 1000 0000 0000 0000 00"),
    ("de", "Sendung 00340434161094021501"), ("en", "EAN 4006381333931"), ("en", "The IMEI of the phone is 356938035643809"),
    ("en", "voucher 4111-1111-1111-1112"), ("en", "tracking number 4111 1111 1111 1111"), ("zh", "订单号202611230001"),
    ("de", "Rechnung 2026004812 vom 31.10.2026 um 10:30"), ("en", "it was 1.234.567,00 EUR, $1,299.00, 2 499 000 руб"),
    ("en", "version 10.0.19045.3570, 192.168.100.200"), ("en", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
    ("en", "card 4111 1111 1111 1112 does not hold, nor DE88 3704 0044 0532 0130 00"), ("en", "photo@2x.png, @anna, a@b"),
    ("ja", "注文番号12345678です"), ("en", "timestamp 1700000000000"), ("en", "ref no. 415-555-1234-99 is a case"),
    ("zh", "快递单号110105194912310021"), ("en", "order numbers: 4111111111111111, 4012888888881881 and 5105105105105100"),
    ("en", "my orders:\n4111111111111111\n4012888888881881"), ("en", "4111111111111111 is my order number"),
    ("en", "41111111\n11111111"), ("en", "4111\n1111\n1111\n1111"), ("en", "41111 11111 111111"),
    ("en", "4111 1111-1111 1111"), ("en", "JD4111111111111111, X4111111111111111Y"), ("en", "#4111111111111111"),
    ("en", "1200 4111 1111 1111 1111 3400 5600"), ("fr", "commande n° 4111 1111 1111 1111"), ("de", "EAN 4006381333931"),
    ("ja", "注文番号は4111111111111111です"), ("ru", "номер заказа 4111111111111111"), ("ko", "주문번호는 4111111111111111"),
]  # fmt: skip


def marked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    plain, spans = "", []
    for part in text.split("‹"):
        if "›" in part:
            inside, _, after = part.partition("›")
            kind, _, value = inside.partition(":")
            spans.append((len(plain), len(plain) + len(value), kind))
            plain += value + after
        else:
            plain += part
    return plain, spans


@pytest.mark.parametrize(("language", "text"), FOUND)
def test_what_is_personal_is_found_with_its_exact_ends(language: str, text: str) -> None:
    plain, spans = marked(text)
    assert [(f.start, f.end, f.kind.value) for f in detect(plain, language)] == spans


@pytest.mark.parametrize(("language", "text"), NOTHING)
def test_numbers_of_things_are_nobodys(language: str, text: str) -> None:
    assert detect(text, language) == []


@pytest.mark.parametrize("text", ["13812345678", "4111111111111111", "anna@web.de", "+49 30 1234567"])
def test_language_need_not_be_known(text: str) -> None:
    assert [(f.start, f.end) for f in detect(text)] == [(0, len(text))] or text.startswith("138")
    assert [(f.start, f.end) for f in detect(text, least=DOUBTFUL)] == [(0, len(text))]


def test_check_digits_of_published_examples() -> None:
    assert checksums.iban("GB82WEST12345698765432")
    assert checksums.chinese_id("11010519491231002X")
    assert not checksums.chinese_id("110105194912310021")
    assert checksums.german_tax_id("86095742719")
    assert checksums.german_card("L01X00T471")
    assert checksums.french_nir("184127645108946")
    assert checksums.aadhaar("234123412346")
    assert not checksums.luhn("0" * 16)


ZEROS = [chr(c) for c in range(0x660, 0x1D7FF) if chr(c).isdecimal() and unicodedata.decimal(chr(c)) == 0]


@given(st.sampled_from(ZEROS), st.sampled_from(["", " ", "-", "\u00a0", "\u2011", "\u200b", "."]))
def test_a_card_is_found_in_every_scripts_digits_however_split(zero: str, sep: str) -> None:
    shown = sep.join("".join(chr(ord(zero) + int(c)) for c in part) for part in ("4539", "1488", "0343", "6467"))
    [found] = detect(f"karte {shown}!", "de")
    assert (found.start, found.end, found.kind.value) == (6, 6 + len(shown), "card")


PIECES = [
    "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "a@b.de", "+49 30 1234567", " ", "x", "1", "@", ".", "卡", "٣", "\u0000",
    "+", "(",
    "\n",
]  # fmt: skip
WHATEVER = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))


@given(WHATEVER, st.sampled_from(["und", "de", "zh"]))
def test_spans_lie_in_the_text_in_order_and_apart(text: str, language: str) -> None:
    for least in (DOUBTFUL, 2, 3):
        found = detect(text, language, least)
        assert all(0 <= f.start < f.end <= len(text) for f in found)
        assert all(a.end <= b.start for a, b in pairwise(found))


HOSTILE = [
    "1", "1 ", "a@", "a1234567", "1234567, ", "0151 23456789, ", "4111 1111 1111 1111 ", "DE89", "+1-", "x@a.",
    "1 1 1 1 1 1 1 1111111x",
    "AB1234567 ", "1.", "(1", "@", "12345678Z ", "١٢٣٤٥٦٧ ", "1 1 1 1 1 1 1 1 1 1 1 1x", "2026-10-31", "0-", "(at) ",
    "DE89 3704 0044 0532 0130 00 ",
]  # fmt: skip
PLAIN_SCANS = 80  # how often a loop over the characters, the least that any reading costs, fits in; some 20 to 40 in fact


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hundred_kilobytes_of_hostile_text_take_little_more_than_reading_them(piece: str) -> None:
    text = (piece * 100_000)[:100_000]

    def seconds(act: object) -> float:
        took = []
        for _ in range(2):
            began = time.process_time()
            act()  # type: ignore[operator]
            took.append(time.process_time() - began)
        return min(took)

    plain = seconds(lambda: sum(1 for c in text if c.isdigit()))
    assert seconds(lambda: detect(text)) < PLAIN_SCANS * max(plain, 0.002)


@pytest.mark.parametrize("piece", ["1", "1 ", "a@a.", "0151 23456789 ", "4111 ", "DE89 ", "AB12345"])
def test_time_grows_with_the_length_alone(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        detect(text)
        return time.process_time() - began

    assert seconds(160_000) < 0.5 + 12 * seconds(40_000)


@pytest.mark.parametrize(("text", "language", "numbers"), [
    ("Mon ancien numéro (06.52.18.44.90) est résilié", "fr", ["06.52.18.44.90"]),
    ("My new mobile is07984220771please update", "en", ["07984220771"]),
    ("Il centralino risponde allo 051 648 22 10-11-12 negli orari 8.30-13.00.", "it", ["051 648 22 10"]),
    ("Switchboard is 0131 496 0210-19", "en", ["0131 496 0210"]),
    ("horário 0800-1800, IP 177.44.82.219, versão 9.12.472.3", "pt", []),
    ("donc 33698204472", "fr", ["33698204472"]),
    ("Tessera n. 338 0091 1334", "it", []),
])  # fmt: skip
def test_telephone_numbers_as_people_and_companies_write_them(text: str, language: str, numbers: list[str]) -> None:
    assert [text[f.start : f.end] for f in detect(text, language) if f.kind.value == "phone"] == numbers


@pytest.mark.parametrize("text", ["3782 8224 6310 005 please", "it was 3056-9309-0259-04"])
def test_cards_of_unequal_groups_typed_in_fours_are_found(text: str) -> None:
    assert [f.kind.value for f in detect(text, "en")] == ["card"]


@pytest.mark.parametrize("text", ["4111 1111 1111-1111", "4111 11111111 1111", "411111111111 1111 is it"])
def test_cards_in_careless_groups_are_found(text: str) -> None:
    assert [f.kind.value for f in detect(text, "en")] == ["card"]
