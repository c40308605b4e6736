"""The routing policy: its versions, its draft, what changed, and the way back. Versions are the commits of one ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from switchboard.application.ports import Clock, Store
from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed, NotFound
from switchboard.domain.routing import policy as rp

LEDGER = "cfg#routing"
DRAFT_LEDGER = "cfg#routing-draft"

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Version:
    """`number` 0 is the shipped policy, whose time is None."""

    number: int
    document: Document
    at: datetime | None = None
    by: str = ""
    note: str = ""
    rolled_back_to: int = 0


@dataclass(frozen=True, slots=True)
class RoutingPolicies:
    """`shipped` is the policy of a company that never set one. All methods raise Malformed for a document that is none."""

    store: Store
    clock: Clock
    shipped: Document

    def in_force(self) -> Version:
        last = self.store.last_event(LEDGER)
        return _version(last) if last is not None else Version(0, self.shipped)

    def version(self, number: int) -> Version:
        """Raises NotFound."""
        if number == 0:
            return Version(0, self.shipped)
        return _version(self.store.commit_events(LEDGER, number)[-1])

    def versions(self) -> list[Version]:
        """All of them, newest first."""
        return [*reversed([_version(r) for r in self.store.events(LEDGER)]), Version(0, self.shipped)]

    def policy(self, number: int | None = None) -> rp.RoutingPolicy:
        """Ready for use; the one in force unless a number is given."""
        found = self.in_force() if number is None else self.version(number)
        return rp.parse(found.document, found.number)

    def set(self, actor: ev.Actor, document: Document, note: str = "") -> Version:
        """Put a new version in force; routers see it within a minute."""
        return self._put(actor, document, note, 0)

    def roll_back(self, actor: ev.Actor, number: int) -> Version:
        """Put an earlier version in force again, as a new one. Raises NotFound."""
        return self._put(actor, self.version(number).document, "", number)

    def draft(self) -> Version | None:
        last = self.store.last_event(DRAFT_LEDGER)
        if last is None or not isinstance(last.event, ev.RoutingPolicyDrafted) or not last.event.policy:
            return None
        return Version(last.commit, last.event.policy, last.at, last.actor.id, last.event.note)

    def keep_draft(self, actor: ev.Actor, document: Document, note: str = "") -> Version:
        rp.parse(document)
        if not document:  # which is how the ledger says that there is no draft any more
            raise Malformed("a draft says something; an empty policy can be set as it is")
        self.store.append(DRAFT_LEDGER, [ev.RoutingPolicyDrafted(dict(document), note)], actor, self.clock.now())
        found = self.draft()
        assert found is not None
        return found

    def publish_draft(self, actor: ev.Actor) -> Version:
        """The draft becomes the policy in force. Raises NotFound where there is none."""
        draft = self.draft()
        if draft is None:
            raise NotFound("there is no draft; keep one first")
        published = self._put(actor, draft.document, draft.note, 0)
        self.store.append(DRAFT_LEDGER, [ev.RoutingPolicyDrafted({}, f"published as {published.number}")], actor, self.clock.now())
        return published

    def differences(self, before: Version, after: Version) -> list[dict[str, object]]:
        return rp.differences(before.document, after.document)

    def _put(self, actor: ev.Actor, document: Document, note: str, repeats: int) -> Version:
        rp.parse(document)
        self.store.append(LEDGER, [ev.RoutingPolicySet(dict(document), note, repeats)], actor, self.clock.now())
        return self.in_force()


def _version(r: ev.Recorded) -> Version:
    assert isinstance(r.event, ev.RoutingPolicySet)
    return Version(r.commit, r.event.policy, r.at, r.actor.id, r.event.note, r.event.rolled_back_to)
