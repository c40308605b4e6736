"""The words of the waiting room: complete and well formed in every language."""

from __future__ import annotations

import copy
import json
import re
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.waiting_room.answers import Kind, understood
from switchboard.domain.waiting_room.decisions import FormReason, OfferCallback, OfferForm, Tell
from switchboard.domain.waiting_room.estimate import Estimate
from switchboard.domain.waiting_room.form import Problem, Question
from switchboard.domain.waiting_room.plurals import LANGUAGES, form_of, forms, number
from switchboard.domain.waiting_room.texts import Word, parse

DATA: dict[str, Any] = json.loads(resources.files("switchboard.resources").joinpath("waiting_room.json").read_text(encoding="utf-8"))
TEXTS = parse(DATA)
TWELVE = ("en", "zh", "es", "fr", "de", "pt", "it", "ru", "ja", "ko", "ar", "hi")
SCRIPTS = {"zh": r"[\u4e00-\u9fff]", "ja": r"[\u3040-\u30ff]", "ko": r"[\uac00-\ud7af]", "ru": r"[\u0400-\u04ff]",
           "ar": r"[\u0600-\u06ff]", "hi": r"[\u0900-\u097f]"}  # fmt: skip

estimates = st.one_of(
    st.builds(Estimate, st.integers(1, 2000)),
    st.builds(lambda n, s: Estimate(n, s / 2, s, 1.8 * s), st.integers(1, 2000), st.floats(1, 40000)),
)


def every_message(language: str) -> list[str]:
    long = Estimate(7, 600.0, 900.0, 1200.0)
    return [
        *(TEXTS.word(w, language) for w in Word),
        *(TEXTS.ask(q, language) for q in Question),
        *(TEXTS.ask(Question.ABOUT, language, p) for p in Problem),
        *(TEXTS.offer_form(OfferForm(r), language) for r in FormReason),
        *(TEXTS.tell(OfferCallback(7, long, apology=True), language, number_known=known) for known in (True, False)),
        TEXTS.tell(Tell(1, Estimate(1)), language),
    ]


def test_the_twelve_languages_are_there() -> None:
    assert set(DATA) == set(TWELVE) == set(LANGUAGES)


@pytest.mark.parametrize("language", TWELVE)
def test_every_message_is_in_its_language_and_no_other(language: str) -> None:
    for message in every_message(language):
        for other, script in SCRIPTS.items():
            found = re.search(script, message)
            if other == language:
                assert found, message
            elif (other, language) != ("zh", "ja"):  # Japanese writes Chinese characters too
                assert not found, message
    assert len({tuple(every_message(code)) for code in TWELVE}) == len(TWELVE)


@pytest.mark.parametrize("language", TWELVE)
@given(estimate=estimates, apology=st.booleans(), known=st.booleans())
def test_no_placeholder_is_ever_seen_by_a_customer(language: str, estimate: Estimate, apology: bool, known: bool) -> None:
    for step in (Tell(estimate.position, estimate, apology), OfferCallback(estimate.position, estimate, apology)):
        message = TEXTS.tell(step, language, number_known=known)
        assert not set(message) & {"{", "}"}
        assert message == message.strip()
        assert "  " not in message


@pytest.mark.parametrize("language", TWELVE)
def test_the_words_we_ask_customers_to_reply_with_are_understood(language: str) -> None:
    assert understood(DATA[language]["yes"], language).kind is Kind.YES
    assert understood(DATA[language]["no"], language).kind is Kind.NO


@pytest.mark.parametrize("language", TWELVE)
def test_a_message_fits_the_channels_with_the_shortest_messages(language: str) -> None:
    assert max(map(len, every_message(language))) <= 670  # ten SMS of 67 characters (GSM 03.40, 16-bit, joined), where providers stop
    assert max(len(m.encode()) for m in every_message(language)) <= 2048  # bytes of a WeChat text


@pytest.mark.parametrize(
    ("language", "seconds", "said"),
    [
        ("en", (10, 30, 110), "less than 2 minutes"),
        ("en", (620, 700, 900), "10 to 15 minutes"),
        ("en", (1000, 1100, 1400), "about 20 minutes"),
        ("en", (2000, 3000, 4000), "more than 30 minutes"),
        ("en", (3700, 5000, 7000), "more than an hour"),
        ("de", (3700, 5000, 7000), "mehr als eine Stunde"),
        ("ru", (10, 30, 110), "меньше 2 минут"),
        ("ru", (3700, 5000, 7000), "больше 1 часа"),
        ("ru", (8000, 9000, 9999), "больше 2 часов"),
        ("ar", (10, 30, 110), "أقل من دقيقتين"),
        ("ar", (310, 400, 590), "من 5 إلى 10 دقائق"),
        ("ar", (620, 700, 900), "من 10 إلى 15 دقيقة"),
        ("ar-EG", (620, 700, 900), "من ١٠ إلى ١٥ دقيقة"),
        ("ar", (11000, 12000, 13000), "أكثر من 3 ساعات"),
        ("fr", (10, 30, 110), "moins de 2 minutes"),
        ("ja", (620, 700, 900), "10～15分"),
        ("zh-Hans-CN", (8000, 9000, 9999), "2 小时以上"),
        ("hi", (2000, 3000, 4000), "30 मिनट से ज़्यादा"),
    ],
)
def test_a_wait_is_said_as_the_language_says_it(language: str, seconds: tuple[float, float, float], said: str) -> None:
    assert TEXTS.wait(Estimate(2, *seconds), language) == said


