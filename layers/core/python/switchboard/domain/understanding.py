"""What the intent layer says of a message."""

from __future__ import annotations

import re
from dataclasses import dataclass

from switchboard.domain.dialogue.message import Message
from switchboard.domain.dialogue.phrases import cue

OUT_OF_SCOPE = "out_of_scope"
NEUTRAL, ANGRY = "neutral", "angry"
# What is said in passing, and the wish for a person: turns of a talk about something, not what it is about.
IN_PASSING = frozenset({OUT_OF_SCOPE, "greeting", "goodbye", "affirm", "deny", "praise", "human_agent"})
PARTING = frozenset({"greeting", "goodbye", "praise", "affirm", "deny"})
"""What those say, too, who were not understood and leave it at that."""


_LATIN = frozenset({"en", "es", "fr", "de", "pt", "it"})
_TELLING = 20  # characters from which languages of one alphabet are told apart reliably


_WORD = re.compile(r"[^\W\d_]{4}")
_SCRIPTS = {
    "zh": re.compile(r"[\u3400-\u9fff]"), "ja": re.compile(r"[\u3040-\u30ff\u3400-\u9fff]"),
    "ko": re.compile(r"[\u1100-\u11ff\uac00-\ud7af]"), "ar": re.compile(r"[\u0600-\u06ff]"), "hi": re.compile(r"[\u0900-\u097f]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
}  # fmt: skip


def script_of(language: str) -> re.Pattern[str] | None:
    """A letter of the script a language has of its own; None for those of the Latin alphabet and all others."""
    return _SCRIPTS.get(language)


_CHINESE = re.compile("[你您们們吗嗎这這么麼请請说說谢謝单單订訂货貨吧呢啊没哪]")
"""Signs that no Japanese address or name is written with."""


def _addressed(text: str) -> bool:
    """Whether it may be a Japanese address, which has no kana in it as often as not."""
    return any(c.isdigit() for c in text) and not _CHINESE.search(text)


_LETTER = 60  # characters from which a text in Latin letters is more than a name, an address or a size
_TALKING = ("asks", "wish", "thanks", "no_more", "noted", "yes", "no", "besides")
_PLACE = re.compile(r"\S*[@\d]\S*")


def _said_in(heard: str, text: str) -> bool:
    """Whether Latin letters among those of another script are a language and not the name of a product: "moss", "High Oolong"."""
    words = Message(_PLACE.sub(" ", text))
    spans = [span for name in _TALKING for span in cue(name, heard).found(words.forms)]
    return len(words.shown.strip()) >= _LETTER or any(sum(map(len, words.forms[a:b])) >= 4 for a, b in spans)


def spoken(known: str, heard: str, text: str) -> str:
    """The language of a talk after one more message: "ok", a name, a size or an order number does not change it to another of the
    same alphabet, nor to one whose letters are not in it."""
    if heard == "und" or (known == "ja" and heard == "zh" and _addressed(text)):
        return known
    if known != "und" and known not in _LATIN and heard in _LATIN:
        return heard if _said_in(heard, text) else known
    if known == "und" or len(text.strip()) >= _TELLING:
        return heard
    if known in _LATIN and heard in _LATIN:
        return known
    return heard if _SCRIPTS.get(heard, _WORD).search(text) else known


SURE = 0.5  # confidence from which an intent counts as heard


def matter(known: str, heard: str, confidence: float) -> str:
    """What a conversation is about after one more message: an intent in passing, or a mere guess, never takes the place of a real
    one."""
    if known == OUT_OF_SCOPE and heard in PARTING:
        return known  # something was asked for, and nobody knows what
    real = bool(known) and known not in IN_PASSING
    return known if real and (heard in IN_PASSING or confidence < SURE) else heard


@dataclass(frozen=True, slots=True)
class Part:
    """A clause and what it is about by itself."""

    text: str
    intent: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """`intent` is a label of the taxonomy or `OUT_OF_SCOPE`; `confidence` is calibrated, 0 to 1; `language` is ISO 639-1
    or "und"; `model` names the exact weights, so that a decision can be recomputed. `sentiment` is one of the taxonomy's
    (positive, neutral, negative, angry); `anger` is how probable it is that the customer is angry, calibrated, 0 to 1. A
    model that hears no sentiment leaves both as they are. `parts`: the clauses of a message that has several, and what each says by
    itself, in their order."""

    intent: str
    confidence: float
    language: str
    alternatives: tuple[tuple[str, float], ...] = ()
    model: str = ""
    sentiment: str = NEUTRAL
    anger: float = 0.0
    parts: tuple[Part, ...] = ()
