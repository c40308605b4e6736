"""Sets of phrases, looked for in the words of a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from switchboard.domain.dialogue import cues, value_cues
from switchboard.domain.dialogue.message import Message, forms_of
from switchboard.domain.waiting_room.answer_words import BESIDES, NO, YES

Forms = tuple[str, ...]
ENGLISH = "en"


class Phrases:
    """Phrases as word sequences."""

    __slots__ = ("_longest", "_phrases")

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(filter(None, map(forms_of, phrases)))
        self._longest = max(map(len, self._phrases), default=0)

    def at(self, forms: Forms, place: int) -> int:
        """How many words the longest phrase has that begins at a place; 0: none does."""
        sizes = range(min(self._longest, len(forms) - place), 0, -1)
        return next((size for size in sizes if forms[place : place + size] in self._phrases), 0)

    def found(self, forms: Forms) -> tuple[tuple[int, int], ...]:
        """First word and end of every phrase, the longest taken first, without overlaps."""
        spans: list[tuple[int, int]] = []
        place = 0
        while place < len(forms):
            size = self.at(forms, place)
            if size:
                spans.append((place, place + size))
            place += size or 1
        return tuple(spans)

    def within(self, message: Message) -> bool:
        """Whether any phrase stands in a message."""
        return any(self.at(message.forms, place) for place in range(len(message.forms)))


def own_language(language: str) -> str:
    """The language of a tag such as "pt-BR"."""
    return language.replace("_", "-").partition("-")[0].lower()


@lru_cache(maxsize=512)
def _phrases(name: str, language: str) -> Phrases:
    table = _TABLES[name]
    return Phrases(phrase for spoken in dict.fromkeys((language, ENGLISH)) for phrase in table.get(spoken, ()))


def _table(texts: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {language: frozenset(text.split("|")) for language, text in texts.items()}


def _joined(first: Mapping[str, frozenset[str]], second: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    return {language: first.get(language, frozenset()) | second.get(language, frozenset()) for language in first}


def _without(first: Mapping[str, frozenset[str]], second: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    return {language: phrases - second.get(language, frozenset()) for language, phrases in first.items()}


_TABLES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "yes": _without(_joined(YES, _table(cues.AGREE)), _table(cues.TABLES["calls"])), "no": NO, "besides": BESIDES,
    **{name: _table(texts) for name, texts in {**cues.TABLES, **value_cues.TABLES}.items()},
}  # fmt: skip


def cue(name: str, language: str) -> Phrases:
    """A table of `cues`, or "yes", "no", "besides", in a language and in English, which is understood everywhere."""
    own = own_language(language)
    return _phrases(name, own if own in YES else ENGLISH)


@lru_cache(maxsize=512)
def listed(words: str) -> Phrases:
    """The phrases of a "|"-separated list."""
    return Phrases(words.split("|"))


def says(message: Message, name: str, language: str) -> bool:
    """Whether a cue of a table stands in a message."""
    return cue(name, language).within(message)


def covered(forms: Forms, *sets: Phrases) -> bool:
    """Whether nothing but phrases of the sets, taken the longest first, and words of one or two letters is said."""
    place = 0
    while place < len(forms):
        size = max(s.at(forms, place) for s in sets)
        if not size and not slight(forms[place]):
            return False
        place += size or 1
    return True


def slight(form: str) -> bool:
    """Whether a word is so short that it says nothing by itself."""
    return len(form) <= 2 and form.isalpha() and form < "\u0900"
