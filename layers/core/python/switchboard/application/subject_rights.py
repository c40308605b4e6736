"""What people ask for as to their data, carried out: rectification, restriction, objection (GDPR 16, 18, 21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from switchboard.application.ports import Clock, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.contacts import RECTIFIABLE, Contact
from switchboard.domain.errors import Malformed, NotAllowedNow
from switchboard.domain.privacy.rights import purpose_of

LEAST_WHY, MOST_WHY, LONGEST_VALUE = 5, 1_000, 500  # characters


@dataclass(frozen=True, slots=True)
class SubjectRights:
    """Who asked for it and why is with each on the contact's ledger. All raise Malformed, NotFound and, for a contact who was merged
    away, NotAllowedNow."""

    store: Store
    clock: Clock

    def rectify(self, actor: ev.Actor, contact: str, values: Mapping[str, str], why: str) -> Contact:
        """Put right what was wrong; an empty value takes it out."""
        if not values or not {*values} <= RECTIFIABLE or any(len(v) > LONGEST_VALUE for v in values.values()):
            raise Malformed(f"'values' has some of {', '.join(sorted(RECTIFIABLE))}, of at most {LONGEST_VALUE} characters")
        right = {name: value.strip() for name, value in values.items()}
        return self._commit(actor, contact, ev.ContactRectified(tuple(sorted(right)), right, _reason(why)))

    def restrict(self, actor: ev.Actor, contact: str, restricted: bool, why: str) -> Contact:
        """Keep the person's data and use them for nothing, or use them again."""
        return self._commit(actor, contact, ev.ContactRestricted(restricted, _reason(why)))

    def object(self, actor: ev.Actor, contact: str, purposes: Sequence[str], why: str) -> Contact:
        """Set all the purposes that the person objects to."""
        named = tuple(sorted({purpose_of(p).value for p in purposes}))
        return self._commit(actor, contact, ev.ContactObjected(named, _reason(why)))

    def _commit(self, actor: ev.Actor, contact: str, event: ev.Event) -> Contact:
        def attempt() -> Contact:
            before = self.store.contact(contact).contact
            if before.merged_into:
                raise NotAllowedNow(f"{contact} was merged into {before.merged_into}; do it there")
            return self.store.commit_contact(before, [event], actor, self.clock.now())

        return decide_again(attempt)


def _reason(why: str) -> str:
    why = why.strip()
    if not LEAST_WHY <= len(why) <= MOST_WHY:
        raise Malformed(f"'why' says in {LEAST_WHY} to {MOST_WHY} characters what the person asked for")
    return why
