"""The company's own texts in several languages, read backwards: a text that is one of them in one language is answered by the same
one in another. No word is guessed.

A template with placeholders is recognised with its values filled in; a value is taken over as it is, or, where it is one of the
company's words itself, in the other language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from switchboard.domain.translation.cutting import sentences
from switchboard.domain.translation.languages import LANGUAGES, UNSPACED
from switchboard.domain.translation.shielding import WORD

Texts = Mapping[str, str]

PLACEHOLDER = re.compile(r"\{\{?([a-z][a-z0-9_.]{0,60})(?:\|([^{}|]{0,100}))?\}\}?")
VALUE_CHARACTERS = 300
NAME_CHARACTERS = 80  # of a value with words in it that nobody translates: a product, a street
TEXT_CHARACTERS = 4_000
MOST_SENTENCES = 24
NAMES = frozenset({"name", "agent", "customer_name", "agent_name"})
"""Of people: the same in every language, whatever is said where there is none."""
LEAST_SAID = 6
"""Characters that a template has beside its placeholders, or it is recognised in the value of another alone."""
DEEPEST = 2  # values within values


def texts_in(document: object) -> Iterator[Texts]:
    """Every text that a document has in several languages, wherever it stands: `{"en": "..", "de": ".."}`, or documents of one form
    by language."""
    if isinstance(document, Mapping):
        spoken = {k: v for k, v in document.items() if k in LANGUAGES}
        if len(spoken) > 1 and len(spoken) == len(document):
            yield from _side_by_side(spoken)
            return
        for value in document.values():
            yield from texts_in(value)
    elif isinstance(document, list | tuple):
        for value in document:
            yield from texts_in(value)


def _side_by_side(spoken: Mapping[str, object]) -> Iterator[Texts]:
    words = {language: value for language, value in spoken.items() if isinstance(value, str) and value.strip()}
    if len(words) > 1:
        yield words
    maps = {language: value for language, value in spoken.items() if isinstance(value, Mapping)}
    for key in dict.fromkeys(k for value in maps.values() for k in value):
        yield from _side_by_side({language: value[key] for language, value in maps.items() if key in value})
    rows = {language: value for language, value in spoken.items() if isinstance(value, list | tuple)}
    for place in range(max(map(len, rows.values()), default=0)):
        yield from _side_by_side({language: value[place] for language, value in rows.items() if place < len(value)})


@dataclass(frozen=True, slots=True)
class _Template:
    words: tuple[str, ...]  # before, between and after its placeholders
    holders: tuple[tuple[str, str], ...]
    texts: Texts

    @property
    def said(self) -> int:
        return sum(len(word.strip()) for word in self.words)

    def values(self, text: str) -> list[str] | None:
        """What stands for each placeholder, each as short as can be; None for another text. Time grows with the text, whoever wrote
        it: nothing is tried twice."""
        first, *between = self.words
        last = between.pop()
        end = len(text) - len(last)
        at = len(first)
        if at > end or not text.startswith(first) or not text.endswith(last):
            return None
        found = []
        for word in between:
            place = text.find(word, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(word)
        found.append(text[at:end])
        return found if all(len(value) <= VALUE_CHARACTERS for value in found) else None


@dataclass(slots=True)
class KnownTexts:
    """Made of all texts that `sources` give."""

    sources: Iterable[Texts]
    _exact: dict[str, dict[str, Texts]] = field(default_factory=dict)
    _templates: dict[str, list[_Template]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for texts in self.sources:
            for language, text in texts.items():
                self._learn(language, _spelt(text), texts)

    def _learn(self, language: str, text: str, texts: Texts) -> None:
        holders = tuple((m[1], m[2] or "") for m in PLACEHOLDER.finditer(text))
        if not holders:
            self._exact.setdefault(language, {}).setdefault(text, texts)
            return
        words = tuple(PLACEHOLDER.sub("\0", text).split("\0"))
        if any(word.strip() for word in words):
            self._templates.setdefault(language, []).append(_Template(words, holders, texts))

    def find(self, text: str, source: str, target: str) -> str:
        """The text in the other language; "" where it is not known as a whole."""
        if len(text) > TEXT_CHARACTERS:
            return ""
        if found := self._one(_spelt(text), source, target):
            return found
        lines = [self._line(line, source, target) for line in text.split("\n")]
        return "\n".join(line for line in lines if line is not None) if None not in lines else ""

    def _line(self, line: str, source: str, target: str) -> str | None:
        """A line that is made of several texts, sentence by sentence."""
        if not line.strip():
            return line
        parts = sentences(_spelt(line))
        if len(parts) > MOST_SENTENCES:
            return None
        said, at = [], 0
        while at < len(parts):
            for end in range(len(parts), at, -1):
                if found := self._one("".join(parts[at:end]).strip(), source, target):
                    said.append(found)
                    at = end
                    break
            else:
                return None
        return ("" if target in UNSPACED else " ").join(said)

    def _one(self, text: str, source: str, target: str, depth: int = DEEPEST) -> str:
        if found := self._exact.get(source, {}).get(text):
            return found.get(target, "")
        for template in self._templates.get(source, ()):
            if target not in template.texts or (depth == DEEPEST and template.said < LEAST_SAID):
                continue
            if (values := template.values(text)) is not None and (
                said := self._filled(template, values, source, target, depth)
            ):
                return said
        return ""

    def _filled(self, template: _Template, given: Sequence[str], source: str, target: str, depth: int) -> str:
        values: dict[tuple[str, str], str] = {}
        for holder, value in zip(template.holders, given, strict=True):
            if values.setdefault(holder, value) != value:
                return ""
        own: dict[str, str | None] = {}  # None: what a text says where there is no such value
        for (name, form), value in values.items():
            if name in NAMES and value == form:
                own[name] = None
                continue
            shown = self._value(name, form, value, source, target, depth)
            if shown is None:
                return ""
            own[name] = shown
        asked = [(m[1], m[0]) for m in PLACEHOLDER.finditer(template.texts[target])]
        if any(name not in own for name, _ in asked):
            return ""
        return PLACEHOLDER.sub(lambda m: (m[2] or "") if (shown := own[m[1]]) is None else shown, template.texts[target])

    def _value(self, name: str, form: str, value: str, source: str, target: str, depth: int) -> str | None:
        if depth and (known := self._one(value, source, target, depth - 1)):
            return known
        if not WORD.search(value):
            return value
        named = len(value) <= NAME_CHARACTERS and len(sentences(value)) == 1
        return value if named and (not form or name in NAMES) else None


def _spelt(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
