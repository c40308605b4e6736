"""Wishes that begin, interrupt or replace a flow."""

from __future__ import annotations

from dataclasses import replace

from switchboard.domain.dialogue.events import FlowOutcome
from switchboard.domain.dialogue.flow import Ask, Confirm, Flow, SlotKind
from switchboard.domain.dialogue.gathering import Manner, fill, gathered
from switchboard.domain.dialogue.judging import Heard, parts, serves
from switchboard.domain.dialogue.kinds import find, free_text
from switchboard.domain.dialogue.phrases import says
from switchboard.domain.dialogue.talk import Talk
from switchboard.domain.errors import Malformed, NotFound
from switchboard.domain.understanding import IN_PASSING

DEPTH = 3
"""Flows within each other; a further wish waits until one has ended."""
DOUBT = 0.05
"""How probable another reading has to be to be thought of when what was understood first turns out to be impossible."""
CLEAR = 0.8
"""How sure a wish has to be for a refusal of the company to be an answer to it."""
PLAIN = 0.7
"""How sure a clause has to be of what the whole message was not taken for, to be a wish of its own."""
NAMED = 0.2
"""The same as DOUBT, of one that asks for what the message names."""
KIN_DOUBT = 0.02
"""The same as DOUBT, of a flow's kin."""


def wish(t: Talk, x: Heard, target: tuple[str, int], *, instead: bool = False) -> None:
    """Serve another wish within the flow under way; `instead`: in its place. A flow that waits further out is gone back to."""
    outer = [frame.flow for frame in t.d.frames[:-1]]
    if target[0] in outer:
        while t.top.flow != target[0]:
            t.end(FlowOutcome.CANCELLED)
        flow = t.flow(t.top)
        if flow is not None:
            fill(t, gathered(t, flow, x.m, Manner(correcting=True)).values, x.message)
        return
    if instead:
        give_up(t)
    if len(t.d.frames) >= DEPTH:
        t.happen(x.deferred())
        return
    if not take_up(t, x, target) and t.d.frames:
        t.miss(x.message, x.m.shown[:60])


def rather(t: Talk, x: Heard, target: tuple[str, int]) -> tuple[str, int]:
    """The flow that is meant by what the message names: "the street is wrong" is about an address, not about just any change, where
    that is the next reading."""
    flow = read_flow(t, target)
    if flow is None or not flow.changes or flow.of_kind(SlotKind.ADDRESS) or not says(x.m, "named_address", t.means.language):
        return target
    near = [other for intent, share in x.u.alternatives if share >= NAMED and (other := t.means.book.starts(intent))]
    return next((other for other in near if (found := read_flow(t, other)) and found.of_kind(SlotKind.ADDRESS)), target)


def as_twin(t: Talk, x: Heard, flow: Flow) -> Heard:
    """A message about the flow under way, where it sounds like its twin: kin that has what is said freely done, too ("swap it for the
    small one" while the change of an order is talked of)."""
    target = serves(t, x)
    found = read_flow(t, target) if target and target[0] != flow.name and target[0] in flow.kin else None
    if found is None or not (_says_freely(flow) and _says_freely(found)):
        return x
    return replace(x, u=replace(x.u, intent=flow.name))


def _says_freely(flow: Flow) -> bool:
    return flow.changes and any(not slot.grounds for slot in flow.of_kind(SlotKind.TEXT))


def several(t: Talk, x: Heard) -> list[tuple[Heard, tuple[str, int]]]:
    """The wishes of a message that has more than one, in their order, each with what is said of it; nothing of any other. Clauses
    that are about the same thing are one wish: "it never came, I want my money back"."""
    served = [(part, target) for part in parts(t, x) if (target := serves(t, part)) and _plainly(t, x, part, target)]
    if len({target for _, target in served}) < 2:
        return []
    found: list[tuple[Heard, tuple[str, int]]] = []
    for part, target in served:
        if not found or not _same_matter(t, found[-1], (part, target)):
            found.append((part, target))
    return found if len(found) > 1 else []


