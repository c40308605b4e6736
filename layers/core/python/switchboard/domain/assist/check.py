"""A look at an answer before it is sent: what a careful colleague would ask about. Nothing here ever forbids to send."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from switchboard.domain.assist.dates import promised
from switchboard.domain.assist.filling import PLACEHOLDER
from switchboard.domain.assist.wording import INSULT, SECRET, is_secret
from switchboard.domain.redaction import iban_holds, luhn_holds
from switchboard.domain.understanding import ANGRY, script_of, spoken

READ = 20_000  # characters of a text: more is not sent
ANGER = 0.9  # probability from which a text sounds angry: the model has learnt from customers, who have more to be angry about
_TELLING_WORDS = 3  # plain words from which a language of the Latin alphabet is told by more than names and numbers
_TELLING_LETTERS = 4  # of a script of its own
_SHOUTED_LETTERS, _SHOUTED_WORDS, _SHOUTED_SHARE = 12, 3, 0.7
_MARKS = re.compile(r"[!！]{3,}|[?？]{4,}|(?:[!?！？]){5,}")
_BLANK = re.compile(r"\{[a-z][a-z0-9_.]{1,40}\}|<[A-Z][A-Z _]{2,40}>|\[[A-Z][A-Z _]{2,40}\]|(?<!\w)_{4,}(?!\w)|(?<!\w)X{4,}(?!\w)")
_DIGITS = re.compile(r"(?<![\w+])\d(?:[ .-]?\d){12,18}(?!\w)")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?=(?:[ -]?[A-Z0-9]){11})", re.IGNORECASE)
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "PT ST", 26: "IS TR", 27: "FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB PL", 29: "BR EG PS QA UA", 30: "JO KW MU", 31: "MT SC", 32: "LC",
    }.items()
    for country in countries.split()
}  # fmt: skip
"""ISO 13616's registry."""
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{0,300}>")
_PLAIN_WORD = re.compile(r"(?<![\w@.])[^\W\d_A-Z][^\W\d_]+(?![\w@])")


class Concern(StrEnum):
    EMPTY = "empty"
    PARTS = "parts"  # longer than the channel takes in one message
    LANGUAGE = "language"  # another than the customer's
    ANGRY = "angry"
    SHOUTING = "shouting"
    INSULT = "insult"
    PLACEHOLDER = "placeholder"
    CARD = "card"
    IBAN = "iban"
    SECRET = "secret"  # noqa: S105  # the name of a concern
    PAST = "past"  # a promise for a day that is over


@dataclass(frozen=True, slots=True)
class Remark:
    """`detail` fills in the words: a language's code, a number of messages, the place in question (of what is secret, its last
    characters)."""

    kind: Concern
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the model hears in the agent's text."""

    language: str
    sentiment: str
    anger: float


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it: their language ("und": nobody knows), and in how many messages their channel brings them a text."""

    language: str
    parts: Callable[[str], int]


def check(text: str, reader: Reader, heard: Heard | None, today: date) -> tuple[Remark, ...]:
    """What to ask about, the most serious first. `heard` is None where the model could not be asked."""
    text = text[:READ]
    if not any(c.isalnum() for c in text) and not any(ord(c) > 0x2000 for c in text):  # a lone emoji says something
        return (Remark(Concern.EMPTY),)
    return (
        *_secrets(text), *_placeholders(text), *_tone(text, heard), *_language(text, reader, heard), *_past(text, today),
        *_length(text, reader),
    )  # fmt: skip


def _secrets(text: str) -> Iterator[Remark]:
    for found in _IBAN.finditer(text):
        following = re.sub(r"[ -]", "", text[found.start() : found.start() + 60]).upper()
        if is_iban(plain := following[: _IBAN_LENGTHS.get(following[:2], 0)]):
            yield Remark(Concern.IBAN, f"…{plain[-4:]}")
    bare = _URL.sub(" ", text)
    for found in _DIGITS.finditer(bare):
        if is_card(digits := re.sub(r"\D", "", found[0])):
            yield Remark(Concern.CARD, f"…{digits[-4:]}")
    if any(is_secret(found["value"]) for found in SECRET.finditer(text)):
        yield Remark(Concern.SECRET)


def is_card(digits: str) -> bool:
    """Whether these are a card's: 13 to 19 digits, beginning as the networks' do, ending with the Luhn digit (ISO/IEC 7812)."""
    if not 13 <= len(digits) <= 19 or digits[0] not in "23456":
        return False
    return luhn_holds([int(d) for d in digits])


def is_iban(plain: str) -> bool:
    """Whether these letters and digits are an account's number: by its check digits (ISO 13616, mod 97)."""
    return iban_holds(plain)


def _placeholders(text: str) -> Iterator[Remark]:
    found = [m[0] for m in PLACEHOLDER.finditer(text)] or [m[0] for m in _BLANK.finditer(_URL.sub(" ", text))]
    for name in dict.fromkeys(found[:3]):
        yield Remark(Concern.PLACEHOLDER, name[:60])


def _tone(text: str, heard: Heard | None) -> Iterator[Remark]:
    if found := INSULT.search(text):
        yield Remark(Concern.INSULT, found[0])
    elif heard is not None and heard.sentiment == ANGRY and heard.anger >= ANGER:
        yield Remark(Concern.ANGRY)
    if _shouts(text):
        yield Remark(Concern.SHOUTING)


def _shouts(text: str) -> bool:
    if _MARKS.search(text):
        return True
    words = [w for w in re.findall(r"[^\W\d_]{3,}", _URL.sub(" ", text)) if w.upper() != w.lower()]  # letters that have two cases
    loud = [w for w in words if w.isupper()]
    letters = sum(map(len, words))
    return len(loud) >= _SHOUTED_WORDS and sum(map(len, loud)) >= max(_SHOUTED_LETTERS, _SHOUTED_SHARE * letters)


def _language(text: str, reader: Reader, heard: Heard | None) -> Iterator[Remark]:
    if heard is None or reader.language in ("und", ""):
        return
    known, plain = reader.language.partition("-")[0], _MARKUP.sub(" ", _URL.sub(" ", text))
    if _tells(plain, heard.language) and spoken(known, heard.language, plain) != known:
        yield Remark(Concern.LANGUAGE, heard.language)


def _tells(text: str, language: str) -> bool:
    """Whether there are words of that language's letters in it, not merely names, numbers and addresses."""
    script = script_of(language)
    if script is not None:
        return len(script.findall(text)) >= _TELLING_LETTERS
    return len([w for w in _PLAIN_WORD.findall(text) if w[0].islower()]) >= _TELLING_WORDS


def _past(text: str, today: date) -> Iterator[Remark]:
    for written, day in promised(text, today):
        if day < today:
            yield Remark(Concern.PAST, written)
            return


def _length(text: str, reader: Reader) -> Iterator[Remark]:
    if (parts := reader.parts(text)) > 1:
        yield Remark(Concern.PARTS, str(parts))
