"""What happened between the waiting room and a customer, and what the company decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from switchboard.domain.event import Event, personal


@dataclass(frozen=True, slots=True)
class WaitTold(Event):
    """The customer was told their place and, in seconds from then on, the wait as it was estimated (None: not known). `position` 1 is
    next; above `estimate.COUNTED` nobody counted, and no number was said. `apology`: it had got worse."""

    type: ClassVar[str] = "wait_told"
    position: int
    low: float | None
    likely: float | None
    high: float | None
    apology: bool = False


@dataclass(frozen=True, slots=True)
class CallbackOffered(Event):
    """The same, and in the same message a call back was offered."""

    type: ClassVar[str] = "callback_offered"
    position: int
    low: float | None
    likely: float | None
    high: float | None
    apology: bool = False


@dataclass(frozen=True, slots=True)
class CallbackRequested(Event):
    """The customer wants to be called: E.164, or digits as dialled in their country. They keep their place in the queue."""

    type: ClassVar[str] = "callback_requested"
    number: str = personal()


@dataclass(frozen=True, slots=True)
class CallbackDeclined(Event):
    type: ClassVar[str] = "callback_declined"


@dataclass(frozen=True, slots=True)
class OfflineFormOffered(Event):
    """The customer was asked whether to take the matter down. `reason` is one of `decisions.FormReason`."""

    type: ClassVar[str] = "offline_form_offered"
    reason: str


@dataclass(frozen=True, slots=True)
class OfflineFormAnswered(Event):
    """One reply to the form. `question` is one of `form.Question`, "": they said yes to the offer. `answer` is "" where it was no way
    to reach them, so that it is asked again."""

    type: ClassVar[str] = "offline_form_answered"
    question: str
    answer: str = personal(default="")


@dataclass(frozen=True, slots=True)
class OfflineFormDeclined(Event):
    """The customer wants no form; what they said so far stays on record, and they wait on."""

    type: ClassVar[str] = "offline_form_declined"


@dataclass(frozen=True, slots=True)
class OfflineFormSent(Event):
    """The form is complete: what colleagues read. `contact` is "" where the channel itself reaches the customer later."""

    type: ClassVar[str] = "offline_form_sent"
    about: str = personal()
    name: str = personal()
    contact: str = personal()


@dataclass(frozen=True, slots=True)
class WaitingRoomSet(Event):
    """What customers who wait are told and offered from now on (the document `settings` reads)."""

    type: ClassVar[str] = "waiting_room_set"
    policy: Mapping[str, Any]


WAITING_ROOM_TYPES: tuple[type[Event], ...] = (
    WaitTold, CallbackOffered, CallbackRequested, CallbackDeclined, OfflineFormOffered, OfflineFormAnswered, OfflineFormDeclined,
    OfflineFormSent, WaitingRoomSet,
)  # fmt: skip
