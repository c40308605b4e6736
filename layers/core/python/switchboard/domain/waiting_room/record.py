"""What is on record of one wait: the fold of the waiting room's events, part of the conversation's projection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from switchboard.domain import events as ev
from switchboard.domain.waiting_room.estimate import Estimate

OVERFLOW = "overflow"  # why a conversation is queued: the longest wait was over


class Callback(StrEnum):
    """How the offer to call back stands."""

    NONE = ""
    OPEN = "open"  # it was the last thing said: a bare yes is one to it
    PASSED = "passed"  # something was said since: only a telephone number answers it
    DECLINED = "declined"
    REQUESTED = "requested"


class FormStage(StrEnum):
    NONE = ""
    OFFERED = "offered"
    OPEN = "open"
    SENT = "sent"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Record:
    """`chain` is the commit that last set the looks at this wait going: a timer of another number belongs to an earlier wait.
    `tries`: at a way to reach the customer. Personal: `about`, `name`, `contact`."""

    chain: int = 0
    messages: int = 0
    told: Estimate | None = None
    told_at: datetime | None = None
    callback: Callback = Callback.NONE
    form: FormStage = FormStage.NONE
    moved: bool = False
    tries: int = 0
    about: str = ""
    name: str = ""
    contact: str = ""

    @property
    def form_waits(self) -> bool:
        """Whether the customer's next words are meant for the form."""
        return self.form in (FormStage.OFFERED, FormStage.OPEN)


EMPTY = Record()


def folded(r: Record, event: ev.Event, at: datetime, commit: int) -> Record:
    """The record after one more event of the conversation, which `commit` put there; what is none of ours changes nothing."""
    match event:
        case ev.Queued():
            return replace(r, chain=commit, moved=r.moved or event.reason == OVERFLOW)
        case ev.WaitTold() | ev.CallbackOffered():
            offered = isinstance(event, ev.CallbackOffered)
            estimate = Estimate(event.position, event.low, event.likely, event.high)
            callback = Callback.OPEN if offered else _passed(r.callback)
            return replace(r, messages=r.messages + 1, told=estimate, told_at=at, callback=callback)
        case ev.CallbackRequested():
            return replace(r, callback=Callback.REQUESTED)
        case ev.CallbackDeclined():
            return replace(r, callback=Callback.DECLINED)
        case ev.OfflineFormOffered():
            return replace(r, messages=r.messages + 1, form=FormStage.OFFERED, callback=_passed(r.callback))
        case ev.OfflineFormAnswered():
            return _answered(replace(r, form=FormStage.OPEN), event.question, event.answer)
        case ev.OfflineFormDeclined():
            return replace(r, form=FormStage.DECLINED, chain=commit)  # the looks had ended with the offer
        case ev.OfflineFormSent():
            return replace(r, form=FormStage.SENT)
        case ev.Accepted() | ev.Resolved():  # a later wait is a new one; that they want to be called holds
            return Record(callback=r.callback) if r.callback is Callback.REQUESTED else EMPTY
        case _:
            return r


def _passed(callback: Callback) -> Callback:
    return Callback.PASSED if callback is Callback.OPEN else callback


def _answered(r: Record, question: str, answer: str) -> Record:
    match question:
        case "about":
            return replace(r, about=answer)
        case "name":
            return replace(r, name=answer)
        case "contact":
            return replace(r, contact=answer) if answer else replace(r, tries=r.tries + 1)
        case _:
            return r
