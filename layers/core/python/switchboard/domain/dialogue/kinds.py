"""Values of slots in what customers write: found, and brought to one form. Strict for all kinds but text: what is taken for an order
number wrongly costs more than to ask again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from switchboard.domain.dialogue.addresses import find_address
from switchboard.domain.dialogue.denied import Found, undenied
from switchboard.domain.dialogue.flow import Slot, SlotKind
from switchboard.domain.dialogue.message import Message, forms_of
from switchboard.domain.dialogue.phrases import Phrases, own_language
from switchboard.domain.dialogue.value_cues import SIZES

VALUE_CHARACTERS = 500
"""Of a value at most; what is longer is asked for again, never cut."""
_STEM = 4
"""Letters from which a word of a choice also begins longer words ("stop": "stopping")."""

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+@-])[A-Za-z0-9_%+-]{1,64}(?:\.[A-Za-z0-9_%+-]{1,64}){0,8}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}"
    r"(?![A-Za-z0-9@])"
)
_PHONE = re.compile(r"(?<![\w+.,-])(\+|00)?\(?\d[\d \t().\-/]{4,28}\d(?![\d@])", re.ASCII)
_GAP = r"[\s\-\u2010-\u2015\u2212_.:#/\u30fc]{0,3}"  # between a prefix and its digits, as people type it


def find(
    slot: Slot, m: Message, language: str, *, asked: bool = False, doubt: bool = False, options: Sequence[str] = ()
) -> list[Found]:  # fmt: skip
    """The values of a slot in a message, in order. `asked`: it is what the customer was asked for, so that less is needed to believe
    it. `doubt`: the message may well be about something else. `options`: of a one_of. A text is never found: see `free_text`."""
    match slot.kind:
        case SlotKind.CODE:
            return _codes(slot, m) or (_bare(slot, m) if asked else [])
        case SlotKind.EMAIL:
            return _emails(m)
        case SlotKind.PHONE:
            return _phones(m, asked)
        case SlotKind.CONTACT:
            return _emails(m) or _phones(m, asked)
        case SlotKind.CHOICE:
            return _choices(slot.options, m, language)
        case SlotKind.ONE_OF:
            return _tokens(options, m)
        case SlotKind.ADDRESS:
            place = find_address(m, language, asked=asked, doubt=doubt)
            line = _line(m.shown[place[0] : place[1]]) if place else ""
            return [Found(line, *place)] if place and len(line) <= VALUE_CHARACTERS else []
        case SlotKind.TEXT:
            return []


def bare_codes(slot: Slot, m: Message) -> list[Found]:
    """Numbers that could be a code without its prefix."""
    return _bare(slot, m)


def free_text(slot: Slot, m: Message) -> str:
    """The message as the value of a text slot; "" if it says too little, or more than a company is told:
    what is shown and done is what was written, never the first half of it."""
    said = " ".join(m.shown.split())
    return said if slot.least <= len(said) <= VALUE_CHARACTERS and any(c.isalnum() for c in said) else ""


def stands(slot: Slot, value: str, language: str, options: Sequence[str] = ()) -> bool:
    """Whether a value heard elsewhere is one of this slot."""
    if slot.kind is SlotKind.TEXT:
        return len(value) >= slot.least
    if slot.kind is SlotKind.CHOICE:
        return value in slot.options
    return any(found.value == value for found in find(slot, Message(value), language, asked=True, options=options))


# -- codes, addresses of e-mail, telephone numbers ------------------------------------------------


def _codes(slot: Slot, m: Message) -> list[Found]:
    letters = re.escape(slot.prefix.rstrip("-–—_.:#/ "))
    if not letters:
        return []
    pattern = re.compile(rf"(?<![A-Za-z0-9]){letters}{_GAP}(\d(?:[ .\-]?\d){{{slot.digits - 1}}})(?!\d)", re.IGNORECASE | re.ASCII)
    return [_code(slot, found[1], found.start(), found.end()) for found in pattern.finditer(m.plain)]


def _bare(slot: Slot, m: Message) -> list[Found]:
    pattern = re.compile(rf"(?<![A-Za-z0-9+@])(?<!\d[.,:/\-])(\d{{{slot.digits}}})(?![A-Za-z0-9@]|[.,:/\-]\d)", re.ASCII)
    return [_code(slot, found[1], found.start(), found.end()) for found in pattern.finditer(m.plain)]


def _code(slot: Slot, digits: str, start: int, end: int) -> Found:
    return Found(slot.prefix + "".join(c for c in digits if c.isdigit()), start, end)


def _emails(m: Message) -> list[Found]:
    return [Found(found[0], found.start(), found.end()) for found in _EMAIL.finditer(m.plain) if len(found[0]) <= 254]


def _phones(m: Message, asked: bool) -> list[Found]:
    found = []
    for number in _PHONE.finditer(m.plain):
        digits = "".join(c for c in number[0].replace("(0)", "") if c.isdigit())
        international = bool(number[1])
        if number[1] == "00":
            digits = digits[2:]
        if (asked or international) and 7 <= len(digits) <= 15:
            found.append(Found(f"+{digits}" if international else digits, number.start(), number.end()))
    return found


# -- one of several --------------------------------------------------------------------------------


def _choices(options: Mapping[str, Mapping[str, tuple[str, ...]]], m: Message, language: str) -> list[Found]:
    """In the customer's language and English first; another language's words only where these say nothing."""
    own = own_language(language)
    first = {value: [p for spoken in dict.fromkeys((own, "en")) for p in words.get(spoken, ())] for value, words in options.items()}
    every = {value: [p for phrases in words.values() for p in phrases] for value, words in options.items()}
    return undenied(_among(first, m) or _among(every, m), m, own)


def _among(options: Mapping[str, Sequence[str]], m: Message) -> list[Found]:
    """What is found at one place several times is the longest; "not stop but pause" has both, in their order."""
    taken: list[tuple[int, int, str]] = []
    for value, phrases in options.items():
        for forms in filter(None, map(forms_of, phrases)):
            taken += [(place, place + len(forms), value) for place in range(len(m.words)) if _begins(m.forms, place, forms)]
    taken.sort(key=lambda t: (t[0] - t[1], t[0]))
    kept: list[tuple[int, int, str]] = []
    for start, end, value in taken:
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, value))
    return [Found(value, m.words[start].start, m.words[end - 1].end) for start, end, value in sorted(kept)]


def _begins(forms: tuple[str, ...], place: int, phrase: tuple[str, ...]) -> bool:
    """Whether a phrase stands at a place; its last word may be the stem of a longer one, or in Arabic follow its article."""
    if len(forms) - place < len(phrase) or forms[place : place + len(phrase) - 1] != phrase[:-1]:
        return False
    word, last = forms[place + len(phrase) - 1], phrase[-1]
    if word == last or (len(last) >= _STEM and word.startswith(last)):
        return True
    return "\u0600" <= last[0] <= "\u06ff" and word.endswith(last) and word.removesuffix(last) in _ARABIC_ARTICLES


_ARABIC_ARTICLES = frozenset({"ال", "و", "وال", "بال", "لل", "ل", "ب", "فال"})


def _tokens(options: Sequence[str], m: Message) -> list[Found]:
    """Options as they are written; else, for sizes, as they are said."""
    exact = _exact({option: [option] for option in options}, m)
    said = {option: [phrase] for option in options for phrase in [SIZES.get(option.strip().upper(), "")] if phrase}
    return exact or _exact({option: phrases[0].split("|") for option, phrases in said.items()}, m)


def _exact(options: Mapping[str, Sequence[str]], m: Message) -> list[Found]:
    places = [(start, end, value) for value, phrases in options.items() for start, end in Phrases(phrases).found(m.forms)]
    kept = [p for p in places if not any(_covers(q, p) for q in places)]
    return [Found(value, m.words[start].start, m.words[end - 1].end) for start, end, value in sorted(kept)]


def _covers(outer: tuple[int, int, str], inner: tuple[int, int, str]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1] and outer[1] - outer[0] > inner[1] - inner[0]


def _line(text: str) -> str:
    """One line: what was written in several is one address."""
    parts = (" ".join(part.split()).strip(" ,;") for part in text.split("\n"))
    return ", ".join(filter(None, parts))
