"""Where a dialogue stands: the fold of its events, part of the conversation's projection. All of it is personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

from switchboard.domain import events as ev
from switchboard.domain.dialogue import events as de
from switchboard.domain.event import Event

CALL_SECONDS = 120
"""How long a company's system may be silent: the connector gives up after 20 s, the rest is queues and a second delivery."""

CALL = "call:"
CONFIRM = "confirm"
CONTENT = frozenset({de.FlowOutcome.DONE, de.FlowOutcome.REFUSED, de.FlowOutcome.CANCELLED})
"""Outcomes after which the bot asks whether there is anything else."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a call answered, and for which arguments: for others it says nothing."""

    arguments: Mapping[str, str]
    outcome: str = ""  # "" while the call is out
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow under way. `message` started it, with `opening` as its text where that is kept; `second` is the flow it may have asked
    for as well. `sources`: slot -> message its value
    is from, "" if it was carried over. `rejected`: slots whose value was taken out, so that no guess fills them again. `shown`: the
    values the last confirmation showed; `confirmed`: those the customer agreed to, by the confirmation's name. `waiting`: "", a slot,
    a confirmation's name, or "call:<id>" of the one for `into`. `asked`: the last question, `asks` times in a row, of which `misses`
    were not answered."""

    flow: str
    version: int
    message: str
    opening: str = ""
    timeout: int = 1800
    values: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    rejected: tuple[str, ...] = ()
    results: Mapping[str, Result] = field(default_factory=dict)
    said: tuple[int, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    waiting: str = ""
    into: str = ""
    asked: str = ""
    asked_at: datetime | None = None
    asks: int = 0
    misses: int = 0
    calls: int = 0
    second: str = ""
    digest: str = ""
    guessed: bool = False

    @property
    def call(self) -> str:
        """The id of the call that is out, "" if none is."""
        return self.waiting.removeprefix(CALL) if self.waiting.startswith(CALL) else ""

    @property
    def confirming(self) -> bool:
        """Whether the customer is asked to confirm."""
        return self.waiting.partition(".")[0] == CONFIRM


@dataclass(frozen=True, slots=True)
class Dialogue:
    """`frames`: flows under way, the innermost last. `memory`: slot -> value heard last. `closing`: the flow `ended` is over and
    the bot asked whether there is anything else. `deadline`: when silence, the customer's or the company's, ends it."""

    frames: tuple[Frame, ...] = ()
    memory: Mapping[str, str] = field(default_factory=dict)
    deferred: tuple[de.Deferred, ...] = ()
    closing: bool = False
    ended: str = ""
    deadline: datetime | None = None

    @property
    def top(self) -> Frame | None:
        """The innermost flow."""
        return self.frames[-1] if self.frames else None

    @property
    def open(self) -> bool:
        """Whether a flow is under way."""
        return bool(self.frames)

    @property
    def call(self) -> str:
        """The id of the call that is out, "" if none is."""
        return self.frames[-1].call if self.frames else ""

    @property
    def unheard(self) -> bool:
        """Whether a message waits for what is being done just now."""
        return any(not m.later for m in self.deferred)


EMPTY = Dialogue()


def folded(d: Dialogue, event: Event, at: datetime) -> Dialogue:
    """The state after one more event of the conversation; what is none of ours changes nothing. People take over: the flows are
    over; what was heard of slots stays known until the conversation is resolved."""
    match event:
        case de.FlowStarted():
            frame = Frame(
                event.flow, event.version, event.message, event.opening, event.timeout, second=event.second, digest=event.digest,
                guessed=event.guessed,
            )  # fmt: skip
            outer = (*d.frames[:-1], replace(d.frames[-1], misses=0)) if d.frames else ()
            return replace(d, frames=(*outer, frame), closing=False, ended="", deadline=at + timedelta(seconds=event.timeout))
        case de.Deferred():
            return replace(d, deferred=(*d.deferred, event))
        case de.SlotFilled() if d.frames:
            memory = {**d.memory, event.slot: event.value}
            return replace(d, frames=(*d.frames[:-1], _inner(d.frames[-1], event)), memory=memory)
        case de.SlotRejected() if d.frames:
            value = d.frames[-1].values.get(event.slot)
            memory = {slot: heard for slot, heard in d.memory.items() if slot != event.slot or heard != value}
            return replace(d, frames=(*d.frames[:-1], _inner(d.frames[-1], event)), memory=memory)
        case de.SlotAsked() | de.ActionRequested() if d.frames:
            frame = _inner(d.frames[-1], event)
            if isinstance(event, de.SlotAsked):
                frame = replace(frame, asked_at=at)
            seconds = CALL_SECONDS if frame.call else frame.timeout
            return replace(d, frames=(*d.frames[:-1], frame), deadline=at + timedelta(seconds=seconds))
        case de.ActionDone() if d.call == event.call:
            return replace(d, frames=(*d.frames[:-1], _inner(d.frames[-1], event)), deferred=_later(d))
        case de.Told() | de.Confirmed() | de.BotMissed() if d.frames:
            return replace(d, frames=(*d.frames[:-1], _inner(d.frames[-1], event)))
        case de.FlowEnded() if d.frames:
            frames = d.frames[:-1]
            closing = not frames and event.outcome in CONTENT
            deadline = at + timedelta(seconds=frames[-1].timeout) if frames else None
            ended = event.flow if closing else ""
            deferred = _later(d) if frames else ()
            return replace(d, frames=frames, deferred=deferred, closing=closing, ended=ended, deadline=deadline)
        case ev.Queued():
            return Dialogue(memory=d.memory)
        case ev.Resolved():
            return EMPTY
        case _:
            return d


def _later(d: Dialogue) -> tuple[de.Deferred, ...]:
    return tuple(m for m in d.deferred if m.later)


def _inner(f: Frame, event: Event) -> Frame:
    match event:
        case de.SlotAsked():
            asks = f.asks + 1 if event.slot == f.asked else 1
            misses = f.misses if event.again or event.slot == f.asked else 0
            f = replace(f, waiting=event.slot, asked=event.slot, asks=asks, misses=misses)
            return replace(f, shown=dict(f.values)) if f.confirming else f
        case de.SlotFilled():
            values, sources = {**f.values, event.slot: event.value}, {**f.sources, event.slot: event.message}
            waiting = "" if f.waiting == event.slot or event.correction else f.waiting
            return replace(f, values=values, sources=sources, waiting=waiting, said=() if event.correction else f.said)
        case de.SlotRejected():
            ours = event.reason in ("opening", "gone", "corrected")
            return replace(
                f, values=_without(f.values, event.slot), sources=_without(f.sources, event.slot), waiting="",
                rejected=(*(r for r in f.rejected if r != event.slot), event.slot), misses=f.misses + (not ours),
            )  # fmt: skip
        case de.Told():
            return replace(f, said=(*f.said, event.step))
        case de.Confirmed():
            return replace(f, confirmed={**f.confirmed, f.waiting: f.shown}, waiting="", misses=0)
        case de.ActionRequested():
            results = {**f.results, event.into: Result(dict(event.arguments))}
            return replace(f, results=results, waiting=CALL + event.call, into=event.into, calls=f.calls + 1)
        case de.ActionDone():
            result = replace(f.results[f.into], outcome=event.outcome, data=dict(event.data))
            return replace(f, results={**f.results, f.into: result}, waiting="", into="")
        case de.BotMissed():
            return replace(f, misses=f.misses + 1)
        case _:
            return f


def _without(values: Mapping[str, str], slot: str) -> Mapping[str, str]:
    return {name: value for name, value in values.items() if name != slot}


# -- as it is stored -----------------------------------------------------------------------------


def to_plain(d: Dialogue) -> dict[str, Any]:
    """The state in JSON's types; {} for the empty one."""
    if d == EMPTY:
        return {}
    plain = asdict(d)
    for frame in plain["frames"]:
        frame["asked_at"] = _stamp(frame["asked_at"])
    return {**plain, "deadline": _stamp(d.deadline)}


def _stamp(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def from_plain(data: Mapping[str, Any]) -> Dialogue:
    """The state that `to_plain` wrote, also before fields were added, or by a later version of ours that has more of them."""
    if not data:
        return EMPTY
    return Dialogue(
        frames=tuple(_frame(f) for f in data["frames"]),
        memory=dict(data["memory"]),
        deferred=tuple(de.Deferred(**_known(de.Deferred, m)) for m in data["deferred"]),
        closing=data["closing"],
        ended=data.get("ended", ""),
        deadline=datetime.fromisoformat(data["deadline"]) if data["deadline"] else None,
    )


def _frame(data: Mapping[str, Any]) -> Frame:
    results = {into: Result(**_known(Result, result)) for into, result in data["results"].items()}
    asked_at = datetime.fromisoformat(data["asked_at"]) if data.get("asked_at") else None
    known = {**_known(Frame, data), "results": results, "asked_at": asked_at}
    return Frame(**{**known, "rejected": tuple(data["rejected"]), "said": tuple(data["said"])})


def _known(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(kind)}
    return {name: value for name, value in data.items() if name in names}
