"""What a message is, besides an answer: a wish, a way out, a question in between."""

from __future__ import annotations

from dataclasses import dataclass, replace

from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.agreement import PAUSES, Reply, asks, echoes, inquires
from switchboard.domain.dialogue.flow import Flow, Slot, SlotKind
from switchboard.domain.dialogue.message import Message, read
from switchboard.domain.dialogue.phrases import ENGLISH, covered, cue, listed, says
from switchboard.domain.dialogue.state import Frame
from switchboard.domain.dialogue.talk import Talk, pending_words
from switchboard.domain.errors import Malformed, NotFound
from switchboard.domain.understanding import IN_PASSING, Understanding

_WAIT = 10  # words: what asks for patience is short
_LONG = 15  # words: beyond, "forget it" is a part of a story


@dataclass(frozen=True, slots=True)
class Heard:
    """A message to be judged. `ahead`: it was written before what is asked now."""

    message: str
    m: Message
    u: Understanding
    ahead: bool = False

    def only(self, part: Message) -> Heard:
        """A part of it."""
        return replace(self, m=part)

    def deferred(self, *, later: bool = False) -> de.Deferred:
        """To be heard when it can be."""
        return de.Deferred(self.message, self.m.shown, self.u.intent, self.u.confidence, self.u.language, later)


def parts(t: Talk, x: Heard) -> list[Heard]:
    """The clauses of a message that are surely about something by themselves."""
    heard = [
        joined(t, replace(x, m=read(p.text), u=Understanding(p.intent, p.confidence, x.u.language, p.alternatives))) for p in x.u.parts
    ]  # fmt: skip
    return [part for part in heard if intent(t, part)]


def joined(t: Talk, x: Heard) -> Heard:
    """A message between two readings that are kin, sure as one of the two: the company's answer tells which is possible."""
    target = t.means.book.starts(x.u.intent) if not t.means.sure(x.u) and x.u.intent not in IN_PASSING else None
    if target is None:
        return x
    try:
        flow = t.means.book.flow(*target)
    except (NotFound, Malformed):
        return x
    shares = [share for intent, share in x.u.alternatives if intent in flow.kin]
    if not shares or not flow.guess:
        return x
    return replace(x, u=replace(x.u, confidence=min(1.0, x.u.confidence + max(shares))))


def intent(t: Talk, x: Heard) -> str:
    """What the message is surely about, or ""."""
    return x.u.intent if t.means.sure(x.u) else ""


def serves(t: Talk, x: Heard) -> tuple[str, int] | None:
    """The flow that serves what the message is surely about."""
    wanted = intent(t, x)
    return t.means.book.starts(wanted) if wanted and wanted not in IN_PASSING else None


def own(t: Talk, x: Heard) -> bool:
    """Whether the message is surely about what the innermost flow is about."""
    target = serves(t, x)
    return target is not None and target[0] == t.top.flow


def other(t: Talk, x: Heard) -> tuple[str, int] | None:
    """Another flow that the message surely asks for."""
    target = serves(t, x)
    return target if target is not None and target[0] != t.top.flow else None


def answer(t: Talk, x: Heard) -> str:
    """The answer to a question in between, or "". Of what is not clear only a question has one."""
    wanted = intent(t, x)
    asked = wanted not in IN_PASSING if wanted else asks(x.m, t.means.language)
    return t.means.answer(x.u) if asked else ""


def passing(t: Talk, x: Heard) -> bool:
    """Whether the message is a greeting, thanks, praise, or a request for patience: no answer, and no miss either."""
    if intent(t, x) in ("greeting", "goodbye", "praise"):
        return True
    sets = [cue(name, t.means.language) for name in ("thanks", "besides")]
    if covered(x.m.forms, *sets) and any(s.within(x.m) for s in sets):
        return True
    return x.m.bulk <= _WAIT and says(x.m, "patience", t.means.language) and not asks(x.m, t.means.language)


def second(t: Talk, x: Heard, rest: Message) -> Heard | None:
    """What else a message asks for, besides the answer it has; `rest` is what is left of it without that."""
    language = t.means.language
    if rest.bulk < 3 or not (asks(rest, language) or says(rest, "wish", language)):
        return None
    wanted = intent(t, x)
    return x if wanted and wanted not in IN_PASSING and (serves(t, x) or answer(t, x)) else None


def replaces(t: Talk, x: Heard, reply: Reply) -> bool:
    """Whether another wish comes in place of this one, and not only in between."""
    language = t.means.language
    return not inquires(x.m, language) and (reply.says == "no" or says(x.m, "instead", language))


def leaves(t: Talk, x: Heard, flow: Flow) -> bool:
    """Whether the customer wants out: "forget it". Words that only repeat the question, or the wish that the flow serves, do not
    say so, nor does the reason for something where it was asked for."""
    m, language = x.m, t.means.language
    words = t.means.book.words
    out = listed("|".join(dict.fromkeys((words("cancel", "", language), words("cancel", "", ENGLISH)))))
    spans = out.found(m.forms)
    if _why(flow, t.top):
        reasons = cue("grounds", language).found(m.forms)
        spans = tuple(s for s in spans if not any(r[0] <= s[0] and s[1] <= r[1] for r in reasons))
    if not spans or m.bulk > _LONG:
        return False
    telling = [s for s in spans if _telling(m.forms[s[0] : s[1]])]
    sets = [cue(name, language) for name in ("besides", "yes", "no", "corrective", "noted")]
    if not covered(m.forms, out, *sets) and not any(_apart(m, *s) for s in telling):
        return False
    question = pending_words(t, flow)
    asked = {form for form in Message(question).forms if len(form) > 2 or form >= "\u2e80"}
    shared = any(form in asked for start, end in spans for form in m.forms[start:end])
    return not (echoes(m, question, language) or (own(t, x) and (shared or not telling)))


def _apart(m: Message, start: int, end: int) -> bool:
    """Whether words are a clause of their own at the beginning or the end: "Forget it, I'll keep it"."""
    before, after = m.shown[: m.words[start].start].rstrip(), m.shown[m.words[end - 1].end :].lstrip()
    return (not before and after[:1] in PAUSES) or (not after.strip(PAUSES) and before[-1:] in PAUSES)


def _why(flow: Flow, frame: Frame) -> bool:
    slot = flow.slots.get(frame.waiting)
    return slot is not None and slot.grounds


def _telling(forms: tuple[str, ...]) -> bool:
    """Whether a phrase says it by itself: two words, or three characters of a script that runs on."""
    return len(forms) >= (3 if len(forms[0]) == 1 and forms[0] >= "\u2e80" else 2)


_NAMES = {
    SlotKind.ADDRESS: "named_address", SlotKind.CODE: "named_code", SlotKind.EMAIL: "named_email", SlotKind.PHONE: "named_phone",
}  # fmt: skip


def named(t: Talk, flow: Flow, m: Message) -> Slot | None:
    """The one slot whose kind a message speaks of ("the wrong address")."""
    language = t.means.language
    filled = [s for s in flow.slots.values() if s.name in t.top.values and s.kind in _NAMES]
    spoken = [s for s in filled if says(m, _NAMES[s.kind], language)]
    return spoken[0] if len(spoken) == 1 else None


def text_slot(t: Talk, flow: Flow) -> Slot | None:
    """The text asked for last."""
    filled = [s for s in flow.of_kind(SlotKind.TEXT) if s.name in t.top.values]
    return filled[-1] if filled else None
