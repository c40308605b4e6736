"""What a customer answers to "shall I?": yes, no, or something else; and the other ways to say that all is well, or over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from switchboard.domain.dialogue.cues import ASKS_ANYWHERE
from switchboard.domain.dialogue.message import Message
from switchboard.domain.dialogue.phrases import Phrases, covered, cue, own_language
from switchboard.domain.waiting_room.answer_words import NO, UNSPACED, YES
from switchboard.domain.waiting_room.answers import Kind, understood

_REPEATED = re.compile(r"(\w)\1+")
PAUSES = ".,;:!…-–—，。、；：！"
_MARKS = frozenset("?？؟")
_SHORT = 5  # words: more than repeats a question
_STEM = 5
"""Letters from which two words are taken for forms of one."""
_DENIALS = (
    "no|not|don't|never|nope|nah|non|ne|pas|nan|nein|nicht|kein|keine|nee|nö|nix|não|nao|nem|нет|не|неа|不|别|別|没|沒|否|"
    "いいえ|いえ|いや|イイエ|ううん|ない|ません|아니|아뇨|안돼|지마|말아|لا|لأ|كلا|ليس|مش|مو|ما أبي|ما أبغى|ما بدي|ما أريد|"
    "नहीं|नही|मत|ना|na|nahi|nahin"
)
DENIAL = Phrases(_DENIALS.split("|"))
"""Words that deny, whatever else is said."""
_TYPED = 3
"""Least letters of a word that is still recognised with one of them wrong."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`says` is "yes", "no" or ""; `rest` is what follows it, empty if that is all. `apart`: a pause is between them."""

    says: str
    rest: Message
    apart: bool = True

    @property
    def bare(self) -> bool:
        """Whether it is a yes or a no and nothing more."""
        return bool(self.says) and not self.rest.words


_EMPTY = Message("")


def replied(m: Message, language: str, question: str = "") -> Reply:
    """The yes or no a message is, or begins with. Words such as "cancel" are no "no" where the question has them."""
    asked = _asked(question)
    match understood(m.shown, language).kind:
        case Kind.YES if not cue("calls", language).within(m):
            return Reply("yes", _EMPTY)
        case Kind.NO if not _only_repeats(m.forms, asked):
            return Reply("no", _EMPTY)
    slipped = "" if _only_repeats(m.forms, asked) else _stretched(m, language) or _mistyped(m, language)
    if slipped:
        return Reply(slipped, _EMPTY)
    return _leading(m, language)


def _leading(m: Message, language: str) -> Reply:
    sets = {name: cue(name, language) for name in ("yes", "no", "besides")}
    says, place = "", 0
    while place < len(m.words):
        sizes = {name: phrases.at(m.forms, place) for name, phrases in sets.items()}
        name = max(sizes, key=lambda n: (sizes[n], n))  # of equals a yes before a no before what goes along
        size = sizes[name]
        if not size or not _stands(m, place, place + size):
            break
        said = m.forms[place : place + size]
        if name == "no" and not DENIAL.within(Message(" ".join(said))):
            break  # "stop", "cancel": a no by itself, a wish with more words
        if name != "besides":
            if says and name != says:  # "yes, stop it" is a yes, "yes no wait" is none
                says = "no"
                break
            says = name
        place += size
    if not says:
        return Reply("", m)
    end = m.words[place - 1].end
    rest = m.shown[end:].strip()
    return Reply(says, Message(rest.lstrip(f"{PAUSES} ")), apart=rest[:1] in PAUSES)


def _asked(question: str) -> frozenset[str]:
    return frozenset(Message(question).forms)


def _only_repeats(forms: tuple[str, ...], asked: frozenset[str]) -> bool:
    """Whether words that could deny are those of the question."""
    return any(kin(form, asked) for form in forms) and not any(DENIAL.at(forms, n) for n in range(len(forms)))


def kin(form: str, others: frozenset[str]) -> bool:
    """Whether a word is one of others, or another form of one ("cancelled", "cancelar"; in Arabic, with or without its article)."""
    if form in others:
        return len(form) > 2 or form >= "\u2e80"
    bare = form.removeprefix("ال")
    if bare != form or any(other == f"ال{form}" for other in others):
        return bare in others or f"ال{form}" in others
    return len(form) >= _STEM and any(other.startswith(form[:_STEM]) for other in others)


def _stands(m: Message, start: int, end: int) -> bool:
    """Whether words stand for themselves: in scripts that run on a single character may be part of any word."""
    first, last = m.words[start], m.words[end - 1]
    if last.end - first.start > 1 or not _runs_on(first.form):
        return True
    after = m.words[end] if end < len(m.words) else None
    return after is None or after.start > last.end or not _runs_on(after.form)


def _runs_on(form: str) -> bool:
    return len(form) == 1 and form >= "\u2e80"


def _stretched(m: Message, language: str) -> str:
    """ "yesss", "jaaa", "nooo": a yes or no said with feeling."""
    if not m.words or len(m.words) > 3:
        return ""
    short = _REPEATED.sub(r"\1", " ".join(m.forms))
    if short == " ".join(m.forms):
        return ""
    kind = understood(short, language).kind
    return kind.value if kind in (Kind.YES, Kind.NO) else ""


