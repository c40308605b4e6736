"""How a message is heard: in which order it is tried as an answer, a way out, a wish, a question in between."""

from __future__ import annotations

from switchboard.domain.dialogue.agreement import Reply, asks, content, inquires, marked, replied, without_preface
from switchboard.domain.dialogue.confirming import answer_confirmation
from switchboard.domain.dialogue.events import FlowOutcome
from switchboard.domain.dialogue.flow import Flow, Slot, SlotKind
from switchboard.domain.dialogue.gathering import ASIDE, Gathered, Manner, fill, gathered
from switchboard.domain.dialogue.judging import (
    Heard,
    answer,
    intent,
    leaves,
    other,
    own,
    parts,
    passing,
    replaces,
    second,
    serves,
    text_slot,
)
from switchboard.domain.dialogue.kinds import find, free_text
from switchboard.domain.dialogue.message import Message, read
from switchboard.domain.dialogue.phrases import cue, says
from switchboard.domain.dialogue.talk import PATIENCE, Talk, pending_words
from switchboard.domain.dialogue.turn import CLOSE, UNCLEAR, HandOver
from switchboard.domain.dialogue.wishes import as_twin, changing, give_up, listens, rather, read_flow, several, take_up, wish
from switchboard.domain.errors import Malformed, NotFound
from switchboard.domain.understanding import Understanding

GUESSED, GUESSED_LEAD = 0.35, 1.5
"""How probable a wish to have something changed has to be where it is not clear, and by how much more than the next."""
GUESSED_TOLD = 0.5
"""How probable a wish to be told something: nobody confirms it, so what was guessed wrongly is taken for served."""
TOLD = 0.9
"""How sure it has to be, or one of its clauses. Below that one in five openings of the tuning customers meant something else, above it
one in a hundred."""


def hear_one(t: Talk, x: Heard) -> bool:
    """Let a message have its effect. False: it has nothing to do with flows."""
    if t.d.call:
        t.happen(x.deferred())
        return True
    if not t.d.frames:
        return _without_flow(t, x)
    flow = t.flow(t.top)
    if flow is None or not (t.top.confirming or t.top.waiting in flow.slots):
        t.hand_over("failed", FlowOutcome.FAILED)
        return True
    x = as_twin(t, x, flow)
    extra = answer_confirmation(t, x, flow) if t.top.confirming else _answer_question(t, x, flow)
    t.walk()
    if extra is not None and not t.over:
        _besides(t, extra)
    return True


def hear_pending(t: Talk) -> None:
    """Hear what had to wait, in its order; what has to wait again stays deferred."""
    while t.pending and not t.over:
        waiting = t.pending.popleft()
        u = Understanding(waiting.intent, waiting.confidence, waiting.language)
        x = Heard(waiting.message, read(waiting.text), u, ahead=True)
        if waiting.later and t.d.frames:
            t.happen(waiting)
            continue
        if not hear_one(t, x):
            _in_passing(t, x)


def _besides(t: Talk, x: Heard) -> None:
    """What else the message asked for."""
    if t.d.call:
        t.happen(x.deferred())
    elif target := serves(t, x):
        if not t.d.frames or t.top.flow != target[0]:
            wish(t, x, target)
            t.walk()
    else:
        t.say(answer(t, x))


# -- while no flow is under way ---------------------------------------------------------------------


def _without_flow(t: Talk, x: Heard) -> bool:
    closing, language = t.d.closing and not x.ahead, t.means.language
    if closing and content(x.m, language, plainly=True):
        return _close(t)
    if wishes := several(t, x):
        for later, _ in wishes[1:]:
            t.happen(later.deferred(later=True))
        return take_up(t, *wishes[0])
    if _doubtful(t, x):
        t.settle(UNCLEAR)
        return True
    if target := serves(t, x):
        target = rather(t, x, target)
        if _of_two(t, x, target):
            t.settle(HandOver("low_confidence"))
            return True
        return take_up(t, x, target)
    if not closing:
        return _likely(t, x)
    if content(x.m, language) or intent(t, x) in ("goodbye", "deny", "praise"):
        return _close(t)
    if again := _once_more(t, x):
        return take_up(t, x, again)
    if replied(x.m, language).bare or intent(t, x) == "affirm":  # a no was content
        t.say(t.word("what_else") or t.word("anything_else"))
        return True
    return _likely(t, x)


