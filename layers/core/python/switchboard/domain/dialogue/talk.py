"""One turn in the making: what happens, what is said, and the steps of the flow that come next by themselves."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.events import FlowOutcome
from switchboard.domain.dialogue.flow import (
    SECOND,
    Ask,
    Call,
    Confirm,
    Flow,
    Otherwise,
    Say,
    Scalar,
    Slot,
    SlotKind,
    Step,
    Texts,
    When,
)  # fmt: skip
from switchboard.domain.dialogue.kinds import find, stands
from switchboard.domain.dialogue.message import Message, read
from switchboard.domain.dialogue.state import Dialogue, Frame, folded
from switchboard.domain.dialogue.texts import Scope, rendered
from switchboard.domain.dialogue.turn import LED, HandOver, Means, Outcome, Turn
from switchboard.domain.errors import Malformed, NotFound
from switchboard.domain.event import Event

MISSES = 2
"""In a row, after which people take over."""
ASKS = 8
"""Times a question is asked in a row, whatever was said in between, before people take over."""
PATIENCE = 3
"""Times a question is asked after which a greeting, thanks or "one moment" is no longer heard with patience."""
CALLS = 12
"""Calls of one flow: who corrects themselves more often is better served by people."""
STEPS = 200
"""Of a turn: more than any flow has; a bound for what cannot be."""
_GUESSED = (SlotKind.TEXT, SlotKind.ONE_OF)


class Talk:
    """What a turn has come to so far."""

    def __init__(self, means: Means, d: Dialogue, at: datetime) -> None:
        self.means = means
        self.d = d
        self.at = at
        self.pending: deque[de.Deferred] = deque()
        self.fresh: set[str] = set()  # asked in this very turn: nothing heard so far can be meant as the answer
        self.fetch = True  # whether values from earlier in the conversation may be carried over
        self._events: list[Event] = []
        self._said: list[str] = []
        self._question = ""
        self._lead = ""
        self._again = ""  # what is said in place of the next question
        self._missed = False
        self._outcome: Outcome = LED

    # -- what happens ------------------------------------------------------------------------------

    def happen(self, event: Event) -> None:
        """Put an event on record. What it sets free of deferred messages is to be heard in this turn."""
        before = self.d.deferred
        self.d = folded(self.d, event, self.at)
        self.pending.extend(m for m in before if m not in self.d.deferred)
        self._events.append(event)

    def say(self, text: str) -> None:
        """Say something before the question."""
        if text:
            self._said.append(text)

    def word(self, name: str) -> str:
        """A sentence of the lists."""
        return self.means.book.words(name, "", self.means.language)

    def settle(self, outcome: Outcome) -> None:
        """How the turn ends for the caller, LED unless it is said."""
        self._outcome = outcome

    @property
    def over(self) -> bool:
        """Whether people take over."""
        return isinstance(self._outcome, HandOver)

    @property
    def top(self) -> Frame:
        """The innermost flow under way; only where there is one."""
        return self.d.frames[-1]

    def turn(self) -> Turn:
        """What came of it."""
        question = self._question if self.d.frames and not self.d.call else ""
        if self.d.closing and any(isinstance(e, de.FlowEnded) for e in self._events):
            question = self.word("anything_else")
        lead = self._lead if question and self.d.frames else ""
        last = () if self.over else (lead, question)
        return Turn(tuple(self._events), tuple(filter(None, (*self._said, *last))), self._outcome)

    # -- the flow under way ------------------------------------------------------------------------

    def flow(self, frame: Frame) -> Flow | None:
        """The flow of a frame; None if it cannot be read any more, or is another by now: a yes is to the words that were shown."""
        try:
            found = self.means.book.flow(frame.flow, frame.version)
        except (NotFound, Malformed):
            return None
        return found if frame.digest in ("", found.digest) else None

    def text(self, flow: Flow, texts: Texts, extra: Mapping[str, str] | None = None) -> str:
        """A text of the innermost flow, as things stand."""
        scope = Scope(self.top.values, {into: r.data for into, r in self.top.results.items()}, extra or {})
        return rendered(texts, scope, self.means.book.words, self.means.language, flow.default)

    def start(
        self, name: str, version: int, message: str, text: Message, second: str = "", *, guessed: bool = False
    ) -> Flow | None:  # fmt: skip
        """Begin a flow, within the one under way if there is one. None if it cannot be read. The last two: see `FlowStarted`."""
        try:
            flow = self.means.book.flow(name, version)
        except (NotFound, Malformed):
            return None
        keep = any(s.kind is SlotKind.ONE_OF and s.opening for s in flow.slots.values())
        opening = text.shown if keep else ""
        self._lead = ""
        self.happen(de.FlowStarted(name, version, message, bool(self.d.frames), flow.timeout, opening, second, flow.digest, guessed))
        return flow

    def end(self, outcome: FlowOutcome) -> None:
        """End the innermost flow; the one around it will say what it waited for."""
        self._question = self._again = ""
        self.happen(de.FlowEnded(self.top.flow, outcome))
        if self.d.frames:
            self._lead = self.word("back_to")

    def hand_over(self, reason: str, first: FlowOutcome = FlowOutcome.HANDED_OVER) -> None:
        """End all flows: people take over. `first`: how the innermost ended."""
        for outcome in (first, *[FlowOutcome.HANDED_OVER] * (len(self.d.frames) - 1)):
            self.happen(de.FlowEnded(self.top.flow, outcome))
        self._outcome = HandOver(reason)

    def miss(self, message: str, value: str) -> None:
        """The message was no answer and nothing else: ask again, or let people take over."""
        frame = self.top
        self.happen(de.BotMissed(frame.flow, frame.asked, message))
        if self.top.misses >= MISSES:
            self.hand_over("misses")
            return
        flow = self.flow(frame)
        slot = flow.slots.get(frame.asked) if flow else None
        self._missed = True
        self._again = self.text(flow, slot.again, {"value": value}) if flow and slot and slot.again else ""

    # -- the walk ----------------------------------------------------------------------------------

    def walk(self) -> None:
        """Go on with the innermost flow, and the ones around it as they come back, up to a question or a call."""
        for _ in range(STEPS):
            if self.over or not self.d.frames or self.d.call:
                return
            flow = self.flow(self.top)
            if flow is None:
                self.hand_over("failed", FlowOutcome.FAILED)
                return
            if not self._step(flow):
                return
        self.hand_over("failed", FlowOutcome.FAILED)

    def _step(self, flow: Flow) -> bool:
        """Do what comes next; False: the customer or the company has to answer now."""
        frame = self.top
        for number, step in enumerate(flow.steps):
            if not all(holds(frame, condition) for condition in step.when):
                continue
            if not self._done(flow, frame, number, step):
                return self._do(flow, number, step)
        self.say(self.text(flow, flow.done) if flow.done else "")
        self.end(FlowOutcome.DONE)
        return True

    def _done(self, flow: Flow, frame: Frame, number: int, step: Step) -> bool:
        match step:
            case Ask():
                value = frame.values.get(step.slot)
                return value is not None and self._holds_still(flow.slot(step.slot), value)
            case Call():
                result = frame.results.get(step.into)
                return result is not None and result.outcome == "ok" and result.arguments == arguments(step, frame)
            case Confirm():
                agreed = frame.confirmed.get(step.name)
                return agreed is not None and all(agreed.get(s) == frame.values.get(s) for s in step.slots)
            case Say():
                return number in frame.said

    def _do(self, flow: Flow, number: int, step: Step) -> bool:
        match step:
            case Ask():
                return self._ask(flow, flow.slot(step.slot))
            case Call():
                return self._call(flow, step)
            case Confirm():
                return self._put(step.name, self.text(flow, step.texts))
            case Say():
                self.say(self.text(flow, step.texts))
                self.happen(de.Told(flow.name, number))
                return True

    def options(self, slot: Slot) -> Sequence[str]:
        """What a one_of may be."""
        name, _, part = slot.source.partition(".")
        result = self.top.results.get(name)
        found = result.data.get(part) if result else None
        return [str(v) for v in found if isinstance(v, str | int)] if isinstance(found, list | tuple) else []

    def _holds_still(self, slot: Slot, value: str) -> bool:
        return slot.kind is not SlotKind.ONE_OF or value in self.options(slot)

    def _ask(self, flow: Flow, slot: Slot) -> bool:
        frame = self.top
        if slot.name in frame.values:  # what it was chosen from has changed
            self.happen(de.SlotRejected(flow.name, slot.name, "gone"))
            frame = self.top
        elif value := self._guess(slot, frame):
            self.happen(value)
            return True
        return self._put(slot.name, self.text(flow, slot.ask))

    def _guess(self, slot: Slot, frame: Frame) -> de.SlotFilled | None:
        """What the customer has said already, in this flow or before it."""
        if slot.name in frame.rejected or frame.asked == slot.name:
            return None
        if slot.kind is SlotKind.ONE_OF:
            heard = [frame.opening if slot.opening else "", *reversed(list(frame.values.values()))]
            for text in heard:
                found = {f.value for f in find(slot, read(text), self.means.language, options=self.options(slot))}
                if len(found) == 1:
                    return de.SlotFilled(frame.flow, slot.name, frame.message, found.pop())
            return None
        value = self.d.memory.get(slot.name, "")
        carried = slot.carry and self.fetch and value and stands(slot, value, self.means.language)
        return de.SlotFilled(frame.flow, slot.name, "", value) if carried else None

    def _put(self, name: str, question: str) -> bool:
        """Ask, unless it was asked in vain too often."""
        if self.top.asked == name and self.top.asks >= ASKS:
            self.hand_over("misses")
            return False
        self.happen(de.SlotAsked(self.top.flow, name, self._missed))
        self.fresh.add(name)
        self._question = self._again or question
        self._again, self._missed = "", False
        return False

    def _call(self, flow: Flow, step: Call) -> bool:
        frame = self.top
        wanted = arguments(step, frame)
        result = frame.results.get(step.into)
        if result is not None and result.arguments == wanted:
            return self._otherwise(flow, result.outcome, step.otherwise.get(result.outcome))
        if frame.calls >= CALLS:
            self.hand_over("misses")
            return False
        self._question = ""
        self.happen(
            de.ActionRequested(
                self.means.new_call(), flow.name, step.action, step.into, wanted, step.purpose, self.means.language
            )
        )  # fmt: skip
        return False

    def _otherwise(self, flow: Flow, outcome: str, otherwise: Otherwise | None) -> bool:
        """What follows from an answer that is not "ok"."""
        if otherwise is None:
            self.hand_over("failed", FlowOutcome.FAILED)
            return False
        text = self.text(flow, otherwise.say) if otherwise.say else ""
        if otherwise.end:
            self.say(text)
            if otherwise.end == FlowOutcome.FAILED:
                self.hand_over("failed", FlowOutcome.FAILED)
                return False
            frame = self.top
            self.end(FlowOutcome(otherwise.end))
            if otherwise.end == FlowOutcome.REFUSED and not frame.confirmed:
                served = self._instead(frame, otherwise.instead.get(reason(frame), ""))
                if not served and frame.guessed and not self.d.frames:  # a no to what may not have been asked is no answer
                    self._outcome = HandOver("low_confidence")
            return True
        return self._reject(flow, flow.slot(otherwise.ask), outcome, text)

    def _instead(self, refused: Frame, otherwise: str) -> bool:
        """What the company cannot do was perhaps not what was asked for ("send it back" taken for "cancel it"): serve the other
        reading, or what serves `otherwise`, if it is about the same thing."""
        target = self.means.book.starts(otherwise) or self.means.book.starts(refused.second)
        if target is None or refused.flow in (*(f.flow for f in self.d.frames), target[0]):
            return False
        try:
            flow = self.means.book.flow(*target)
        except (NotFound, Malformed):
            return False
        if not flow.guess or not any(flow.slots[name].carry for name in refused.values if name in flow.slots):
            return False
        return self.start(*target, refused.message, read(refused.opening), guessed=not otherwise) is not None

    def _reject(self, flow: Flow, slot: Slot, outcome: str, text: str) -> bool:
        frame = self.top
        source = frame.sources.get(slot.name)
        guess = source == "" or (source == frame.message and slot.opening and slot.kind in _GUESSED)
        value = frame.values.get(slot.name, "")
        self.happen(de.SlotRejected(flow.name, slot.name, "opening" if guess else outcome))
        if guess:
            return True
        if self.top.misses >= MISSES:
            self.say(text)
            self.hand_over("misses")
            return False
        self._missed = True
        self._again = text or (self.text(flow, slot.again, {"value": value}) if slot.again else "")
        return True


def reason(frame: Frame) -> str:
    """Why the company refused what was asked of it last."""
    last = next(reversed(list(frame.results.values())), None)
    return str(last.data.get("reason", "")) if last is not None else ""


def arguments(step: Call, frame: Frame) -> dict[str, str]:
    """What a call is made with; slots that were not asked are left out."""
    return {name: frame.values[slot] for name, slot in step.arguments.items() if slot in frame.values}


def holds(frame: Frame, condition: When) -> bool:
    """Whether a condition is met."""
    name, _, part = condition.value.partition(".")
    result = frame.results.get(name)
    value: Any = result.data.get(part) if part and result else None if part else frame.values.get(name)
    if condition.value == SECOND and value is None:
        value = frame.second
    if value is None:
        return False
    return any(_same(value, scalar) for scalar in condition.among) is not condition.negated


def pending_words(t: Talk, flow: Flow) -> str:
    """The bot's own words in the question the customer has before them: what they chose is among them, what they wrote is not."""
    name, frame = t.top.asked, t.top
    step = next((s for s in flow.steps if isinstance(s, Confirm) and s.name == name), None)
    texts = step.texts if step else flow.slots[name].ask if name in flow.slots else {}
    chosen = {slot.name: frame.values.get(slot.name, "") for slot in flow.of_kind(SlotKind.CHOICE)}
    return rendered(texts, Scope(chosen), t.means.book.words, t.means.language, flow.default) if texts else ""


def _same(value: object, scalar: Scalar) -> bool:
    """Equal, and not as 1 equals true."""
    return value == scalar and isinstance(value, bool) is isinstance(scalar, bool)
