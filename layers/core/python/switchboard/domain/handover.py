"""What an agent should know at a glance of what the bot did before: a reading of the conversation's ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from switchboard.domain import events as ev
from switchboard.domain.understanding import ANGRY, IN_PASSING, SURE

HANDED_OVER = "handed_over"
UNKNOWN = "unknown"  # of an action whose answer is not there: it may have been done


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the bot did or tried: `outcome` is a flow's ("" while it is under way), `slots` what the customer gave for it,
    `actions` what the company's system was asked for, with its answer."""

    flow: str
    outcome: str = ""
    slots: dict[str, str] = field(default_factory=dict, repr=False)
    actions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """`reason`: why people have it. `asked`: the intents heard, in order. `missed`: messages the bot did not understand. `angry`: the
    message, ours by id, that made a supervisor be fetched last; "" where none did. `sentiment` is that of the last message."""

    reason: str
    asked: tuple[str, ...]
    steps: tuple[Step, ...]
    missed: int
    sentiment: str
    angry: str


def summary(recorded: Iterable[ev.Recorded]) -> Summary | None:
    """None where the bot never handed anything over: an agent sees all there is."""
    found = reading(recorded)
    return found if found.reason else None


def reading(recorded: Iterable[ev.Recorded]) -> Summary:
    """What the bot did so far; `reason` is "" where it handed nothing over."""
    asked: dict[str, None] = {}
    steps: list[Step] = []
    open_: list[int] = []  # places of the flows under way, innermost last
    calls: dict[str, tuple[int, int]] = {}  # where a call's outcome is written: step and place in its actions
    missed, sentiment, angry, reason = 0, "", "", ""
    for r in recorded:
        match r.event:
            case ev.IntentDetected(intent=intent, confidence=confidence):
                sentiment = r.event.sentiment
                angry = r.event.message if sentiment == ANGRY else angry
                if intent not in IN_PASSING and confidence >= SURE:
                    asked[intent] = None
            case ev.NotUnderstood() | ev.BotMissed():
                missed += 1
            case ev.FlowStarted(flow=flow):
                open_.append(len(steps))
                steps.append(Step(flow))
            case ev.SlotFilled(slot=slot, value=value) if open_:
                steps[open_[-1]].slots[slot] = value
            case ev.SlotRejected(slot=slot) if open_:
                steps[open_[-1]].slots.pop(slot, None)
            case ev.ActionRequested(call=call, action=action) if open_:
                at = steps[open_[-1]]
                calls[call] = open_[-1], len(at.actions)
                steps[open_[-1]] = replace(at, actions=(*at.actions, (action, UNKNOWN)))
            case ev.ActionDone(call=call, action=action, outcome=outcome) if call in calls:
                step, place = calls[call]
                done = steps[step].actions
                steps[step] = replace(steps[step], actions=(*done[:place], (action, outcome), *done[place + 1 :]))
            case ev.FlowEnded(outcome=outcome) if open_:
                ended = open_.pop()
                steps[ended] = replace(steps[ended], outcome=str(outcome))
            case ev.Queued():  # by a rule, too, in the midst of a flow
                for place in open_:
                    steps[place] = replace(steps[place], outcome=HANDED_OVER)
                open_.clear()
                reason = reason or r.event.cause or r.event.reason
    return Summary(reason, tuple(asked), tuple(steps), missed, sentiment, angry)