def _likely(t: Talk, x: Heard) -> bool:
    """Take up what a message that is not clear is probably about: the first question says what was understood, nothing is changed
    before it was confirmed, and who meant something else says so."""
    if intent(t, x) or x.ahead:
        return False
    said = {target for part in parts(t, x) if (target := serves(t, part))}
    targets = list(said) if len(said) == 1 else [t.means.book.starts(each) for each in t.means.likely(x.u)]
    target = next((each for each in targets if each and _may_guess(t, x, each)), None)
    return target is not None and take_up(t, x, target, guessed=True)


def _may_guess(t: Talk, x: Heard, target: tuple[str, int]) -> bool:
    """Whether a flow may begin where it is not clear that it is meant. One that changes something needs a better reason."""
    try:
        flow = t.means.book.flow(*target)
    except (NotFound, Malformed):
        return False
    readings = {x.u.intent: x.u.confidence, **dict(x.u.alternatives)}
    share = readings.pop(flow.name, GUESSED)  # if it is not among them, one of the clauses says so
    if not flow.changes:
        readings = {name: other for name, other in readings.items() if changing(t, name)}
    enough = share >= (GUESSED if flow.changes else GUESSED_TOLD)
    return flow.guess and enough and all(share >= GUESSED_LEAD * other for other in readings.values())


def _doubtful(t: Talk, x: Heard) -> bool:
    """Whether a message would be answered by telling something, and neither as a whole nor in a clause asks for that surely, or a
    clause would have something changed: a wish told as a story ("found it cheaper elsewhere, no need to send it")
    sounds like one of its parts. What is changed is confirmed first, what is told is taken for served."""
    if x.ahead or not intent(t, x) or passing(t, x):
        return False
    target = serves(t, x)
    flow = read_flow(t, target) if target else None
    if flow.changes if flow else not t.means.answer(x.u):
        return False
    near = (x.u.intent, *(flow.kin if flow else ()))
    if any(changing(t, part.u.intent) and part.u.intent not in near for part in parts(t, x)):
        return True
    if x.u.confidence >= TOLD or any(listens(t, x, name) for name in near):
        return False
    return not any(part.u.intent in near and part.u.confidence >= TOLD for part in parts(t, x))


def _of_two(t: Talk, x: Heard, target: tuple[str, int]) -> bool:
    """Whether a message would have something done and names two of what it could be done with: one of them would be forgotten."""
    flow = read_flow(t, target)
    if flow is None or not flow.changes:
        return False
    bare = not flow.of_kind(SlotKind.ADDRESS)  # a postcode may look like a code without its prefix
    slots = flow.of_kind(SlotKind.CODE)
    return any(len({f.value for f in find(slot, x.m, t.means.language, asked=bare)}) > 1 for slot in slots)


def _close(t: Talk) -> bool:
    t.say(t.word("goodbye"))
    t.settle(CLOSE)
    return True


def _once_more(t: Talk, x: Heard) -> tuple[str, int] | None:
    """The flow that has just ended, for "and SB-41900?"."""
    target = t.means.book.starts(t.d.ended)
    if target is None or intent(t, x) or x.m.bulk > ASIDE * 2:
        return None
    try:
        flow = t.means.book.flow(*target)
    except (NotFound, Malformed):
        return None
    return target if any(find(slot, x.m, t.means.language) for slot in flow.of_kind(SlotKind.CODE)) else None


def _in_passing(t: Talk, x: Heard) -> None:
    """A message that had to wait and is no flow's: answered if there is an answer; people, if it surely wants what only they do."""
    if text := answer(t, x):
        t.say(text)
    elif intent(t, x) and not passing(t, x) and intent(t, x) not in ("affirm", "deny"):
        t.settle(HandOver("policy"))
    elif not intent(t, x) and not passing(t, x) and not replied(x.m, t.means.language).says:
        t.say(t.word("not_heard"))


# -- while a slot is asked for ----------------------------------------------------------------------


def _answer_question(t: Talk, x: Heard, flow: Flow) -> Heard | None:
    """The customer was asked for a slot. What else the message asks for is given back."""
    slot, language = flow.slot(t.top.waiting), t.means.language
    reply = replied(x.m, language, pending_words(t, flow))
    if slot.kind is SlotKind.TEXT and reply.says == "no" and not reply.bare and not reply.apart:
        reply = Reply("", x.m)  # "no longer needed": a story may begin so
    questioning, goal = asks(x.m, language), other(t, x)
    wishing = goal is not None and says(x.m, "wish", language)
    found = gathered(t, flow, x.m, Manner(slot.name, correcting=_correcting(slot, x, reply, language), doubt=questioning or wishing))
    if goal and wishing and replaces(t, x, reply) and slot.kind is not SlotKind.TEXT:
        wish(t, x, goal, instead=True)
    elif slot.name in found.values:
        fill(t, found.values, x.message)
        return second(t, x, found.rest) if goal or answer(t, x) else None
    elif leaves(t, x, flow):
        give_up(t)
    elif _refuses(x, reply):
        _declined(t)
    elif slot.kind is SlotKind.TEXT:
        _answer_with_text(t, x, slot, found, reply)
    elif goal:
        wish(t, x, goal, instead=replaces(t, x, reply))
    elif found.values:
        fill(t, found.values, x.message)
    elif value := _corrected_text(t, x, flow, reply):
        fill(t, value, x.message)
    else:
        _no_answer(t, x, own(t, x))
    return None


