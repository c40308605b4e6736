"""Wishes that begin, interrupt or replace a flow."""

from __future__ import annotations

from switchboard.domain.dialogue.events import FlowOutcome
from switchboard.domain.dialogue.flow import Flow, SlotKind
from switchboard.domain.dialogue.gathering import Manner, fill, gathered
from switchboard.domain.dialogue.judging import Heard
from switchboard.domain.dialogue.kinds import free_text
from switchboard.domain.dialogue.phrases import says
from switchboard.domain.dialogue.talk import Talk
from switchboard.domain.understanding import IN_PASSING

DEPTH = 3
"""Flows within each other; a further wish waits until one has ended."""
DOUBT = 0.05
"""How probable another reading has to be to be thought of when what was understood first turns out to be impossible."""


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


def take_up(t: Talk, x: Heard, target: tuple[str, int]) -> bool:
    """Begin a flow with all that the message says of it. False: there is none to be read."""
    flow = t.start(*target, x.message, x.m, second(t, x, target[0]))
    if flow is None:
        return False
    t.fetch = not says(x.m, "other", t.means.language)
    fill(t, {**gathered(t, flow, x.m, Manner(starting=True)).values, **_opening(flow, x)}, x.message)
    t.walk()
    t.fetch = True
    return True


def second(t: Talk, x: Heard, first: str) -> str:
    """The flow that the message is about if it is not about the first, "" if that is all but sure."""
    readings = sorted(((x.u.intent, x.u.confidence), *x.u.alternatives), key=lambda each: -each[1])
    served = ((t.means.book.starts(intent), share) for intent, share in readings if share >= DOUBT and intent not in IN_PASSING)
    return next((target[0] for target, _ in served if target and target[0] != first), "")


def _opening(flow: Flow, x: Heard) -> dict[str, str]:
    """The message as the value of the texts that are tried with it."""
    texts = {slot.name: free_text(slot, x.m) for slot in flow.of_kind(SlotKind.TEXT) if slot.opening}
    return {name: value for name, value in texts.items() if value}


def give_up(t: Talk) -> None:
    """The customer does not want it any more."""
    t.say(t.word("changed_mind"))
    t.end(FlowOutcome.CANCELLED)
