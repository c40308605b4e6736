"""What a customer says to "shall I?". Agreement has to be plain: in doubt the question comes again, for what is done is done."""

from __future__ import annotations

from dataclasses import replace

from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.adding import added, adds, further
from switchboard.domain.dialogue.agreement import DENIAL, Reply, asks, denies, echoes, marked, mentions, replied, wary, without_preface
from switchboard.domain.dialogue.flow import Flow, Slot, SlotKind
from switchboard.domain.dialogue.gathering import ASIDE, Gathered, Manner, fill, gathered
from switchboard.domain.dialogue.judging import (
    Heard,
    answer,
    intent,
    leaves,
    named,
    other,
    own,
    parts,
    passing,
    replaces,
    second,
    text_slot,
)
from switchboard.domain.dialogue.kinds import find, free_text
from switchboard.domain.dialogue.message import Message
from switchboard.domain.dialogue.phrases import Phrases, covered, cue, listed, says
from switchboard.domain.dialogue.reservations import narrowed, withdrawn
from switchboard.domain.dialogue.talk import PATIENCE, Talk, pending_words
from switchboard.domain.dialogue.wishes import changing, give_up, read_flow, wish

SURELY = 0.8
"""How probable a yes has to be that no word of the message says: "maybe" and "whatever" sound like one, too."""
_SHORT = 15
"""Words: a longer message may keep the one thing and want another."""
_MORE = 2
"""Words after "yes, but" that are a condition, or something else to be done."""
_SAID = 5
"""Words after a no from which on they say what is right instead, and not only once more that it is wrong."""


def answer_confirmation(t: Talk, x: Heard, flow: Flow) -> Heard | None:
    """The customer was asked to confirm. What else the message asks for is given back. Where the very same is to be asked again, and
    nobody was answered or heard with patience, it was a miss."""
    before = t.top
    extra = _answered(t, x, flow)
    unchanged = t.d.frames and replace(t.top, sources={}, said=()) == replace(before, waiting=t.top.waiting, sources={}, said=())
    if extra is None and unchanged and t.top.waiting == "" and not t.over:
        t.miss(x.message, "")
    return extra


def _answered(t: Talk, x: Heard, flow: Flow) -> Heard | None:
    language = t.means.language
    reply = replied(x.m, language, pending_words(t, flow))
    cautious = wary(x.m, language)
    correcting = reply.says == "no" or (cautious and not reply.bare)
    found = gathered(t, flow, x.m, Manner(correcting=correcting, confirming=True, doubt=not correcting))
    goal, questioning = other(t, x), asks(x.m, language)
    wishing = goal is not None and reply.says != "yes" and (questioning or says(x.m, "wish", language))
    unseen = x.ahead and t.top.waiting in t.fresh  # a yes to what they have not read is none
    if reply.says == "yes" and not unseen and not goal and not questioning and (more := added(t, x, flow, reply.rest)):
        fill(t, more, x.message)
        return None
    if reply.says == "yes" and not (unseen or correcting) and (wished := further(t, x, flow, reply.rest, found.values)) is not None:
        return _agree_and(t, x, wished)
    if goal and reply.says == "yes" and denies(reply.rest, language):
        goal = None  # "yes, swap it, but do not refund it": what is not wanted is no wish
    if goal and not questioning and _keeps(t, x, reply):
        t.hand_over("misses")  # as it was, and something else: which of them is not for us to say
        return None
    if found.values and not (wishing and all(flow.slot(name).kind is SlotKind.CODE for name in found.values)):
        return _corrected(t, x, flow, reply, found, correcting=correcting or unseen)
    if correcting and not reply.bare and not unseen and (meant := _meant(t, x)):
        wish(t, *meant, instead=True)
        return None
    if not reply.bare and not _chosen(flow, found) and leaves(t, x, flow):
        give_up(t)
        return None
    if _keeps(t, x, reply) and not goal and not questioning:
        give_up(t)
        return None
    if goal and reply.says == "yes" and not questioning and _contradicts(t, x, flow, goal):
        wish(t, x, goal, instead=True)
        return None
    if reply.says == "yes" and not unseen and narrowed(t, flow, reply.rest):
        t.hand_over("misses")
        return None
    if reply.says == "yes" and not correcting:
        if unseen or asks(reply.rest, language) or marked(x.m):
            return _questioned(t, x, reply, unseen=unseen)
        if not _is_plain(t, x, flow, reply):
            t.miss(x.message, "")
            if adds(t, x, flow, reply.rest) and not t.over:  # the same question again would leave it out
                t.hand_over("misses")
            return None
        if adds(t, x, flow, reply.rest):  # plain only with a wish that is understood
            return _agree_and(t, x, (x.only(reply.rest),))
        return _agree(t, x, reply)
    if goal and not reply.says and not questioning and changing(t, goal[0]) and says(x.m, "also", language):
        t.hand_over("misses")  # "fine, and pause my membership, too": whether that is a yes is not plain
    elif goal:
        wish(t, x, goal, instead=replaces(t, x, reply))
    elif reply.says:
        if not unseen:
            _declined(t, x, flow, reply)
    else:
        _neither(t, x, flow, found, unseen=unseen, cautious=cautious)
    return None


