"""A look at an answer before it is sent: it sees what a careful colleague would, and lets ordinary answers be."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.assist.check import Concern, Heard, Reader, check
from switchboard.domain.assist.dates import promised
from switchboard.domain.privacy.accounts import is_iban
from switchboard.domain.privacy.cards import is_card

TODAY = date(2026, 3, 10)
CALM = Heard("en", "neutral", 0.01)


def kinds(text: str, heard: Heard | None = CALM, language: str = "en", parts: int = 1) -> list[str]:
    return [r.kind.value for r in check(text, Reader(language, lambda _: parts), heard, TODAY)]


@pytest.mark.parametrize("text", [
    "Your order SB-10214 is on its way and arrives on 12 March.",
    "I refunded 1,299.00 EUR on 4 March 2026. Your tracking number is 00340434161094042557.",
    "Please call +49 30 901820 or write to help@shop.example; the form is at https://shop.example/form?id=4111111111111111",
    "To change your password: reset it in your profile. We never ask for it.",
    "We ship by DHL, UPS and USPS. OK?",
    "Great news! It is here!",
    "您的订单SB-10214已经发货，预计3月12日到货。", "Ваш заказ будет у вас до 15 марта.", "ご注文は3月12日までにお届けします。",
    "👍", "The tea of 2 January 2026 was delivered.", "Your invoice 2026-01-15 is attached.",
])  # fmt: skip
def test_an_ordinary_answer_is_let_be(text: str) -> None:
    assert kinds(text, None) == []


@pytest.mark.parametrize(("text", "kind"), [
    ("", "empty"), ("  \n ", "empty"), ("...", "empty"),
    ("Hello {{customer_name}}, your order is here", "placeholder"), ("Hello {name}", "placeholder"),
    ("Dear [CUSTOMER NAME]", "placeholder"), ("Your order ____ has left", "placeholder"),
    ("Your card 4111 1111 1111 1111 was charged", "card"), ("card 5555-5555-5555-4444", "card"), ("378282246310005", "card"),
    ("Pay to DE89 3704 0044 0532 0130 00 please", "iban"), ("iban:gb29NWBK60161331926819.", "iban"),
    ("Your new password is Hunter22", "secret"), ("Passwort: ab!cd12", "secret"), ("密码是abcd1234", "secret"),
    ("Пароль: qwerty99", "secret"), ("비밀번호는 a1b2c3d4", "secret"),
    ("WE HAVE TOLD YOU THREE TIMES ALREADY", "shouting"), ("Read our mail!!!", "shouting"), ("НЕ НАДО НАМ СНОВА ПИСАТЬ", "shouting"),
    ("Don't be an idiot", "insult"), ("Halt die Klappe", "insult"), ("你是白痴吗", "insult"), ("Вы дурак", "insult"),
    ("It will arrive by 3 March", "past"), ("Es wird am 3. März geliefert", "past"), ("我们将在3月1日前发货", "past"),
    ("We expect it on 2026-02-01", "past"), ("Le colis arrivera le 1er février", "past"), ("Llegará el 5 de enero de 2026", "past"),
])  # fmt: skip
def test_what_a_colleague_would_ask_about(text: str, kind: str) -> None:
    assert kinds(text, None)[:1] == [kind]


def test_nothing_secret_is_said_again() -> None:
    found = check("card 4111 1111 1111 1111, IBAN DE89370400440532013000, password: Hunter22!", Reader("en", lambda _: 1), CALM, TODAY)
    assert [(r.kind.value, r.detail) for r in found] == [("iban", "…3000"), ("card", "…1111"), ("secret", "")]


def test_another_language_than_the_customers_is_told_by_what_the_model_hears() -> None:
    german = Heard("de", "neutral", 0.0)
    long = "Ihre Bestellung ist unterwegs und kommt morgen bei Ihnen an."
    assert kinds(long, german) == ["language"]
    assert kinds(long, german, "de") == []
    assert kinds(long, german, "und") == []
    assert kinds("SB-10214", german) == []  # too little to tell
    assert kinds("您好，请稍等", Heard("zh", "neutral", 0.0)) == ["language"]
    assert kinds(long, None) == []
    assert kinds("Refund SB-10214: 49,90 EUR, DHL 00340434161094042557", Heard("zh", "neutral", 0.0)) == []  # no words of it
    assert kinds("<img src=x onerror=\"document.title='broken'\"> & <b>bold</b>", Heard("fr", "neutral", 0.0)) == []
    assert kinds("Visa, Mastercard, PayPal, Apple Pay, WeChat Pay, Alipay", Heard("de", "neutral", 0.0)) == []


def test_a_text_that_sounds_angry_is_asked_about_and_one_that_sounds_sorry_is_not() -> None:
    assert kinds("This is your own fault and not our problem", Heard("en", "angry", 0.9)) == ["angry"]
    assert kinds("I am sorry that it is broken", Heard("en", "negative", 0.2)) == []
    assert kinds("You idiot", Heard("en", "angry", 0.9)) == ["insult"]  # once


def test_a_text_that_goes_out_in_several_messages_is_told_with_their_number() -> None:
    [found] = check("A long one.", Reader("en", lambda _: 3), CALM, TODAY)
    assert (found.kind, found.detail) == (Concern.PARTS, "3")


def test_of_two_readings_of_a_day_the_later_counts() -> None:
    assert [d for _, d in promised("It will come by 04/03/2026", TODAY)] == [date(2026, 4, 3)]
    assert kinds("It will come by 04/03/2026") == []


def test_a_day_without_a_year_is_the_nearest() -> None:
    assert [d for _, d in promised("It will come by 2 January", date(2026, 12, 20))] == [date(2027, 1, 2)]
    assert list(promised("It will come by 31 February", TODAY)) == []


@given(st.text(max_size=400))
def test_any_text_can_be_looked_at(text: str) -> None:
    check(text, Reader("en", lambda _: 1), CALM, TODAY)


@given(st.integers(min_value=10**13, max_value=10**14 - 1))
def test_one_wrong_digit_is_no_card(number: int) -> None:
    body = "4" + str(number)
    [right] = [body + str(d) for d in range(10) if is_card(body + str(d))]
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert not is_card(wrong)


def test_an_iban_is_known_by_its_check_digits() -> None:
    assert is_iban("GB29NWBK60161331926819")
    assert not is_iban("GB29NWBK60161331926818")
    assert not is_iban("GB29")


def test_a_hostile_text_takes_no_time() -> None:
    for text in ("4 " * 10_000, "DE89 " * 4_000, "{{" * 10_000, "password " * 2_000, "1/1/" * 5_000, "!" * 20_000, "a" * 20_000,
                 "password:" + " " * 19_000, "will " + "1 march " * 2_000):  # fmt: skip
        check(text, Reader("en", lambda _: 1), CALM, TODAY)