def _mistyped(m: Message, language: str) -> str:
    """A single word that is one slip away from a yes or a no, not from both."""
    own = own_language(language)
    words = [f for f in m.forms if not cue("besides", language).at((f,), 0)]
    if len(words) != 1 or len(words[0]) < _TYPED or own in UNSPACED or any(c.isdigit() for c in words[0]):
        return ""
    near = {name for name in ("yes", "no") for known in _single(name, own) if _slipped(words[0], known)}
    return near.pop() if len(near) == 1 else ""


@lru_cache(maxsize=64)
def _single(name: str, language: str) -> frozenset[str]:
    table = YES if name == "yes" else NO
    spoken = {language, "en"} & set(table)
    words = {Message(phrase).forms for one in spoken for phrase in table[one]}
    return frozenset(forms[0] for forms in words if len(forms) == 1 and len(forms[0]) >= _TYPED)


def _slipped(word: str, known: str) -> bool:
    """Whether two neighbours changed places, or one letter too many or (of four and more) too few or wrong was typed; the first
    letter is right, for so it nearly always is."""
    if word[0] != known[0] or abs(len(word) - len(known)) > 1:
        return False
    if len(word) == len(known):
        off = [n for n, (a, b) in enumerate(zip(word, known, strict=True)) if a != b]
        swapped = len(off) == 2 and off[1] == off[0] + 1 and word[off[0]] == known[off[1]] and word[off[1]] == known[off[0]]
        return swapped or (len(off) == 1 and len(known) > _TYPED)
    longer, shorter = sorted((word, known), key=len, reverse=True)
    if len(shorter) < _TYPED:
        return False
    return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


# -- other things said in passing ------------------------------------------------------------------


def marked(m: Message) -> bool:
    """Whether there is a question mark."""
    return any(c in _MARKS for c in m.shown)


def asks(m: Message, language: str) -> bool:
    """Whether it is a question, marked or not."""
    if marked(m) or not m.words:
        return marked(m)
    begins = cue("asks", language)
    if own_language(language) in ASKS_ANYWHERE:
        return begins.within(m)
    start = 0
    while start < len(m.words) and (size := max(cue(n, language).at(m.forms, start) for n in ("besides", "yes", "no"))):
        start += size
    return bool(begins.at(m.forms, start)) or bool(begins.at(m.forms, 0))


def inquires(m: Message, language: str) -> bool:
    """Whether something is asked, also within a sentence ("please tell me where it is")."""
    return asks(m, language) or (cue("wish", language).within(m) and cue("inquiry", language).within(m))


def without_preface(m: Message, language: str) -> Message:
    """What is meant, without the words that only say that it is something else: "but rather", "sorry, I meant"."""
    sets = [cue(name, language) for name in ("but", "instead", "corrective", "hums")]
    place = 0
    while place < len(m.words) and (size := max(s.at(m.forms, place) for s in sets)):
        place += size
    return Message(m.shown[m.words[place].start :]) if 0 < place < len(m.words) else m


def echoes(m: Message, question: str, language: str) -> bool:
    """Whether a message only says again what was asked ("cancel it" to "Shall I cancel SB-12345?")."""
    asked = _asked(question)
    if own_language(language) in UNSPACED:
        return m.bulk <= _SHORT and bool(_pairs(m) & _pairs(Message(question)))
    said = [form for form in m.forms if kin(form, asked)]
    rest = tuple(form for form in m.forms if not kin(form, asked))
    return bool(said) and covered(rest, cue("besides", language), cue("yes", language))


def mentions(m: Message, text: str) -> bool:
    """Whether a message speaks of what a text speaks of: they share a word, or two characters of a script that runs on."""
    asked = frozenset(form for form in Message(text).forms if len(form) >= _STEM - 2)
    return any(kin(form, asked) for form in m.forms if len(form) > 3) or bool(_pairs(m) & _pairs(Message(text)))


def _pairs(m: Message) -> set[tuple[str, str]]:
    """Neighbouring characters that mean something: hiragana is mostly grammar."""
    return {(a, b) for a, b in pairwise(m.forms) if all(_runs_on(f) and not "\u3040" <= f <= "\u309f" for f in (a, b))}


def denies(m: Message, language: str) -> bool:
    """Whether something is denied, and not only that there is anything wrong ("no mistake", "no problem")."""
    return _beside_yes(m, language, DENIAL)


def wary(m: Message, language: str) -> bool:
    """Whether a message has a "but" or says that something is wrong: "there is no mistake" does not."""
    return _beside_yes(m, language, cue("but", language)) or _beside_yes(m, language, cue("corrective", language))


def _beside_yes(m: Message, language: str, phrases: Phrases) -> bool:
    agreed = cue("yes", language).found(m.forms)
    places = (place for place in range(len(m.forms)) if phrases.at(m.forms, place))
    return any(not any(start <= place < end for start, end in agreed) for place in places)


def content(m: Message, language: str, *, plainly: bool = False) -> bool:
    """Whether a customer who was asked for more has no more to say: no, thanks, that is all, fine. A bare yes is none. `plainly`: in
    words that can be no wish ("cancel it" may be one)."""
    if understood(m.shown, language).kind is Kind.NO and (not plainly or DENIAL.within(m)):
        return True
    nods = [cue(name, language) for name in ("no_more", "thanks", "noted")]
    yes = [cue("yes", language)] if nods[1].within(m) else []  # "yes, thank you" thanks
    if not m.words or not covered(m.forms, *nods, *yes, cue("no", language), cue("besides", language)):
        return False
    return any(s.within(m) for s in nods) or (DENIAL.within(m) if plainly else cue("no", language).within(m))