def _agree_and(t: Talk, x: Heard, more: tuple[Heard, ...]) -> Heard | None:
    """A yes, and one more wish: what is not understood of it would be lost, so that people have both."""
    if not more:
        t.hand_over("misses")
        return None
    t.happen(de.Confirmed(t.top.flow, x.message))
    return more[0]


def _no_more(t: Talk, x: Heard, flow: Flow) -> None:
    """A no. Where more is said than that, it may be a no to a part, or a wish that was not understood: the customer would be told
    that all is settled, and it is not."""
    if withdrawn(t, x, flow):
        give_up(t)
    else:
        t.hand_over("misses")


def _keeps(t: Talk, x: Heard, reply: Reply) -> bool:
    """Whether all shall stay as it is, however glad it sounds: "well, after all I'll keep it"."""
    short = x.m.bulk <= _SHORT and not any(c.isdigit() for c in x.m.plain)
    return short and not reply.bare and not x.ahead and says(x.m, "keeps", t.means.language)


def _contradicts(t: Talk, x: Heard, flow: Flow, goal: tuple[str, int]) -> bool:
    """Whether a yes asks for something else to be done with the same thing: "yes, send it back" to "Shall I cancel it?"."""
    wanted = read_flow(t, goal)
    if wanted is None or not wanted.changes or x.u.parts or says(x.m, "also", t.means.language):
        return False
    carried = [slot for slot in flow.of_kind(SlotKind.CODE) if slot.carry and slot.name in wanted.slots]
    return any(
        {f.value for f in find(slot, x.m, t.means.language)} <= {t.top.values.get(slot.name, "")} for slot in carried
    )  # fmt: skip


def _meant(t: Talk, x: Heard) -> tuple[Heard, tuple[str, int]] | None:
    """What a message that says no asks for instead: "no, not cancel it, just another colour"."""
    if other(t, x) and not own(t, x) and not x.u.parts:
        return None  # heard as a whole
    for part in parts(t, x):
        if (goal := other(t, part)) and not DENIAL.within(part.m) and (part.u.confidence >= SURELY or _shares(t, goal)):
            return part, goal
    return None


def _shares(t: Talk, goal: tuple[str, int]) -> bool:
    """Whether another flow is about what this one is about: the same order."""
    wanted = read_flow(t, goal)
    return wanted is not None and any(name in wanted.slots and wanted.slots[name].carry for name in t.top.values)


def _is_plain(t: Talk, x: Heard, flow: Flow, reply: Reply) -> bool:
    """Whether a yes is one to the end: "absolutely not" and "ok, let me ask my wife first" begin as one does."""
    language = t.means.language
    if intent(t, x) == "deny" or denies(reply.rest, language) or says(reply.rest, "defers", language):
        return False
    if adds(t, x, flow, reply.rest):
        return bool(other(t, x) or answer(t, x))
    if reply.bare or intent(t, x) == "affirm" or own(t, x) or other(t, x) or answer(t, x):
        return True
    if any(c.isdigit() for c in reply.rest.plain):
        return False
    polite = [cue(name, language) for name in ("yes", "besides", "thanks")]
    return covered(reply.rest.forms, *polite) or echoes(reply.rest, pending_words(t, flow), language)


def _chosen(flow: Flow, found: Gathered) -> bool:
    """Whether the option that was chosen is named again."""
    return any(flow.slot(name).kind is SlotKind.CHOICE for name in found.same)


def _agree(t: Talk, x: Heard, reply: Reply | None = None) -> Heard | None:
    t.happen(de.Confirmed(t.top.flow, x.message))
    return second(t, x, reply.rest) if reply and (other(t, x) or answer(t, x)) else None


def _corrected(t: Talk, x: Heard, flow: Flow, reply: Reply, found: Gathered, *, correcting: bool) -> Heard | None:
    """Another value: in place of the one shown, or, after a plain yes, of one more wish of the same kind ("yes, and SB-41900 too")."""
    code = any(flow.slot(name).kind is SlotKind.CODE for name in found.values)
    more = own(t, x) and says(x.m, "also", t.means.language)
    if reply.says == "yes" and not correcting and code and (more or (other(t, x) and second(t, x, reply.rest))):
        t.happen(de.Confirmed(t.top.flow, x.message))
        return x.only(reply.rest)
    fill(t, found.values, x.message)
    if any(flow.slot(name).kind is SlotKind.CHOICE for name in found.values):  # "the telephone, not the e-mail"
        for slot in flow.of_kind(SlotKind.CONTACT):
            if slot.name in t.top.values and slot.name not in found.values:
                t.happen(de.SlotRejected(flow.name, slot.name, "corrected"))
    return None


def _questioned(t: Talk, x: Heard, reply: Reply, *, unseen: bool) -> Heard | None:
    """A yes with a question: if it is about something else, both count; if not, it has to be answered first, by asking again."""
    if unseen:
        return None
    if intent(t, x) != "deny" and (extra := second(t, x, reply.rest)):
        if (other(t, x) or answer(t, x)) and not DENIAL.within(reply.rest):
            t.happen(de.Confirmed(t.top.flow, x.message))
        return extra
    t.miss(x.message, "")
    return None


