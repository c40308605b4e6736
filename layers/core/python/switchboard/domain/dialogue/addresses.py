"""Postal addresses in what customers write. There is no grammar of addresses; there are words before and after them, and signs that a
text is one: a number, words for streets, a postal code, parts between commas."""

from __future__ import annotations

import re

from switchboard.domain.dialogue.agreement import marked
from switchboard.domain.dialogue.message import Message, forms_of
from switchboard.domain.dialogue.phrases import cue, own_language, says
from switchboard.domain.dialogue.value_cues import ADDRESS_ENDINGS, ADDRESS_SIGNS, ADDRESS_SIGNS_KOREAN, ADDRESS_WORDS

LEAST, LEAST_IN_SIGNS = 8, 6
"""Characters of an address; of one in Chinese, Japanese or Korean."""

_POSTCODE = re.compile(r"(?<!\d)\d{4,6}(?!\d)|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b\d{3}-\d{4}\b", re.ASCII)
_COLON = re.compile("[:：]")
_SENTENCE = re.compile(r"[.!。！\n,，;；]")
_STOP = re.compile(r"[。！]|[.!] (?=[^\W_])")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EDGES = " ,.;:!?\"'“”„«»()،。，！？：；-–—\n"
_WORDS = frozenset(form for word in ADDRESS_WORDS for form in forms_of(word))
_NAMES = re.compile("[地住]址|[单單番电電]号|[单單電]號|号码|號碼|地方")  # what has such a sign, and names an address or number only
_PART = 8  # words of a part of an address, at most
_SENTENCE_WORDS = 3
_FILLED = 2  # words: how much before an address makes a sentence of it

Span = tuple[int, int]


def find_address(m: Message, language: str, *, asked: bool, doubt: bool) -> Span | None:
    """The place of an address in a message. `asked`: the customer was asked for it, so that anything of its length with a number is
    believed, unless there is `doubt`."""
    whole = (0, len(m.shown))
    if marked(m):
        return _before_question(m, language) or _within(m, language, whole)
    for colon in _COLON.finditer(m.shown):
        span = _stripped(m, language, (colon.end(), whole[1]))
        if _strong(_part(m, span)) or (asked and _weak(_part(m, span))):
            return span
    if inner := _within(m, language, whole) or _after_sentence(m, language):
        return inner
    span = _stripped(m, language, whole)
    text = _part(m, span)
    good = _strong(text) if doubt or not asked else _weak(text)
    return span if good and (asked or _compact(text, language)) else None


def told_of_address(m: Message) -> bool:
    """Whether a text may be a part of an address: a number, or a word or sign of addresses."""
    numbered = any(c.isdigit() for c in m.plain)
    return numbered or any(_address_word(f) for f in m.forms) or (bool(_HAN.search(m.shown)) and _signs(m.plain) > 0)


def _after_sentence(m: Message, language: str) -> Span | None:
    """The address that follows a sentence: "Sorry, the number was wrong. 12 Elm Street, Leeds". What is shortened ("Elm St. 12") ends
    none."""
    for stop in reversed(list(_STOP.finditer(m.shown))):
        head = [w.form for w in m.words if w.end <= stop.start()]
        span = _stripped(m, language, (stop.end(), len(m.shown)))
        ended = _bulk(m.shown[: stop.start()]) >= _SENTENCE_WORDS and not _address_word(head[-1])
        if ended and _strong(text := _part(m, span)) and _compact(text, language):
            return span
    return None


def _before_question(m: Message, language: str) -> Span | None:
    """The address in "<address>. And where is it now?"."""
    end = min(place for place, c in enumerate(m.shown) if c in "?？؟")
    for cut in sorted((f.start() for f in _SENTENCE.finditer(m.shown, 0, end)), reverse=True):
        span = _stripped(m, language, (0, cut))
        if _strong(_part(m, span)) and not any(c.isdigit() for c in m.plain[cut:end]):
            return span
    return None


