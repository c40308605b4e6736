"""What a customer's reply to an offer says: yes, no, a telephone number, an e-mail address, or something else.

When in doubt it is something else: to ask again costs a message, to call somebody who said no costs more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from switchboard.domain.hours.countries import countries_of_number
from switchboard.domain.waiting_room.answer_words import BESIDES, NO, NO_SIGNS, UNSPACED, YES, YES_SIGNS

READ_CHARACTERS = 1000  # of a reply; more of it is an essay, not an answer
WORDS_CHARACTERS = 120  # a yes or no is no longer


class Kind(StrEnum):
    YES = "yes"
    NO = "no"
    PHONE = "phone"  # value: E.164 with leading +
    NATIONAL_PHONE = "national_phone"  # value: digits as dialled within the customer's country, which is not known
    EMAIL = "email"
    OTHER = "other"  # value: the text


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is personal data."""

    kind: Kind
    value: str = ""


_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-@])([A-Za-z0-9_%+\-]+(?:\.[A-Za-z0-9_%+\-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24})(?![A-Za-z0-9@])"
)
_NUMBER = re.compile(r"(?<![\w+.,])(\+|00)?\(?\d[\d \t\u00a0().\-/]*\d(?!\w)", re.ASCII)
_TRUNK = re.compile(r"\(0\)")
_E164 = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)  # ITU-T E.164: at most 15 digits with the country's code
_NATIONAL = re.compile(r"[0-9]{7,12}", re.ASCII)
_EMAIL_CHARACTERS = 254  # RFC 5321, section 4.5.3.1.3


def understood(text: str, language: str, *, elsewhere: bool = True) -> Answer:
    """The answer in a reply. `language` is ISO 639-1, a tag such as "pt-BR", or "und"; English is understood everywhere, and every
    other language of the tables where the customer's own does not know the words. Without `elsewhere` it is not: where a name is
    asked for, "Na" is one, although it is a no in Hindi."""
    shown = _plain_digits(text[:READ_CHARACTERS])
    own = language.partition("-")[0].lower()
    addresses = {found[1] for found in _EMAIL.finditer(shown) if len(found[1]) <= _EMAIL_CHARACTERS}
    if len(addresses) == 1:
        return Answer(Kind.EMAIL, addresses.pop())
    if not addresses and (number := _number(shown, own, elsewhere)):
        return number
    verdict = _verdict(shown, own, elsewhere)
    return Answer(verdict) if verdict else Answer(Kind.OTHER, text.strip())


def _plain_digits(text: str) -> str:
    """Compatible forms made one, and every script's digits ASCII."""
    return "".join(
        str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in unicodedata.normalize("NFKC", text)
        if unicodedata.category(c) != "Cf"
    )  # fmt: skip


def _number(text: str, own: str, elsewhere: bool) -> Answer | None:
    """The telephone number of a text that has exactly one. In international form it may stand among other words; else it has to be
    all there is, for it might be the number of an order."""
    candidates = [f for f in _NUMBER.finditer(text) if sum(c.isdigit() for c in f[0]) >= 7]
    if len(candidates) != 1:
        return None
    found = candidates[0]
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    verdict = _verdict(rest, own, elsewhere)
    only = verdict is Kind.YES or _only_besides(rest, own)
    if verdict is Kind.NO:
        return None
    digits = "".join(c for c in _TRUNK.sub("", found[0]) if c.isdigit())
    if found[1] and (found[1] == "+" or only):
        digits = digits.removeprefix("00") if found[1] == "00" else digits
        return Answer(Kind.PHONE, f"+{digits}") if _E164.fullmatch(digits) and countries_of_number(digits) else None
    return Answer(Kind.NATIONAL_PHONE, digits) if only and _NATIONAL.fullmatch(digits) else None


# -- yes and no ----------------------------------------------------------------------------------


def _verdict(text: str, own: str, elsewhere: bool) -> Kind | None:
    if len(text) > WORDS_CHARACTERS:
        return None
    signs = {Kind.YES for c in text if c in YES_SIGNS} | {Kind.NO for c in text if c in NO_SIGNS}
    words = _words(text)
    if not words:
        return signs.pop() if len(signs) == 1 else None
    kinds = _kinds(words, own if own in YES else "en")
    if kinds:
        said = _said(kinds)
    else:
        heard = {found for language in YES if elsewhere and (found := _said(_kinds(words, language))) is not None}
        said = heard.pop() if len(heard) == 1 else None
    return said if said and signs <= {said} else None


def _only_besides(text: str, own: str) -> bool:
    words = _words(text)
    return not words or _kinds(words, own if own in YES else "en") == {"besides"}


def _words(text: str) -> tuple[str, ...]:
    """The words in the form they are compared in: small, without accents, apostrophes and punctuation."""
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    kept = "".join(_compared(c) for c in parts)
    return tuple(unicodedata.normalize("NFC", kept).split())


def _compared(c: str) -> str:
    if c in "'’ʼ`´‘" or "\u0300" <= c <= "\u036f" or "\u064b" <= c <= "\u065f" or c in "\u0640\u0670\u093c":
        return ""  # apostrophes, accents, Arabic vowel marks and tatweel, the nukta: often left out when typing
    if c == "\u0901":
        return "\u0902"  # chandrabindu, typed as anusvara as often as not
    return c if unicodedata.category(c)[0] in "LMN" else " "


def _said(kinds: set[str]) -> Kind | None:
    if "yes" in kinds and "no" in kinds:
        return None
    if "no" in kinds:
        return Kind.NO
    return Kind.YES if kinds & {"yes", "weak"} else None


def _kinds(words: tuple[str, ...], language: str) -> set[str]:
    """What the phrases of a text are, the longest taken first; empty if any word is not known."""
    phrases, longest = _phrases(language)
    parts: Iterable[str] = "".join(words) if language in UNSPACED else words
    items, between, place = list(parts), "" if language in UNSPACED else " ", 0
    kinds: set[str] = set()
    while place < len(items):
        sizes = range(min(longest, len(items) - place), 0, -1)
        size = next((n for n in sizes if between.join(items[place : place + n]) in phrases), 0)
        if not size:
            return set()
        kinds.add(phrases[between.join(items[place : place + size])])
        place += size
    return kinds


@lru_cache(maxsize=32)
def _phrases(language: str) -> tuple[Mapping[str, str], int]:
    """Phrase -> "yes", "no", "besides", or "weak": a yes unless something else decides; and the longest phrase's items."""
    between = "" if language in UNSPACED else " "
    phrases: dict[str, str] = {}
    for spoken in dict.fromkeys(("en", language)):
        for kind, table in (("besides", BESIDES), ("yes", YES), ("no", NO)):
            for phrase in table[spoken]:
                key = between.join(_words(phrase))
                weak = kind == "yes" and phrase in BESIDES[spoken]
                phrases[key] = "weak" if weak else kind
    return phrases, max(len(p if language in UNSPACED else p.split()) for p in phrases)
