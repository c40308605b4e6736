"""Erasing a person by destroying their key: the steps, as they stand on the ledger of the request that was approved.

begun -> the keys are destroyed -> the queues' key is rotated -> what was queued before is waited out -> the old queue keys are
destroyed -> no process can remember them -> certified. Each step is one event; whoever goes on, goes on from the last. Nothing here
is personal: it stays when the person is gone, and is what the certificate is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from switchboard.domain.approvals import Fact, LastStep, Request, State
from switchboard.domain.errors import Malformed
from switchboard.domain.event import Event, personal

KIND = "erasure"
GROUNDS = ("request", "consent_withdrawn", "objection", "not_needed", "unlawful", "duty")  # GDPR 17(1)(a) to (e), and asked for
# How long something that was queued before the queues' key changed can lie sealed under an older one (infra/messaging.yaml): in the
# queue of arrivals, then among its dead letters, whose age begins anew.
QUEUED, DEAD = timedelta(days=4), timedelta(days=14)
REMEMBERED = timedelta(hours=2)  # an hour and a minute is how long a process may hold a key; and room
TURNED_AWAY = timedelta(days=40)  # how long messages sent before the erasure are turned away: longer than any can be on its way


@dataclass(frozen=True, slots=True)
class ContactErased(Event):
    """The contact's key is destroyed with the commit of this event. `request`: under which it was approved."""

    type: ClassVar[str] = "contact_erased"
    request: str


@dataclass(frozen=True, slots=True)
class LegalHoldSet(Event):
    """The person's data are evidence: nobody may erase them until this is lifted."""

    type: ClassVar[str] = "legal_hold_set"
    why: str = personal()


@dataclass(frozen=True, slots=True)
class LegalHoldLifted(Event):
    type: ClassVar[str] = "legal_hold_lifted"
    why: str = personal()


@dataclass(frozen=True, slots=True)
class ErasureBegun(Event):
    """From here on it is carried out and cannot be withdrawn; a legal hold still stops it for whose key is not destroyed yet."""

    type: ClassVar[str] = "erasure_begun"
    contact: str


@dataclass(frozen=True, slots=True)
class ErasureKeysDestroyed(Event):
    """The keys of the person and of all contacts merged into them are gone, with what led to them. `identities`, `bodies`, `parked`:
    how many of these were destroyed, as far as this run saw."""

    type: ClassVar[str] = "erasure_keys_destroyed"
    contacts: tuple[str, ...]
    identities: int
    bodies: int
    parked: int


@dataclass(frozen=True, slots=True)
class ErasureQueueRotated(Event):
    """From generation `generation` on, nothing of the person's was ever sealed for a queue. What is older is destroyed at `until`."""

    type: ClassVar[str] = "erasure_queue_rotated"
    generation: int
    until: datetime


@dataclass(frozen=True, slots=True)
class ErasureQueueKeysDestroyed(Event):
    """What was queued before cannot be opened any more, wherever it lies. `resealed`: parked messages of others, now under a newer
    key."""

    type: ClassVar[str] = "erasure_queue_keys_destroyed"
    generations: tuple[int, ...]
    resealed: int


@dataclass(frozen=True, slots=True)
class ErasureCertified(LastStep):
    """The certificate lies under `file`; `sha256` of it, and `key` which signed it."""

    type: ClassVar[str] = "erasure_certified"
    file: str
    sha256: str
    key: str


ERASURE_TYPES: tuple[type[Event], ...] = (
    ContactErased, LegalHoldSet, LegalHoldLifted, ErasureBegun, ErasureKeysDestroyed, ErasureQueueRotated, ErasureQueueKeysDestroyed,
    ErasureCertified,
)  # fmt: skip


class Stage(StrEnum):
    """How far the work is. Before `BEGUN` the request itself tells (`domain.approvals`)."""

    NOT_BEGUN = "not_begun"
    BEGUN = ErasureBegun.type
    KEYS_DESTROYED = ErasureKeysDestroyed.type
    QUEUE_ROTATED = ErasureQueueRotated.type
    QUEUE_KEYS_DESTROYED = ErasureQueueKeysDestroyed.type
    CERTIFIED = ErasureCertified.type


def stage_of(facts: Sequence[Fact]) -> Stage:
    known = {s.value for s in Stage}
    return next((Stage(f.type) for f in reversed(facts) if f.type in known), Stage.NOT_BEGUN)


def fact(facts: Sequence[Fact], kind: type[Event]) -> Fact:
    return next(f for f in facts if f.type == kind.type)


def ground_of(text: str) -> str:
    if text not in GROUNDS:
        raise Malformed(f"'ground' is one of {', '.join(GROUNDS)}")
    return text


def waited_out(rotated: datetime) -> datetime:
    """When nothing can lie in a queue any more that was sealed under an older key than the one made then."""
    return rotated + REMEMBERED + QUEUED + DEAD


def statement(r: Request, facts: Sequence[Fact], now: datetime) -> Mapping[str, Any]:
    """What a certificate says. Ids alone: none of them leads to a person any more."""
    begun, keys = fact(facts, ErasureBegun), fact(facts, ErasureKeysDestroyed)
    rotated, queue = fact(facts, ErasureQueueRotated), fact(facts, ErasureQueueKeysDestroyed)
    assert r.state is State.USED
    assert r.decided_at is not None
    return {
        "version": 1,
        "kind": "certificate of erasure",
        "request": r.id,
        "digest": r.digest,
        "ground": r.parameters.get("ground", ""),
        "asked": {"by": r.asked_by, "at": _at(r.asked_at)},
        "approved": {"by": r.decided_by, "at": _at(r.decided_at)},
        "begun": _at(begun.at),
        "destroyed": {
            "contact_keys": {"contacts": list(keys.fields["contacts"]), "at": _at(keys.at)},
            "identities": keys.fields["identities"],
            "stored_bodies": keys.fields["bodies"],
            "parked_messages": keys.fields["parked"],
            "queue_keys": {"generations": list(queue.fields["generations"]), "at": _at(queue.at)},
        },
        "queues": {
            "key_rotated": _at(rotated.at), "waited_until": str(rotated.fields["until"]),
            "retention_days": {"queue": QUEUED.days, "dead_letters": DEAD.days},
        },
        "no_process_holds_a_key_since": _at(queue.at + REMEMBERED),
        "kept": "ledgers, backups and archive as they were, unreadable: no key of them is left; counts and times without content",
        "certified": _at(now),
    }  # fmt: skip


def _at(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
