"""The end of a contact's key, and what stands in its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from switchboard.adapters.dynamo import projections as p
from switchboard.adapters.dynamo.ledgers import Ledgers, expiry
from switchboard.adapters.dynamo.models import stamp, unstamp
from switchboard.adapters.dynamo.transaction import Plan, execute
from switchboard.application.ports import ContactState
from switchboard.domain import events as ev
from switchboard.domain.contacts import Identity
from switchboard.domain.errors import StaleVersion
from switchboard.domain.privacy.erasure import TURNED_AWAY

MOST = 40  # identities of one transaction, which takes 100 items


class Erasing(Ledgers):
    """Implements `application.erasure.Shredder` for the store."""

    def erase_contact(self, before: ContactState, request: str, actor: ev.Actor, at: datetime) -> None:
        c, talk = before.contact, before.conversation
        identities = list(c.identities)
        while len(identities) > MOST:  # nothing leads to the person by these any more; who dies here goes on with the others
            plan = Plan()
            self._plan_turning_away(plan, c.id, identities[:MOST], at)
            execute(self._t.connection, plan)
            identities = identities[MOST:]
        plan, profile, current = Plan(), self._t.profile, self._t.conversation
        erased = ev.ContactErased(request)
        hashed = self._plan_commit(plan, c.ledger, c.version, c.last_event, c.head, [erased], actor, at)
        left = profile(
            p.contact_pk(c.id), p.PROFILE, merged_into=c.merged_into or None, erased_at=stamp(at), version=c.version + 1,
            last_event=c.last_event + 1, head=hashed, secret=b"",
        )  # fmt: skip
        plan.put(left, (profile.version == c.version) & profile.erased_at.does_not_exist(), StaleVersion)
        as_read = current.pk.does_not_exist() if talk is None else (current.id == talk.id) & (current.version == talk.version)
        plan.check(current, (p.contact_pk(c.id), p.CURRENT), as_read, StaleVersion)
        plan.delete(self._t.key(p.key_pk(c.id), p.KEY_SK))
        self._plan_turning_away(plan, c.id, identities, at)
        execute(self._t.connection, plan)
        self._vault.forget(c.id)

    def _plan_turning_away(self, plan: Plan, contact: str, identities: Sequence[Identity], at: datetime) -> None:
        pointer = self._t.pointer
        for i in identities:
            mine = pointer.pk.does_not_exist() | (pointer.contact == contact) | pointer.contact.does_not_exist()
            if self._leads_to(i.key) in ("", contact):
                plan.delete(pointer(p.identity_pk(i.key), p.ALONE), mine, StaleVersion)
            away = pointer(p.turned_away_pk(i.key), p.ALONE, before=stamp(at), expires=expiry(at, TURNED_AWAY))
            plan.put(away)

    def _leads_to(self, identity: str) -> str:
        """Of a contact that was merged, the identities lead to another."""
        [item] = self._t.read([(self._t.pointer, p.identity_pk(identity), p.ALONE)])
        return item.contact or "" if item is not None else ""

    def left_of(self, contact: str) -> list[str]:
        profile, key = self._t.read([
            (self._t.profile, p.contact_pk(contact), p.PROFILE), (self._t.key, p.key_pk(contact), p.KEY_SK),
        ])  # fmt: skip
        found = ["its key"] if key is not None else []
        return found + ([] if profile is None or profile.erased_at is not None else ["its profile"])

    def turned_away(self, identity: str) -> datetime | None:
        [item] = self._t.read([(self._t.pointer, p.turned_away_pk(identity), p.ALONE)])
        return unstamp(item.before) if item is not None else None