def test_an_unknown_wait_is_not_invented() -> None:
    assert TEXTS.wait(Estimate(2), "en") == ""
    assert TEXTS.tell(Tell(2, Estimate(2)), "en") == "You are number 2 in the queue. A colleague will be with you as soon as possible."


def test_other_languages_are_served_in_english() -> None:
    for language in ("sv", "und", ""):
        assert TEXTS.word(Word.FORM_DONE, language) == TEXTS.word(Word.FORM_DONE, "en")


# -- plural forms and numbers, by the samples of Unicode CLDR 48 ----------------------------------


@pytest.mark.parametrize(
    ("language", "form", "samples"),
    [
        ("ru", "one", [1, 21, 31, 101, 1001]),
        ("ru", "few", [2, 4, 22, 24, 102, 1002]),
        ("ru", "many", [0, 5, 11, 12, 14, 19, 100, 111, 112, 1000]),
        ("ar", "zero", [0]),
        ("ar", "one", [1]),
        ("ar", "two", [2]),
        ("ar", "few", [3, 10, 103, 110, 1003]),
        ("ar", "many", [11, 26, 99, 111, 1011]),
        ("ar", "other", [100, 102, 200, 202, 1000]),
        ("fr", "one", [0, 1]),
        ("hi", "one", [0, 1]),
        ("pt", "one", [0, 1]),
        ("en", "one", [1]),
        ("en", "other", [0, 2, 16, 100, 101, 1001]),
        ("zh", "other", [0, 1, 2, 100]),
    ],
)
def test_plural_forms_are_those_of_cldr(language: str, form: str, samples: list[int]) -> None:
    assert {form_of(language, n) for n in samples} == {form}


@pytest.mark.parametrize(
    ("language", "region", "written"),
    [("en", "", "1,200"), ("de", "", "1.200"), ("es", "", "1200"), ("fr", "", "1\u202f200"), ("ru", "", "1\u00a0200"),
     ("ar", "SA", "١٬٢٠٠"), ("ar", "MA", "1.200"), ("ar", "AE", "1,200"), ("hi", "IN", "1,200")],
)  # fmt: skip
def test_numbers_are_written_as_cldr_has_them(language: str, region: str, written: str) -> None:
    assert number(1200, language, region) == written


@given(st.sampled_from(LANGUAGES), st.integers(0, 99999))
def test_every_number_has_a_form_that_its_language_has(language: str, n: int) -> None:
    assert form_of(language, n) in forms(language)


# -- a company's own words -----------------------------------------------------------------------


def spoiled(language: str, *path: str, value: object = None, drop: bool = False) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    at = data[language]
    for step in path[:-1]:
        at = at[step]
    if drop:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("data", "at_fault"),
    [
        ([], "waiting_room_texts"),
        ({"de": DATA["de"]}, "'en'"),
        ({**DATA, "tlh": DATA["en"]}, "'tlh'"),
        (spoiled("ru", "next", drop=True), "'next'"),
        (spoiled("ru", "next", value=""), "waiting_room_texts.ru.next"),
        (spoiled("ru", "position", value="Вы в очереди"), "waiting_room_texts.ru.position"),
        (spoiled("ru", "position", value="{position} {position}"), "waiting_room_texts.ru.position"),
        (spoiled("ru", "position", value="{position} {"), "waiting_room_texts.ru.position"),
        (spoiled("en", "form_done", value="Thanks {name}"), "waiting_room_texts.en.form_done"),
        (spoiled("ru", "waits", "about", "few", drop=True), "'few'"),
        (spoiled("ru", "waits", "about", "one", value="около минуты"), "waiting_room_texts.ru.waits.about.one"),
        (spoiled("ja", "waits", "about", "one", value="約{n}分"), "'one'"),
        (spoiled("ar", "waits", "between", "two", value="{n}"), "waiting_room_texts.ar.waits.between.two"),
        (spoiled("de", "labels", "fax", value="Fax"), "'fax'"),
        (spoiled("de", "extra", value="x"), "'extra'"),
        (spoiled("de", "waits", value="x"), "waiting_room_texts.de.waits"),
    ],
)
def test_texts_that_would_fail_a_customer_are_refused_by_name(data: Any, at_fault: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(data)
    assert at_fault in str(refused.value)
