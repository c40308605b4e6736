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
from switchboard.domain.privacy.detector import detect
from switchboard.domain.privacy.folding import folded
from switchboard.domain.privacy.kinds import Kind
from switchboard.domain.understanding import ANGRY, script_of, spoken

READ = 20_000  # characters of a text: more is not sent
ANGER = 0.9  # probability from which a text sounds angry: the model has learnt from customers, who have more to be angry about
_TELLING_WORDS = 3  # plain words from which a language of the Latin alphabet is told by more than names and numbers
_TELLING_LETTERS = 4  # of a script of its own
_SHOUTED_LETTERS, _SHOUTED_WORDS, _SHOUTED_SHARE = 12, 3, 0.7
_MARKS = re.compile(r"[!！]{3,}|[?？]{4,}|(?:[!?！？]){5,}")
_BLANK = re.compile(r"\{[a-z][a-z0-9_.]{1,40}\}|<[A-Z][A-Z _]{2,40}>|\[[A-Z][A-Z _]{2,40}\]|(?<!\w)_{4,}(?!\w)|(?<!\w)X{4,}(?!\w)")
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
    found = detect(_URL.sub(lambda m: " " * len(m[0]), text))
    for kind, concern in ((Kind.IBAN, Concern.IBAN), (Kind.CARD, Concern.CARD)):
        for f in found:
            if f.kind is kind:
                signs = [c for c in folded(text[f.start : f.end]).upper() if c.isalnum()]
                yield Remark(concern, f"…{''.join(signs[-4:])}")
    if any(is_secret(m["value"]) for m in SECRET.finditer(text)):
        yield Remark(Concern.SECRET)


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
