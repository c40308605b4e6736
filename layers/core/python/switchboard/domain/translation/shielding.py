"""What a translation must not touch, how it is hidden from the engine, and how it is put back.

Personal data (`domain.privacy`), links, addresses, order and tracking numbers, codes, placeholders, dates in digits and numbers with
their units are replaced by marks; the company's terms too, whose mark brings the term of the other language. An engine sees words
and marks and nothing that a digit less would falsify. Its answer is taken only if every mark is in it exactly once
(`Marks.restored`)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from switchboard.domain.privacy.detector import detect
from switchboard.domain.translation.glossary import NO_TERMS, Terms

_SIGN = r"[€$£¥₹₽₩₪฿₫₴₺%‰°№]"
_CURRENCY = r"(?:US\$|R\$|CA\$|A\$|HK\$|NT\$|EUR|USD|GBP|JPY|CNY|RMB|INR|RUB|KRW|BRL|CHF|AED|SAR|PLN|SEK|DKK|NOK|CZK|TRY|MXN|CAD|AUD)"
_UNIT = r"(?:°C|°F|kg|mg|km/h|km|cm|mm|ml|cl|kWh|Wh|mAh|kW|GB|MB|kB|TB|Mbit/s|Hz|kHz|MHz|GHz|px|g|m|l|L|W|V|A)"
_GAP = r"[ \u00a0\u202f]?"
_DIGITS = r"\d(?:[ .,:;/'’()\u00a0\u202f\-–]{0,2}\d){0,60}"
_CODE = r"A-Za-zА-ЯЁа-яё0-9"
_ENDS = "com|org|net|io|eu|de|fr|es|it|pt|br|ru|cn|jp|kr|in|ae|sa|uk|us|info|shop|app|co|me|dev|example|at|ch|nl|pl|se"
_NO_LINK = "\\s<>\"'，。！？；：、（）「」『』【】《》“”⟦⟧"

KEPT = re.compile(
    "|".join((
        rf"(?i:https?://|www\.)[^{_NO_LINK}]+",
        r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
        rf"(?<![\w.])(?:[A-Za-z0-9-]{{1,63}}\.){{1,4}}(?:{_ENDS})(?![\w])(?:/[^{_NO_LINK}]*)?",
        r"\{\{[^{}\n]{0,80}\}\}|\$?\{[^{}\n]{0,80}\}|%\([a-z_]{1,40}\)[sd]|%[sd](?!\w)",
        r"⟦[^⟦⟧\n]{0,40}⟧|[⟦⟧]|</?[A-Za-z][^<>\n]{0,200}>",
        r"(?<!\w)[@#]\w{2,60}",
        r"\d{2,4}\s?年(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?)?|\d{1,2}\s?月\s?\d{1,2}\s?[日号]|"
        r"\d{4}년(?:\s?\d{1,2}월(?:\s?\d{1,2}일)?)?|\d{1,2}월\s?\d{1,2}일",
        rf"(?:(?<![{_CODE}]){_CURRENCY}{_GAP}|[+＋#]|{_SIGN}{_GAP})?(?<![{_CODE}]){_DIGITS}"
        rf"(?:{_GAP}(?:{_SIGN}|(?:{_CURRENCY}|{_UNIT})(?![{_CODE}])))?(?![{_CODE}])",
        rf"(?<![{_CODE}])(?=[{_CODE}#_/.\-]{{0,63}}\d)#?[{_CODE}]{{1,80}}(?:[-_/.][{_CODE}]{{1,80}}){{0,20}}",
        r"•(?:[ .\-/•]*•)*[ .\-/]?(?:\d{1,4}(?!\d))?",
        r"\d+",
    ))
)  # fmt: skip
"""Left to right, the first kind that fits. Digits are those of any script."""

_LINK_TAIL = re.compile(r"[.,;:!?)\]]+$")
_FOREIGN = re.compile(r"(?i:https?://|www\.)|[\w.+%-]{1,64}@[\w-]{1,63}\.\w")
_LONG_NUMBER = re.compile(r"\d[\d.,]*\d[\d.,]*\d")
WORD = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: words for the engine, or what stands instead of a mark (`kept`; for a term, that of the other language)."""

    text: str
    kept: bool


