"""The company's terms: how a thing is called in each language, and what is called the same in all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from switchboard.domain.errors import Malformed
from switchboard.domain.translation.languages import LANGUAGES, UNSPACED

KEEP = "keep"
MOST_TERMS = 2_000
TERM_CHARACTERS = 100

Entry = Mapping[str, str]


@dataclass(frozen=True)
class Terms:
    """The terms of a pair of languages: how a thing is called in one, and in the other. Capitals do not matter."""

    of: Mapping[str, str] = field(default_factory=dict)
    spaced: bool = True

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        if not self.of:
            return None
        longest_first = sorted(self.of, key=len, reverse=True)
        either = "|".join(re.escape(t).replace(r"\ ", r"\s+") for t in longest_first)
        return re.compile(rf"(?<!\w)(?:{either})(?!\w)" if self.spaced else either, re.IGNORECASE)

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {_folded(term): other for term, other in self.of.items()}

    def split(self, text: str) -> Iterator[tuple[str, bool]]:
        """The text in parts; a term's part is the other language's term and True."""
        at = 0
        if self._pattern is not None:
            for match in self._pattern.finditer(text):
                if (other := self._folded.get(_folded(match[0]))) is None:
                    continue
                if match.start() > at:
                    yield text[at : match.start()], False
                yield other, True
                at = match.end()
        if at < len(text):
            yield text[at:], False

    def within(self, text: str) -> tuple[tuple[str, str], ...]:
        """The terms in a text, each once, in its order, with the other language's."""
        if self._pattern is None:
            return ()
        found = ((m[0], self._folded.get(_folded(m[0]))) for m in self._pattern.finditer(text))
        return tuple(dict.fromkeys((term, other) for term, other in found if other is not None and term != other))

    def whole(self, text: str) -> str:
        """The other language's term for a text that is nothing but a term; "" for any other."""
        return self._folded.get(_folded(text.strip(" \t\n.!?。！？।؟")), "")


NO_TERMS = Terms()


def _folded(term: str) -> str:
    return " ".join(term.casefold().split())


@dataclass(frozen=True, slots=True)
class Glossary:
    entries: tuple[Entry, ...] = ()

    def terms(self, source: str, target: str) -> Terms:
        """Those of a pair. Of two entries with the same term the first counts."""
        found: dict[str, str] = {}
        for entry in self.entries:
            term, other = (entry[KEEP], entry[KEEP]) if KEEP in entry else (entry.get(source), entry.get(target))
            if term and other:
                found.setdefault(term, other)
        return Terms(found, source not in UNSPACED)


def parse(data: object) -> Glossary:
    """A glossary from JSON's types: a list of `{"en": "return label", "de": "Rücksendeetikett"}`, one term by language, or
    `{"keep": "High Oolong"}`, a name that stays. Raises Malformed, which names the entry."""
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise Malformed("'terms' is a list of terms by language")
    if len(data) > MOST_TERMS:
        raise Malformed(f"a glossary holds at most {MOST_TERMS} terms; this has {len(data)}")
    return Glossary(tuple(_entry(number, each) for number, each in enumerate(data, 1)))


def _entry(number: int, data: object) -> Entry:
    where = f"term {number}"
    if not isinstance(data, Mapping) or not data:
        raise Malformed(f"{where} maps languages to words, or 'keep' to a name")
    for language, word in data.items():
        if language != KEEP and language not in LANGUAGES:
            raise Malformed(f"{where}: {str(language)[:20]!r} is none of {', '.join(LANGUAGES)}, nor 'keep'")
        if not isinstance(word, str) or not word.strip() or len(word) > TERM_CHARACTERS or "\n" in word:
            raise Malformed(f"{where}: {language!r} is a word or some, of at most {TERM_CHARACTERS} characters on one line")
    if (KEEP in data) == (len(data) > 1):
        raise Malformed(f"{where} has at least two languages, or 'keep' alone")
    return {language: " ".join(word.split()) for language, word in data.items()}
