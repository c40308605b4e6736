"""What a yes leaves out and a no leaves open: "yes, only the lamp" is no yes to all of it, "no, the telephone not" no wish to leave
everything as it is. Neither is acted on."""

from __future__ import annotations

from switchboard.domain.dialogue.agreement import DENIAL, kin
from switchboard.domain.dialogue.flow import Flow, SlotKind
from switchboard.domain.dialogue.judging import Heard, intent, leaves
from switchboard.domain.dialogue.message import Message
from switchboard.domain.dialogue.phrases import Phrases, cue, listed, own_language, says, slight
from switchboard.domain.dialogue.talk import Talk, pending_words

_PLAIN = (SlotKind.CODE, SlotKind.EMAIL, SlotKind.CONTACT, SlotKind.PHONE, SlotKind.CHOICE)
"""Whose values may be said again without saying less: the name of a thing in a reason may be all that is meant."""
_POINTING = Phrases((
    "that", "this", "one", "it", "the", "das", "dies", "die", "der", "ça", "cela", "celle-ci", "le", "la", "eso", "esto", "esa",
    "ese", "así", "el", "isso", "esse", "essa", "o", "a", "questo", "quello", "questa", "quella", "это", "этот", "эту", "эта", "так",
    "这个", "那个", "这", "那", "个", "の", "を", "で", "は", "それ", "これ",
    "هذا", "هذه", "ده", "دي", "यही", "वही", "यह", "इसे", "है", "yahi", "wahi", "hai",
))  # fmt: skip
_NOT_ONLY = frozenset("지그금시깐")
"""Korean syllables after which 만 is no "only": 하지만, 그만, 조금만, 잠시만, 잠깐만."""
_STORY = 10
"""Words of a no beyond which it tells something else, too."""


def narrowed(t: Talk, flow: Flow, m: Message) -> bool:
    """Whether a yes is one to a part only, and not to what was asked said once more ("yes, only that", "only SB-12345, please")."""
    language = t.means.language
    if not (says(m, "only", language) or (own_language(language) == "ko" and _korean_only(m))):
        return False
    known = _known(t, flow)
    sets = [_POINTING, *(cue(name, language) for name in ("only", "yes", "besides", "thanks", "no_more", "noted"))]
    return not _covered(m, known, sets)


def withdrawn(t: Talk, x: Heard, flow: Flow) -> bool:
    """Whether a no says plainly that nothing shall be done: nothing in it is left that could be something else."""
    language, m = t.means.language, x.m
    if leaves(t, x, flow) or (m.bulk <= _STORY and says(m, "keeps", language)):
        return True
    denied = DENIAL.within(m) or says(m, "no", language)
    if denied and intent(t, x) == "deny" and m.bulk <= _STORY and not says(m, "only", language) and not _says_else(t, flow, m):
        return True
    names = ("no", "besides", "thanks", "no_more", "noted", "keep", "keeps", "hums", "but")
    cancel = listed(t.means.book.words("cancel", "", language))
    return _covered(m, _known(t, flow), [DENIAL, _POINTING, cancel, *(cue(name, language) for name in names)])


def _says_else(t: Talk, flow: Flow, m: Message) -> bool:
    """Whether something besides a no is named: a value, a wish, another of the things to choose from."""
    named = (found for slot in flow.of_kind(SlotKind.CHOICE) for words in slot.options.values() for found in words.items())
    options = Phrases(p for spoken, phrases in named if spoken in (own_language(t.means.language), "en") for p in phrases)
    chosen = flow.of_kind(SlotKind.CHOICE) and options.within(m)
    return bool(chosen) or any(c.isdigit() for c in m.plain) or says(m, "wish", t.means.language)


def _known(t: Talk, flow: Flow) -> frozenset[str]:
    """The words of the question, and of what was chosen or numbered."""
    values = [t.top.values.get(slot.name, "") for slot in flow.of_kind(*_PLAIN)]
    return frozenset(Message(" ".join((pending_words(t, flow), *values))).forms)


def _covered(m: Message, known: frozenset[str], sets: list[Phrases]) -> bool:
    place = 0
    while place < len(m.forms):
        size = max(s.at(m.forms, place) for s in sets)
        if not size and not kin(m.forms[place], known) and not slight(m.forms[place]):
            return False
        place += size or 1
    return True


def _korean_only(m: Message) -> bool:
    return any(
        form == "만" and n and m.forms[n - 1] not in _NOT_ONLY and not m.shown[m.words[n].end : m.words[n].end + 1].isalnum()
        for n, form in enumerate(m.forms)
    )
