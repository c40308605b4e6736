"""The `Store` port on DynamoDB: ledgers and their projections, each change one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from switchboard.adapters.dynamo import projections as p
from switchboard.adapters.dynamo.erasing import Erasing
from switchboard.adapters.dynamo.ledgers import expiry
from switchboard.adapters.dynamo.models import stamp, unstamp
from switchboard.adapters.dynamo.roster import Roster
from switchboard.adapters.dynamo.spending import plan_charge
from switchboard.adapters.dynamo.tables import answered
from switchboard.adapters.dynamo.transaction import Plan, attempt, execute
from switchboard.adapters.dynamo.turns import Turns
from switchboard.adapters.vault import COMPANY
from switchboard.application.ports import Arrival, ContactState
from switchboard.domain import events as ev
from switchboard.domain.change import Change, Effects, Seat, effects
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation, Status, contact_of
from switchboard.domain.errors import (
    ContactRace,
    Erased,
    NotFound,
    StaleVersion,
)
from switchboard.domain.folds import fold_contact
from switchboard.domain.inbound import DeliveryStatus
from switchboard.domain.routing.waiting import Waiting, waiting_of

REMEMBERED = timedelta(days=8)  # longer than any vendor repeats a webhook (Meta: 7 days)
DELIVERIES_KEPT = timedelta(days=400)
APPEND_TRIES = 30
EPOCH = datetime.fromtimestamp(0, UTC)
DIRECT = frozenset({"webchat"})  # not handed to a vendor, so never pending


class _Seats(dict[str, tuple[float, set[int]]]):
    """What agents take together, and for which parts of a plan."""


class DynamoStore(Roster, Turns, Erasing):
    """Implements `application.ports.Store` and the reading side of the stream (`commits`)."""

    # -- reads -----------------------------------------------------------------------------------

    def arrival(self, identity: str, once: str) -> Arrival:
        pointer, seen, erased = self._t.read([
            (self._t.pointer, pk, p.ALONE) for pk in (p.identity_pk(identity), p.once_pk(once), p.turned_away_pk(identity))
        ])  # fmt: skip
        before = unstamp(erased.before) if erased is not None else None
        return Arrival(seen is not None, pointer.contact if pointer is not None else "", before)

    def contact(self, contact: str) -> ContactState:
        pk = p.contact_pk(contact)
        profile, current = self._with_key(contact, [(self._t.profile, pk, p.PROFILE), (self._t.conversation, pk, p.CURRENT)])
        if profile is None:
            raise NotFound("there is no such contact")
        if profile.erased_at is not None:
            self._vault.forget(contact)  # this process may have held the key from before
            return ContactState(p.contact_of_item(self._vault, profile), None)
        found = p.conversation_of(self._vault, current) if current is not None else None
        return ContactState(p.contact_of_item(self._vault, profile), found)

    def conversation(self, conversation: str) -> Conversation:
        contact = contact_of(conversation)
        pk = p.contact_pk(contact)
        places: list[tuple[type[Any], str, str]] = [
            (self._t.profile, pk, p.PROFILE), (self._t.conversation, pk, p.CURRENT),
            (self._t.conversation, pk, p.archive_sk(conversation)),
        ]  # fmt: skip
        for _ in range(2):  # a batch read is no snapshot: it may miss one that is being archived at this moment
            profile, *items = self._with_key(contact, places)
            if profile is not None and profile.erased_at is not None:
                self._vault.forget(contact)
                raise Erased("this person was erased; nothing of them can be read any more")
            for item in items:
                if item is not None and item.id == conversation:
                    return p.conversation_of(self._vault, item)
        raise NotFound("there is no such conversation")

    def previous_conversations(self, contact: str) -> list[Conversation]:
        self._ensure_key(contact)
        with answered():
            items = list(self._t.conversation.query(
                p.contact_pk(contact), self._t.conversation.sk.startswith("CONV#"), consistent_read=True,
                scan_index_forward=False, limit=50,
            ))  # fmt: skip
        return [p.conversation_of(self._vault, i) for i in items]

    # -- conversations ---------------------------------------------------------------------------

    def commit(self, change: Change) -> Conversation:
        before, made = change.before, change.new_contact
        plan = Plan()
        if made is not None:
            self._plan_contact(plan, made, change.actor, change.at)
        else:
            self._ensure_key(before.contact)
        if change.actor.source_ip:
            self._ensure_key(COMPANY)
        projection = self._plan_change(plan, change)
        try:
            execute(self._t.connection, plan)
        except Exception:
            if made is not None:
                self._vault.forget(made.id)
            raise
        return projection

    def commit_each(self, changes: Sequence[Change]) -> list[Conversation]:
        self._ensure_keys([change.before.contact for change in changes])
        while changes:
            plan, after, seats = Plan(), [], _Seats()
            for part, change in enumerate(changes):
                plan.parts = {part}
                after.append(self._plan_change(plan, change, seats))
            for agent, (weight, plan.parts) in seats.items():
                self._plan_seats(plan, Effects(take=Seat(agent, weight)), changes[0].at)
            refused = set(attempt(self._t.connection, plan))
            if not refused:
                return after
            for _, parts in seats.values():  # what an agent was to have after something refused was decided with that on their desk
                refused |= {part for part in parts if part > min(parts & refused, default=part)}
            changes = [change for part, change in enumerate(changes) if part not in refused]
        return []

    def _plan_change(self, plan: Plan, change: Change, seats: _Seats | None = None) -> Conversation:
        """`seats`: where what agents take is added up, for a transaction touches an item once."""
        before = change.before
        head = self._plan_commit(
            plan, before.ledger, before.version, before.last_event, before.head, change.events, change.actor, change.at,
            owner=change.after.owner, was_owner=before.owner,
        )  # fmt: skip
        projection = replace(change.after, head=head)
        self._plan_projection(plan, change, projection)
        self._plan_once(plan, change.once, change.at)
        self._plan_parked(plan, before.ledger, change.events, before.last_event + 1, before.version + 1)
        self._plan_shelf(plan, before.ledger, change.events, before.version + 1, change.at)
        fx = effects(change)
        if seats is not None and fx.take is not None:
            weight, parts = seats.get(fx.take.agent, (0.0, set()))
            seats[fx.take.agent] = round(weight + fx.take.weight, 2), parts | {*plan.parts}
            fx = replace(fx, take=None)
        self._plan_effects(plan, fx, change.at, projection)
        return projection

    def _plan_projection(self, plan: Plan, change: Change, projection: Conversation) -> None:
        model, before, previous = self._t.conversation, change.before, change.previous
        item = p.conversation_item(self._t, self._vault, projection)
        if not before.version and change.new_contact is None:  # nobody may have merged the contact away meanwhile
            profile = self._t.profile
            alive = profile.pk.exists() & profile.merged_into.does_not_exist()
            plan.check(profile, (p.contact_pk(before.contact), p.PROFILE), alive, ContactRace)
        if before.version:
            plan.put(item, (model.id == before.id) & (model.version == before.version), StaleVersion)
        elif previous is None:
            plan.put(item, model.pk.does_not_exist(), ContactRace)
        else:
            plan.put(item, (model.id == previous.id) & (model.version == previous.version), ContactRace)
            plan.put(p.conversation_item(self._t, self._vault, replace(previous, archived=True)))

    def _plan_contact(self, plan: Plan, contact: Contact, actor: ev.Actor, at: datetime) -> None:
        record = self._vault.mint(contact.id)
        key = self._t.key(p.key_pk(contact.id), p.KEY_SK, owner=contact.id, generation=record.generation, wrapped=record.wrapped)
        plan.put(key, self._t.key.pk.does_not_exist(), ContactRace)
        created = ev.ContactCreated(contact.identities, contact.name, contact.phone, contact.email)
        hashed = self._plan_commit(plan, contact.ledger, 0, 0, "", [created], actor, at)
        profile = replace(fold_contact(contact, [created]), head=hashed)
        plan.put(p.profile_item(self._t, self._vault, profile), self._t.profile.pk.does_not_exist(), ContactRace)
        for identity in contact.identities:
            pointer = self._t.pointer(p.identity_pk(identity.key), p.ALONE, contact=contact.id)
            plan.put(pointer, self._t.pointer.pk.does_not_exist(), ContactRace)

    def _plan_effects(self, plan: Plan, fx: Effects, when: datetime, after: Conversation) -> None:
        at = stamp(when)
        self._plan_seats(plan, fx, when)
        if fx.stop_waiting is not None:
            plan.delete(p.wait_item(self._t, fx.stop_waiting))
        if fx.wait is not None:
            plan.put(p.wait_item(self._t, fx.wait))
        if fx.charge is not None:
            plan_charge(self._t, plan, fx.charge, when)
        for out in fx.outbound:
            plan.put(self._t.delivery(
                out.message, message=out.message, conversation=after.id, channel=out.channel, account=out.account,
                commit=after.version, status=DeliveryStatus.PENDING.value, rank=DeliveryStatus.PENDING.rank, at=at,
                pending=None if out.channel in DIRECT else "pending", since=at,
                expires=expiry(when, DELIVERIES_KEPT),
            ))  # fmt: skip

    # -- contacts ------------------------------------------------------------------------------------

    def commit_contact(self, before: Contact, events: Sequence[ev.Event], actor: ev.Actor, at: datetime) -> Contact:
        self._ensure_key(before.id)
        plan = Plan()
        after = self._plan_contact_commit(plan, before, events, actor, at)
        execute(self._t.connection, plan)
        return after

    def merge_contacts(self, source: Contact, talk: Conversation | None, target: Contact, actor: ev.Actor, at: datetime) -> Contact:
        self._ensure_key(source.id)
        self._ensure_key(target.id)
        plan = Plan()
        self._plan_contact_commit(plan, source, [ev.ContactMerged(target.id)], actor, at)
        model = self._t.conversation
        as_read = model.pk.does_not_exist() if talk is None else (model.id == talk.id) & (model.version == talk.version)
        plan.check(model, (p.contact_pk(source.id), p.CURRENT), as_read, StaleVersion)
        absorbed = ev.ContactAbsorbed(source.id, source.identities)
        after = self._plan_contact_commit(plan, target, [absorbed], actor, at)
        pointer = self._t.pointer
        for identity in source.identities:
            plan.put(pointer(p.identity_pk(identity.key), p.ALONE, contact=target.id), pointer.contact == source.id, StaleVersion)
        execute(self._t.connection, plan)
        return after

    def _plan_contact_commit(self, plan: Plan, before: Contact, events: Sequence[ev.Event], actor: ev.Actor, at: datetime) -> Contact:
        if actor.source_ip:
            self._ensure_key(COMPANY)
        if before.erased_at is not None:
            raise Erased("this person was erased")
        model = self._t.profile
        hashed = self._plan_commit(plan, before.ledger, before.version, before.last_event, before.head, events, actor, at)
        after = replace(fold_contact(before, events), head=hashed)
        plan.put(p.profile_item(self._t, self._vault, after), model.version == before.version, StaleVersion)
        return after

    # -- queue and lists -------------------------------------------------------------------------------

    def waiting(self, queue: str, limit: int) -> list[Waiting]:
        with answered():
            items = list(self._t.wait.query(f"WAIT#{queue}", consistent_read=True, limit=limit))
        return [p.waiting_of_item(i) for i in items]

    def drop_waiting(self, entry: Waiting) -> bool:
        try:
            c: Conversation | None = self.conversation(entry.conversation)
        except (NotFound, Erased):
            c = None
        if c is not None and c.status is Status.QUEUED and waiting_of(c).place == entry.place:
            return False
        plan = Plan()
        plan.delete(p.wait_item(self._t, entry))
        if c is not None:
            model = self._t.conversation
            where = p.archive_sk(c.id) if c.archived else p.CURRENT
            plan.check(model, (p.contact_pk(c.contact), where), model.version == c.version, StaleVersion)
        try:
            execute(self._t.connection, plan)
        except StaleVersion:
            return False
        return True

    def owned_by(self, agent: str) -> list[Conversation]:
        with answered():
            items = list(self._t.conversation.listing.query(f"agent#{agent}", scan_index_forward=False, limit=200))
        self._ensure_keys([i.contact for i in items])
        found = {i.id: p.conversation_of(self._vault, i) for i in items}
        return sorted(found.values(), key=lambda c: c.last_at or c.opened_at or EPOCH, reverse=True)

    def overdue_with_bot(self, before: datetime, limit: int) -> list[str]:
        model, found = self._t.conversation, list[tuple[str, str]]()
        for number in range(p.BOT_SHARDS):
            with answered():
                items = model.listing.query(p.bot_key(number), model.list_sort < stamp(before), limit=limit)
                found += [(str(i.list_sort), i.id) for i in items]
        return [conversation for _, conversation in sorted(found)[:limit]]

    def conversations(self, ids: Sequence[str]) -> list[Conversation]:
        """Several conversations in one round trip for each hundred; those that do not exist or are erased are left out."""
        found: list[Conversation] = []
        for start in range(0, len(ids), 100):
            page = ids[start : start + 100]
            items = self._t.read([(self._t.conversation, p.contact_pk(contact_of(i)), p.CURRENT) for i in page])
            present = [i for i, wanted in zip(items, page, strict=True) if i is not None and i.id == wanted]
            self._ensure_keys([i.contact for i in present])
            for item in present:
                with suppress(Erased):
                    found.append(p.conversation_of(self._vault, item))
        return found
