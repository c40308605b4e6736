"""All that is stored of a person, for them (GDPR 15, 20): one JSON object a line, so that a large contact needs no more memory than
their longest conversation.

Kinds of lines: `export` (first), `contact`, `contact_event`, `conversation`, `event`, `deliveries`, `parked_body`, `end` (last, with
the count of lines before it: without it the export is not whole). Attachments are the vendors' references, as they are stored. What
could not be processed is opened where it can be, and else named and left sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from switchboard.application import views
from switchboard.application.consents import standing
from switchboard.application.ports import Clock, Deliveries, Ids, Parked, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import conversation_id, ledger_of, ordinal_of
from switchboard.domain.errors import Erased, Malformed, Unreadable

FORMAT = "switchboard-export-1"
SEALED_BODIES = frozenset({"ciphertext", "group"})  # of no use to anybody but the queue


class Bodies(Protocol):
    """Queued bodies (`adapters.sqs.inbound`)."""

    def open(self, group: str, body: str, attributes: Mapping[str, Any]) -> Any:
        """What has an `item`. Raises Unreadable or Malformed for what can never be processed."""
        ...


@dataclass(frozen=True, slots=True)
class SubjectExport:
    """`bodies`: without it, messages that wait for an operator are left sealed."""

    store: Store
    deliveries: Deliveries
    ids: Ids
    clock: Clock
    bodies: Bodies | None = None

    def lines(self, actor: ev.Actor, contact: str, export: str = "") -> Iterator[dict[str, Any]]:
        """The lines, read as they are asked for. That it was asked for is on the person's ledger before the first, that it was made
        before the last. `export`: its id, where it has one: then whoever keeps the lines says that it was `made`. Raises NotFound,
        Unreadable for somebody erased."""
        given = bool(export)
        export, found = export or self.ids.new("x"), standing(self.store, contact)
        self._record(actor, found.id, ev.ExportAsked(export))
        number = 1
        yield {"kind": "export", "format": FORMAT, "export": export, "contact": found.id, "at": views.plain(self.clock.now())}
        for line in self._of(self.store.contact(found.id).contact):
            number += 1
            yield line
        if not given:
            self._record(actor, found.id, ev.ExportMade(export, number))
        yield {"kind": "end", "export": export, "lines": number}

    def made(self, actor: ev.Actor, contact: str, export: str, lines: int) -> None:
        """Put on the person's ledger that it was made. Raises Erased where they were erased meanwhile."""
        self._record(actor, standing(self.store, contact).id, ev.ExportMade(export, lines))

    def _record(self, actor: ev.Actor, contact: str, event: ev.Event) -> None:
        def attempt() -> None:
            before = self.store.contact(contact).contact
            if before.erased_at is not None:
                raise Erased("the person was erased")
            self.store.commit_contact(before, [event], actor, self.clock.now())

        decide_again(attempt)

    def _of(self, contact: Contact) -> Iterator[dict[str, Any]]:
        yield {"kind": "contact", **views.plain(contact)}
        for r in self.store.events(contact.ledger):
            yield {"kind": "contact_event", "contact": contact.id, **_event(r)}
        yield from self._conversations(contact.id)
        yield from self._parked(contact)
        for other in contact.absorbed:
            yield from self._of(self.store.contact(other).contact)

    def _conversations(self, contact: str) -> Iterator[dict[str, Any]]:
        """All of them, the oldest first; they are numbered within their contact."""
        current = self.store.contact(contact).conversation
        for ordinal in range(1, 1 + (ordinal_of(current.id) if current is not None else 0)):
            id_ = conversation_id(contact, ordinal)
            yield {"kind": "conversation", **views.plain(self.store.conversation(id_))}
            for r in self.store.events(ledger_of(id_)):
                yield {"kind": "event", "conversation": id_, **_event(r)}
            yield {"kind": "deliveries", "conversation": id_, "deliveries": views.deliveries(self.deliveries.of(id_))}

    def _parked(self, contact: Contact) -> Iterator[dict[str, Any]]:
        """Messages of theirs that wait for an operator, on their own ledgers or where nobody could be named."""
        groups = {i.key for i in contact.identities}
        for p in self.store.parked() if self.bodies is not None else ():
            theirs = p.group in groups or p.ledger.startswith(f"cnv#{contact.id}-")
            if theirs and (body := self._opened(p)) is not None:
                yield {"kind": "parked_body", "contact": contact.id, "parked": p.id, "at": views.plain(p.at), "body": body}

    def _opened(self, p: Parked) -> Any:
        assert self.bodies is not None
        try:
            return views.plain(self.bodies.open(p.group, p.ciphertext, {}).item)
        except (Unreadable, Malformed):
            return None


def _event(r: ev.Recorded) -> dict[str, Any]:
    """An event as stored, opened. Its own fields stand apart: one may be named as one of ours."""
    fields = {k: v for k, v in views.plain(r.event).items() if k not in SEALED_BODIES}
    by = {"kind": r.actor.kind.value, "id": r.actor.id}
    return {"no": r.no, "at": views.plain(r.at), "by": by, "type": r.event.type, "fields": fields}
