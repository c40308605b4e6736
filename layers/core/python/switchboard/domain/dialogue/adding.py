"""What is to go with what was said: "yes, and the second one in cream", "yes, but add Flat 2B". It is neither dropped in silence nor
done unseen: it joins the value, and the question comes again."""

from __future__ import annotations

from dataclasses import replace

from switchboard.domain.dialogue.addresses import told_of_address
from switchboard.domain.dialogue.agreement import DENIAL, asks, echoes
from switchboard.domain.dialogue.flow import Flow, Slot, SlotKind
from switchboard.domain.dialogue.judging import Heard, other, own, parts, passing, serves
from switchboard.domain.dialogue.kinds import VALUE_CHARACTERS, find
from switchboard.domain.dialogue.message import Message
from switchboard.domain.dialogue.phrases import covered, cue, own_language, says
from switchboard.domain.dialogue.talk import Talk, pending_words

_IS = "èéÈÉ"  # Italian and Portuguese: "is", not "and"
_EMAIL, _PHONE = Slot("email", SlotKind.EMAIL, ask={}), Slot("phone", SlotKind.PHONE, ask={})
_MARKED = (SlotKind.CODE, SlotKind.EMAIL, SlotKind.CONTACT, SlotKind.PHONE, SlotKind.CHOICE)
"""Values that, added to a yes, are of another matter, and not the right ones in place of those shown."""
_ASIDE = 5
"""Words after a yes, with another value in them, that say more than what is right."""
_LEAST = 2
"""Words that say something more: a single one is a flourish."""


def added(t: Talk, x: Heard, flow: Flow, rest: Message) -> dict[str, str]:
    """The value that what follows a yes goes with, with it; nothing where it is no such thing."""
    slot = _open_slot(t, flow)
    more, joint = _without_joint(rest, t.means.language)
    if slot is None or not joint or not _says_more(t, x, flow, more) or another_matter(t, x, flow, rest, more):
        return {}
    language, value = t.means.language, t.top.values[slot.name]
    if len(value) + len(more.shown) + 2 > VALUE_CHARACTERS:
        return {}  # what does not fit is not cut: people
    if slot.kind is SlotKind.ADDRESS:
        another = find(slot, more, language) and more.bulk * 2 > Message(value).bulk and joint == "but"
        if another or not told_of_address(more):
            return {}
    elif joint == "but" and says(rest, "corrective", language):
        return {}
    return {slot.name: f"{value}, {' '.join(more.shown.split())}"}


def another_matter(t: Talk, x: Heard, flow: Flow, rest: Message, more: Message) -> bool:
    """Whether an addition is about something else than the value it could join: a wish of its own, another order, an address of
    e-mail, a telephone number. A number alone is a part of an address; a number with a wish is not."""
    language = t.means.language
    if other(t, x) or any(serves(t, part) and not own(t, part) for part in parts(t, x) if part.m.shown in more.shown):
        return True
    if any(find(slot, rest, language) for slot in (*flow.of_kind(SlotKind.CODE), _EMAIL, _PHONE)):
        return True
    freely = [s for s in flow.of_kind(SlotKind.TEXT) if s.name in t.top.values]
    bare = Message(" ".join(f for n, f in enumerate(more.forms) if not cue("besides", language).at(more.forms, n)))
    return not freely and says(bare, "wish", language)


def adds(t: Talk, x: Heard, flow: Flow, rest: Message) -> bool:
    """Whether what follows a yes is something more to be done: not thanks, and not the question said again."""
    more, joint = _without_joint(rest, t.means.language)
    return joint == "adds" and _says_more(t, x, flow, more)


def further(t: Talk, x: Heard, flow: Flow, rest: Message, values: dict[str, str]) -> tuple[Heard, ...] | None:
    """A wish that comes along with a plain yes, as it is to be heard once this one is done; empty if there is one that is not
    understood. None: there is none."""
    language = t.means.language
    more, joint = _without_joint(rest, language)
    marks = [name for name in values if flow.slot(name).kind in _MARKED]
    if DENIAL.within(rest) or not marks or not (joint == "adds" or says(rest, "also", language) or rest.bulk > _ASIDE):
        return None
    wanted = [part for part in parts(t, x) if serves(t, part) and part.m.shown in rest.shown]
    if wanted and wanted[-1].u.intent != flow.name:
        return (replace(wanted[-1], m=more),)
    return (x.only(more),) if other(t, x) or own(t, x) else ()


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