def _declined(t: Talk, x: Heard, flow: Flow, reply: Reply) -> None:
    """A no, or a yes with a but: alone, with what is wrong, or with what is right instead."""
    rest, language = reply.rest, t.means.language
    slot, free = named(t, flow, rest), text_slot(t, flow)
    cautious = says(rest, "corrective", language) or says(rest, "but", language)
    denied = reply.says == "no" and (not rest.words or _only_no(t, rest, flow))
    if denied:
        give_up(t)
    elif (
        free is not None and not _refuses(reply, rest, language) and _says_what(t, x, flow, free, rest, cautious=cautious)
        and (value := _instead(free, rest, language))
    ):  # fmt: skip
        fill(t, {free.name: value}, x.message)
    elif slot is not None and cautious:
        t.happen(de.SlotRejected(flow.name, slot.name, "corrected"))
    elif reply.says == "no" and (intent(t, x) == "deny" or rest.bulk <= ASIDE) and not cautious:
        _no_more(t, x, flow)
    elif text := answer_text(t, x):
        t.say(text)
    elif _conditional(reply, language):  # what they want instead is not understood: no yes to the same question is meant
        t.miss(x.message, "")
        if not t.over:
            t.hand_over("misses")
    else:
        t.miss(x.message, "")


def _refuses(reply: Reply, rest: Message, language: str) -> bool:
    """Whether a yes says what is not to be done: "yes, but do not refund it" is no value."""
    return reply.says == "yes" and denies(rest, language)


def _conditional(reply: Reply, language: str) -> bool:
    """Whether a no says what is right instead, or a yes on what condition."""
    return reply.rest.bulk >= _SAID if reply.says == "no" else without_preface(reply.rest, language).bulk >= _MORE


def _instead(slot: Slot, m: Message, language: str) -> str:
    return free_text(slot, without_preface(m, language))


def _says_what(t: Talk, x: Heard, flow: Flow, slot: Slot, rest: Message, *, cautious: bool) -> bool:
    """Whether what follows a no is the right value for the text asked for last, and not once more a no."""
    if slot.grounds and DENIAL.within(rest) and says(rest, "wish", t.means.language):
        return False  # what is wanted instead is no reason for what is not
    if cautious or intent(t, x) != "deny":
        return True
    if says(rest, "keep", t.means.language):
        return False
    if rest.bulk >= _SAID or _wanted(rest, t.means.language):
        return True
    return mentions(rest, t.text(flow, slot.ask))


def _wanted(m: Message, language: str) -> bool:
    """Whether a message says what is wanted, and not only what is not."""
    return (says(m, "wish", language) or any(c.isdigit() for c in m.plain)) and not says(m, "keep", language)


def answer_text(t: Talk, x: Heard) -> str:
    """The canned answer to another question."""
    return "" if own(t, x) else answer(t, x)


def _only_no(t: Talk, rest: Message, flow: Flow) -> bool:
    """Whether what follows a no only says it again: "no, don't cancel it"."""
    asked = Message(pending_words(t, flow))
    cancel = listed(t.means.book.words("cancel", "", t.means.language))
    sets = [cue(name, t.means.language) for name in ("no", "besides", "thanks")]
    return covered(rest.forms, Phrases(w.form for w in asked.words), cancel, *sets)


def _neither(t: Talk, x: Heard, flow: Flow, found: Gathered, *, unseen: bool, cautious: bool) -> None:
    """No yes and no no by its words; by its sense perhaps."""
    language = t.means.language
    question, plain = asks(x.m, language), not cautious and not asks(x.m, language)
    text = text_slot(t, flow)
    if unseen:
        return
    if intent(t, x) == "affirm" and plain and x.u.confidence >= SURELY and not DENIAL.within(x.m) and not narrowed(t, flow, x.m):
        _agree(t, x)
    elif intent(t, x) == "deny" and not cautious and not (text and _wanted(x.m, language)):
        _no_more(t, x, flow)
    elif plain and _repeats(t, x, flow, found) and not narrowed(t, flow, x.m):
        _agree(t, x)
    elif text is not None and (cautious or intent(t, x) == "deny") and not question and (value := _instead(text, x.m, language)):
        fill(t, {text.name: value}, x.message)
    elif cautious and (slot := named(t, flow, x.m)):
        t.happen(de.SlotRejected(flow.name, slot.name, "corrected"))
    elif said := answer_text(t, x):
        t.say(said)
    elif t.top.asks > PATIENCE or not passing(t, x):
        t.miss(x.message, x.m.shown[:60])


def _repeats(t: Talk, x: Heard, flow: Flow, found: Gathered) -> bool:
    """Whether the customer says again what the bot is about to do: "cancel it" to "Shall I cancel it?"."""
    if DENIAL.within(x.m):
        return False
    return _chosen(flow, found) or (own(t, x) and echoes(x.m, pending_words(t, flow), t.means.language))