def _corrected_text(t: Talk, x: Heard, flow: Flow, reply: Reply) -> dict[str, str]:
    """The new value of the text asked for last, where the message says that it was wrong."""
    slot, language = text_slot(t, flow), t.means.language
    if slot is None or not says(x.m, "corrective", language):
        return {}
    value = free_text(slot, without_preface(reply.rest, language))
    return {slot.name: value} if value else {}


def _refuses(x: Heard, reply: Reply) -> bool:
    """Whether a no is more than the word: "no thanks", "not needed". The word alone may mean that they do not have the number."""
    forms = x.m.forms
    return reply.says == "no" and reply.bare and len(forms) >= (3 if forms[0] >= "\u2e80" else 2)


def _declined(t: Talk) -> None:
    """The customer does not answer. Who says so to the first question of what may not have been their wish was misunderstood."""
    frame = t.top
    unanswered = all(source in ("", frame.message) for source in frame.sources.values())
    if frame.second and unanswered and len(t.d.frames) == 1:
        t.hand_over("low_confidence")
    else:
        give_up(t)


def _correcting(slot: Slot, x: Heard, reply: Reply, language: str) -> bool:
    """Whether a message corrects what was said before. In free text the words for it may be the story itself ("the wrong size"), so
    they have to come first."""
    if reply.says == "no" or slot.kind is not SlotKind.TEXT:
        return reply.says == "no" or says(x.m, "corrective", language)
    return _begins(x, "corrective", language)


def _begins(x: Heard, name: str, language: str) -> bool:
    """Whether a cue stands at the beginning, or all but."""
    cues = cue(name, language)
    return any(cues.at(x.m.forms, place) for place in range(min(2, len(x.m.forms))))


def _answer_with_text(t: Talk, x: Heard, slot: Slot, found: Gathered, reply: Reply) -> None:
    language, goal = t.means.language, other(t, x)
    questioning = asks(x.m, language)
    meant = inquires(x.m, language) or (says(x.m, "wish", language) and (reply.says == "no" or _begins(x, "instead", language)))
    if goal and meant:
        wish(t, x, goal, instead=replaces(t, x, reply))
    elif questioning and (text := answer(t, x)) and not own(t, x):
        t.say(text)
    elif found.values and (found.rest.bulk <= ASIDE + 1 or any(name in t.top.values for name in found.values)):
        fill(t, found.values, x.message)
    elif value := _told(t, x, slot, found.rest, reply):
        fill(t, {**found.values, slot.name: value}, x.message)
    else:
        _no_answer(t, x, own(t, x))


def _told(t: Talk, x: Heard, slot: Slot, rest: Message, reply: Reply) -> str:
    """The message as a text slot's value, "" if it is none: a question about something else, a mere yes or no, a greeting."""
    if reply.bare or passing(t, x) or not free_text(slot, rest):
        return ""
    parting = intent(t, x) == "goodbye" or (not slot.grounds and intent(t, x) == "deny") or says(x.m, "no_more", t.means.language)
    if parting and content(x.m, t.means.language):
        return ""  # "that is all": no text to be entered anywhere; to a question for the reason a no may be one
    if marked(x.m) and not own(t, x) and not _states(x.m):
        return ""
    if x.ahead and slot.name in t.fresh and (x.m.bulk < 2 or asks(x.m, t.means.language)):
        return ""
    return free_text(slot, x.m)


def _states(m: Message) -> bool:
    """Whether a message with a question mark also says something: "It came broken. What now?"."""
    parts = [Message(part) for part in m.shown.replace("。", ".").replace("!", ".").split(".")]
    return any(part.bulk >= 2 and not marked(part) for part in parts)


def _no_answer(t: Talk, x: Heard, ours: bool) -> None:
    if not ours and (text := answer(t, x)):
        t.say(text)
    elif (t.top.asks > PATIENCE or not passing(t, x)) and not (x.ahead and t.top.waiting in t.fresh):
        t.miss(x.message, x.m.shown[:60])
