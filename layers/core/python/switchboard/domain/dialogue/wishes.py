"""Wishes that begin, interrupt or replace a flow."""

from __future__ import annotations

from switchboard.domain.dialogue.events import FlowOutcome
from switchboard.domain.dialogue.flow import Flow, SlotKind
from switchboard.domain.dialogue.gathering import Manner, fill, gathered
from switchboard.domain.dialogue.judging import Heard
from switchboard.domain.dialogue.kinds import free_text
from switchboard.domain.dialogue.phrases import says
from switchboard.domain.dialogue.talk import Talk

DEPTH = 3
"""Flows within each other; a further wish waits until one has ended."""


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
    flow = t.start(*target, x.message, x.m)
    if flow is None:
        return False
    t.fetch = not says(x.m, "other", t.means.language)
    fill(t, {**gathered(t, flow, x.m, Manner(starting=True)).values, **_opening(flow, x)}, x.message)
    t.walk()
    t.fetch = True
    return True


def _opening(flow: Flow, x: Heard) -> dict[str, str]:
    """The message as the value of the texts that are tried with it."""
    texts = {slot.name: free_text(slot, x.m) for slot in flow.of_kind(SlotKind.TEXT) if slot.opening}
    return {name: value for name, value in texts.items() if value}


def give_up(t: Talk) -> None:
    """The customer does not want it any more."""
    t.say(t.word("changed_mind"))
    t.end(FlowOutcome.CANCELLED)
