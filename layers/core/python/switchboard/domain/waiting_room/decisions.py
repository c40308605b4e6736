"""What is due for a customer who waits: to be told, offered something, moved, or left in peace. Pure: the caller looks again when
the decision says so, and puts what it did on record with `after`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from switchboard.domain.waiting_room.estimate import Estimate
from switchboard.domain.waiting_room.figures import Shape, figure
from switchboard.domain.waiting_room.settings import Settings, Then

LOOK = 60.0
"""Seconds until the next look when news may be told but there is none."""

NOTICEABLE = 0.2
"""Share of the told position that a change has to reach to be worth a message."""

SOON = 1.0
"""Seconds: the soonest to look again, against timers that chase their own tail."""


@dataclass(frozen=True, slots=True)
class State:
    """One wait, and what the customer has been told in it. `waiting`: nobody owns the conversation and it is in `queue`; `staffed`:
    the desk is open, or somebody is online although it is not. The rest is kept with `after`: `told` is the estimate told last, at
    `told_at`; `messages` counts all that was sent; `declined`: the customer does not want the form and waits on."""

    since: datetime
    channel: str
    queue: str
    waiting: bool = True
    staffed: bool = True
    messages: int = 0
    told: Estimate | None = None
    told_at: datetime | None = None
    callback_offered: bool = False
    callback_agreed: bool = False
    form_offered: bool = False
    form_declined: bool = False
    moved: bool = False


class FormReason(StrEnum):
    TOO_LONG = "too_long"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Tell:
    """Say the position and the wait; `apology`: it has got worse, or takes longer than was told."""

    position: int
    estimate: Estimate
    apology: bool = False


@dataclass(frozen=True, slots=True)
class OfferCallback:
    """Say the position and the wait, and offer in the same message to call back instead."""

    position: int
    estimate: Estimate
    apology: bool = False


@dataclass(frozen=True, slots=True)
class OfferForm:
    """Offer to take the matter down, for an answer later."""

    reason: FormReason


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Let another queue take over; it waits there with the age it has."""

    queue: str


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


Step = Tell | OfferCallback | OfferForm | MoveTo | Nothing


@dataclass(frozen=True, slots=True)
class Decision:
    """`again`: seconds until it is worth looking again; None: never, in this wait."""

    step: Step
    again: float | None


def next_step(settings: Settings, state: State, estimate: Estimate, now: datetime) -> Decision:
    """What to do now. `estimate` is of this moment; it always has the position, and the wait where that is known."""
    form_open = state.form_offered and not state.form_declined
    if not state.waiting or state.channel not in settings.channels or state.callback_agreed or form_open:
        return Decision(Nothing(), None)
    waited = max(0.0, (now - state.since).total_seconds())
    if step := _at_the_end(settings, state, waited):
        return Decision(step, SOON if isinstance(step, MoveTo) else None)
    return _until_the_end(settings, state, waited, _news(settings, state, estimate, waited, now))


def after(state: State, step: Step, now: datetime) -> State:
    """The state once the step is on record."""
    match step:
        case Tell() | OfferCallback():
            offered = state.callback_offered or isinstance(step, OfferCallback)
            return replace(state, messages=state.messages + 1, told=step.estimate, told_at=now, callback_offered=offered)
        case OfferForm():
            return replace(state, messages=state.messages + 1, form_offered=True)
        case MoveTo():  # the customer knows of one line: what was told stays, so that a worse place there is apologized for
            return replace(state, queue=step.queue, moved=True)
        case Nothing():
            return state


def _at_the_end(settings: Settings, state: State, waited: float) -> OfferForm | MoveTo | None:
    """What ends a wait. It is not news, and so not held back by the number of messages."""
    over = settings.longest_wait is not None and waited >= settings.longest_wait
    if settings.then is Then.OFFLINE_FORM and not state.form_offered:
        if over:
            return OfferForm(FormReason.TOO_LONG)
        if not state.staffed and waited >= settings.tell_after:
            return OfferForm(FormReason.CLOSED)
    if settings.then is Then.QUEUE and over and not state.moved and state.queue != settings.then_queue:
        return MoveTo(settings.then_queue)
    return None


def _until_the_end(settings: Settings, state: State, waited: float, news: Decision) -> Decision:
    """The same decision, with the look at the end of the longest wait, if something happens there."""
    ends = settings.then is Then.QUEUE and not state.moved and state.queue != settings.then_queue
    if settings.longest_wait is None or not (ends or (settings.then is Then.OFFLINE_FORM and not state.form_offered)):
        return news
    left = max(SOON, settings.longest_wait - waited)
    return Decision(news.step, left if news.again is None else min(left, news.again))


def _news(settings: Settings, state: State, estimate: Estimate, waited: float, now: datetime) -> Decision:
    messages_left = settings.most(state.channel) - state.messages
    if messages_left <= 0:
        return Decision(Nothing(), None)
    if waited < settings.tell_after:
        return Decision(Nothing(), max(SOON, settings.tell_after - waited))
    told_at = state.told_at
    if told_at is not None and (now - told_at).total_seconds() < settings.again_after:
        return Decision(Nothing(), max(SOON, settings.again_after - (now - told_at).total_seconds()))
    offers = _offers_callback(settings, state, estimate, waited)
    if state.told and told_at and not offers and not _noticeable(state.told, told_at, estimate, now):
        return Decision(Nothing(), LOOK)
    apology = _worse(state.told, told_at, estimate, now)
    position = estimate.position
    step = OfferCallback(position, estimate, apology) if offers else Tell(position, estimate, apology)
    return Decision(step, settings.again_after if messages_left > 1 else None)


def _offers_callback(settings: Settings, state: State, estimate: Estimate, waited: float) -> bool:
    """A wait that is not known is taken to be as long as it has been."""
    if settings.callback_from is None or state.callback_offered or not state.staffed:
        return False
    return (waited if estimate.likely is None else estimate.likely) >= settings.callback_from


def _noticeable(told: Estimate, told_at: datetime, estimate: Estimate, now: datetime) -> bool:
    """Whether the customer would find the news different from what they were told."""
    if _overdue(told, told_at, now):
        return True
    if abs(estimate.position - told.position) >= max(1.0, NOTICEABLE * told.position):
        return True
    before, current = figure(told), figure(estimate)
    if before == current or current.shape is Shape.UNKNOWN:
        return False
    return told.likely is None or estimate.likely is None or _far(told.likely, estimate.likely)


def _far(before: float, current: float) -> bool:
    """Rounding alone may change the words; a minute and two fifths of the wait are news."""
    return abs(current - before) >= max(60.0, 2 * NOTICEABLE * before)


def _worse(told: Estimate | None, told_at: datetime | None, estimate: Estimate, now: datetime) -> bool:
    """Whether the news is bad compared with what was told, so that it is said with an apology."""
    if told is None or told_at is None:
        return False
    if estimate.position > told.position or _overdue(told, told_at, now):
        return True
    passed = (now - told_at).total_seconds()
    return estimate.likely is not None and told.high is not None and passed + estimate.likely > told.high


def _overdue(told: Estimate, told_at: datetime, now: datetime) -> bool:
    """Whether the customer has waited longer than they were told at most."""
    said = figure(told).high
    return said is not None and (now - told_at).total_seconds() > said * 60
