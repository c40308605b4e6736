"""What happened in the dialogues the bot leads. What it says is a `MessageSent` as ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from switchboard.domain.event import Event, personal


class FlowOutcome(StrEnum):
    """How a flow ended."""

    DONE = "done"
    CANCELLED = "cancelled"  # the customer does not want it any more
    REFUSED = "refused"  # the company said no
    FAILED = "failed"  # the company's systems did not answer, or with something the flow has no step for
    TIMED_OUT = "timed_out"  # the customer said nothing more
    HANDED_OVER = "handed_over"  # people have it now


@dataclass(frozen=True, slots=True)
class FlowStarted(Event):
    """`message` asked for it. `digression`: within another flow, which goes on when this one ends. `timeout`: seconds of silence that
    end it. `opening`: the message's text, only where a later slot of the flow looks for its value in it. `second`: the flow that the
    message may have asked for as well, if it was read wrongly. `digest` tells the flow's words and steps from those of another build
    under the same number. `guessed`: it was not clear what the message asks for."""

    type: ClassVar[str] = "flow_started"
    flow: str
    version: int
    message: str
    digression: bool = False
    timeout: int = 1800
    opening: str = personal(default="")
    second: str = ""
    digest: str = ""
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class SlotAsked(Event):
    """The customer was asked for a slot's value; "confirm" (a flow's further ones: "confirm.2" ..): to confirm what was filled in so
    far. `again`: because the last answer was not understood."""

    type: ClassVar[str] = "slot_asked"
    flow: str
    slot: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class SlotFilled(Event):
    """`message` has the value; "": it was heard earlier in this conversation. `correction`: it had another one."""

    type: ClassVar[str] = "slot_filled"
    flow: str
    slot: str
    message: str
    value: str = personal()
    correction: bool = False


@dataclass(frozen=True, slots=True)
class SlotRejected(Event):
    """The value is taken out again. `reason` is the company's outcome, "opening": a try with the first message or a value from
    earlier failed, so that it is nobody's miss, "gone": it is no longer among the choices, or "corrected": the customer says it is
    wrong and not what is right."""

    type: ClassVar[str] = "slot_rejected"
    flow: str
    slot: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told(Event):
    """The `say` step number `step` (from 0) was said."""

    type: ClassVar[str] = "told"
    flow: str
    step: int


@dataclass(frozen=True, slots=True)
class Confirmed(Event):
    """The customer agreed, in `message`, to what the confirmation shown last said."""

    type: ClassVar[str] = "confirmed"
    flow: str
    message: str


@dataclass(frozen=True, slots=True)
class ActionRequested(Event):
    """The company's system is to do or look up something. `call` is unique; `into` names the result in the flow's texts; `purpose` is
    a constant of the flow, which the company may refuse at once what cannot be done by."""

    type: ClassVar[str] = "action_requested"
    call: str
    flow: str
    action: str
    into: str
    arguments: Mapping[str, str] = personal()
    purpose: str = ""
    language: str = "und"


@dataclass(frozen=True, slots=True)
class ActionDone(Event):
    """What the company's system answered. `outcome` is "ok", "not_found", "refused", "failed" or the company's own."""

    type: ClassVar[str] = "action_done"
    call: str
    flow: str
    action: str
    outcome: str
    data: Mapping[str, Any] = field(default_factory=dict, metadata={"personal": True})


@dataclass(frozen=True, slots=True)
class Deferred(Event):
    """A message that has to wait: a call is out, or too many flows are open. It is heard when that is over; `later`: when no flow is
    under way any more, for it is a wish of its own. `text` is as much of it as the engine reads."""

    type: ClassVar[str] = "deferred"
    message: str
    text: str = personal()
    intent: str = ""
    confidence: float = 0.0
    language: str = "und"
    later: bool = False


@dataclass(frozen=True, slots=True)
class FlowEnded(Event):
    """`outcome` is one of `FlowOutcome`."""

    type: ClassVar[str] = "flow_ended"
    flow: str
    outcome: FlowOutcome


@dataclass(frozen=True, slots=True)
class BotMissed(Event):
    """`message` was neither an answer to what was asked ("confirm" or a slot) nor anything else the bot understood."""

    type: ClassVar[str] = "bot_missed"
    flow: str
    slot: str
    message: str


DIALOGUE_TYPES: tuple[type[Event], ...] = (
    FlowStarted, SlotAsked, SlotFilled, SlotRejected, Told, Confirmed, ActionRequested, ActionDone, Deferred, FlowEnded, BotMissed,
)  # fmt: skip