def _plainly(t: Talk, x: Heard, part: Heard, target: tuple[str, int]) -> bool:
    """Whether a clause is a wish, and not only what goes before one. What is done without a question is never begun by a clause."""
    flow = read_flow(t, target)
    return flow is not None and (part.u.intent == x.u.intent or (flow.guess and part.u.confidence >= PLAIN))


def _same_matter(t: Talk, one: tuple[Heard, tuple[str, int]], two: tuple[Heard, tuple[str, int]]) -> bool:
    if one[1] == two[1]:
        return True
    first, then = read_flow(t, one[1]), read_flow(t, two[1])
    if first is None or then is None:
        return True
    shared = [s for s in first.of_kind(SlotKind.CODE) if s.carry and s.name in then.slots]
    if not shared:
        return False
    codes = [{f.value for f in (find(shared[0], x.m, t.means.language, asked=True))} for x in (one[0], two[0])]
    return not all(codes) or codes[0] == codes[1]


def take_up(t: Talk, x: Heard, target: tuple[str, int], *, guessed: bool = False) -> bool:
    """Begin a flow with all that the message says of it. False: there is none to be read."""
    guessed = guessed or x.u.confidence < CLEAR
    flow = t.start(*target, x.message, x.m, second(t, x, target[0]), guessed=guessed)
    if flow is None:
        return False
    t.fetch = not says(x.m, "other", t.means.language)
    fill(t, {**gathered(t, flow, x.m, Manner(starting=True)).values, **_opening(flow, x)}, x.message)
    t.walk()
    t.fetch = True
    return True


def second(t: Talk, x: Heard, first: str) -> str:
    """The flow that the message is about if it is not about the first, "" if that is all but sure. Its kin are thought of first, also
    where they are less likely, or nothing but a word speaks for them ("late"): the company's answer will tell."""
    readings = sorted(((x.u.intent, x.u.confidence), *x.u.alternatives), key=lambda each: -each[1])
    served = [(target[0], share) for intent, share in readings if intent not in IN_PASSING and (target := t.means.book.starts(intent))]
    flow = read_flow(t, target) if (target := t.means.book.starts(first)) else None
    kin = flow.kin if flow else ()
    near = [name for name, share in served if name in kin and share >= KIN_DOUBT] or [name for name in kin if listens(t, x, name)]
    others = (name for name, share in served if name != first and share >= DOUBT and changing(t, name))
    return next(iter(near), "") or next(others, "")


def changing(t: Talk, name: str) -> bool:
    """Whether a wish is served by having something done, and not by looking it up."""
    target = t.means.book.starts(name)
    flow = read_flow(t, target) if target else None
    return flow is not None and flow.changes


def listens(t: Talk, x: Heard, name: str) -> bool:
    """Whether a message has words that a flow listens for without asking."""
    target = t.means.book.starts(name)
    flow = read_flow(t, target) if target else None
    asked = {step.slot for step in flow.steps if isinstance(step, Ask)} if flow else set()
    choices = flow.of_kind(SlotKind.CHOICE) if flow else ()
    return any(slot.name not in asked and find(slot, x.m, t.means.language) for slot in choices)


def read_flow(t: Talk, target: tuple[str, int]) -> Flow | None:
    """The flow of a target; None if it cannot be read."""
    try:
        return t.means.book.flow(*target)
    except (NotFound, Malformed):
        return None


def _opening(flow: Flow, x: Heard) -> dict[str, str]:
    """The message as the value of the texts that are tried with it."""
    texts = {slot.name: free_text(slot, x.m) for slot in flow.of_kind(SlotKind.TEXT) if slot.opening}
    return {name: value for name, value in texts.items() if value}


def give_up(t: Talk) -> None:
    """The customer does not want it any more; of an offer: no more than they asked for."""
    if offered(t):
        t.end(FlowOutcome.DONE)
        return
    t.say(t.word("changed_mind"))
    t.end(FlowOutcome.CANCELLED)


def offered(t: Talk) -> bool:
    """Whether what the customer has before them is an offer."""
    flow = t.flow(t.top)
    return flow is not None and any(isinstance(s, Confirm) and s.offer and s.name == t.top.waiting for s in flow.steps)
