"""Four eyes: what one person asks for is done only after another approved it, and once.

A request is a ledger. It moves on from pending to refused, withdrawn, expired, or approved and then used; nothing leaves an end. An
approval names the digest of the request that its giver read, so that nothing else can be approved under their eyes. What is stored in
clear is enough for every decision: only the reason is sealed (under the key of whom the request is about), and is gone with them."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from switchboard.domain.audit.commit import dumps
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow, Unreadable
from switchboard.domain.event import Event, personal

LEAST_REASON, MOST_REASON = 5, 1_000  # characters
MOST_BYTES = 8_000  # of a request's parameters
LEDGER = "apr#"
RIGHTS, KEYS = "rights", "keys"  # kinds that are about the system, not a person's data: what somebody may, and branch keys


@dataclass(frozen=True, slots=True)
class ApprovalAsked(Event):
    """Somebody wants something done that needs a second person. `about`: whom or what it is done to; `parameters`: all that decides
    what is done. It is decided on until `decide_by`; it is done no sooner than `delay` seconds after the approval, and in the
    `use_within` seconds after that."""

    type: ClassVar[str] = "approval_asked"
    kind: str
    about: str
    parameters: Mapping[str, Any]
    decide_by: datetime
    delay: int
    use_within: int
    reason: str = personal()


@dataclass(frozen=True, slots=True)
class ApprovalGiven(Event):
    """Another person agrees to the request whose digest this is."""

    type: ClassVar[str] = "approval_given"
    digest: str


@dataclass(frozen=True, slots=True)
class ApprovalRefused(Event):
    """Another person says no."""

    type: ClassVar[str] = "approval_refused"
    reason: str = personal()


@dataclass(frozen=True, slots=True)
class ApprovalWithdrawn(Event):
    """It is not wanted any more, asked for or approved."""

    type: ClassVar[str] = "approval_withdrawn"


@dataclass(frozen=True, slots=True)
class ApprovalExpired(Event):
    """Nobody decided, or nobody did it, in time."""

    type: ClassVar[str] = "approval_expired"


@dataclass(frozen=True, slots=True)
class ApprovalUsed(Event):
    """It is being done, once and for all. `lasting`: it takes steps of its own, which follow on the same ledger."""

    type: ClassVar[str] = "approval_used"
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class LastStep(Event):
    """Of work that lasts: after it the request is over."""

    type: ClassVar[str] = ""


def closes(event: Event) -> bool:
    """Whether a request is over with it."""
    if isinstance(event, ApprovalUsed):
        return not event.lasting
    return isinstance(event, (ApprovalRefused, ApprovalWithdrawn, ApprovalExpired, LastStep))


APPROVAL_TYPES: tuple[type[Event], ...] = (
    ApprovalAsked, ApprovalGiven, ApprovalRefused, ApprovalWithdrawn, ApprovalExpired, ApprovalUsed,
)  # fmt: skip


class State(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Request:
    """`state` is what the ledger says; `state_at` knows the time, too. `decided_by`: who approved or refused. `version` counts the
    ledger's commits."""

    id: str
    ledger: str
    kind: str
    about: str
    parameters: Mapping[str, Any]
    asked_by: str
    asked_at: datetime
    decide_by: datetime
    delay: timedelta
    use_within: timedelta
    digest: str = ""
    state: State = State.PENDING
    approved_digest: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    used_at: datetime | None = None
    version: int = 1

    @property
    def due(self) -> datetime | None:
        """When it may be done, once it is approved."""
        return None if self.decided_at is None else self.decided_at + self.delay

    def state_at(self, now: datetime) -> State:
        last = self.decide_by if self.state is State.PENDING else None
        if self.state is State.APPROVED and self.due is not None:
            last = self.due + self.use_within
        return State.EXPIRED if last is not None and now > last else self.state


def ledger_of_request(id_: str, contact: str = "") -> str:
    """`contact`: whom the request is about, so that its reason goes with them."""
    return f"{LEDGER}{id_}#{contact}" if contact else f"{LEDGER}{id_}"


def digest(r: Request) -> str:
    """What an approval is bound to: everything that decides what is done, by whose wish and when. Hex SHA-256."""
    told = {
        "id": r.id, "kind": r.kind, "about": r.about, "parameters": r.parameters, "by": r.asked_by, "at": r.asked_at.isoformat(),
        "decide_by": r.decide_by.isoformat(), "delay": int(r.delay.total_seconds()), "use_within": int(r.use_within.total_seconds()),
    }  # fmt: skip
    return hashlib.sha256(b"switchboard-request-1" + dumps(told)).hexdigest()


def same_person(one: str, other: str) -> bool:
    """Accounts of Cognito are told apart by their names whatever the case. Roles do not matter: a person in two is one person."""
    return one.strip().casefold() == other.strip().casefold()