def pieces(text: str, terms: Terms = NO_TERMS) -> list[Piece]:
    """The text in parts. Without terms, put together they are the text."""
    found: list[Piece] = []
    for part in _whole(text):
        found += [part] if part.kept else [Piece(t, k) for t, k in terms.split(part.text)]
    return found


def _whole(text: str) -> Iterator[Piece]:
    """Personal data first, each in one piece: the engine hears nothing of it, whatever it looks like."""
    at = 0
    for f in detect(text):
        yield from _kept(text[at : f.start])
        yield Piece(text[f.start : f.end], True)
        at = f.end
    yield from _kept(text[at:])


def _kept(text: str) -> Iterator[Piece]:
    at = 0
    for match in KEPT.finditer(text):
        end = match.end()
        if (tail := _LINK_TAIL.search(match[0])) and WORD.search(match[0]):
            end -= len(tail[0])  # a sentence's end is no part of a link
        if end <= match.start():
            continue
        if match.start() > at:
            yield Piece(text[at : match.start()], False)
        yield Piece(text[match.start() : end], True)
        at = end
    if at < len(text):
        yield Piece(text[at:], False)


def wordless(parts: Sequence[Piece]) -> bool:
    """Whether there is nothing to translate."""
    return not any(not p.kept and WORD.search(p.text) for p in parts)


def name_of(number: int) -> str:
    """What a mark is called: letters alone, for a digit that is left over would be read as a number. 0 is XA, 26 is XBA."""
    letters = ""
    while True:
        letters = chr(ord("A") + number % 26) + letters
        number //= 26
        if not number:
            return "X" + letters


@dataclass(frozen=True, slots=True)
class Marks:
    """How marks look to an engine. `markup`: the words beside them are HTML."""

    opening: str
    closing: str
    pattern: re.Pattern[str]
    markup: bool = False

    def marked(self, parts: Sequence[Piece], first: int = 0) -> tuple[str, dict[str, str]]:
        """The text for the engine, and what each mark stands for. Marks are numbered from `first`."""
        values: dict[str, str] = {}
        shown = []
        for part in parts:
            if part.kept:
                name = name_of(first + len(values))
                values[name] = part.text
                shown.append(f"{self.opening}{name}{self.closing}")
            else:
                shown.append(html.escape(part.text, quote=False) if self.markup else part.text)
        return "".join(shown), values

    def restored(self, answer: str, values: dict[str, str]) -> str | None:
        """The answer with everything in its place; None where a mark is missing, doubled or damaged, or the engine made up what looks
        like a link, an address or a long number."""
        names = [m[1] for m in self.pattern.finditer(answer)]
        if sorted(names) != sorted(values):
            return None
        shown, at = [], 0
        for match in self.pattern.finditer(answer):
            shown += [self._words(answer[at : match.start()]), values[match[1]]]
            at = match.end()
        shown.append(self._words(answer[at:]))
        return None if None in shown else "".join(s for s in shown if s is not None)

    def _words(self, raw: str) -> str | None:
        """What stands between marks; None if something is left of one, or does not belong there."""
        if any(sign in raw for sign in ("<>" if self.markup else "⟦⟧")):
            return None
        words = html.unescape(raw) if self.markup else raw
        return None if _FOREIGN.search(words) or _LONG_NUMBER.search(words) else words


BRACKETS = Marks("⟦", "⟧", re.compile(r"⟦\s*(X[A-Z]{1,6})\s*⟧"))
_SPAN = re.compile(r"<span\s+translate\s*=\s*[\"']?no[\"']?\s*>\s*(X[A-Z]{1,6})\s*</span\s*>")
UNTRANSLATED = Marks('<span translate="no">', "</span>", _SPAN, markup=True)
"""The form that Amazon Translate documents for what it is to leave alone
(https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-tags.html)."""
