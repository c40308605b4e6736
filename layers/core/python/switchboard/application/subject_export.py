"""All that is stored of a person, for them (GDPR 15, 20): one JSON object a line, so that a large contact needs no more memory than
their longest conversation.

Kinds of lines: `export` (first), `contact`, `contact_event`, `conversation`, `event`, `deliveries`, `end` (last, with the count of
lines before it: without it the export is not whole). Attachments are the vendors' references, as they are stored. A body that could
not be processed is named and left sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from switchboard.application import views
from switchboard.application.consents import standing
from switchboard.application.ports import Clock, Deliveries, Ids, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import conversation_id, ledger_of, ordinal_of

FORMAT = "switchboard-export-1"
SEALED_BODIES = frozenset({"ciphertext", "group"})  # of no use to anybody but the queue


@dataclass(frozen=True, slots=True)
class SubjectExport:
    store: Store
    deliveries: Deliveries
    ids: Ids
    clock: Clock

    def lines(self, actor: ev.Actor, contact: str) -> Iterator[dict[str, Any]]:
        """The lines, read as they are asked for. That it was asked for is on the person's ledger before the first, that it was made
        before the last. Raises NotFound, Unreadable for somebody erased."""
        export, found = self.ids.new("x"), standing(self.store, contact)
        self._record(actor, found.id, ev.ExportAsked(export))
        number = 1
        yield {"kind": "export", "format": FORMAT, "export": export, "contact": found.id, "at": views.plain(self.clock.now())}
        for line in self._of(self.store.contact(found.id).contact):
            number += 1
            yield line
        self._record(actor, found.id, ev.ExportMade(export, number))
        yield {"kind": "end", "export": export, "lines": number}

    def _record(self, actor: ev.Actor, contact: str, event: ev.Event) -> None:
        decide_again(
            lambda: self.store.commit_contact(self.store.contact(contact).contact, [event], actor, self.clock.now())
        )  # fmt: skip

    def _of(self, contact: Contact) -> Iterator[dict[str, Any]]:
        yield {"kind": "contact", **views.plain(contact)}
        for r in self.store.events(contact.ledger):
            yield {"kind": "contact_event", "contact": contact.id, **_event(r)}
        yield from self._conversations(contact.id)
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


def _event(r: ev.Recorded) -> dict[str, Any]:
    """An event as stored, opened. Its own fields stand apart: one may be named as one of ours."""
    fields = {k: v for k, v in views.plain(r.event).items() if k not in SEALED_BODIES}
    by = {"kind": r.actor.kind.value, "id": r.actor.id}
    return {"no": r.no, "at": views.plain(r.at), "by": by, "type": r.event.type, "fields": fields}