def checked(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parameters as they are stored. Raises Malformed for what would not come back as it was given."""
    try:
        raw = json.dumps(parameters, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        raise Malformed("a request's parameters are one JSON object") from None
    if len(raw) > MOST_BYTES or json.loads(raw) != parameters:
        raise Malformed(f"a request's parameters are one JSON object of at most {MOST_BYTES} bytes")
    return dict(json.loads(raw))


def reason_of(text: str) -> str:
    if not LEAST_REASON <= len(text.strip()) <= MOST_REASON:
        raise Malformed(f"'reason' says in {LEAST_REASON} to {MOST_REASON} characters why")
    return text.strip()


# -- what may follow ------------------------------------------------------------------------------


def approve(r: Request, by: str, read: str, now: datetime) -> ApprovalGiven:
    """`read`: the digest of the request that `by` has before them. Raises Forbidden, NotAllowedNow."""
    _decidable(r, by, now, "approve")
    if not hmac.compare_digest(read.encode(), r.digest.encode()):
        raise NotAllowedNow("this is not the request that you have read; read it again")
    return ApprovalGiven(r.digest)


def refuse(r: Request, by: str, reason: str, now: datetime) -> ApprovalRefused:
    _decidable(r, by, now, "refuse")
    return ApprovalRefused(reason_of(reason))


def withdraw(r: Request, now: datetime) -> ApprovalWithdrawn:
    """By whoever may ask: to stop is always safe, until it has begun."""
    if r.state_at(now) not in (State.PENDING, State.APPROVED):
        raise NotAllowedNow(f"the request is {r.state_at(now).value}")
    return ApprovalWithdrawn()


def use(r: Request, now: datetime, *, lasting: bool = False) -> ApprovalUsed:
    """Raises NotAllowedNow unless it is approved and its time has come."""
    if r.state_at(now) is not State.APPROVED:
        raise NotAllowedNow(f"the request is {r.state_at(now).value}, not approved")
    if not hmac.compare_digest(r.approved_digest.encode(), r.digest.encode()) or same_person(r.asked_by, r.decided_by):
        raise Unreadable("the approval on record is not of this request, or not another person's")
    if r.due is None or now < r.due:
        raise NotAllowedNow(f"not before {r.due.isoformat(timespec='seconds') if r.due else 'it is approved'}")
    return ApprovalUsed(lasting)


def _decidable(r: Request, by: str, now: datetime, what: str) -> None:
    if r.state_at(now) is not State.PENDING:
        raise NotAllowedNow(f"the request is {r.state_at(now).value}")
    if same_person(by, r.asked_by):
        raise Forbidden(f"another person than who asked must {what} it; you may withdraw it")


# -- reading the ledger -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One stored event, its sealed fields left out. `by`: the id of who caused it."""

    type: str
    fields: Mapping[str, Any]
    by: str
    at: datetime
    commit: int


def folded(ledger: str, facts: Iterable[Fact]) -> tuple[Request, list[Fact]]:
    """A request as its ledger tells it, and what follows there that is not about the approval. Raises Unreadable."""
    found: Request | None = None
    further: list[Fact] = []
    for fact in facts:
        try:
            if fact.type == ApprovalAsked.type:
                found = _asked(ledger, fact)
                continue
            if found is None:
                raise Unreadable("this ledger does not begin with a request")
            found = replace(found, version=fact.commit)
            match fact.type:
                case ApprovalGiven.type:
                    found = _decided(found, State.APPROVED, fact, approved_digest=str(fact.fields["digest"]))
                case ApprovalRefused.type:
                    found = _decided(found, State.REFUSED, fact)
                case ApprovalWithdrawn.type:
                    found = replace(found, state=State.WITHDRAWN)
                case ApprovalExpired.type:
                    found = replace(found, state=State.EXPIRED)
                case ApprovalUsed.type:
                    found = replace(found, state=State.USED, used_at=fact.at)
                case _:
                    further.append(fact)
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable(f"{ledger} is not as it was written ({type(error).__name__})") from None
    if found is None:
        raise Unreadable("this ledger holds no request")
    return found, further


def _asked(ledger: str, fact: Fact) -> Request:
    f = fact.fields
    made = Request(
        id=ledger.removeprefix(LEDGER).partition("#")[0], ledger=ledger, kind=str(f["kind"]), about=str(f["about"]),
        parameters=dict(f["parameters"]), asked_by=fact.by, asked_at=fact.at, decide_by=_time(f["decide_by"]),
        delay=timedelta(seconds=int(f["delay"])), use_within=timedelta(seconds=int(f["use_within"])), version=fact.commit,
    )  # fmt: skip
    return replace(made, digest=digest(made))


def _decided(r: Request, state: State, fact: Fact, approved_digest: str = "") -> Request:
    return replace(r, state=state, decided_by=fact.by, decided_at=fact.at, approved_digest=approved_digest)


def _time(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
