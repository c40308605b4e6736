"""What is to go with what was said: "yes, and the second one in cream", "yes, but add Flat 2B". It is neither dropped in silence nor
done unseen: it joins the value, and the question comes again."""

from __future__ import annotations

from switchboard.domain.dialogue.addresses import told_of_address
from switchboard.domain.dialogue.agreement import DENIAL, asks, echoes
from switchboard.domain.dialogue.flow import Flow, Slot, SlotKind
from switchboard.domain.dialogue.judging import Heard, passing
from switchboard.domain.dialogue.kinds import VALUE_CHARACTERS, find
from switchboard.domain.dialogue.message import Message
from switchboard.domain.dialogue.phrases import covered, cue, own_language, says
from switchboard.domain.dialogue.talk import Talk, pending_words

_IS = "èéÈÉ"  # Italian and Portuguese: "is", not "and"
_LEAST = 2
"""Words that say something more: a single one is a flourish."""


def added(t: Talk, x: Heard, flow: Flow, rest: Message) -> dict[str, str]:
    """The value that what follows a yes goes with, with it; nothing where it is no such thing."""
    slot = _open_slot(t, flow)
    more, joint = _without_joint(rest, t.means.language)
    if slot is None or not joint or not _says_more(t, x, flow, more):
        return {}
    language, value = t.means.language, t.top.values[slot.name]
    if slot.kind is SlotKind.ADDRESS:
        another = find(slot, more, language) and more.bulk * 2 > Message(value).bulk and joint == "but"
        if another or not told_of_address(more):
            return {}
    elif joint == "but" and says(rest, "corrective", language):
        return {}
    return {slot.name: f"{value}, {' '.join(more.shown.split())}"[:VALUE_CHARACTERS]}


def adds(t: Talk, x: Heard, flow: Flow, rest: Message) -> bool:
    """Whether what follows a yes is something more to be done: not thanks, and not the question said again."""
    more, joint = _without_joint(rest, t.means.language)
    return joint == "adds" and _says_more(t, x, flow, more)


def _open_slot(t: Talk, flow: Flow) -> Slot | None:
    """What was said freely, and could be said at more length: an address, what is to be changed, but not why."""
    filled = [s for s in flow.of_kind(SlotKind.TEXT, SlotKind.ADDRESS) if s.name in t.top.values and not s.grounds]
    return filled[-1] if filled else None


def _says_more(t: Talk, x: Heard, flow: Flow, more: Message) -> bool:
    language = t.means.language
    if more.bulk < _LEAST or passing(t, x) or asks(more, language) or DENIAL.at(more.forms, 0):
        return False
    polite = [cue(name, language) for name in ("yes", "besides", "thanks", "no_more")]
    said = covered(more.forms, *polite) or says(more, "thanks", language) or echoes(more, pending_words(t, flow), language)
    return not said


def _without_joint(rest: Message, language: str) -> tuple[Message, str]:
    """What follows "and" or "but", and which of them: "adds" or "but"; "" if neither begins it."""
    tables = {name: cue(name, language) for name in ("adds", "but", "hums", "besides")}
    joint, place = "", 0
    while place < len(rest.forms):
        sizes = {name: phrases.at(rest.forms, place) for name, phrases in tables.items()}
        name = max(sizes, key=lambda n: (sizes[n], n in ("adds", "but")))
        if not sizes[name] or rest.shown[rest.words[place].start] in _IS:
            break
        joint = "adds" if "adds" in (joint, name) else "but" if "but" in (joint, name) else joint
        place += sizes[name]
    if not place and own_language(language) == "ar" and rest.words and rest.forms[0].startswith("و") and len(rest.forms[0]) > _LEAST:
        return _without_joint(Message(rest.shown[rest.words[0].start + 1 :]), language)[0], "adds"  # written with the next word
    return (Message(rest.shown[rest.words[place].start :]) if place < len(rest.words) else Message("")), joint