def _within(m: Message, language: str, span: Span) -> Span | None:
    """The address after words such as "deliver it to", where a sentence leads up to it."""
    leads = [(*span, _FILLED) for span in cue("address_leads", language).found(m.forms)]
    turns = [(*span, 1) for span in cue("corrective", language).found(m.forms)]
    for start, end, least in sorted((*leads, *turns), reverse=True):
        head = m.words[:start]
        if len(head) < least or any(c.isdigit() for w in head for c in w.form):
            continue
        tail = _stripped(m, language, (m.words[end - 1].end, span[1]))
        if _strong(_part(m, tail)):
            return tail
    return None


def _stripped(m: Message, language: str, span: Span) -> Span:
    """Without a yes or no and words such as "my new address is" before it, and a please after it."""
    words = [w for w in m.words if w.start >= span[0] and w.end <= span[1]]
    forms = tuple(w.form for w in words)
    place = 0
    before = [cue(name, language) for name in ("yes", "no", "besides", "corrective", "but", "hums", "address_leads")]
    while place < len(forms) and (size := max(phrases.at(forms, place) for phrases in before)):
        if size == 1 and (_address_word(forms[place]) or forms[place : place + 2] == ("成", "都")):
            break
        place += size
    last = len(forms)
    digit = max((n for n, f in enumerate(forms) if any(c.isdigit() for c in f)), default=-1)
    ends = cue("address_ends", language)
    if own_language(language) in ("ja", "ko", "hi", "de"):
        cuts = [start for start, _ in ends.found(forms) if start > digit >= 0]
        last = cuts[0] if cuts else last
    besides = cue("besides", language)
    while trailing := next((n for n in range(1, last - place) if any(p.at(forms, last - n) == n for p in (ends, besides))), 0):
        last -= trailing
    if last <= place:
        return span[0], span[0]
    start, end = words[place].start, words[last - 1].end
    while start > span[0] and m.shown[start - 1] in "#№(":
        start -= 1
    while end < span[1] and m.shown[end] in ")":
        end += 1
    return start, end


def _part(m: Message, span: Span) -> str:
    return m.plain[span[0] : span[1]].strip(_EDGES)


def _bulk(text: str) -> int:
    return Message(text).bulk


def _weak(text: str) -> bool:
    """Long enough, with a number; in scripts that run on a sign of an address serves too."""
    numbered = any(c.isdigit() for c in text)
    if _HAN.search(text):
        return len(text) >= LEAST_IN_SIGNS and (numbered or _signs(text) >= 1)
    return len(text) >= LEAST and numbered and any(c.isalpha() for c in text)


def _strong(text: str) -> bool:
    """An address also to those who did not ask for one."""
    if _HAN.search(text):
        return len(text) >= LEAST_IN_SIGNS and _signs(text) >= (1 if any(c.isdigit() for c in text) else 2)
    if not _weak(text):
        return False
    forms = Message(text).forms
    named = any(_address_word(f) for f in forms)
    lettered = any(len(f) > 1 and not any(c.isdigit() for c in f) for f in forms)
    return lettered and (named or bool(_POSTCODE.search(text)) or _parts(text))


def _parts(text: str) -> bool:
    """ "12 Elm, Springfield": parts between commas or lines, one of which has a number and another has none."""
    parts = [p.strip() for p in re.split("[,،\n]", text) if any(c.isalpha() for c in p)]
    housed = any(any(c.isdigit() for c in p) and not p[0].islower() for p in parts)  # and not "on 12 March"
    return len(parts) >= 2 and housed and max(map(_bulk, parts)) <= 5


def _compact(text: str, language: str) -> bool:
    """Whether a text is nothing but an address, as far as one can tell: short parts, and no wish among them."""
    return max(map(_bulk, re.split("[,，、،\n]", text))) <= _PART and not says(Message(text), "wish", language)


def _signs(text: str) -> int:
    text = _NAMES.sub("", text)
    korean = sum(c in ADDRESS_SIGNS_KOREAN for c in text)
    return sum(c in ADDRESS_SIGNS for c in text) + korean // 2


def _address_word(form: str) -> bool:
    return form in _WORDS or (len(form) > 4 and form.endswith(ADDRESS_ENDINGS))
